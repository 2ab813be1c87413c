"""The training graph of a probe, its held-out links, and pairs that are none."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from infometer.graphs.graph import Graph
from infometer.graphs.negatives import edge_keys, sample_negatives
from infometer.graphs.reading import as_graph
from infometer.graphs.splits import EdgeSplit, check_no_leak, refuse_edges, split_edges

__all__ = ["HeldOutLinks", "held_out_links"]


class HeldOutLinks(NamedTuple):
    """A graph of training edges, links that are not in it, and pairs that are no link, (m, 2)."""

    graph: Graph
    links: np.ndarray
    none: np.ndarray


def held_out_links(
    given: Any,
    validation: Any = None,
    none: Any = None,
    *,
    by: Literal["random", "time"] = "random",
    negatives: Literal["uniform", "degree"] = "uniform",
    random_state: Any = None,
) -> HeldOutLinks:
    """Links to measure on: those given, a split's validation, or 30 % of a graph's edges.

    Parameters
    ----------
    given : EdgeSplit, Graph, or anything that `as_graph` reads
    validation, none : array-like of int, shape (v, 2) and (w, 2), optional
        Of a graph of training edges; without `none` as many pairs as links are drawn.
    by, negatives
        As in `split_edges`.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    HeldOutLinks

    Raises
    ------
    ValueError
        If a held-out link is in the training graph, or a pair that is none is a link.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> path = graph_from_edges([[0, 1], [1, 2], [2, 3]])
    >>> held_out_links(path, [[0, 3]], [[0, 2]]).links.tolist()
    [[0, 3]]
    >>> held_out_links(path, [[0, 3]], [[2, 1]])
    Traceback (most recent call last):
    ...
    ValueError: 1 of 1 validation_negatives are edges, such as (2, 1); expected pairs that are none
    """
    if isinstance(given, EdgeSplit):
        if validation is not None or none is not None:
            raise ValueError("validation was given beside an EdgeSplit, which has its own")
        return HeldOutLinks(given.graph, given.validation, given.validation_negatives)
    graph = as_graph(given)
    if validation is None:
        if none is not None:
            raise ValueError("validation_negatives was given without validation; give both")
        split = split_edges(graph, by=by, negatives=negatives, random_state=random_state)
        return HeldOutLinks(
            split.graph,
            np.concatenate([split.validation, split.test]),
            np.concatenate([split.validation_negatives, split.test_negatives]),
        )
    links = _pairs(validation, graph, "validation")
    check_no_leak(graph, links, "validation")
    if none is None:
        none = sample_negatives(
            graph, len(links), kind=negatives, excluded=links, random_state=random_state
        )
        return HeldOutLinks(graph, links, none)
    none = _pairs(none, graph, "validation_negatives")
    known = edge_keys(np.concatenate([graph.edges(), links]), graph.n_nodes)
    refuse_edges(none, known, "validation_negatives", graph.n_nodes)
    return HeldOutLinks(graph, links, none)


def _pairs(given: Any, graph: Graph, name: str) -> np.ndarray:
    pairs = np.asarray(given)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(
            f"{name} has the shape {pairs.shape} and the type {pairs.dtype}; expected whole "
            "numbers of nodes, shape (v, 2)"
        )
    if len(pairs) and not 0 <= pairs.min() <= pairs.max() < graph.n_nodes:
        raise ValueError(
            f"{name} names nodes from {pairs.min()} to {pairs.max()}; expected numbers from 0 to "
            f"{graph.n_nodes - 1}"
        )
    return pairs.astype(np.int64, copy=False)
