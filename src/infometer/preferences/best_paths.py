"""The inference distance: the variance of a difference along the single best path."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from infometer.contracts import Estimate
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.resampling import generator

__all__ = ["inference_distance", "mean_inference_distance"]

BLOCK = 8_000_000
"""Distances that are held at a time."""


def inference_distance(graph: ComparisonGraph, sources: Any, targets: Any) -> np.ndarray:
    r"""d(u, v) = min over paths of Σ σ²: what the best single chain of comparisons tells.

    At least `effective_resistance`, which adds up all paths, and the same where there is one path
    only. It knows neither `prior_precision` nor `weights`, and a comparison made twice tells it
    nothing new: that is so in the paper's metric.

    Parameters
    ----------
    graph : ComparisonGraph
    sources : array of int, shape (s,)
    targets : array of int, shape (t,)

    Returns
    -------
    ndarray, shape (s, t)
        Infinite where no path leads.

    References
    ----------
    Qiu et al. (2024), "Reward Generalization in RLHF: A Topological Perspective", arXiv:2402.10184.

    Examples
    --------
    A prior edge of variance 1 and comparisons of variance 2 and 3 in a triangle:

    >>> graph = ComparisonGraph(n_items=3, pairs=[(1, 2), (0, 2)], kind="cardinal",
    ...                         variances=[2, 3], prior_edges=[(0, 1)], prior_variances=[1])
    >>> inference_distance(graph, [0], [1, 2]).tolist()
    [[1.0, 3.0]]
    """
    start, end = (_items(graph, given, name) for given, name in
                  ((sources, "sources"), (targets, "targets")))  # fmt: skip
    lengths = _best_edges(graph)
    found = np.empty((len(start), len(end)))
    n_blocks = max(1, -(-len(start) * graph.n_items // BLOCK))
    for block in np.array_split(np.arange(len(start)), n_blocks):
        found[block] = dijkstra(lengths, directed=False, indices=start[block])[:, end]
    return found


def mean_inference_distance(
    graph: ComparisonGraph, *, n_sources: int = 256, random_state: Any = None
) -> Estimate:
    r"""Mean inference distance of two different items, from sources drawn without replacement.

    Parameters
    ----------
    graph : ComparisonGraph
    n_sources : int
        With as many items or fewer the mean is exact.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Estimate
        Infinite where some pair has no path.

    Examples
    --------
    >>> path = ComparisonGraph(n_items=4, pairs=[(0, 1), (1, 2), (2, 3)], kind="cardinal",
    ...                        variances=1.0)
    >>> mean_inference_distance(path)  # of 1, 1, 1, 2, 2, 3
    1.667 ± 0.000 reward² (exact, n=4)
    """
    n = graph.n_items
    if n < 2:
        raise ValueError("the graph has 1 item; a mean distance needs two")
    if n_sources < 2:
        raise ValueError(f"n_sources is {n_sources}; it must be at least 2")
    s = min(n, n_sources)
    drawn = generator(random_state, "sources").choice(n, s, replace=False)
    means, lengths = np.empty(s), _best_edges(graph)
    for i, source in enumerate(drawn):
        means[i] = dijkstra(lengths, directed=False, indices=source).sum() / (n - 1)
    finite = bool(np.isfinite(means).all())
    spread = means.std(ddof=1) * np.sqrt((1 - s / n) / s) if finite else None
    return Estimate(
        "mean inference distance",
        float(means.mean()),
        "reward²",
        standard_error=None if spread is None else float(spread),
        n_samples=s,
        method="exact" if s == n else "sampled sources",
    )


def _best_edges(graph: ComparisonGraph) -> csr_array:
    """The least variance of each pair that an edge joins; parallel edges are not summed."""
    counts = 1.0 if graph.weights is None else graph.weights
    pairs, w = graph.edges(graph.comparison_precisions() / counts)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    order = np.lexsort((-w, high, low))
    low, high, w = low[order], high[order], w[order]
    first = np.ones(len(w), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return csr_array(
        (1.0 / w[first], (low[first], high[first])), shape=(graph.n_items, graph.n_items)
    )


def _items(graph: ComparisonGraph, given: Any, argument: str) -> np.ndarray:
    items = np.atleast_1d(np.asarray(given))
    if items.ndim != 1 or (items.size and items.dtype.kind not in "iu"):
        raise ValueError(f"{argument} is no list of items; expected whole numbers")
    if items.size and (items.min() < 0 or items.max() >= graph.n_items):
        raise ValueError(
            f"{argument} names items {items.min()} to {items.max()}; expected 0 to "
            f"{graph.n_items - 1}"
        )
    return items.astype(np.int64)
