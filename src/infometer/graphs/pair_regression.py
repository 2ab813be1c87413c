"""The regression of pairs of nodes on symmetric matrices, whose columns are never written down."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from infometer.graphs.compatibility_closed_forms import floating

__all__ = ["BLOCK", "folded", "pair_operator", "pair_scores", "symmetric"]

BLOCK = 1 << 16
"""Pairs whose rows are gathered at a time."""


def pair_scores(z: np.ndarray, matrix: np.ndarray | None, pairs: np.ndarray) -> np.ndarray:
    r"""Similarity of each pair, :math:`z_i^T H z_j`; the plain dot product without a matrix.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    matrix : ndarray of float, shape (d, d), optional
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray of float, shape (m,)

    Examples
    --------
    >>> z = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> pair_scores(z, np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0, 1], [0, 0]])).tolist()
    [1.0, 0.0]
    """
    z = floating(z)
    turn = None if matrix is None else matrix.astype(z.dtype, copy=False)
    once = turn is not None and len(z) <= len(pairs)
    left = z @ turn if once else z
    scores = np.empty(len(pairs), dtype=z.dtype)
    for start in range(0, len(pairs), BLOCK):
        i, j = pairs[start : start + BLOCK].T
        rows = left[i] if turn is None or once else z[i] @ turn
        np.einsum("ij,ij->i", rows, z[j], out=scores[start : start + BLOCK])
    return scores


def pair_operator(
    z: np.ndarray, pairs: np.ndarray, places: tuple[np.ndarray, np.ndarray]
) -> LinearOperator:
    r"""The regression of pairs on upper triangles: :math:`h \mapsto (z_i^T H z_j)_{ij}`.

    Its transpose takes v to the upper triangle of :math:`M + M^T`, the diagonal halved, with
    :math:`M = \sum v_{ij} z_i z_j^T`.
    """
    d = z.shape[1]

    def forward(h: np.ndarray) -> np.ndarray:
        return pair_scores(z, symmetric(h.ravel(), places, d), pairs).astype(float)

    def backward(v: np.ndarray) -> np.ndarray:
        total = np.zeros((d, d))
        weights = v.ravel().astype(z.dtype)
        for start in range(0, len(pairs), BLOCK):
            i, j = pairs[start : start + BLOCK].T
            total += z[i].T @ (weights[start : start + BLOCK, None] * z[j])
        return folded(total, places)

    made: Any = LinearOperator(
        shape=(len(pairs), len(places[0])), dtype=np.dtype(float), matvec=forward, rmatvec=backward
    )
    return made


def symmetric(h: np.ndarray, places: tuple[np.ndarray, np.ndarray], d: int) -> np.ndarray:
    """The symmetric matrix, shape (d, d), with the entries h at the places of its upper triangle.

    Examples
    --------
    >>> symmetric(np.array([1.0, 2.0]), (np.array([0, 0]), np.array([0, 1])), 2).tolist()
    [[1.0, 2.0], [2.0, 0.0]]
    """
    matrix = np.zeros((d, d))
    matrix[places] = h
    return np.asarray(np.triu(matrix) + np.triu(matrix, 1).T)


def folded(total: np.ndarray, places: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The transpose of `symmetric`: entries of :math:`M + M^T`, the diagonal halved.

    Examples
    --------
    >>> folded(np.array([[1.0, 2.0], [3.0, 4.0]]), np.triu_indices(2)).tolist()
    [1.0, 5.0, 4.0]
    """
    return np.where(places[0] == places[1], 0.5, 1.0) * (total[places] + total.T[places])
