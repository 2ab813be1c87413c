"""A graph as a few vectors, each of one source: size, centralities, walks, features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from infometer.graphs.graph import Graph
from infometer.graphs.propagation import propagation_matrix

__all__ = ["GRAPH_COMPONENTS", "centralities", "graph_descriptors", "return_probabilities"]

GRAPH_COMPONENTS = {
    "N": "numbers of nodes and edges",
    "C": "centralities",
    "P": "centralities of neighbours",
    "W": "walks that return",
    "F": "features",
    "S": "features of neighbours and the nodes' own",
}
"""What each descriptor knows."""

QUANTILES = (0.1, 0.5, 0.9)
DAMPING = 0.85
LONGEST_WALK = 6


def graph_descriptors(graphs: Sequence[Graph]) -> dict[str, np.ndarray]:
    r"""Descriptors of graphs, pooled over their nodes.

    A value of every node is pooled to its mean, its standard deviation and three quantiles. The
    values are: of C the `centralities`; of P these after one and two steps of :math:`D^{-1} A`; of
    W the `return_probabilities`; of F the features, on the scale that they have, for graphs are
    compared by it; of S these after two steps of
    :math:`\tilde D^{-1/2} \tilde A \tilde D^{-1/2}`. N is the logarithm of the numbers of nodes
    and edges.

    Parameters
    ----------
    graphs : sequence of Graph
        Each with a node at least.

    Returns
    -------
    dict of str to ndarray, shape (g, p)
        Without F and S where no graph has features.

    Raises
    ------
    ValueError
        If there is no graph, one has no nodes, or they have different numbers of features.

    References
    ----------
    "NetinfoGC", arXiv 2607.03587 (2026), for the idea; the descriptors are ours.

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> found = graph_descriptors([as_graph(nx.path_graph(5)), as_graph(nx.cycle_graph(5))])
    >>> {name: values.shape for name, values in found.items()}
    {'N': (2, 2), 'C': (2, 15), 'P': (2, 30), 'W': (2, 25)}
    """
    if len(graphs) == 0 or min(graph.n_nodes for graph in graphs) == 0:
        raise ValueError(
            f"graphs has {len(graphs)} graphs, some without nodes; expected at least one graph, "
            "each with nodes: leave empty graphs out"
        )
    widths = {None if g.features is None else g.features.shape[1] for g in graphs}
    if len(widths) > 1:
        told = sorted(0 if width is None else width for width in widths)
        raise ValueError(
            f"graphs have {', '.join(map(str, told))} features; expected equally many of all, or "
            "none: leave the features out, or fill them"
        )
    rows = [_described(graph) for graph in graphs]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def centralities(graph: Graph) -> np.ndarray:
    """Logarithm of degree + 1, n times PageRank, and clustering coefficient of every node.

    Parameters
    ----------
    graph : Graph
        Weights of edges are not used.

    Returns
    -------
    ndarray of float, shape (n, 3)

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> centralities(graph_from_edges([[0, 1], [1, 2], [0, 2]])).round(3).tolist()[0]
    [1.099, 1.0, 1.0]
    """
    links = _unweighted(graph)
    degree = graph.degrees.astype(float)
    triangles = np.asarray((links @ links).multiply(links).sum(axis=1)).ravel()
    pairs = degree * (degree - 1.0)
    clustering = np.divide(triangles, pairs, out=np.zeros(len(degree)), where=pairs > 0)
    return np.column_stack([np.log1p(degree), _pagerank(graph), clustering])


def return_probabilities(graph: Graph, *, longest: int = LONGEST_WALK) -> np.ndarray:
    r"""Chance that a random walk is back where it began, :math:`(D^{-1} A)^k_{ii}`.

    Parameters
    ----------
    graph : Graph
    longest : int
        Steps from 2 to `longest`; n² memory, as the powers are written down.

    Returns
    -------
    ndarray of float, shape (n, longest - 1)

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> return_probabilities(graph_from_edges([[0, 1]]), longest=4).tolist()
    [[1.0, 0.0, 1.0], [1.0, 0.0, 1.0]]
    """
    step = propagation_matrix(graph)
    power: np.ndarray = step.toarray()
    found = []
    for _ in range(2, longest + 1):
        power = step @ power
        found.append(np.diag(power).copy())
    return np.column_stack(found)


def _described(graph: Graph) -> dict[str, np.ndarray]:
    own = centralities(graph)
    step = propagation_matrix(graph)
    once = step @ own
    found = {
        "N": np.log([graph.n_nodes, graph.n_edges + 1.0]),
        "C": _pooled(own),
        "P": _pooled(np.hstack([once, step @ once])),
        "W": _pooled(return_probabilities(graph)),
    }
    if graph.features is not None:
        is_sparse = bool(sparse.issparse(graph.features))
        dense = graph.features.toarray() if is_sparse else graph.features
        spread = propagation_matrix(graph, self_loops=True, normalization="sym")
        found |= {"F": _pooled(dense), "S": _pooled(spread @ (spread @ dense))}
    return found


def _pooled(values: np.ndarray) -> np.ndarray:
    quantiles = np.quantile(values, QUANTILES, axis=0)
    return np.concatenate([values.mean(axis=0), values.std(axis=0), quantiles.ravel()])


def _unweighted(graph: Graph) -> sparse.csr_array:
    links = graph.adjacency.copy()
    links.data = np.ones(len(links.data))
    return links


def _pagerank(graph: Graph, n_iterations: int = 50) -> np.ndarray:
    """n times PageRank; its mean is 1."""
    step = sparse.csr_array(propagation_matrix(graph).T)
    lonely = graph.degrees == 0
    rank = np.ones(graph.n_nodes)
    for _ in range(n_iterations):
        rank = DAMPING * (step @ rank + rank[lonely].sum() / graph.n_nodes) + 1.0 - DAMPING
    return np.asarray(rank)
