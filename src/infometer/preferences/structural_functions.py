"""How well the items are tied together before any comparison, at every grain."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import squareform

from infometer.preferences.cluster_exchange import exchange_items
from infometer.preferences.comparison_graph import ComparisonGraph

__all__ = ["structural_function"]

MOST_ITEMS = 1000


def structural_function(graph: ComparisonGraph, n_clusters: Any) -> Any:
    r"""Upper bound on F(M): the mean prior distance within the worst of M balanced clusters.

    .. math:: F(M) = \min_{C_1 \dots C_M} \max_i \, E_{u, v \in C_i}[d_{IB}(u, v)], \qquad
        \frac{n}{2M} \le |C_i| \le \frac{2n}{M}

    with d_IB the length of the shortest path of prior edges and u, v drawn independently. A quick
    fall says that few responses stand for all; F(1) is the mean distance of all items.

    The best clusters are hard to find. These are the best of all that are consecutive in one order
    of the items, the leaf order of average linkage; then the worst cluster gives an item away, or
    exchanges one, as long as that helps. Exact on a path, a star, a clique and the dyadic space.

    Parameters
    ----------
    graph : ComparisonGraph
        Of which only the prior edges count, and at most 1000 items.
    n_clusters : int or sequence of int
        M, each from 1 to the number of items.

    Returns
    -------
    float or ndarray
        One for each M; infinite where a cluster would have to join what no prior edges join.

    Raises
    ------
    ValueError
        If M is out of range, or there are more than 1000 items.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    2025, section 4 (structural function).

    Examples
    --------
    On a path F falls as 1/M:

    >>> from infometer.preferences import path_pairs
    >>> path = ComparisonGraph(n_items=64, pairs=[], prior_edges=path_pairs(64),
    ...                        prior_variances=1.0)
    >>> structural_function(path, [1, 2, 4, 8]).round(3).tolist()
    [21.328, 10.656, 5.312, 2.625]
    """
    counts = np.asarray(n_clusters)
    n = graph.n_items
    if counts.dtype.kind not in "iu" or counts.min() < 1 or counts.max() > n:
        raise ValueError(f"n_clusters is {n_clusters}; expected whole numbers from 1 to {n}")
    if n > MOST_ITEMS:
        raise ValueError(
            f"graph has {n} items; all their distances are needed, for at most {MOST_ITEMS}: "
            "give a random part of the items"
        )
    distances = _prior_distances(graph)
    order = _linkage_order(distances)
    ordered = distances[np.ix_(order, order)]
    means = _mean_within(ordered)
    worst = [_bound(ordered, means, m) for m in counts.ravel().tolist()]
    return worst[0] if counts.ndim == 0 else np.array(worst).reshape(counts.shape)


def _bound(distances: np.ndarray, means: np.ndarray, m: int) -> float:
    """The worst cluster's mean after the best cut, and after exchanges where all is connected."""
    n = len(distances)
    bounds = -(-n // (2 * m)), min(2 * n // m, n)
    worst, ends = _least_worst_cut(means, m, bounds)
    if m == 1 or not np.isfinite(distances).all():
        return worst
    return exchange_items(distances, np.searchsorted(ends, np.arange(n), side="right"), bounds)


def _prior_distances(graph: ComparisonGraph) -> np.ndarray:
    """Lengths of the shortest paths of prior edges, inf where there is none. Shape (n, n)."""
    n = graph.n_items
    u, v = np.sort(graph.prior_edges, axis=1).T
    order = np.lexsort((graph.prior_variances, v, u))
    keys, first = np.unique((u * n + v)[order], return_index=True)
    shortest = graph.prior_variances[order][first]
    return dijkstra(csr_array((shortest, np.divmod(keys, n)), shape=(n, n)), directed=False)


def _linkage_order(distances: np.ndarray) -> np.ndarray:
    """The items as leaves of average linkage, every two branches joined at their nearest ends."""
    n = len(distances)
    finite = np.where(np.isfinite(distances), distances, 0.0)
    filled = np.where(np.isfinite(distances), distances, 2.0 * finite.max() + 1.0)
    branches = [[item] for item in range(n)]
    merges = linkage(squareform(filled, checks=False), "average") if n > 1 else np.empty((0, 4))
    for left, right in merges[:, :2].astype(int).tolist():
        a, b = branches[left], branches[right]
        joins = ((a, b), (a, b[::-1]), (a[::-1], b), (a[::-1], b[::-1]))
        first, second = min(joins, key=lambda join: filled[join[0][-1], join[1][0]])
        branches.append(first + second)
    return np.array(branches[-1])


def _mean_within(distances: np.ndarray) -> np.ndarray:
    """Mean distance of items i to j − 1, for all i < j; others 0. Shape (n, n + 1)."""
    n = len(distances)
    far = np.isinf(distances)
    total = _block_sums(np.where(far, 0.0, distances))
    size = np.arange(n + 1)[None, :] - np.arange(n)[:, None]
    means = np.divide(total, size**2.0, out=np.zeros((n, n + 1)), where=size > 0)
    means[(size > 0) & (_block_sums(far.astype(float)) > 0)] = np.inf
    return means


def _block_sums(matrix: np.ndarray) -> np.ndarray:
    """Sum of matrix[i:j, i:j], for all i < j. Shape (n, n + 1)."""
    n = len(matrix)
    sums = np.zeros((n + 1, n + 1))
    sums[1:, 1:] = matrix.cumsum(axis=0).cumsum(axis=1)
    corner = sums.diagonal()
    return corner[None, :] - 2.0 * sums[:n, :] + corner[:n, None]


def _least_worst_cut(means: np.ndarray, m: int, bounds: tuple[int, int]) -> tuple[float, list[int]]:
    """The least possible largest mean of m consecutive pieces, and where the pieces end."""
    n = len(means)
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    before = np.zeros((m, n + 1), dtype=int)
    for row in before:
        following = np.full(n + 1, np.inf)
        for size in range(bounds[0], bounds[1] + 1):
            piece = means[np.arange(n - size + 1), np.arange(size, n + 1)]
            worst = np.maximum(best[: n - size + 1], piece)
            better = worst < following[size:]
            following[size:][better] = worst[better]
            row[size:][better] = np.flatnonzero(better)
        best = following
    ends = [n]
    for row in before[::-1]:
        ends.append(int(row[ends[-1]]))
    return float(best[n]), ends[-2::-1]
