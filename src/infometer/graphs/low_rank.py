"""The leading singular vectors of an operator that can only be multiplied with."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg
from scipy.sparse.linalg import LinearOperator

from infometer.resampling import generator

__all__ = ["centred", "low_rank_svd"]

OVERSAMPLING = 10


def low_rank_svd(
    operator: LinearOperator, rank: int, *, n_iterations: int = 4, random_state: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Left singular vectors and singular values of the best approximation of a rank.

    With a random :math:`\Omega` of ten columns more than the rank, Q is an orthonormal basis of
    :math:`(M M^T)^q M \Omega`, and the singular values of :math:`Q^T M` are those of M but for an
    error that shrinks with every iteration q. In scikit-learn's function of this name M must be
    a matrix; here nothing is asked of it but products, in the precision of its type.

    Parameters
    ----------
    operator : LinearOperator, shape (n, m)
        With its transpose.
    rank : int
        At most min(n, m).
    n_iterations : int
        Two products with a block of ``rank + 10`` columns each.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    vectors : ndarray, shape (n, r)
        Fewer than `rank` where the operator has not so many: what is no more than rounding, below
        ten roundings of the largest singular value times √max(n, m), is left out.
    values : ndarray, shape (r,)
        From the largest.

    References
    ----------
    N. Halko, P. G. Martinsson and J. A. Tropp, "Finding structure with randomness", SIAM Review 53,
    217 (2011), algorithms 4.4 and 5.1.

    Examples
    --------
    >>> from scipy.sparse.linalg import aslinearoperator
    >>> vectors, values = low_rank_svd(aslinearoperator(np.diag([3.0, 2.0, 0.0])), 3)
    >>> values.round(6).tolist()
    [3.0, 2.0]
    """
    n, m = operator.shape
    width = min(rank + OVERSAMPLING, n, m)
    rng = generator(random_state, "low rank")
    block = operator @ rng.standard_normal((m, width)).astype(operator.dtype)
    for _ in range(n_iterations):
        block = operator @ _basis(operator.T @ _basis(block))
    basis = _basis(block)
    gram_vectors, values, _ = linalg.svd((operator.T @ basis).T, full_matrices=False)
    rounding = 10 * float(np.finfo(operator.dtype).eps) * np.sqrt(max(n, m))
    kept = int((values[:rank] > rounding * values[0]).sum()) if values[0] > 0 else 0
    return basis @ gram_vectors[:, :kept], values[:kept]


def centred(operator: LinearOperator) -> LinearOperator:
    """The operator without the means of its columns, nothing written down.

    Parameters
    ----------
    operator : LinearOperator, shape (n, m)

    Returns
    -------
    LinearOperator, shape (n, m)

    Examples
    --------
    >>> from scipy.sparse.linalg import aslinearoperator
    >>> (centred(aslinearoperator(np.array([[1.0], [3.0]]))) @ np.eye(1)).tolist()
    [[-1.0], [1.0]]
    """
    n = operator.shape[0]
    mean = (operator.T @ np.full((n, 1), 1.0 / n, dtype=operator.dtype)).ravel()

    def forward(x: np.ndarray) -> np.ndarray:
        return operator @ x - mean @ x

    def backward(y: np.ndarray) -> np.ndarray:
        return operator.T @ y - np.multiply.outer(mean, y.sum(axis=0))

    made: Any = LinearOperator(
        shape=operator.shape,
        dtype=operator.dtype,
        matvec=forward,
        rmatvec=backward,
        matmat=forward,
        rmatmat=backward,
    )
    return made


def _basis(block: np.ndarray) -> np.ndarray:
    return linalg.qr(block, mode="economic", overwrite_a=True, check_finite=False)[0]
