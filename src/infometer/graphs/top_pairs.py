"""The best pairs of a bilinear score, without keeping the scores of all."""

from __future__ import annotations

import numpy as np

from infometer.graphs.graph import Graph

__all__ = ["top_pairs"]

SCORES = 1 << 24
"""Scores held at a time, 4 bytes each: 64 MB."""


def top_pairs(
    left: np.ndarray, right: np.ndarray, graph: Graph, k: int
) -> tuple[np.ndarray, np.ndarray]:
    r"""The k pairs i < j with the largest :math:`l_i^T r_j` that are no edge of the graph.

    Blocks of rows are multiplied with all nodes after them, and only what is above the k-th best
    so far is kept: :math:`n^2 d` operations, 64 MB of scores and no list of pairs. The score must
    not change where i and j are swapped.

    Parameters
    ----------
    left, right : ndarray of float, shape (n, d)
    graph : Graph
        Its edges are left out.
    k : int
        Fewer come back where there are fewer pairs.

    Returns
    -------
    pairs : ndarray of int, shape (k, 2)
        The best first, i < j; of equal scores the smaller i, then the smaller j. Scores that are
        equal in exact arithmetic may differ by rounding.
    scores : ndarray of float, shape (k,)

    Raises
    ------
    ValueError
        If k is not positive.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> z = np.array([[1.0], [2.0], [3.0]])
    >>> pairs, scores = top_pairs(z, z, graph_from_edges([[1, 2]]), 1)
    >>> pairs.tolist(), scores.tolist()
    ([[0, 2]], [3.0])
    """
    if k < 1:
        raise ValueError(f"k is {k}; expected at least 1")
    n = len(left)
    rows = max(1, SCORES // max(n, 1))
    scores, keys = np.zeros(0, dtype=left.dtype), np.zeros(0, dtype=np.int64)
    for start in range(0, n, rows):
        block = left[start : start + rows] @ right[start:].T
        _left_out(block, graph, start)
        above = block > (scores[-1] if len(scores) == k else -np.inf)
        if len(scores) < k < block.size:
            above &= block >= np.partition(block, block.size - k, axis=None)[block.size - k]
        i, j = np.nonzero(above)
        scores = np.concatenate([scores, block[i, j]])
        keys = np.concatenate([keys, (i + start).astype(np.int64) * n + (j + start)])
        scores, keys = _best(scores, keys, k)
    return np.column_stack([keys // n, keys % n]), scores


def _left_out(block: np.ndarray, graph: Graph, start: int) -> None:
    """Set the pairs j <= i and the edges to minus infinity."""
    rows, columns = block.shape
    block[np.tril_indices(rows, 0, columns)] = -np.inf
    neighbours = graph.adjacency[start : start + rows].tocoo()
    i, j = neighbours.coords
    after = j >= start
    block[i[after], j[after] - start] = -np.inf


def _best(scores: np.ndarray, keys: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    if len(scores) > k:
        near = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
        scores, keys = scores[near], keys[near]
    order = np.lexsort((keys, -scores))[:k]
    return scores[order], keys[order]
