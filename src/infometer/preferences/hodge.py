"""HodgeRank: how much of a set of comparisons no reward can explain, because it runs in cycles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.outcomes import TIE
from infometer.preferences.solver import laplacian_solver
from infometer.resampling import generator

__all__ = ["CyclicResidual", "cyclic_residual"]

TRIAD_DRAWS = 20
"""Draws in which triads are counted: their mean needs no more, and each takes a matrix product."""


@dataclass(frozen=True)
class CyclicResidual:
    """What no reward explains, beside what noise alone leaves of transitive preferences.

    Parameters
    ----------
    share : float
        Of the energy of the pairs' flows that runs in cycles, 0 to 1; NaN without cycles.
    expected : float
        Its mean where a reward with the same noise made the answers.
    p_value : float
        Of such sets, how many have as much energy in cycles; NaN without cycles.
    triads, cyclic_triads : int
        Triples of items all compared with each other and decided, and those that run in a circle.
    expected_cyclic_triads : float
        Their mean where a reward made the answers.
    cycles : int
        Dimension of the cycles: pairs − items + components.
    """

    share: float
    expected: float
    p_value: float
    triads: int
    cyclic_triads: int
    expected_cyclic_triads: float
    cycles: int


class _Pairs(NamedTuple):
    """The pairs that were compared, and which comparison belongs to which: sign +1 as given."""

    edges: np.ndarray  # (e, 2)
    of: csr_array  # (e, m): ±weight
    counts: np.ndarray  # (e,)


def cyclic_residual(graph: ComparisonGraph, rewards: Any, random_state: Any = 0) -> CyclicResidual:
    r"""Share of the comparisons' energy that is not the gradient of any reward.

    .. math:: \min_s \sum_e n_e (y_e - (s_u - s_v))^2 \Big/ \sum_e n_e y_e^2, \qquad
        y_e = \log \frac{w_{uv} + 1/2}{w_{vu} + 1/2}

    with n_e comparisons of a pair, w_uv of them won by u, a tie half to each; for cardinal
    comparisons y_e is their mean δ. Noise makes cycles too, many where pairs are compared once: the
    share is therefore set beside that of answers drawn anew from rewards that fit. Laplace's draws
    lie a little too near each other, so the check errs towards calling cycles noise: of 30 000
    comparisons by a point or two of the share.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes.
    rewards : array, shape (k, n_items)
        Draws from the posterior: a set of answers is simulated from each, ties kept as they are.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    CyclicResidual

    References
    ----------
    Jiang, Lim, Yao, Ye (2011), Statistical ranking and combinatorial Hodge theory, eq. 12 and 17;
    a posterior predictive check in the sense of Rubin (1984).

    Examples
    --------
    Rock beats scissors, scissors beat paper, paper beats rock:

    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (2, 0)] * 9, outcomes=[1] * 27)
    >>> found = cyclic_residual(graph, np.zeros((200, 3)))
    >>> round(found.share, 3), found.cyclic_triads, found.p_value < 0.05
    (1.0, 1, True)
    """
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes; cycles are seen in answers only")
    draws = np.atleast_2d(np.asarray(rewards, dtype=float))
    if draws.shape[1] != graph.n_items:
        raise ValueError(f"rewards has shape {draws.shape}; expected (k, {graph.n_items})")
    kept = graph.answered
    pairs = _grouped(graph, kept)
    simulated = _simulated(graph, kept, draws, generator(random_state, "cyclic residual"))
    answers = np.concatenate([graph.outcomes[kept][None], simulated])
    flows = _flows(pairs, answers, graph.kind)
    cyclic, cycles = _cyclic_energies(pairs, flows, graph.n_items)
    energies = pairs.counts @ flows**2
    shares = np.divide(cyclic, energies, out=np.zeros_like(cyclic), where=energies > 0)
    circles = [_triads(pairs.edges, flow, graph.n_items) for flow in flows.T[: 1 + TRIAD_DRAWS]]
    as_large = 1 + int((cyclic[1:] >= cyclic[0]).sum())
    return CyclicResidual(
        share=float(shares[0]) if cycles else float("nan"),
        expected=float(shares[1:].mean()) if cycles else float("nan"),
        p_value=as_large / len(cyclic) if cycles else float("nan"),
        triads=circles[0][1],
        cyclic_triads=circles[0][0],
        expected_cyclic_triads=float(np.mean([cyclic for cyclic, _ in circles[1:]])),
        cycles=cycles,
    )


def _grouped(graph: ComparisonGraph, kept: np.ndarray) -> _Pairs:
    given = graph.pairs[kept]
    edges, of = np.unique(np.sort(given, axis=1), axis=0, return_inverse=True)
    weights = np.ones(len(given)) if graph.weights is None else graph.weights[kept]
    if graph.kind == "cardinal":
        weights = graph.comparison_precisions()[kept]
    signs = np.where(given[:, 0] < given[:, 1], weights, -weights)
    columns = np.arange(len(given))
    matrix = coo_array((signs, (of.ravel(), columns)), shape=(len(edges), len(given))).tocsr()
    return _Pairs(edges, matrix, np.asarray(abs(matrix).sum(axis=1)))


def _simulated(
    graph: ComparisonGraph, kept: np.ndarray, rewards: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Answers to the same comparisons by each row of rewards, shape (k, m)."""
    u, v = graph.pairs[kept].T
    differences = rewards[:, u] - rewards[:, v]
    if graph.kind == "cardinal":
        if graph.variances is not None:
            return differences + rng.normal(size=differences.shape) * np.sqrt(graph.variances[kept])
        return differences + rng.logistic(scale=1.0 / graph.beta, size=differences.shape)
    noise = rng.logistic(scale=1.0 / graph.beta, size=differences.shape)
    tied = graph.outcomes[kept] == TIE  # type: ignore[index]
    return np.where(tied, TIE, (differences + noise > 0).astype(float))


def _flows(pairs: _Pairs, answers: np.ndarray, kind: str) -> np.ndarray:
    """Log-odds or mean strength of every pair, its lower item first, shape (e, k)."""
    if kind == "cardinal":
        return np.asarray(pairs.of @ answers.T) / pairs.counts[:, None]
    lead = np.asarray(pairs.of @ (2.0 * answers.T - 1.0))  # wins of the lower item less the other's
    n = pairs.counts[:, None]
    return np.asarray(np.log((n + lead + 1.0) / (n - lead + 1.0)))


def _cyclic_energies(pairs: _Pairs, flows: np.ndarray, n_items: int) -> tuple[np.ndarray, int]:
    """Energy of each column outside the gradients, and the dimension of the cycles."""
    e = len(pairs.edges)
    signs, rows = np.tile([1.0, -1.0], e), np.repeat(np.arange(e), 2)
    gradient = coo_array((signs, (rows, pairs.edges.ravel())), shape=(e, n_items)).tocsr()
    weighted = gradient.T @ diags_array(pairs.counts)
    solver = laplacian_solver(csr_array(weighted @ gradient))
    cycles = e - n_items + int(solver.components.max()) + 1
    if not cycles:
        return np.zeros(flows.shape[1]), 0
    residual = flows - gradient @ solver.solve(weighted @ flows)
    return np.asarray(pairs.counts @ residual**2), cycles


def _triads(edges: np.ndarray, flow: np.ndarray, n_items: int) -> tuple[int, int]:
    """How many decided triples run in a circle, and how many there are."""
    decided = flow != 0
    u, v = edges[decided].T
    winners, losers = np.where(flow[decided] > 0, (u, v), (v, u))
    beats = coo_array((np.ones(len(u)), (winners, losers)), shape=(n_items,) * 2).tocsr()
    either = csr_array(beats + beats.T)
    cyclic = (beats @ beats).multiply(beats.T).sum() / 3.0
    return round(cyclic), round((either @ either).multiply(either).sum() / 6.0)
