"""Algebraic connectivity: how well the graph of comparisons holds together."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigvalsh
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import LinearOperator, eigsh

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.solver import laplacian_solver

__all__ = ["algebraic_connectivity"]

DENSE = 500


def algebraic_connectivity(graph: ComparisonGraph) -> float:
    r"""λ₂, the second smallest eigenvalue of the Laplacian of the edges.

    1/λ₂ is the largest posterior variance of a direction Σ a_i r_i with Σ a_i = 0 and ‖a‖ = 1. The
    `prior_precision` is left out; it would add to every eigenvalue. By Lanczos on L⁺ above 500
    items.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    float
        0 where the graph is not connected.

    References
    ----------
    Fiedler (1973), "Algebraic connectivity of graphs".

    Examples
    --------
    >>> star = ComparisonGraph(n_items=10, pairs=[(0, i) for i in range(1, 10)], kind="cardinal",
    ...                        variances=1.0)
    >>> round(algebraic_connectivity(star), 6)
    1.0
    """
    n = graph.n_items
    if n < 2:
        raise ValueError("the graph has 1 item; connectivity needs two")
    if graph.components().max() > 0:
        return 0.0
    adjacency = graph.adjacency()
    laplacian = csr_array(diags_array(adjacency.sum(axis=1)) - adjacency)
    if n <= DENSE:
        return float(eigvalsh(laplacian.toarray(), subset_by_index=[1, 1])[0])
    solver = laplacian_solver(laplacian, row_sums=0.0)
    operator = LinearOperator(
        (n, n), matvec=lambda x: solver.solve(x - x.mean(axis=0)), dtype=np.float64
    )
    start = np.cos(np.arange(n))
    largest = eigsh(operator, 1, which="LA", v0=start, return_eigenvectors=False, tol=1e-8)
    return float(1.0 / largest[0])
