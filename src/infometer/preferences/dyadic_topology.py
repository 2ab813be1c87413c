"""What n comparisons of one topology tell about an infinite space of responses, by simulation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from infometer.preferences.best_paths import inference_distance
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.contraction import contracted
from infometer.preferences.dyadic_space import random_leaves, trie_edges
from infometer.preferences.solver import laplacian_solver
from infometer.preferences.topologies import chain_pairs, regular_pairs, star_pairs, tree_pairs
from infometer.resampling import root_seed

__all__ = ["DyadicGraph", "TopologySimulation", "dyadic_graph", "simulate_topology"]

Kind = Literal["chain", "tree", "regular", "star"]

CONTRACTED = 1e-6
"""Comparisons of at most this variance, where the prior's is 1, join their two ends to one node."""
DEGREE = 4
"""Of the regular topology."""


@dataclass(frozen=True)
class TopologySimulation:
    """How far apart two random responses still are after the comparisons of one topology.

    Attributes
    ----------
    kind : {"chain", "tree", "regular", "star"}
    n_comparisons : int
    n_responses : int
        Distinct responses that had to be generated.
    alpha : float
        Of the structural function M^(−α).
    mean_inference_distance : float
        Mean variance along the best path of two different query responses, the paper's metric.
    mean_variance : float or None
        Mean posterior variance of their difference, by all paths.
    worst_residual : float or None
        The largest relative residual of a solve for it.
    n_queries : int
    """

    kind: str
    n_comparisons: int
    n_responses: int
    alpha: float
    mean_inference_distance: float
    mean_variance: float | None
    worst_residual: float | None
    n_queries: int


@dataclass(frozen=True, eq=False)
class DyadicGraph:
    """Comparisons of leaves of the dyadic space, on the compressed trie of all that are looked at.

    Attributes
    ----------
    graph : ComparisonGraph
        Of the trie's nodes: its edges are prior edges, the comparisons are of leaves.
    queries : ndarray of int, shape (q,)
        The nodes of the query responses.
    """

    graph: ComparisonGraph
    queries: np.ndarray


def dyadic_graph(
    leaves: np.ndarray,
    pairs: np.ndarray,
    queries: np.ndarray,
    alpha: float,
    comparison_variance: float = 1e-9,
) -> DyadicGraph:
    """The graph of comparisons of leaves of the dyadic space.

    Parameters
    ----------
    leaves : ndarray of int, shape (m,)
        The compared responses. Equal ones are one response.
    pairs : ndarray of int, shape (n, 2)
        Which leaves, by their place in `leaves`.
    queries : ndarray of int, shape (q,)
        Further leaves.
    alpha : float
        Above 0.
    comparison_variance : float
        Above 0, where two leaves without common prefix differ by the variance 1.

    Returns
    -------
    DyadicGraph

    Examples
    --------
    >>> ends = np.array([0, 1 << 49])
    >>> dyadic_graph(ends, np.array([[0, 1]]), np.array([1, 2]), alpha=0.5).graph
    ComparisonGraph(7 items, 1 comparisons, 6 prior edges)
    """
    distinct, place = np.unique(np.concatenate([leaves, queries]), return_inverse=True)
    edges, variances = trie_edges(distinct, alpha)
    nodes = place[: len(leaves)][pairs]
    apart = nodes[:, 0] != nodes[:, 1]
    graph = ComparisonGraph(
        n_items=2 * len(distinct) - 1,
        pairs=nodes[apart],
        kind="cardinal",
        variances=np.full(int(apart.sum()), comparison_variance),
        prior_edges=edges,
        prior_variances=variances,
    )
    return DyadicGraph(graph, place[len(leaves) :])


def simulate_topology(
    kind: Kind,
    n: int,
    alpha: float,
    *,
    comparison_variance: float = 1e-9,
    posterior: bool = True,
    n_queries: int = 48,
    random_state: Any = None,
) -> TopologySimulation:
    r"""Mean inference distance and posterior variance on the infinite dyadic space.

    .. math:: r(u) - r(v) \sim N(0, 2^{-\alpha \ell(u, v)}), \qquad
        \delta = r(u) - r(v) + N(0, \sigma_{HP}^2)

    with ℓ the length of the common prefix; the structural function is proportional to M^(−α).
    Topologies of n comparisons, all of responses drawn at random from the space:

    - "chain": 2n responses, each compared once;
    - "tree": n pairs drawn among round(n / ln n) responses;
    - "regular": n / 2 responses, each compared with 4 others;
    - "star": n + 1 responses, one of them compared with all others.

    The queries are the same for every kind, n, alpha and variance of one `random_state`.

    Parameters
    ----------
    kind : {"chain", "tree", "regular", "star"}
    n : int
        Comparisons, at least 16; even where they are regular.
    alpha : float
        Above 0.
    comparison_variance : float
        σ²_HP, above 0. Up to 1e-6 the posterior takes both ends of a comparison for one, as of
        `contracted`.
    posterior : bool
        Whether to find the exact posterior variance, which takes a linear solve.
    n_queries : int
        Random responses between all of which the means are taken, at least 2.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    TopologySimulation

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    The best path favours the tree; all paths together favour the chain:

    >>> for kind in ("chain", "tree"):
    ...     found = simulate_topology(kind, 256, 0.25, random_state=0)
    ...     print(f"{found.mean_inference_distance:.2f} {found.mean_variance:.2f}")
    0.72 0.34
    0.68 0.49
    """
    _check(kind, n, alpha, comparison_variance, n_queries)
    seed = root_seed(random_state)
    n_responses, pairs = _compared(kind, n, seed)
    leaves = random_leaves(n_responses, "responses", n_responses, random_state=seed)
    queries = random_leaves(n_queries, "queries", random_state=seed)
    space = dyadic_graph(leaves, pairs, queries, alpha, comparison_variance)
    far = inference_distance(space.graph, space.queries, space.queries)
    variance, residual = None, None
    if posterior:
        variance, residual = _mean_variance(space, comparison_variance <= CONTRACTED)
    return TopologySimulation(
        kind, n, n_responses, alpha, _mean_off_diagonal(far), variance, residual, n_queries
    )


def _compared(kind: str, n: int, seed: int) -> tuple[int, np.ndarray]:
    """How many responses, and which pairs of them."""
    if kind == "chain":
        return 2 * n, chain_pairs(n)
    if kind == "star":
        return n + 1, star_pairs(n + 1)
    if kind == "tree":
        size = round(n / math.log(n))
        return size, tree_pairs(size, n, random_state=seed)
    return 2 * n // DEGREE, regular_pairs(2 * n // DEGREE, DEGREE, random_state=seed)


def _mean_variance(space: DyadicGraph, contract: bool) -> tuple[float, float]:
    """Mean posterior variance between the queries, and the worst relative residual of a solve.

    One solve for each query against the first gives the variances of all pairs:
    R_uv = G_uu + G_vv − 2 G_uv with G = Bᵀ L⁺ B.
    """
    laplacian, nodes = (
        contracted(space.graph)
        if contract
        else (space.graph.laplacian(), np.arange(space.graph.n_items))
    )
    solver = laplacian_solver(laplacian, row_sums=0.0)
    at = nodes[space.queries]
    against_first = np.zeros((laplacian.shape[0], len(at)))
    against_first[at, np.arange(len(at))] += 1.0
    against_first[at[0]] -= 1.0
    gram = against_first.T @ solver.solve(against_first)
    own = gram.diagonal()
    return _mean_off_diagonal(own[:, None] + own - 2.0 * gram), solver.worst_residual


def _mean_off_diagonal(matrix: np.ndarray) -> float:
    q = len(matrix)
    return float((matrix.sum() - matrix.trace()) / (q * (q - 1)))


def _check(kind: str, n: int, alpha: float, comparison_variance: float, n_queries: int) -> None:
    if kind not in ("chain", "tree", "regular", "star"):
        raise ValueError(f"kind is {kind!r}; it must be 'chain', 'tree', 'regular' or 'star'")
    if n < 16:
        raise ValueError(f"n is {n}; expected at least 16 comparisons")
    if kind == "regular" and n % 2:
        raise ValueError(f"n is {n}; every response is compared 4 times, so give an even n")
    if not (math.isfinite(alpha) and alpha > 0):
        raise ValueError(f"alpha is {alpha}; it must be above 0")
    if not (math.isfinite(comparison_variance) and comparison_variance > 0):
        raise ValueError(f"comparison_variance is {comparison_variance}; it must be above 0")
    if n_queries < 2:
        raise ValueError(f"n_queries is {n_queries}; expected at least 2")
