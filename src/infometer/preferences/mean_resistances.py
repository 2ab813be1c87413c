"""One figure for a graph of comparisons: the mean posterior variance of a difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.contracts import Estimate
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.selected_inverse import selected_inverse
from infometer.preferences.solver import laplacian_solver
from infometer.resampling import generator

__all__ = ["kirchhoff_index", "mean_resistance"]

PROBES = 64


def kirchhoff_index(graph: ComparisonGraph) -> float:
    r"""Kf = Σ_{u<v} R(u, v) = N tr(L⁺), exactly.

    With a prior, N tr(L⁻¹) − 1ᵀL⁻¹1. Of a tree of unit variances it is the Wiener index. It is
    found by elimination, without an inverse of the whole.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    float
        Infinite where two items cannot be compared.

    Raises
    ------
    ValueError
        If the graph is too large and too entangled: `mean_resistance` estimates it.

    Examples
    --------
    >>> path = ComparisonGraph(n_items=10, pairs=[(i, i + 1) for i in range(9)],
    ...                        kind="cardinal", variances=1.0)
    >>> round(kirchhoff_index(path), 6)  # (N³ − N)/6
    165.0
    """
    found = _exact(graph)
    if found is None:
        raise ValueError(
            f"the graph of {graph.n_items} items is too entangled for an exact index; "
            "mean_resistance estimates it"
        )
    return found


def mean_resistance(
    graph: ComparisonGraph, *, n_probes: int | None = None, random_state: Any = None
) -> Estimate:
    r"""Mean of Var[r_u − r_v | comparisons] over two different items, Kf / (N(N − 1)/2).

    Parameters
    ----------
    graph : ComparisonGraph
    n_probes : int, optional
        Estimate it from so many random sign vectors z, centred: E zᵀL⁺z = tr(L⁺). By default it is
        exact wherever elimination reaches, and from 64 probes where it does not.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Estimate
        Infinite where two items cannot be compared.

    References
    ----------
    Hutchinson (1990), "A stochastic estimator of the trace of the influence matrix".

    Examples
    --------
    >>> ring = ComparisonGraph(n_items=10, pairs=[(i, (i + 1) % 10) for i in range(10)],
    ...                        kind="cardinal", variances=1.0)
    >>> mean_resistance(ring)  # (N + 1)/6
    1.833 reward² (exact)
    """
    n = graph.n_items
    if n < 2:
        raise ValueError("the graph has 1 item; a mean over pairs needs two")
    if n_probes is not None and n_probes < 2:
        raise ValueError(f"n_probes is {n_probes}; it must be at least 2")
    n_pairs = n * (n - 1) / 2
    exact = _exact(graph) if n_probes is None or _falls_apart(graph) else None
    if exact is not None:
        return Estimate("mean resistance", exact / n_pairs, "reward²", method="exact")
    n_probes = n_probes or PROBES
    solver = laplacian_solver(graph.laplacian(), row_sums=graph.prior_precision)
    rng = generator(random_state, "probes")
    z = rng.choice([-1.0, 1.0], (n_probes, n)).T
    z -= z.mean(axis=0)
    traces = np.einsum("ij,ij->j", z, solver.solve(z)) * n / n_pairs
    return Estimate(
        "mean resistance",
        float(traces.mean()),
        "reward²",
        standard_error=float(traces.std(ddof=1) / np.sqrt(n_probes)),
        n_samples=n_probes,
        method="Hutchinson",
    )


def _exact(graph: ComparisonGraph) -> float | None:
    """The Kirchhoff index; None where elimination leaves too much."""
    if _falls_apart(graph):
        return float("inf")
    n = graph.n_items
    found = selected_inverse(graph.adjacency(), np.full(n, graph.prior_precision))
    return None if found is None else float(n * found.variances.sum() - found.sums.sum())


def _falls_apart(graph: ComparisonGraph) -> bool:
    return graph.prior_precision == 0 and int(graph.components().max()) > 0
