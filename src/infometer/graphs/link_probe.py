"""What a score of pairs tells of links: bins of the score against link or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from infometer.graphs.compatibility import CompatibilityMatrix, pair_scores
from infometer.graphs.embeddings import GraphEmbeddings
from infometer.graphs.graph import Graph
from infometer.graphs.link_heuristics import (
    adamic_adar,
    common_neighbours,
    katz,
    resource_allocation,
)
from infometer.resampling import generator, integer_seed

__all__ = ["HEURISTICS", "LinkSamples", "link_samples", "link_table", "probe_component"]

HEURISTICS: dict[str, Callable[[Graph, np.ndarray], np.ndarray]] = {
    "common neighbours": common_neighbours,
    "Adamic–Adar": adamic_adar,
    "resource allocation": resource_allocation,
    "Katz": katz,
}
"""The scores that need nothing learned."""

MOST_FITTED = 20_000
"""Training edges that the bins are fitted on: quantiles need no more."""
NEGATIVES_PER_EDGE = 2


class LinkSamples(NamedTuple):
    """Pairs to fit bins on, and held-out links with as many pairs that are none, each (m, 2)."""

    fitted: np.ndarray
    links: np.ndarray
    none: np.ndarray


class LinkScores(NamedTuple):
    """The scores of `LinkSamples`, in the same parts."""

    fitted: np.ndarray
    links: np.ndarray
    none: np.ndarray


def link_samples(
    graph: Graph, links: np.ndarray, none: np.ndarray, random_state: Any = None
) -> LinkSamples:
    """The pairs of a link probe: training edges with twice as many random pairs, and held-out ones.

    Parameters
    ----------
    graph : Graph
        Of the training edges.
    links, none : ndarray of int, shape (v, 2)
        Held-out links and pairs that are none.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    LinkSamples

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> square = graph_from_edges([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> found = link_samples(square, np.array([[0, 2]]), np.array([[1, 3]]), random_state=0)
    >>> [len(part) for part in found]
    [12, 1, 1]
    """
    edges, rng = graph.edges(), generator(random_state, "bins")
    if len(edges) > MOST_FITTED:
        edges = edges[np.sort(rng.choice(len(edges), MOST_FITTED, replace=False))]
    first = rng.integers(0, graph.n_nodes, NEGATIVES_PER_EDGE * len(edges))
    other = (first + rng.integers(1, graph.n_nodes, len(first))) % graph.n_nodes
    return LinkSamples(np.concatenate([edges, np.column_stack([first, other])]), links, none)


def link_table(fitted: Any, links: Any, none: Any, n_bins: int = 8) -> np.ndarray:
    """Bins of a score against link or none, the bins between quantiles of the fitted scores.

    A score that so many pairs have that it would fill a bin, such as no common neighbour, is a bin
    by itself, and the quantiles are those of the others.

    Parameters
    ----------
    fitted : array-like of float, shape (m,)
        Scores that the quantiles are taken from; quantiles that coincide are one.
    links, none : array-like of float, shape (p,) and (q,)
    n_bins : int

    Returns
    -------
    ndarray of int, shape (b, 2)
        The lowest scores first; pairs that are no link in the first column.

    Examples
    --------
    >>> link_table([0, 0, 1, 2, 3], links=[2, 3], none=[0, 1], n_bins=2).tolist()
    [[1, 0], [1, 2]]
    """
    cuts = _cuts(np.asarray(fitted), n_bins)
    counts = [
        np.bincount(np.searchsorted(cuts, scores, side="right"), minlength=len(cuts) + 1)
        for scores in (none, links)
    ]
    table = np.column_stack(counts)
    return np.asarray(table[table.any(axis=1)])


def _cuts(fitted: np.ndarray, n_bins: int) -> np.ndarray:
    """Where a bin ends and the next one starts."""
    values, counts = np.unique(fitted, return_counts=True)
    heavy = np.flatnonzero(counts * n_bins > len(fitted))
    around = [values[heavy], values[np.minimum(heavy + 1, len(values) - 1)]]
    others = fitted[~np.isin(fitted, values[heavy])]
    left = n_bins - len(heavy)
    if len(others) and left > 1:
        around.append(np.quantile(others, np.linspace(0, 1, left + 1)[1:-1]))
    return np.unique(np.concatenate(around))


def probe_component(
    graph: Graph, name: str, samples: LinkSamples, *, random_state: Any = None, **settings: Any
) -> tuple[LinkScores, LinkScores, tuple[str, ...]]:
    """Scores by one embedding, with the compatibility matrix and by plain dot products.

    Parameters
    ----------
    graph : Graph
        Of the training edges.
    name : str
        Of `COMPONENTS`.
    samples : LinkSamples
    random_state : int, None, RandomState or Generator
    **settings
        Of `GraphEmbeddings`.

    Returns
    -------
    adjusted, raw : LinkScores
    notes : tuple of str

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> graph = as_graph(nx.davis_southern_women_graph())
    >>> samples = link_samples(graph, graph.edges()[:5], np.array([[0, 1], [2, 3]]), 0)
    >>> adjusted, raw, _ = probe_component(graph, "U", samples, n_components=4, random_state=0)
    >>> bool(adjusted.links.mean() > adjusted.none.mean())
    True
    >>> bool(raw.links.mean() > raw.none.mean())
    False
    """
    embeddings = GraphEmbeddings(components=(name,), random_state=random_state, **settings)
    z = embeddings.fit_transform(graph)[name]
    if z.shape[1] == 0:
        nothing = LinkScores(*(np.zeros(len(pairs)) for pairs in samples))
        return nothing, nothing, embeddings.notes_
    seed = integer_seed(random_state, "compatibility", name)
    matrix = CompatibilityMatrix(random_state=seed).fit(z, graph).matrix_
    adjusted, raw = (
        LinkScores(*(pair_scores(z, used, pairs) for pairs in samples)) for used in (matrix, None)
    )
    return adjusted, raw, embeddings.notes_
