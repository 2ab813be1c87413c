"""How far rewards spread, told by the comparisons: the prior precision that they speak for."""

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

SPREAD = 0.7
"""Of ln βτ around 0, before any comparison: rewards spread by 0.25 to 4 log-odds."""
BOUNDS = (1e-4, 1e4)
"""Of prior precision, in units of β²: the search ends there."""
STEP = 0.05
Z_95 = 1.959963984540054
PRIORS_OWN = (
    "mostly the prior's: the comparisons hardly tell how far rewards spread; compare more, near "
    "equals above all"
)


def choose_prior_precision(
    graph: ComparisonGraph,
    *,
    position_effect: bool = False,
    rater_reliability: bool = False,
    half_life: float | None = None,
) -> Estimate:
    r"""The precision of rewards around 0 that the comparisons speak for: 1 / E[τ² | D].

    .. math:: \log p(t \mid D) = \log p(D \mid \hat r, \hat\eta)
        + \log p(\hat r, \hat\eta \mid t) + \tfrac12 \log \det(2 \pi H_t^{-1}) + \log p(t),
        \qquad t = \tau^{-2}, \quad \ln \beta\tau \sim N(0, 0.7^2)

    Laplace's evidence with a weak prior of the spread τ, and the mean variance under what it leaves
    open, a Gaussian in ln t around the mode. By the evidence alone few comparisons often speak for
    no spread at all, and intervals then hold far less often than they say; or for an endless one,
    where no answer contradicts another. It takes the place of the graph's own.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes. Of cardinal strengths the noise is Gaussian and the evidence exact.
    position_effect, rater_reliability, half_life
        As for `reward_posterior`.

    Returns
    -------
    Estimate
        In 1/reward²; the interval is t's, and ``warnings`` say when more of the curvature at the
        mode is the prior's than the comparisons'.

    Raises
    ------
    ValueError
        Without outcomes, or for a graph too large for an exact determinant.

    References
    ----------
    Chung et al., "A nondegenerate penalized likelihood estimator for variance parameters in
    multilevel models", Psychometrika 78, 2013: why the likeliest spread must be kept off 0.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> wins = [(0, 1)] * 9 + [(1, 2)] * 8 + [(0, 2)] * 9 + [(1, 0), (2, 1), (2, 1)]
    >>> graph = ComparisonGraph(n_items=3, pairs=wins, outcomes=[1] * len(wins))
    >>> round(float(choose_prior_precision(graph)), 2)
    0.31
    """
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes to choose prior_precision by; give outcomes=")
    likelihood: Likelihood = "davidson" if graph.kind == "binary" else "gaussian"
    observed = observations(
        graph, likelihood, ordered=position_effect, by_rater=rater_reliability, half_life=half_life
    )
    middle = 2.0 * np.log(graph.beta)
    low, high = (middle + np.log(bound) for bound in BOUNDS)

    def loss(log_precision: float) -> float:
        given = replace(graph, prior_precision=float(np.exp(log_precision)))
        of_prior = 0.5 * ((log_precision - middle) / (2.0 * SPREAD)) ** 2
        return of_prior - log_evidence(given, observed, position_effect=position_effect)

    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-3})
    bend = (loss(found.x - STEP) - 2.0 * found.fun + loss(found.x + STEP)) / STEP**2
    prior_bend = 1.0 / (2.0 * SPREAD) ** 2
    sd = 1.0 / np.sqrt(max(bend, prior_bend))
    return Estimate(
        "prior precision",
        float(np.exp(found.x - sd**2 / 2.0)),
        unit="1/reward²",
        interval=(float(np.exp(found.x - Z_95 * sd)), float(np.exp(found.x + Z_95 * sd))),
        n_samples=int(graph.answered.sum()),
        method="Laplace evidence" if graph.kind == "binary" else "evidence",
        warnings=(PRIORS_OWN,) if bend < 2.0 * prior_bend else (),
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
