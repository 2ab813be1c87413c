"""Bridges: edges without which the graph falls apart."""

from __future__ import annotations

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph

__all__ = ["bridges"]


def bridges(graph: ComparisonGraph) -> np.ndarray:
    """Which edges are the only path between their ends: a part of the ranking hangs by each.

    Two comparisons of one pair are no bridges. One depth-first search, linear in the edges.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    ndarray of bool, shape (k,)
        Of `ComparisonGraph.edges`.

    References
    ----------
    Tarjan (1974), "A note on finding the bridges of a graph".

    Examples
    --------
    A triangle that hangs by one comparison:

    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1), (1, 2), (0, 2), (2, 3)])
    >>> bridges(graph).tolist()
    [False, False, False, True]
    """
    ends, _ = graph.edges()
    n, found = graph.n_items, np.zeros(len(ends), dtype=bool)
    starts, others, edges = _incident(ends, n)
    entered, lowest, places = [0] * n, [0] * n, starts[:n]
    clock = 0
    for root in range(n):
        path = [] if entered[root] else [(root, -1)]
        while path:
            at, by = path[-1]
            if not entered[at]:
                clock += 1
                entered[at] = lowest[at] = clock
            if places[at] < starts[at + 1]:
                other, edge = others[places[at]], edges[places[at]]
                places[at] += 1
                if not entered[other]:
                    path.append((other, edge))
                elif edge != by:
                    lowest[at] = min(lowest[at], entered[other])
                continue
            path.pop()
            if path:
                parent = path[-1][0]
                lowest[parent] = min(lowest[parent], lowest[at])
                found[by] = lowest[at] == entered[at]
    return found


def _incident(ends: np.ndarray, n_items: int) -> tuple[list[int], list[int], list[int]]:
    """Where each item's edges begin, then for all of them the other end and the edge's number."""
    items, others = ends.T.ravel(), ends[:, ::-1].T.ravel()
    order = np.argsort(items, kind="stable")
    starts = np.searchsorted(items[order], np.arange(n_items + 1))
    return starts.tolist(), others[order].tolist(), (order % max(len(ends), 1)).tolist()
