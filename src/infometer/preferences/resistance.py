"""Effective resistance: the posterior variance of differences of rewards."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.solver import LaplacianSolver, laplacian_solver
from infometer.preferences.solver_choice import METHODS, Method
from infometer.resampling import generator

__all__ = ["effective_resistance"]

PROJECTIONS = 200
"""Of the sketch: its relative standard deviation is √(2/200) = 0.1."""


def effective_resistance(
    graph: ComparisonGraph,
    pairs: Any,
    method: Literal["auto", "dense", "lu", "cg", "jl"] = "auto",
    *,
    random_state: Any = None,
) -> np.ndarray:
    r"""R(u, v) = (e_u − e_v)ᵀ L⁺ (e_u − e_v) = Var[r_u − r_v | comparisons], all noise Gaussian.

    Edges are resistors of resistance σ². More edges never raise it, and it is at most
    `inference_distance`.

    Parameters
    ----------
    graph : ComparisonGraph
    pairs : array of int, shape (p, 2)
    method : {"auto", "dense", "lu", "cg", "jl"}
        As in `laplacian_solver`, or "jl" for a sketch of 200 random projections: p hardly counts
        there, and each resistance has the relative standard deviation 0.1.
    random_state : int, None, RandomState or Generator
        Of the sketch.

    Returns
    -------
    ndarray, shape (p,)
        Infinite where no edges join u with v and no prior holds both.

    References
    ----------
    Spielman, Srivastava (2011), "Graph sparsification by effective resistances", for the sketch.

    Examples
    --------
    A prior edge of variance 1 and comparisons of variance 2 and 3 in a triangle:

    >>> graph = ComparisonGraph(n_items=3, pairs=[(1, 2), (0, 2)], kind="cardinal",
    ...                         variances=[2, 3], prior_edges=[(0, 1)], prior_variances=[1])
    >>> effective_resistance(graph, [(0, 2), (0, 1), (1, 2)]).round(4).tolist()
    [1.5, 0.8333, 1.3333]
    """
    if method not in (*METHODS, "jl"):
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(METHODS)}, jl")
    ends = checked_pairs(pairs, graph.n_items, "pairs")
    inner: Method = "auto" if method == "jl" else method
    solver = laplacian_solver(graph.laplacian(), inner, row_sums=graph.prior_precision)
    if method != "jl":
        return solver.pair_variances(ends)
    u, v = ends.T
    sketch = _sketch(graph, solver, random_state)
    found = ((sketch[u] - sketch[v]) ** 2).sum(axis=1)
    found[solver.parted(ends)] = np.inf
    return found


def _sketch(graph: ComparisonGraph, solver: LaplacianSolver, random_state: Any) -> np.ndarray:
    """L⁺ L^½ Q/√k for random signs Q, by edges; its rows are as far apart as the resistances."""
    ends, w = graph.edges()
    rng = generator(random_state, "random projections")
    pulls = np.zeros((graph.n_items, PROJECTIONS))
    for k in range(PROJECTIONS):
        flow = np.sqrt(w / PROJECTIONS) * rng.choice([-1.0, 1.0], len(w))
        for sign, end in ((1.0, ends[:, 0]), (-1.0, ends[:, 1])):
            pulls[:, k] += sign * np.bincount(end, flow, minlength=graph.n_items)
    if graph.prior_precision > 0:
        held = rng.choice([-1.0, 1.0], pulls.shape)
        pulls += np.sqrt(graph.prior_precision / PROJECTIONS) * held
    return solver.solve(pulls)
