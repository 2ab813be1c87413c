"""The mode of the posterior of rewards, by Newton's method, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.nuisance import Nuisance, nuisance_of
from infometer.preferences.observations import Observations
from infometer.preferences.outcome_model import LikelihoodTerms
from infometer.preferences.outcomes import TIE
from infometer.preferences.solver import LaplacianSolver, laplacian_solver
from infometer.preferences.solver_choice import Method as Solving

__all__ = ["Border", "Mode", "balanced", "posterior_mode"]

TOLERANCE = 1e-10
"""Of the gradient, relative to the largest sum of terms that balance in it."""
MOST_STEPS = 200
SMALLEST_STEP = 1e-10
SMALL, LARGE = 200, 1000
"""Items up to which elimination does not pay, and from which on iterations may."""
WELL_CONNECTED = 3
"""Answers an item from which on a large graph's steps are found by conjugate gradients."""


@dataclass(frozen=True, eq=False)
class Border:
    """What not knowing the nuisance parameters adds to the covariance of rewards: U S⁻¹ Uᵀ.

    Parameters
    ----------
    columns : ndarray, shape (n, q)
        U = A⁺C: how the rewards move with each parameter.
    schur : ndarray, shape (q, q)
        S = D − CᵀA⁺C: the posterior precision of the parameters.
    """

    columns: np.ndarray
    schur: np.ndarray

    def covariance(self) -> np.ndarray:
        """S⁻¹: of the parameters. Shape (q, q)."""
        return np.asarray(np.linalg.inv(self.schur))


@dataclass(frozen=True, eq=False)
class Mode:
    """Where the posterior is highest, and its curvature there.

    Parameters
    ----------
    rewards : ndarray, shape (n,)
    eta : ndarray, shape (q,)
        The nuisance parameters.
    slopes : ndarray, shape (k,)
        s = βa: of d in r_u − r_v, for each answer.
    differences : ndarray, shape (k,)
        d.
    terms : LikelihoodTerms
    solver : LaplacianSolver
        Of A, the precision of rewards with the parameters held.
    border : Border
    log_posterior : float
        Log of likelihood times exp(−½ of the prior's quadratic form), nats.
    """

    rewards: np.ndarray
    eta: np.ndarray
    slopes: np.ndarray
    differences: np.ndarray
    terms: LikelihoodTerms
    solver: LaplacianSolver
    border: Border
    log_posterior: float


class _Model(NamedTuple):
    graph: ComparisonGraph
    observed: Observations
    nuisance: Nuisance
    prior: csr_array


class _Point(NamedTuple):
    """The log posterior and its gradient at one place."""

    rewards: np.ndarray
    eta: np.ndarray
    slopes: np.ndarray
    differences: np.ndarray
    terms: LikelihoodTerms
    sensitivity: csr_array
    log_posterior: float
    gradient: np.ndarray
    eta_gradient: np.ndarray
    gradient_scale: float


def posterior_mode(
    graph: ComparisonGraph, observed: Observations, *, position_effect: bool = False
) -> Mode:
    r"""Maximise the posterior of rewards and nuisance parameters together.

    .. math:: \log p = \sum_i c_i\, \ell(y_i, d_i, \theta) - \tfrac12 r^\top \Lambda r
        - \tfrac12 \eta^\top P \eta,
        \qquad d_i = \beta a_{k(i)} (r_u - r_v) + \gamma

    Fisher scoring with backtracking; without raters that is Newton's method on a concave function.
    Each step solves the bordered system :math:`\begin{pmatrix} A & C \\ C^\top & D \end{pmatrix}`
    by the Schur complement of the Laplacian A.

    Parameters
    ----------
    graph : ComparisonGraph
    observed : Observations
    position_effect : bool

    Returns
    -------
    Mode

    Raises
    ------
    RuntimeError
        If no step leads up any more while the gradient is not 0.
    """
    nuisance = nuisance_of(observed, position_effect)
    prior = graph.laplacian(np.zeros(len(graph.pairs)))
    model = _Model(graph, observed, nuisance, prior)
    at = _evaluate(model, np.zeros(graph.n_items), _start(nuisance, observed))
    on_the_way = _quick_method(observed)
    for _ in range(MOST_STEPS):
        solver, border = _curvature(model, at, on_the_way)
        if at.gradient_scale <= TOLERANCE:
            break
        held = solver.solve(balanced(graph, solver, at.gradient))
        up_eta = np.linalg.solve(border.schur, at.eta_gradient - border.columns.T @ at.gradient)
        higher = _backtrack(model, at, held - border.columns @ up_eta, up_eta)
        if higher is None:
            break
        at = higher
    if at.gradient_scale > 1e4 * TOLERANCE:
        raise RuntimeError(
            f"the mode of the posterior was not found (gradient "
            f"{at.gradient_scale:.1e} of its terms); a larger prior_precision makes it easier"
        )
    if on_the_way == "cg":
        solver, border = _curvature(model, at, "auto")
    return Mode(
        at.rewards, at.eta, at.slopes, at.differences, at.terms, solver, border,
        at.log_posterior,
    )  # fmt: skip


def balanced(graph: ComparisonGraph, solver: LaplacianSolver, pulls: np.ndarray) -> np.ndarray:
    """Pulls on items, shape (n,) or (n, k), without what rounding left of their sums.

    Differences pull on two items alike, so within a component their sum is 0.
    """
    if graph.prior_precision > 0:
        return pulls
    c, columns = solver.components, pulls.reshape(len(pulls), -1)
    sums = np.stack([np.bincount(c, column) for column in columns.T], axis=1)
    return (columns - (sums / np.bincount(c)[:, None])[c]).reshape(pulls.shape)


def _quick_method(observed: Observations) -> Solving:
    """How to solve for a step: few iterations do on large graphs that are well connected."""
    n_answers, n_items = observed.incidence.shape
    if n_items <= SMALL:
        return "dense"
    return "cg" if n_items > LARGE and n_answers > WELL_CONNECTED * n_items else "auto"


def _start(nuisance: Nuisance, observed: Observations) -> np.ndarray:
    eta = np.zeros(len(nuisance))
    if nuisance.ties:
        tied = observed.counts[observed.outcomes == TIE].sum()
        rest = observed.counts.sum() - tied
        eta[nuisance.tie_column] = np.log(2.0 * (tied + 0.5) / (rest + 0.5))
    return eta


def _evaluate(model: _Model, rewards: np.ndarray, eta: np.ndarray) -> _Point:
    observed, nuisance = model.observed, model.nuisance
    c, b = observed.counts, observed.incidence
    slopes = model.graph.beta * nuisance.reliabilities(eta, observed)
    d = slopes * (b @ rewards) + nuisance.position_effect(eta)
    terms = observed.terms(d, nuisance.log_tie(eta))
    sensitivity = nuisance.sensitivity(eta, d, observed)
    pulls, held = c * slopes * terms.score, model.prior @ rewards
    gradient = b.T @ pulls - held
    p = nuisance.prior_precisions()
    eta_gradient = sensitivity.T @ (c * terms.score) - p * eta
    if nuisance.ties:
        eta_gradient[nuisance.tie_column] += c @ terms.tie_score
    log_posterior = c @ terms.log_likelihood - 0.5 * (rewards @ held) - 0.5 * (p @ eta**2)
    balanced = abs(b).T @ np.abs(pulls) + np.abs(held)
    of_eta = np.abs(c * terms.score).sum() + 1.0
    scale = max(
        np.abs(gradient).max(initial=0.0) / max(1.0, balanced.max(initial=0.0)),
        np.abs(eta_gradient).max(initial=0.0) / of_eta,
    )
    return _Point(
        rewards, eta, slopes, d, terms, sensitivity, float(log_posterior), gradient, eta_gradient,
        float(scale),
    )  # fmt: skip


def _curvature(model: _Model, at: _Point, method: Solving) -> tuple[LaplacianSolver, Border]:
    """The solver of A, and the border that the nuisance parameters put around it."""
    observed, nuisance, terms = model.observed, model.nuisance, at.terms
    c, b = observed.counts, observed.incidence
    weights = c * at.slopes**2 * terms.information
    a = csr_array(model.prior + b.T @ diags_array(weights) @ b)
    solver = laplacian_solver(a, method, row_sums=model.graph.prior_precision)
    if not len(nuisance):
        return solver, Border(np.empty((len(at.rewards), 0)), np.empty((0, 0)))
    shared = diags_array(c * terms.information) @ at.sensitivity
    crossed = (b.T @ diags_array(at.slopes) @ shared).toarray()
    d = (at.sensitivity.T @ shared).toarray() + np.diag(nuisance.prior_precisions())
    if nuisance.ties:
        t, with_tie = nuisance.tie_column, c * terms.cross_information
        crossed[:, t] += b.T @ (at.slopes * with_tie)
        d[:, t] += at.sensitivity.T @ with_tie
        d[t] = d[:, t]
        d[t, t] += c @ terms.tie_information
    columns = solver.solve(balanced(model.graph, solver, crossed))
    schur = d - crossed.T @ columns
    return solver, Border(columns, (schur + schur.T) / 2.0)


def _backtrack(model: _Model, at: _Point, step: np.ndarray, eta_step: np.ndarray) -> _Point | None:
    """The first point on the way that lies higher, halving; None if there is none."""
    length, slack = 1.0, 1e-14 * abs(at.log_posterior)
    slope = at.gradient @ step + at.eta_gradient @ eta_step
    while length > SMALLEST_STEP:
        found = _evaluate(model, at.rewards + length * step, at.eta + length * eta_step)
        if found.log_posterior >= at.log_posterior + 1e-4 * length * slope - slack:
            return found
        length /= 2.0
    return None
