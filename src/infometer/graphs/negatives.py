"""Pairs of nodes that are no edge, drawn uniformly or with the ends' degrees as edges have them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from infometer.graphs.graph import Graph
from infometer.resampling import generator

__all__ = ["edge_keys", "sample_negatives"]

ROUNDS = 64
"""Draws before what is left is listed: only a graph of nearly all pairs comes there."""


def edge_keys(pairs: np.ndarray, n_nodes: int) -> np.ndarray:
    """One integer for each unordered pair: the smaller end times n plus the larger.

    Parameters
    ----------
    pairs : ndarray of int, shape (e, 2)
    n_nodes : int

    Returns
    -------
    ndarray of int64, shape (e,)

    Raises
    ------
    ValueError
        If a number is no node's: two pairs would have one key.

    Examples
    --------
    >>> edge_keys(np.array([[2, 1], [1, 2]]), 10).tolist()
    [12, 12]
    """
    if len(pairs) and not 0 <= pairs.min() <= pairs.max() < n_nodes:
        raise ValueError(
            f"pairs names nodes from {pairs.min()} to {pairs.max()}; expected numbers from 0 to "
            f"{n_nodes - 1}, those of the graph's nodes"
        )
    low, high = pairs.min(axis=1).astype(np.int64), pairs.max(axis=1)
    return low * n_nodes + high


def sample_negatives(
    graph: Graph,
    n_pairs: int,
    *,
    kind: Literal["uniform", "degree"] = "uniform",
    excluded: np.ndarray | None = None,
    key: str = "negatives",
    random_state: Any = None,
) -> np.ndarray:
    """Distinct pairs of different nodes that are no edge of the graph.

    Parameters
    ----------
    graph : Graph
        With all known edges, those held out for validation and test too.
    n_pairs : int
    kind : {"uniform", "degree"}
        All pairs alike, or each end drawn in proportion to its degree: harder, for a scorer that
        only knows which nodes are popular gains nothing by it.
    excluded : ndarray of int, shape (m, 2), optional
        Pairs that must not be drawn either.
    key : str
        The name of the draw: other draws of the same `random_state` are independent of it.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int, shape (n_pairs, 2)
        The smaller end first.

    Raises
    ------
    ValueError
        If the graph leaves fewer such pairs.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> path = graph_from_edges([[0, 1], [1, 2]])
    >>> sample_negatives(path, 1, random_state=0).tolist()
    [[0, 2]]
    """
    n = graph.n_nodes
    taken = edge_keys(graph.edges(), n)
    if excluded is not None:
        barred = np.asarray(excluded).reshape(-1, 2).astype(np.int64)
        barred = barred[barred[:, 0] != barred[:, 1]]
        taken = np.unique(np.concatenate([taken, edge_keys(barred, n)]))
    if kind not in ("uniform", "degree"):
        raise ValueError(f"kind is {kind!r}; it must be 'uniform' or 'degree'")
    able = np.arange(n) if kind == "uniform" else np.flatnonzero(graph.degrees)
    free = len(able) * (len(able) - 1) // 2 - _within(taken, able, n)
    if not 0 <= n_pairs <= free:
        raise ValueError(
            f"n_pairs is {n_pairs}, but only {free} pairs are no edge; expected 0 to so many"
        )
    rng = generator(random_state, key, kind)
    ends = able if kind == "uniform" else graph.adjacency.indices
    found = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        missing = n_pairs - len(found)
        if missing == 0:
            break
        drawn = ends[rng.integers(0, len(ends), (2 * missing + 16, 2))]
        keys = edge_keys(drawn[drawn[:, 0] != drawn[:, 1]], n)
        keys = keys[~_among(keys, taken)]
        fresh = np.unique(np.concatenate([found, keys]), return_index=True)[1]
        found = np.concatenate([found, keys])[np.sort(fresh)][:n_pairs]
    if len(found) < n_pairs:
        every = np.setdiff1d(_all_keys(able, n), np.concatenate([taken, found]))
        found = np.concatenate([found, rng.permutation(every)[: n_pairs - len(found)]])
    return np.column_stack([found // n, found % n])


def _among(keys: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Which keys are in the sorted `taken`."""
    if len(taken) == 0:
        return np.zeros(len(keys), dtype=bool)
    place = np.searchsorted(taken, keys)
    return np.asarray(taken[np.minimum(place, len(taken) - 1)] == keys)


def _within(taken: np.ndarray, able: np.ndarray, n: int) -> int:
    """How many taken pairs have both ends among the nodes that can be drawn."""
    can = np.zeros(n, dtype=bool)
    can[able] = True
    return int((can[taken // n] & can[taken % n]).sum())


def _all_keys(able: np.ndarray, n: int) -> np.ndarray:
    low, high = np.triu_indices(len(able), 1)
    return able[low].astype(np.int64) * n + able[high]
