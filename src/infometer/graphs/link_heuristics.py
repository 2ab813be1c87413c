"""What the neighbourhoods of two nodes say of a link between them, without anything learned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy import sparse

from infometer.graphs.graph import Graph

__all__ = ["adamic_adar", "common_neighbours", "katz", "resource_allocation"]

ENTRIES = 1 << 22
"""Neighbours, or neighbours' neighbours, that are gathered at a time."""


def common_neighbours(graph: Graph, pairs: np.ndarray) -> np.ndarray:
    r"""Number of common neighbours, :math:`|N(i) \cap N(j)|`.

    Like all functions of this file it counts edges without their weights, and is the same whether
    or not the pair is an edge itself: an edge that is known beforehand tells nothing here.

    Parameters
    ----------
    graph : Graph
        Of the training edges.
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray of float, shape (m,)

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> square = graph_from_edges([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> common_neighbours(square, np.array([[0, 2], [0, 1]])).tolist()
    [2.0, 0.0]
    """
    return _weighed_in_common(graph, pairs, np.ones(graph.n_nodes))


def adamic_adar(graph: Graph, pairs: np.ndarray) -> np.ndarray:
    r"""Common neighbours, the rarer the more, :math:`\sum_u 1 / \log d_u` over them.

    Parameters
    ----------
    graph : Graph
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray of float, shape (m,)

    References
    ----------
    L. A. Adamic and E. Adar, "Friends and neighbors on the web", Social Networks 25, 211 (2003).

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> square = graph_from_edges([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> adamic_adar(square, np.array([[0, 2]])).round(4).tolist()
    [2.8854]
    """
    return _weighed_in_common(graph, pairs, 1.0 / np.log(np.maximum(graph.degrees, 2)))


def resource_allocation(graph: Graph, pairs: np.ndarray) -> np.ndarray:
    r"""What i can send j through common neighbours, :math:`\sum_u 1 / d_u` over them.

    Parameters
    ----------
    graph : Graph
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray of float, shape (m,)

    References
    ----------
    T. Zhou, L. Lü and Y.-C. Zhang, "Predicting missing links via local information", Eur. Phys.
    J. B 71, 623 (2009).

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> square = graph_from_edges([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> resource_allocation(square, np.array([[0, 2]])).tolist()
    [1.0]
    """
    return _weighed_in_common(graph, pairs, 1.0 / np.maximum(graph.degrees, 1))


def katz(graph: Graph, pairs: np.ndarray, *, beta: float = 0.005) -> np.ndarray:
    r"""Katz index up to walks of three steps, :math:`\beta^2 (A^2)_{ij} + \beta^3 (A^3)_{ij}`.

    Walks over the pair's own edge, where it is one, are left out, so that A is the graph without
    it; there is then no walk of one step.

    Parameters
    ----------
    graph : Graph
    pairs : ndarray of int, shape (m, 2)
    beta : float
        What each step costs; with 0.005, walks of four steps and more are too few to matter.

    Returns
    -------
    ndarray of float, shape (m,)

    References
    ----------
    L. Katz, Psychometrika 18, 39 (1953); D. Liben-Nowell and J. Kleinberg, "The link-prediction
    problem for social networks", JASIST 58, 1019 (2007).

    Examples
    --------
    Between opposite corners two walks of two steps, between neighbours one of three:

    >>> from infometer.graphs import graph_from_edges
    >>> square = graph_from_edges([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> katz(square, np.array([[0, 2], [0, 1]]), beta=0.1).round(6).tolist()
    [0.02, 0.001]
    """
    return beta**2 * common_neighbours(graph, pairs) + beta**3 * _three_steps(graph, pairs)


def _weighed_in_common(graph: Graph, pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum of the weights of the nodes that both ends of a pair are tied to."""
    plain = _unweighted(graph)
    weighted = sparse.csr_array(plain @ sparse.diags_array(weights))
    found = np.empty(len(pairs))
    for block in _blocks(graph.degrees[pairs[:, 0]] + graph.degrees[pairs[:, 1]]):
        i, j = pairs[block].T
        found[block] = np.asarray(plain[i].multiply(weighted[j]).sum(axis=1)).ravel()
    return found


def _three_steps(graph: Graph, pairs: np.ndarray) -> np.ndarray:
    r"""Walks of three steps between the ends that do not use their own edge.

    Of :math:`(A^3)_{ij}`, with an edge between i and j, :math:`d_i + d_j - 1` use it.
    """
    plain = _unweighted(graph)
    reach = plain @ graph.degrees
    pairs = np.where((reach[pairs[:, 0]] <= reach[pairs[:, 1]])[:, None], pairs, pairs[:, ::-1])
    order = np.argsort(pairs[:, 0], kind="stable")
    sizes = np.minimum(reach, graph.n_nodes)[pairs[order, 0]] + graph.degrees[pairs[order, 1]]
    found = np.empty(len(pairs))
    for block in _blocks(sizes):
        i, j = pairs[order[block]].T
        starts, place = np.unique(i, return_inverse=True)
        two_steps = sparse.csr_array(plain[starts] @ plain)
        walks = np.asarray(two_steps[place].multiply(plain[j]).sum(axis=1)).ravel()
        tied = np.asarray(plain[i, j]).ravel()
        found[order[block]] = walks - tied * (graph.degrees[i] + graph.degrees[j] - 1)
    return found


def _unweighted(graph: Graph) -> sparse.csr_array:
    adjacency = graph.adjacency
    ones = np.ones(adjacency.nnz)
    return sparse.csr_array((ones, adjacency.indices, adjacency.indptr), shape=adjacency.shape)


def _blocks(costs: np.ndarray) -> Iterator[slice]:
    """Stretches of pairs that cost about as much memory each."""
    ends = np.searchsorted(np.cumsum(costs), np.arange(ENTRIES, costs.sum() + ENTRIES, ENTRIES))
    bounds = np.unique(np.r_[0, np.minimum(ends + 1, len(costs)), len(costs)]).astype(int)
    for start, stop in pairwise(bounds):
        yield slice(start, stop)
