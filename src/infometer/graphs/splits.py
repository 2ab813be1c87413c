"""Edges for training, validation and test, at random or by time, and the pairs that are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from infometer.graphs.graph import Graph
from infometer.graphs.negatives import edge_keys, sample_negatives
from infometer.resampling import generator

__all__ = ["EdgeSplit", "check_no_leak", "refuse_edges", "split_edges"]


@dataclass(frozen=True, eq=False)
class EdgeSplit:
    """A graph of the training edges alone, and held-out edges with as many pairs that are none.

    Parameters
    ----------
    graph : Graph
        All nodes, the training edges.
    validation, test : ndarray of int, shape (v, 2) and (t, 2)
    validation_negatives, test_negatives : ndarray of int, shape (v, 2) and (t, 2)
        Edges of no part.
    by, negatives : str
        How `split_edges` made them; "given" where someone else did.

    Raises
    ------
    ValueError
        If a held-out edge is in the training graph, validation and test share one, or a pair that
        should be none is an edge of some part.
    """

    graph: Graph
    validation: np.ndarray
    validation_negatives: np.ndarray
    test: np.ndarray
    test_negatives: np.ndarray
    by: str = "given"
    negatives: str = "given"

    def __post_init__(self) -> None:
        n = self.graph.n_nodes
        training = edge_keys(self.graph.edges(), n)
        held_out = {name: _pairs(getattr(self, name)) for name in ("validation", "test")}
        for name, pairs in held_out.items():
            _refuse_leak(pairs, training, name, n)
        validation, test = (edge_keys(pairs, n) for pairs in held_out.values())
        shared = int(np.isin(validation, test).sum())
        if shared:
            raise ValueError(
                f"{shared} of {len(validation)} validation edges are test edges too; expected "
                "none: what is chosen on them would know the test"
            )
        known = np.concatenate([training, validation, test])
        for name in ("validation_negatives", "test_negatives"):
            refuse_edges(_pairs(getattr(self, name)), known, name, n)


def check_no_leak(graph: Graph, held_out: np.ndarray, name: str) -> None:
    """Raise ValueError where an edge that is held out is in the training graph.

    Parameters
    ----------
    graph : Graph
        Of the training edges.
    held_out : ndarray of int, shape (e, 2)
    name : str
        What they are held out for.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> check_no_leak(graph_from_edges([[0, 1], [1, 2]]), np.array([[2, 1]]), "validation")
    Traceback (most recent call last):
    ...
    ValueError: 1 of 1 validation edges are in the training graph, such as (2, 1): ...
    """
    training = edge_keys(graph.edges(), graph.n_nodes)
    _refuse_leak(_pairs(held_out), training, name, graph.n_nodes)


def refuse_edges(none: np.ndarray, edges: np.ndarray, name: str, n_nodes: int) -> None:
    """Raise ValueError where a pair that should be none is an edge.

    Parameters
    ----------
    none : ndarray of int, shape (m, 2)
    edges : ndarray of int, shape (e,)
        The `edge_keys` of all edges.
    name : str
        The argument.
    n_nodes : int

    Examples
    --------
    >>> refuse_edges(np.array([[2, 1]]), np.array([5]), "test_negatives", 3)
    Traceback (most recent call last):
    ...
    ValueError: 1 of 1 test_negatives are edges, such as (2, 1); expected pairs that are none
    """
    known = np.isin(edge_keys(none, n_nodes), edges)
    if known.any():
        raise ValueError(
            f"{int(known.sum())} of {len(none)} {name} are edges, such as {_first(none, known)}; "
            "expected pairs that are none"
        )


def _refuse_leak(pairs: np.ndarray, training: np.ndarray, name: str, n_nodes: int) -> None:
    inside = np.isin(edge_keys(pairs, n_nodes), training)
    if inside.any():
        raise ValueError(
            f"{int(inside.sum())} of {len(pairs)} {name} edges are in the training graph, such as "
            f"{_first(pairs, inside)}: what is measured on them would be known beforehand; take "
            "them out of the graph, as split_edges does"
        )


def _pairs(given: Any) -> np.ndarray:
    return np.asarray(given).reshape(-1, 2).astype(np.int64)


def _first(pairs: np.ndarray, which: np.ndarray) -> tuple[int, int]:
    """The first of these pairs, for a message."""
    i, j = pairs[int(which.argmax())].tolist()
    return i, j


def split_edges(
    graph: Graph,
    *,
    fractions: Sequence[float] = (0.7, 0.1, 0.2),
    by: Literal["random", "time"] = "random",
    negatives: Literal["uniform", "degree"] = "uniform",
    random_state: Any = None,
) -> EdgeSplit:
    """Part the edges into training, validation and test.

    Parameters
    ----------
    graph : Graph
    fractions : three floats
        Above 0, with the sum 1.
    by : {"random", "time"}
        By time the last edges are the test's and those before them the validation's; edges of one
        time come in a random order.
    negatives : {"uniform", "degree"}
        How the pairs that are no edge are drawn; none is an edge of any part.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    EdgeSplit

    Raises
    ------
    ValueError
        If a part would be empty, or the edges have no times to split by.

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> split = split_edges(as_graph(nx.karate_club_graph()), random_state=0)
    >>> split.graph.n_edges, len(split.validation), len(split.test)
    (55, 7, 16)
    """
    shares = np.asarray(fractions, dtype=float)
    if shares.shape != (3,) or (shares <= 0).any() or abs(shares.sum() - 1.0) > 1e-9:
        raise ValueError(
            f"fractions is {tuple(fractions)}; expected the shares of training, validation and "
            "test, above 0 and with the sum 1"
        )
    edges = graph.edges()
    ends = np.round(np.cumsum(shares) * len(edges)).astype(int)
    order = _order(graph, by, random_state)
    train, validation, test = order[: ends[0]], order[ends[0] : ends[1]], order[ends[1] :]
    if min(len(train), len(validation), len(test)) == 0:
        raise ValueError(f"{len(edges)} edges cannot be parted into {tuple(fractions)}: too few")
    kept = np.zeros(len(edges), dtype=bool)
    kept[train] = True
    n_none = len(validation) + len(test)
    none = sample_negatives(
        graph, n_none, kind=negatives, key="held-out negatives", random_state=random_state
    )
    return EdgeSplit(
        graph.with_edges(kept),
        edges[np.sort(validation)],
        none[: len(validation)],
        edges[np.sort(test)],
        none[len(validation) :],
        by,
        negatives,
    )


def _order(graph: Graph, by: str, random_state: Any) -> np.ndarray:
    if by == "random":
        return generator(random_state, "edges").permutation(graph.n_edges)
    if by != "time":
        raise ValueError(f"by is {by!r}; it must be 'random' or 'time'")
    if graph.times is None:
        raise ValueError("by is 'time', and the edges have no times: give as_graph a time column")
    when = np.unique(graph.times, return_inverse=True)[1]
    return np.lexsort((generator(random_state, "ties").permutation(graph.n_edges), when))
