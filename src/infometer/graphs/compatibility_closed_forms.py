"""Compatibility matrices that need no negatives drawn: of edges alone, and against all pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import linalg

from infometer.graphs.graph import Graph

__all__ = ["all_pairs_compatibility", "floating", "node_gram", "positive_compatibility"]

BLOCK = 1 << 14
"""Rows that are summed at a time, in double precision."""


def positive_compatibility(z: np.ndarray, graph: Graph, *, ridge: float = 1.0) -> np.ndarray:
    r"""H that brings each node nearest to its neighbours, from edges alone.

    .. math:: H = \arg\min \sum_{(i,j) \in E} \|z_i H - z_j\|^2 + \alpha \|H\|^2
              = (Z^T D Z + \alpha I)^{-1} Z^T A Z,

    the sum over both directions of every edge, each counted by its weight.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    graph : Graph
        Of the training edges.
    ridge : float
        α.

    Returns
    -------
    ndarray of float64, shape (d, d)

    References
    ----------
    Lee et al., ICLR 2024, lemma 1.

    Examples
    --------
    Nodes of one side of a bipartite graph attract those of the other:

    >>> from infometer.graphs import graph_from_edges
    >>> sides = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> square = graph_from_edges([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> positive_compatibility(sides, square, ridge=0.0).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    z = floating(z)
    strength = np.asarray(graph.adjacency.sum(axis=1)).ravel()
    gram = np.zeros((z.shape[1], z.shape[1]))
    for rows, weights in zip(_blocks(z), _blocks(strength), strict=True):
        gram += rows.T @ (weights[:, None] * rows)
    return _solved(gram, ridge, _across(z, graph), z.dtype)


def all_pairs_compatibility(z: np.ndarray, graph: Graph, *, ridge: float = 0.0) -> np.ndarray:
    r"""H against all pairs of nodes at once, without a sample of negatives.

    .. math:: H = \arg\min \sum_{i,j} (A_{ij} - z_i^T H z_j)^2 = G^{-1} Z^T A Z\, G^{-1},
              \quad G = Z^T Z + \alpha I.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    graph : Graph
        Of the training edges.
    ridge : float
        α; with 0, directions in which Z has nothing are left out.

    Returns
    -------
    ndarray of float64, shape (d, d)
        Symmetric.

    Examples
    --------
    The blocks of a graph of blocks are found as they are:

    >>> from infometer.graphs import graph_from_edges
    >>> sides = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> square = graph_from_edges([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> all_pairs_compatibility(sides, square).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    z = floating(z)
    gram = node_gram(z)
    half = _solved(gram, ridge, _across(z, graph), z.dtype)
    found = _solved(gram, ridge, half.T, z.dtype)
    return (found + found.T) / 2.0


def node_gram(z: np.ndarray) -> np.ndarray:
    """ZᵀZ in double precision, shape (d, d)."""
    gram = np.zeros((z.shape[1], z.shape[1]))
    for rows in _blocks(z):
        gram += rows.T @ rows
    return gram


def _blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Some rows at a time, in double precision."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK].astype(float)


def _across(z: np.ndarray, graph: Graph) -> np.ndarray:
    """ZᵀAZ, by blocks of the rows of A, whose products are of the precision of Z."""
    found = np.zeros((z.shape[1], z.shape[1]))
    heaviest = float(graph.adjacency.max()) or 1.0
    for start, rows in zip(range(0, len(z), BLOCK), _blocks(z), strict=True):
        block = (graph.adjacency[start : start + BLOCK] / heaviest).astype(z.dtype)
        found += rows.T @ (block @ z)
    return heaviest * found


def _solved(gram: np.ndarray, ridge: float, right: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """(G + αI)⁻¹ B, and the least-norm solution where that has no inverse but for rounding of Z."""
    shifted = gram + ridge * np.eye(len(gram))
    cut = len(gram) * float(np.finfo(dtype).eps) ** 2
    return np.asarray(linalg.lstsq(shifted, right, cond=max(cut, float(np.finfo(float).eps)))[0])


def floating(z: np.ndarray) -> np.ndarray:
    """One-hot rows of whole numbers as floats: a product in their type would cut off fractions."""
    return z if np.issubdtype(z.dtype, np.floating) else z.astype(float)
