"""Whether neighbours have the same label, and what a neighbour's label tells of a node's own."""

from __future__ import annotations

import numpy as np

from infometer.graphs.graph import Graph
from infometer.quantities import usable_information

__all__ = ["adjusted_homophily", "edge_homophily", "label_informativeness", "neighbour_labels"]


def neighbour_labels(graph: Graph) -> np.ndarray:
    """How often each label stands beside each other one, every edge counted in both directions.

    Parameters
    ----------
    graph : Graph
        With labels; edges with an end that has none are left out.

    Returns
    -------
    ndarray of int, shape (c, c)
        Symmetric; the labels sorted, with those that have no labelled neighbour.

    Raises
    ------
    ValueError
        If the graph has no labels, or no edge has them at both ends.

    Examples
    --------
    >>> from infometer.graphs import as_graph
    >>> path = as_graph(np.array([[0, 1], [1, 2], [2, 3]]), labels=[0, 0, 1, 1])
    >>> neighbour_labels(path).tolist()
    [[2, 1], [1, 2]]
    """
    if graph.labels is None or graph.labelled is None:
        raise ValueError("the graph has no labels; expected them: give as_graph labels=")
    names, known = np.unique(graph.labels[graph.labelled], return_inverse=True)
    codes = np.full(graph.n_nodes, -1)
    codes[graph.labelled] = known
    ends = codes[graph.edges()]
    ends = ends[(ends >= 0).all(axis=1)]
    if len(ends) == 0:
        raise ValueError(
            f"none of the {graph.n_edges} edges has a label at both ends; expected at least one: "
            "label more nodes"
        )
    c = len(names)
    one_way = np.bincount(ends[:, 0] * c + ends[:, 1], minlength=c * c).reshape(c, c)
    return one_way + one_way.T


def edge_homophily(graph: Graph) -> float:
    r"""Share of edges whose ends have the same label, :math:`h`.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    float

    Examples
    --------
    >>> from infometer.graphs import as_graph
    >>> path = as_graph(np.array([[0, 1], [1, 2], [2, 3]]), labels=[0, 0, 1, 1])
    >>> round(edge_homophily(path), 4)
    0.6667
    """
    beside = neighbour_labels(graph)
    return float(np.trace(beside) / beside.sum())


def adjusted_homophily(graph: Graph) -> float:
    r"""Edge homophily beyond that of edges laid at random, 0 there and 1 at most.

    .. math:: h_{adj} = \frac{h - \sum_k p_k^2}{1 - \sum_k p_k^2}

    with :math:`p_k` the share of edge ends that lie in class k.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    float
        NaN where all ends have one label.

    References
    ----------
    O. Platonov et al., "Characterizing graph datasets for node classification:
    homophily-heterophily dichotomy and beyond", NeurIPS 2023.

    Examples
    --------
    >>> from infometer.graphs import as_graph
    >>> path = as_graph(np.array([[0, 1], [1, 2], [2, 3]]), labels=[0, 0, 1, 1])
    >>> round(adjusted_homophily(path), 4)
    0.3333
    """
    beside = neighbour_labels(graph)
    shares = beside.sum(axis=0) / beside.sum()
    expected = float(shares @ shares)
    if expected == 1.0:
        return float("nan")
    return float((np.trace(beside) / beside.sum() - expected) / (1.0 - expected))


def label_informativeness(graph: Graph) -> float:
    r"""Share of a node's label that one neighbour's label tells, from 0 to 1.

    .. math:: LI = \frac{I(y_i; y_j)}{H(y_i)} = 2 - \frac{H(y_i, y_j)}{H(y_i)}

    over both directions of the edges. It is 1 too where opposites attract without exception.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    float
        NaN where all ends have one label.

    References
    ----------
    Platonov et al. (2023), of `adjusted_homophily`.

    Examples
    --------
    >>> from infometer.graphs import as_graph
    >>> square = as_graph(np.array([[0, 1], [1, 2], [2, 3], [3, 0]]), labels=list("abab"))
    >>> label_informativeness(square), edge_homophily(square)
    (1.0, 0.0)
    """
    told = usable_information(neighbour_labels(graph))
    whole = told.conditional_entropy + told.information
    return told.information / whole if whole > 0 else float("nan")
