"""From comparisons to the posterior of rewards: one door to all methods."""

from __future__ import annotations

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.existence import check_maximum_exists
from infometer.preferences.expectation_propagation import (
    check_prior_is_proper,
    expectation_propagation,
)
from infometer.preferences.laplace import posterior_mode
from infometer.preferences.nuisance import nuisance_estimates, nuisance_of
from infometer.preferences.observations import Observations, observations
from infometer.preferences.outcome_model import Likelihood
from infometer.preferences.posterior import Method, RewardPosterior

__all__ = ["affordable_method", "reward_posterior"]

MOST_BY_EP = 500
"""Items: half a second of expectation propagation."""


def affordable_method(graph: ComparisonGraph) -> Method:
    """The method whose intervals hold best, of those that take no more than a second.

    Expectation propagation for choices among 500 items or fewer that have a prior precision, else
    Laplace's, whose intervals are a few percent narrower where comparisons are few.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    {"ep", "laplace"}

    Examples
    --------
    >>> affordable_method(ComparisonGraph(n_items=501, pairs=[(0, 1)], prior_precision=1.0))
    'laplace'
    """
    few = graph.kind == "binary" and graph.n_items <= MOST_BY_EP
    return "ep" if few and graph.prior_precision > 0 else "laplace"


def reward_posterior(
    graph: ComparisonGraph,
    method: Method = "laplace",
    *,
    position_effect: bool = False,
    rater_reliability: bool = False,
    half_life: float | None = None,
) -> RewardPosterior:
    r"""How sure every difference of rewards is after these comparisons.

    .. math:: p(r \mid D) \propto \exp\bigl(-\tfrac12 r^\top (L_{\text{prior}} + \tau^{-2} I) r
        \bigr) \prod_i p(y_i \mid d_i), \qquad d_i = \beta a_{k(i)} (r_u - r_v) + \gamma

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes. Ties are Davidson's, with ν found from them.
    method : {"laplace", "gaussian", "ep"}
        "laplace": the mode and the curvature there; of cardinal strengths with logistic noise.
        "gaussian": exact for cardinal strengths with Gaussian noise. "ep": expectation propagation,
        which needs a prior and many times the work, and is nearer to the truth where comparisons
        are few.
    position_effect : bool
        Find γ, in log-odds, by which being shown first helps; N(0, 10²) before. Not of a table of
        winners and losers: an error where the same place won every time.
    rater_reliability : bool
        Find a factor a of each rater's log-odds; log a is N(0, 0.5²) before. Needs ``raters``.
    half_life : float, optional
        In the unit of ``times``: a comparison counts half after each, as strengths move. It is the
        posterior of a discounted likelihood, in which old answers tell less.

    Returns
    -------
    RewardPosterior

    Raises
    ------
    ValueError
        Without outcomes; "gaussian" for choices; choices without prior precision that no finite
        rewards fit, or whose parts nothing joins; "ep" without a prior on every difference.

    Examples
    --------
    Two items, N(0, 1) each before, and one choice of the first (exact: 0.726, 1.472):

    >>> from infometer.preferences import ComparisonGraph
    >>> graph = ComparisonGraph(n_items=2, pairs=[(0, 1)], outcomes=["first"], prior_precision=1)
    >>> posterior = reward_posterior(graph)
    >>> posterior.pair_mean([(0, 1)]).round(3).tolist()
    [0.675]
    >>> posterior.pair_variance([(0, 1)]).round(3).tolist()
    [1.382]
    """
    likelihood = _likelihood(graph, method)
    if method == "ep":
        check_prior_is_proper(graph)
    if graph.kind == "binary":
        check_maximum_exists(graph)
    observed = observations(
        graph,
        likelihood,
        ordered=position_effect,
        by_rater=rater_reliability,
        half_life=half_life,
    )
    mode = posterior_mode(graph, observed, position_effect=position_effect)
    errors = np.sqrt(np.diag(mode.border.covariance()))
    parameters = nuisance_of(observed, position_effect)
    nuisance = nuisance_estimates(parameters, mode.eta, errors)
    rewards, solver = mode.rewards, mode.solver
    precisions = mode.slopes**2 * mode.terms.information
    if method == "ep":
        log_tie = parameters.log_tie(mode.eta)
        rewards, precisions, solver = expectation_propagation(graph, observed, mode, log_tie)
    of_each = precision_of_each(observed, precisions)
    return RewardPosterior(graph, method, rewards, of_each, nuisance, solver, mode.border)


def _likelihood(graph: ComparisonGraph, method: Method) -> Likelihood:
    if method not in ("laplace", "gaussian", "ep"):
        raise ValueError(f"method is {method!r}; it must be 'laplace', 'gaussian' or 'ep'")
    if graph.outcomes is None:
        raise ValueError(
            "graph is a design without outcomes, so there are no rewards to find; give outcomes=, "
            "or ask effective_resistance for the variances that the design alone would leave"
        )
    if method == "gaussian" and graph.kind == "binary":
        raise ValueError(
            "method is 'gaussian' and the comparisons are choices; it is exact for strengths "
            "(kind='cardinal'): use 'laplace' or 'ep'"
        )
    if graph.kind == "binary":
        return "davidson"
    return "gaussian" if method == "gaussian" else "logistic"


def precision_of_each(observed: Observations, once: np.ndarray) -> np.ndarray:
    """Precision of each comparison of the graph, from that of the answer it became. Shape (m,)."""
    precisions = np.zeros(len(observed.rows))
    kept = observed.rows >= 0
    precisions[kept] = once[observed.rows[kept]] * observed.weights[kept]
    return precisions
