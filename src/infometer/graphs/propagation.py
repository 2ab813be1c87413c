"""Features spread over the edges: every node takes the mean of its neighbours, some steps long."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from infometer.graphs.graph import Graph
from infometer.graphs.low_rank import matrix_operator

__all__ = ["propagated", "propagation_matrix"]


def propagation_matrix(
    graph: Graph, *, self_loops: bool = False, normalization: Literal["row", "sym"] = "row"
) -> sparse.csr_array:
    r"""One step of spreading: :math:`D^{-1} A`, or with itself, or symmetric.

    With :math:`\tilde A = A + I` where a node counts itself, and D the row sums of it,

    .. math:: D^{-1} \tilde A \quad\text{or}\quad D^{-1/2} \tilde A D^{-1/2}.

    Parameters
    ----------
    graph : Graph
    self_loops : bool
    normalization : {"row", "sym"}

    Returns
    -------
    csr_array of float, shape (n, n)
        A node without edges has a row of 0, or only itself.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> path = graph_from_edges([[0, 1], [1, 2]])
    >>> propagation_matrix(path).toarray().tolist()[1]
    [0.5, 0.0, 0.5]
    """
    if normalization not in ("row", "sym"):
        raise ValueError(f"normalization is {normalization!r}; it must be 'row' or 'sym'")
    adjacency: Any = graph.adjacency
    if self_loops:
        adjacency = sparse.csr_array(adjacency + sparse.eye_array(graph.n_nodes))
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    with np.errstate(divide="ignore"):
        inverse = np.where(strength > 0, 1.0 / strength, 0.0)
    if normalization == "row":
        return sparse.csr_array(sparse.diags_array(inverse) @ adjacency)
    root = sparse.diags_array(np.sqrt(inverse))
    return sparse.csr_array(root @ adjacency @ root)


def propagated(step: sparse.csr_array, features: Any, n_hops: int) -> LinearOperator:
    """The features after some steps of spreading, as an operator: ``step ** n_hops @ features``.

    What spread features are made dense by is never written down; a product costs `n_hops` sparse
    ones with as many columns as it has.

    Parameters
    ----------
    step : csr_array, shape (n, n)
    features : ndarray or csr_array, shape (n, f)
    n_hops : int

    Returns
    -------
    LinearOperator, shape (n, f)

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> step = propagation_matrix(graph_from_edges([[0, 1], [1, 2]]))
    >>> (propagated(step, np.array([[1.0], [0.0], [0.0]]), 2) @ np.eye(1)).ravel().tolist()
    [0.5, 0.0, 0.5]
    """
    made: Any = matrix_operator(features)
    for _ in range(n_hops):
        made = matrix_operator(step) @ made
    return made
