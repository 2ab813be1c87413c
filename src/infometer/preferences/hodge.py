"""HodgeRank: how much of a set of comparisons no reward can explain, because it runs in cycles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.special import expit

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.outcomes import TIE
from infometer.preferences.solver import LaplacianSolver, laplacian_solver
from infometer.resampling import generator

__all__ = ["CyclicResidual", "cyclic_residual"]

TRIAD_DRAWS = 20
"""Draws in which triads are counted: their mean needs no more, and each takes a matrix product."""
BLOCK = 8_000_000
"""Answers that are simulated at a time."""


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
    """The pairs that were compared, which comparison belongs to which, and what a reward explains.

    Parameters
    ----------
    edges : ndarray of int, shape (e, 2)
    of : csr_array, shape (e, m)
        The comparison's weight, negative where the higher item comes first.
    counts : ndarray, shape (e,)
    gradient : csr_array, shape (e, n_items)
    solver : LaplacianSolver
        Of gradientᵀ diag(counts) gradient.
    """

    edges: np.ndarray
    of: csr_array
    counts: np.ndarray
    gradient: csr_array
    solver: LaplacianSolver

    @property
    def cycles(self) -> int:
        """Dimension of the flows that no reward makes."""
        e, n = self.gradient.shape
        return int(e - n + len(self.solver.singular))


class _Energies(NamedTuple):
    """Of each set of answers: what runs in cycles, all there is, cyclic triads and all of them."""

    cyclic: np.ndarray
    total: np.ndarray
    triads: list[tuple[int, int]]


def cyclic_residual(
    graph: ComparisonGraph,
    rewards: Any,
    random_state: Any = 0,
    *,
    position_effect: float = 0.0,
    reliabilities: Any = 1.0,
) -> CyclicResidual:
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
        With outcomes. A comparison of weight w stands for w of the same pair, to the nearest whole.
    rewards : array, shape (k, n_items)
        Draws from the posterior: a set of answers is simulated from each, ties kept as they are.
    random_state : int, None, RandomState or Generator
    position_effect : float
        Log-odds by which being shown first helps in the simulated answers.
    reliabilities : float or array, shape (m,)
        Factor of the log-odds of whoever gave each answer.

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
    slopes = graph.beta * np.broadcast_to(np.asarray(reliabilities, float), len(graph.pairs))
    pairs = _grouped(graph)
    real = _energies(pairs, graph.outcomes[graph.answered][None], graph.kind, 1)
    drawn: list[_Energies] = []
    circles: list[int] = []
    rng = generator(random_state, "cyclic residual")
    for answers in _simulated(graph, draws, slopes, position_effect, rng):
        drawn.append(_energies(pairs, answers, graph.kind, TRIAD_DRAWS - len(circles)))
        circles += [cyclic for cyclic, _ in drawn[-1].triads]
    cyclic, total = (np.concatenate(values) for values in list(zip(*drawn, strict=True))[:2])
    (share,), nan = _shares(real.cyclic, real.total), float("nan")
    as_large = 1 + int((cyclic >= real.cyclic[0]).sum())
    return CyclicResidual(
        share=float(share) if pairs.cycles else nan,
        expected=float(_shares(cyclic, total).mean()) if pairs.cycles else nan,
        p_value=as_large / (1 + len(cyclic)) if pairs.cycles else nan,
        triads=real.triads[0][1],
        cyclic_triads=real.triads[0][0],
        expected_cyclic_triads=float(np.mean(circles)),
        cycles=pairs.cycles,
    )


def _shares(cyclic: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.divide(cyclic, total, out=np.zeros_like(cyclic), where=total > 0)


def _grouped(graph: ComparisonGraph) -> _Pairs:
    kept = graph.answered
    given = graph.pairs[kept]
    edges, of = np.unique(np.sort(given, axis=1), axis=0, return_inverse=True)
    weights = np.ones(len(given)) if graph.weights is None else graph.weights[kept]
    if graph.kind == "cardinal":
        weights = graph.comparison_precisions()[kept]
    signs = np.where(given[:, 0] < given[:, 1], weights, -weights)
    columns, e = np.arange(len(given)), len(edges)
    matrix = coo_array((signs, (of.ravel(), columns)), shape=(e, len(given))).tocsr()
    counts = np.asarray(abs(matrix).sum(axis=1))
    ends = np.repeat(np.arange(e), 2), edges.ravel()
    gradient = coo_array((np.tile([1.0, -1.0], e), ends), shape=(e, graph.n_items)).tocsr()
    solver = laplacian_solver(csr_array(gradient.T @ diags_array(counts) @ gradient))
    return _Pairs(edges, matrix, counts, gradient, solver)


def _simulated(
    graph: ComparisonGraph,
    rewards: np.ndarray,
    slopes: np.ndarray,
    position_effect: float,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Answers to the same comparisons by each row of rewards, some rows at a time, shape (b, m)."""
    assert graph.outcomes is not None
    kept = graph.answered
    (u, v), m = graph.pairs[kept].T, int(kept.sum())
    tied = graph.outcomes[kept] == TIE
    copies = np.ones(m, np.int64)
    if graph.weights is not None:
        copies = np.maximum(1, np.rint(graph.weights[kept]).astype(np.int64))
    at_once = max(1, BLOCK // max(m, 1))
    for start in range(0, len(rewards), at_once):
        rows = rewards[start : start + at_once]
        d = slopes[kept] * (rows[:, u] - rows[:, v]) + position_effect
        if graph.kind == "binary":
            yield np.where(tied, TIE, rng.binomial(copies, expit(d)) / copies)
        elif graph.variances is None:
            yield (d + rng.logistic(size=d.shape) / np.sqrt(copies)) / graph.beta
        else:
            spread = np.sqrt(graph.variances[kept] / copies)
            yield d / graph.beta + rng.normal(size=d.shape) * spread


def _flows(pairs: _Pairs, answers: np.ndarray, kind: str) -> np.ndarray:
    """Log-odds or mean strength of every pair, its lower item first, shape (e, k)."""
    if kind == "cardinal":
        return np.asarray(pairs.of @ answers.T) / pairs.counts[:, None]
    lead = np.asarray(pairs.of @ (2.0 * answers.T - 1.0))  # wins of the lower item less the other's
    n = pairs.counts[:, None]
    return np.asarray(np.log((n + lead + 1.0) / (n - lead + 1.0)))


def _energies(pairs: _Pairs, answers: np.ndarray, kind: str, with_triads: int) -> _Energies:
    """Energies of each row of answers, and of the first few the triads."""
    flows = _flows(pairs, answers, kind)
    total = np.asarray(pairs.counts @ flows**2)
    triads = [_triads(pairs.edges, flow, pairs.gradient.shape[1]) for flow in flows.T[:with_triads]]
    if not pairs.cycles:
        return _Energies(np.zeros(len(total)), total, triads)
    pulls = pairs.gradient.T @ (pairs.counts[:, None] * flows)
    residual = flows - pairs.gradient @ pairs.solver.solve(pulls)
    return _Energies(np.asarray(pairs.counts @ residual**2), total, triads)


def _triads(edges: np.ndarray, flow: np.ndarray, n_items: int) -> tuple[int, int]:
    """How many decided triples run in a circle, and how many there are."""
    decided = flow != 0
    u, v = edges[decided].T
    winners, losers = np.where(flow[decided] > 0, (u, v), (v, u))
    beats = coo_array((np.ones(len(u)), (winners, losers)), shape=(n_items,) * 2).tocsr()
    either = csr_array(beats + beats.T)
    cyclic = (beats @ beats).multiply(beats.T).sum() / 3.0
    return round(cyclic), round((either @ either).multiply(either).sum() / 6.0)
