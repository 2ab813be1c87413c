"""The leading singular vectors of an operator that can only be multiplied with."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from infometer.resampling import generator

__all__ = ["centred", "column_means", "low_rank_svd", "matrix_operator"]

OVERSAMPLING = 10
ROWS = 1 << 14
"""Rows whose products are summed at a time, in double precision."""


def low_rank_svd(
    operator: LinearOperator,
    rank: int,
    *,
    n_iterations: int = 4,
    cancelled: float = 0.0,
    random_state: Any = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Left singular vectors and singular values of the best approximation of a rank.

    With a random :math:`\Omega` of ten columns more than the rank, Q is an orthonormal basis of
    :math:`(M M^T)^q M \Omega`, and the singular values of :math:`Q^T M` are those of M but for an
    error that shrinks with every iteration q. In scikit-learn's function of this name M must be
    a matrix; here nothing is asked of it but products, in the precision of its type. Bases are
    made orthonormal by their Gram matrix, which is several times faster than by Householder's
    reflections and keeps rows of 0. An operator of at most ten columns more than the rank is
    multiplied out, and nothing is random.

    Parameters
    ----------
    operator : LinearOperator, shape (n, m)
        With its transpose.
    rank : int
        At most min(n, m).
    n_iterations : int
        Two products with a block of ``rank + 10`` columns each.
    cancelled : float
        Singular value of what cancels in the products, :math:`\sqrt n \|\mu\|` of a centred
        operator: its rounding is left over.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    vectors : ndarray, shape (n, r)
        Fewer than `rank` where the operator has not so many: what is no more than rounding, below
        a hundred roundings of the largest singular value or of `cancelled` (:math:`10^{-5}` of it
        in single precision, :math:`10^{-7}` in double), is left out.
    values : ndarray, shape (r,)
        From the largest.

    References
    ----------
    N. Halko, P. G. Martinsson and J. A. Tropp, "Finding structure with randomness", SIAM Review 53,
    217 (2011), algorithms 4.4 and 5.1. A. Stathopoulos and K. Wu, "A block orthogonalization
    procedure with constant synchronization requirements", SIAM J. Sci. Comput. 23, 2165 (2002),
    algorithm SVQB.

    Examples
    --------
    >>> from scipy.sparse.linalg import aslinearoperator
    >>> vectors, values = low_rank_svd(aslinearoperator(np.diag([3.0, 2.0, 0.0])), 3)
    >>> values.round(6).tolist()
    [3.0, 2.0]
    """
    n, m = operator.shape
    if m <= rank + OVERSAMPLING:
        basis = operator.matmat(np.eye(m, dtype=operator.dtype))
        energy, turn = np.linalg.eigh(_gram(basis))
    else:
        width = min(rank + OVERSAMPLING, n)
        rng = generator(random_state, "low rank")
        block = operator.matmat(rng.standard_normal((m, width)).astype(operator.dtype))
        for _ in range(n_iterations):
            block = operator.matmat(_basis(operator.rmatmat(_basis(block))))
        basis = _basis(_basis(block))
        energy, turn = np.linalg.eigh(_gram(operator.rmatmat(basis)))
    values = np.sqrt(np.maximum(energy[::-1][:rank], 0.0))
    least = _resolution(operator.dtype) * max(values.max(initial=0.0), cancelled)
    values = values[values > least]
    turn = turn[:, ::-1][:, : len(values)]
    if m <= rank + OVERSAMPLING:
        turn = turn / values
    return basis @ turn.astype(operator.dtype), values.astype(operator.dtype)


def matrix_operator(matrix: Any) -> LinearOperator:
    """A matrix as an operator whose transpose is a view of it; SciPy's own makes a copy.

    Parameters
    ----------
    matrix : ndarray or sparse array of float, shape (n, m)

    Returns
    -------
    LinearOperator, shape (n, m)

    Examples
    --------
    >>> matrix_operator(np.array([[1.0, 2.0]])).rmatmat(np.array([[3.0]])).tolist()
    [[3.0], [6.0]]
    """
    made: Any = LinearOperator(
        shape=matrix.shape,
        dtype=matrix.dtype,
        matvec=lambda x: matrix @ x,
        rmatvec=lambda y: matrix.T @ y,
        matmat=lambda x: matrix @ x,
        rmatmat=lambda y: matrix.T @ y,
    )
    return made


def column_means(operator: LinearOperator) -> np.ndarray:
    """The means of the columns, in double precision: a sum of 10⁷ rows in single is worth nothing.

    Parameters
    ----------
    operator : LinearOperator, shape (n, m)

    Returns
    -------
    ndarray of float64, shape (m,)

    Examples
    --------
    >>> column_means(matrix_operator(np.array([[1.0], [3.0]]))).tolist()
    [2.0]
    """
    n = operator.shape[0]
    return np.asarray(operator.rmatmat(np.full((n, 1), 1.0 / n)), dtype=float).ravel()


def centred(operator: LinearOperator, means: np.ndarray) -> LinearOperator:
    """The operator without the means of its columns, nothing written down.

    Parameters
    ----------
    operator : LinearOperator, shape (n, m)
    means : ndarray of float, shape (m,)

    Returns
    -------
    LinearOperator, shape (n, m)

    Examples
    --------
    >>> operator = matrix_operator(np.array([[1.0], [3.0]]))
    >>> (centred(operator, column_means(operator)) @ np.eye(1)).tolist()
    [[-1.0], [1.0]]
    """
    dtype = operator.dtype
    mean = means.astype(dtype)

    def forward(x: np.ndarray) -> np.ndarray:
        found = operator.matmat(x)
        found -= mean @ x
        return found

    def backward(y: np.ndarray) -> np.ndarray:
        total = y.sum(axis=0, dtype=float).astype(dtype)
        return operator.rmatmat(y) - np.multiply.outer(mean, total)

    made: Any = LinearOperator(
        shape=operator.shape,
        dtype=dtype,
        matvec=lambda x: forward(x.reshape(-1, 1)).ravel(),
        rmatvec=lambda y: backward(y.reshape(-1, 1)).ravel(),
        matmat=forward,
        rmatmat=backward,
    )
    return made


def _resolution(dtype: Any) -> float:
    """The least ratio of singular values that a Gram matrix in double precision resolves."""
    return max(100 * float(np.finfo(dtype).eps), 1e-7)


def _gram(block: np.ndarray) -> np.ndarray:
    """BᵀB in double precision."""
    total = np.zeros((block.shape[1], block.shape[1]))
    for start in range(0, len(block), ROWS):
        rows = block[start : start + ROWS].astype(float)
        total += rows.T @ rows
    return total


def _basis(block: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the columns, written over them; directions of rounding are lost."""
    gram = _gram(block)
    length = np.sqrt(np.diag(gram))
    length[length == 0.0] = 1.0
    energy, turn = np.linalg.eigh(gram / np.multiply.outer(length, length))
    kept = energy > _resolution(block.dtype) ** 2 * max(energy.max(initial=0.0), 0.0)
    change = (turn[:, kept] / np.sqrt(energy[kept]) / length[:, None]).astype(block.dtype)
    for start in range(0, len(block), ROWS):
        block[start : start + ROWS, : change.shape[1]] = block[start : start + ROWS] @ change
    return block[:, : change.shape[1]]
