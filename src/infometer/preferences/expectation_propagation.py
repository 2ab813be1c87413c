"""Expectation propagation: a Gaussian for each answer, matched to the answer in its context."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.laplace import SMALL, Mode, balanced
from infometer.preferences.observations import Observations
from infometer.preferences.outcome_model import likelihood_terms, log_likelihood
from infometer.preferences.solver import LaplacianSolver, laplacian_solver
from infometer.preferences.solver_choice import Method as Solving

__all__ = ["Propagated", "check_prior_is_proper", "expectation_propagation", "tilted_moments"]

TOLERANCE = 1e-8
"""Of the moments: means in standard deviations, variances relative."""
MOST_ROUNDS = 600
REACH = 7.0
STEP = 0.6
"""Trapezoids of this width, where an answer turns over a width of 1, are exact to 1e-14."""
BLOCK = 1_000_000


class Propagated(NamedTuple):
    """The fixed point.

    Parameters
    ----------
    rewards : ndarray, shape (n,)
        Means.
    precisions : ndarray, shape (k,)
        What an answer of weight 1 adds to the precision of its difference.
    solver : LaplacianSolver
        Of the precision of all.
    """

    rewards: np.ndarray
    precisions: np.ndarray
    solver: LaplacianSolver


class _Answers(NamedTuple):
    """One copy of each answer: its outcome, and d = slope · (r_u − r_v) + offset."""

    observed: Observations
    slopes: np.ndarray
    offsets: np.ndarray
    powers: np.ndarray
    log_tie: float


def expectation_propagation(
    graph: ComparisonGraph, observed: Observations, mode: Mode, log_tie: float = -np.inf
) -> Propagated:
    r"""Match the mean and variance of every difference to those under the answer itself.

    .. math:: q(r) \propto N(0, \Lambda^+) \prod_i N(g_i; \mu_i, 1/\tau_i)^{c_i}, \qquad
        E_q[g_i, g_i^2] = E_{q_{-i}\, p(y_i \mid d_i)}[g_i, g_i^2], \qquad g_i = r_u - r_v

    All answers at once, from the Laplace approximation on, damped where a round goes astray; equal
    answers share a site, and an answer of weight below 1 is one site of the likelihood's power.

    Parameters
    ----------
    graph : ComparisonGraph
    observed : Observations
    mode : Mode
        Where it starts, and whose nuisance parameters it keeps.
    log_tie : float
        θ of ties.

    Returns
    -------
    Propagated

    Raises
    ------
    RuntimeError
        If 600 rounds do not reach the fixed point.

    References
    ----------
    Minka, "Expectation propagation for approximate Bayesian inference", UAI 2001, section 3;
    Chu and Ghahramani, "Extensions of Gaussian processes for ranking", NIPS workshop 2005.
    """
    copies = np.ceil(observed.counts)
    b, slopes = observed.incidence, mode.slopes
    g = b @ mode.rewards
    powers = observed.counts / copies
    answers = _Answers(observed, slopes, mode.differences - slopes * g, powers, log_tie)
    tau = powers * slopes**2 * mode.terms.information
    nu = tau * g + powers * slopes * mode.terms.score
    prior = graph.laplacian(np.zeros(len(graph.pairs)))
    damping, before = 1.0, np.inf
    method: Solving = "dense" if graph.n_items <= SMALL else "auto"
    for _ in range(MOST_ROUNDS):
        precision = csr_array(prior + b.T @ diags_array(copies * tau) @ b)
        solver = laplacian_solver(precision, method, row_sums=graph.prior_precision)
        rewards = solver.solve(balanced(graph, solver, b.T @ (copies * nu)))
        mean, variance = b @ rewards, _variances(solver, observed)
        rest = np.maximum(1.0 / variance - tau, 1e-6 / variance)
        rest_mean = (mean / variance - nu) / rest
        tilted_mean, tilted_variance = tilted_moments(answers, rest_mean, 1.0 / rest)
        off = max(
            (np.abs(tilted_mean - mean) / np.sqrt(variance)).max(initial=0.0),
            np.abs(tilted_variance / variance - 1.0).max(initial=0.0),
        )
        if off <= TOLERANCE:
            return Propagated(rewards, copies * tau / observed.counts, solver)
        damping = min(1.0, 1.2 * damping) if off < before else max(damping / 2.0, 0.02)
        before = off
        tau = tau + damping * (1.0 / tilted_variance - rest - tau)
        nu = nu + damping * (tilted_mean / tilted_variance - rest * rest_mean - nu)
    raise RuntimeError(
        f"expectation propagation did not settle in {MOST_ROUNDS} rounds (moments off by "
        f"{off:.1e}); use method='laplace', or a larger prior_precision"
    )


def check_prior_is_proper(graph: ComparisonGraph) -> None:
    """Raise where a comparison's difference has no prior: an answer alone has no moments."""
    if graph.prior_precision > 0:
        return
    prior = graph.laplacian(np.zeros(len(graph.pairs)))
    parts = connected_components(prior, directed=False)[1]
    u, v = graph.pairs[graph.answered].T
    loose = np.flatnonzero(parts[u] != parts[v])
    if len(loose):
        i = loose[0]
        raise ValueError(
            f"method is 'ep' and {len(loose)} comparisons, the first of {graph.name_of(u[i])} with "
            f"{graph.name_of(v[i])}, have no prior on their difference; give prior_precision=, or "
            "prior_edges that join all items"
        )


def tilted_moments(
    answers: _Answers, mean: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of each difference, Gaussian but for one answer about it. Shapes (k,).

    Trapezoids around the mode: the log of the integrand is at least as curved as the Gaussian's.
    """
    spread = np.sqrt(variance)
    turns = answers.slopes * answers.observed.sharpness * spread
    halvings = 4 + int(np.ceil(np.log2(max(1.0, turns.max(initial=0.0)))))
    centre = _tilted_mode(answers, mean, variance, halvings)
    half = int(np.ceil(REACH * max(2.0, turns.max(initial=0.0) / STEP)))
    nodes = np.linspace(-REACH, REACH, 2 * half + 1)
    means, variances = np.empty_like(mean), np.empty_like(mean)
    rows = max(1, BLOCK // len(nodes))
    for start in range(0, len(mean), rows):
        at = slice(start, start + rows)
        x = nodes * spread[at, None]
        log_weights = _log_answers(answers, at, x + centre[at, None])
        log_weights -= 0.5 * ((x + (centre - mean)[at, None]) / spread[at, None]) ** 2
        weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        shift = (weights * x).sum(axis=1)
        means[at] = centre[at] + shift
        variances[at] = (weights * (x - shift[:, None]) ** 2).sum(axis=1)
    return means, variances


def _log_answers(answers: _Answers, rows: slice, g: np.ndarray) -> np.ndarray:
    """Log of one copy of each of these answers, at differences of shape (rows, points)."""
    observed = answers.observed
    return answers.powers[rows, None] * log_likelihood(
        observed.likelihood,
        observed.outcomes[rows, None],
        answers.slopes[rows, None] * g + answers.offsets[rows, None],
        sharpness=observed.sharpness[rows, None],
        log_tie=answers.log_tie,
    )


def _tilted_mode(
    answers: _Answers, mean: np.ndarray, variance: np.ndarray, halvings: int
) -> np.ndarray:
    """About where an answer pulls as hard as the Gaussian holds, by bisection."""
    observed = answers.observed
    pull = answers.powers * answers.slopes
    reach = pull * observed.sharpness * variance
    low, high = mean - reach, mean + reach
    for _ in range(halvings):
        middle = (low + high) / 2.0
        score = likelihood_terms(
            observed.likelihood,
            observed.outcomes,
            answers.slopes * middle + answers.offsets,
            sharpness=observed.sharpness,
            log_tie=answers.log_tie,
        ).score
        rising = pull * score > (middle - mean) / variance
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2.0


def _variances(solver: LaplacianSolver, observed: Observations) -> np.ndarray:
    """Variance of each answer's difference, every pair solved for once. Shape (k,)."""
    pairs, which = np.unique(observed.pairs, axis=0, return_inverse=True)
    return solver.pair_variances(pairs)[which]
