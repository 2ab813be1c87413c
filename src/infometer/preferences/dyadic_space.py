"""An infinite space of responses: the leaves of a binary tree, alike by the prefix they share.

No response of it is ever seen twice, and only those that are looked at need to exist: the
compressed trie of m leaves has 2m − 1 nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.resampling import generator

__all__ = ["compressed_trie", "dyadic_distances", "prefix_lengths", "random_leaves", "trie_edges"]

BITS = 50
"""Depth of the leaves: below the 53 bits that a float holds exactly, far above log2 of any m."""


def random_leaves(n_leaves: int, *key: Any, random_state: Any = None) -> np.ndarray:
    """Responses drawn from the whole space: integers of 50 random bits.

    Parameters
    ----------
    n_leaves : int
    *key : str or int
        What they are for, as of `resampling.generator`.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int, shape (n_leaves,)

    Examples
    --------
    >>> random_leaves(2, "queries", random_state=0).shape
    (2,)
    """
    return generator(random_state, "leaves", *key).integers(1 << BITS, size=n_leaves)


def prefix_lengths(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """How many leading bits two leaves share: 50 − bit length of u XOR v; 50 for equal leaves.

    Parameters
    ----------
    u, v : ndarray of int
        Leaves; broadcast.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> prefix_lengths(np.array([0, 0, 7]), np.array([1 << 49, 1, 7])).tolist()
    [0, 49, 50]
    """
    return np.asarray(BITS - np.frexp((u ^ v).astype(float))[1])


def dyadic_distances(u: np.ndarray, v: np.ndarray, alpha: float) -> np.ndarray:
    r"""Inference distance of two leaves before any comparison.

    .. math:: d_{IB}(u, v) = 2^{-\alpha \ell(u, v)}

    with ℓ the length of their common prefix. Clusters of one prefix of k bits are the best M = 2ᵏ
    of their size, so the structural function is M^(−α) / (2 − 2^(−α)).

    Parameters
    ----------
    u, v : ndarray of int
        Leaves; broadcast.
    alpha : float
        Above 0.

    Returns
    -------
    ndarray of float
        0 for equal leaves.

    Examples
    --------
    >>> dyadic_distances(np.array([0, 0]), np.array([1 << 49, 1 << 47]), 0.5).round(4).tolist()
    [1.0, 0.5]
    """
    return np.where(u == v, 0.0, 2.0 ** (-alpha * prefix_lengths(u, v)))


def compressed_trie(leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The binary tree of the leaves' prefixes, without nodes that do not branch.

    The branching above leaves i and i + 1 is node m + i. These nodes are the Cartesian tree of the
    neighbours' common prefixes, which one pass with a stack finds.

    Parameters
    ----------
    leaves : ndarray of int, shape (m,)
        Distinct, in rising order.

    Returns
    -------
    parents : ndarray of int, shape (2m − 1,)
        Of the leaves, then of the branchings; −1 of the root.
    depths : ndarray of int, shape (2m − 1,)
        Length of the prefix that a node stands for; 50 of a leaf.

    Examples
    --------
    >>> parents, depths = compressed_trie(np.array([0, 1, 1 << 49]))
    >>> parents.tolist(), depths.tolist()
    ([3, 3, 4, 4, -1], [50, 50, 50, 49, 0])
    """
    m = len(leaves)
    shared = prefix_lengths(leaves[:-1], leaves[1:])
    beside = np.concatenate([[-1], shared, [-1]])
    above_leaf = np.arange(m) - (beside[:-1] > beside[1:])
    above = _cartesian_parents(shared.tolist())
    parents = m + np.concatenate([above_leaf, above])
    parents[m + np.flatnonzero(above < 0)] = -1
    return parents, np.concatenate([np.full(m, BITS), shared])


def _cartesian_parents(keys: list[int]) -> np.ndarray:
    """The parent of each key where the smallest is the root of all and so on either side of it."""
    parents = np.full(len(keys), -1)
    stack: list[int] = []
    for i, key in enumerate(keys):
        last = -1
        while stack and keys[stack[-1]] > key:
            last = stack.pop()
        if last >= 0:
            parents[last] = i
        if stack:
            parents[i] = stack[-1]
        stack.append(i)
    return parents


def trie_edges(leaves: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    r"""Edges whose paths between leaves are as long as `dyadic_distances`.

    A node that stands for a prefix of ℓ bits has the height 2^(−αℓ) / 2, a leaf 0; an edge is as
    long as its ends differ in height.

    Parameters
    ----------
    leaves : ndarray of int, shape (m,)
        Distinct, in rising order; node i of the tree is leaf i.
    alpha : float
        Above 0.

    Returns
    -------
    edges : ndarray of int, shape (2m − 2, 2)
    variances : ndarray of float, shape (2m − 2,)

    Examples
    --------
    >>> edges, variances = trie_edges(np.array([0, 1 << 49]), 0.5)
    >>> edges.tolist(), variances.tolist()
    ([[0, 2], [1, 2]], [0.5, 0.5])
    """
    parents, depths = compressed_trie(leaves)
    heights = 0.5 * 2.0 ** (-alpha * depths)
    heights[: len(leaves)] = 0.0
    below = np.flatnonzero(parents >= 0)
    above = parents[below]
    return np.column_stack([below, above]), heights[above] - heights[below]
