"""How far rewards spread, told by the comparisons: the prior precision of most evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from infometer.contracts import Estimate
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.laplace import posterior_mode
from infometer.preferences.nuisance import nuisance_of
from infometer.preferences.observations import Observations, observations
from infometer.preferences.outcome_model import Likelihood
from infometer.preferences.solver import laplacian_solver

__all__ = ["choose_prior_precision", "log_evidence"]

BOUNDS = (1e-3, 1e3)
"""Of prior precision, in units of β²: odds between items spread by e^30, or by a twentieth."""
NEAR = 0.02


def choose_prior_precision(
    graph: ComparisonGraph,
    *,
    position_effect: bool = False,
    rater_reliability: bool = False,
    half_life: float | None = None,
) -> Estimate:
    r"""The prior precision under which the comparisons are most probable.

    .. math:: \hat\tau^{-2} = \arg\max_t\, \log p(D \mid \hat r, \hat\eta)
        + \log p(\hat r, \hat\eta \mid t) + \tfrac12 \log \det(2 \pi H_t^{-1})

    Laplace's evidence, from 10⁻³ β² to 10³ β². It takes the place of the graph's own.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes. Of cardinal strengths the noise is Gaussian and the evidence exact.
    position_effect, rater_reliability, half_life
        As for `reward_posterior`.

    Returns
    -------
    Estimate
        In 1/reward²; its ``warnings`` say when it stands at a bound, so that the comparisons do not
        tell it.

    Raises
    ------
    ValueError
        Without outcomes, or for a graph too large for an exact determinant.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> wins = [(0, 1)] * 9 + [(1, 2)] * 8 + [(0, 2)] * 9 + [(1, 0), (2, 1), (2, 1)]
    >>> graph = ComparisonGraph(n_items=3, pairs=wins, outcomes=[1] * len(wins))
    >>> round(float(choose_prior_precision(graph)), 2)
    0.26
    """
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes to choose prior_precision by; give outcomes=")
    likelihood: Likelihood = "davidson" if graph.kind == "binary" else "gaussian"
    observed = observations(
        graph, likelihood, ordered=position_effect, by_rater=rater_reliability, half_life=half_life
    )
    low, high = (np.log(bound * graph.beta**2) for bound in BOUNDS)

    def loss(log_precision: float) -> float:
        given = replace(graph, prior_precision=float(np.exp(log_precision)))
        return -log_evidence(given, observed, position_effect=position_effect)

    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-3})
    return Estimate(
        "prior precision",
        float(np.exp(found.x)),
        unit="1/reward²",
        n_samples=int(graph.answered.sum()),
        method="Laplace evidence" if graph.kind == "binary" else "evidence",
        warnings=_at_bound(found.x, low, high),
    )


def log_evidence(
    graph: ComparisonGraph, observed: Observations, *, position_effect: bool = False
) -> float:
    """Laplace's log evidence of a graph with prior precision, nats; the prior's parameters too.

    Parameters
    ----------
    graph : ComparisonGraph
        With prior_precision above 0.
    observed : Observations
    position_effect : bool

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a graph too large for an exact determinant.
    """
    mode = posterior_mode(graph, observed, position_effect=position_effect)
    prior = graph.laplacian(np.zeros(len(graph.pairs)))
    before = laplacian_solver(prior, row_sums=graph.prior_precision).log_determinant()
    after = mode.solver.log_determinant()
    if before is None or after is None:
        raise ValueError(
            f"graph has {graph.n_items} items and too many comparisons for an exact determinant; "
            "choose prior_precision from a part of the items, and give it"
        )
    of_eta = np.linalg.slogdet(mode.border.schur)[1]
    of_eta -= np.log(nuisance_of(observed, position_effect).prior_precisions()).sum()
    return mode.log_posterior + 0.5 * (before - after - of_eta)


def _at_bound(log_precision: float, low: float, high: float) -> tuple[str, ...]:
    if log_precision < low + NEAR:
        return (
            "at the lower bound: the comparisons hardly contradict each other, so nothing says how "
            "far rewards spread; compare more of near equals",
        )
    if log_precision > high - NEAR:
        return ("at the upper bound: the comparisons do not tell the items apart",)
    return ()
