"""A set of comparisons that has no answers yet, as the posterior that it would leave."""

from __future__ import annotations

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.inference import reward_posterior
from infometer.preferences.laplace import Border
from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.solver import laplacian_solver

__all__ = ["as_posterior", "design_posterior"]


def design_posterior(graph: ComparisonGraph) -> RewardPosterior:
    """Rewards of mean 0, as sure as the comparisons of a design would leave them.

    Parameters
    ----------
    graph : ComparisonGraph
        Outcomes are not looked at; each comparison has its `comparison_precisions`.

    Returns
    -------
    RewardPosterior

    Examples
    --------
    >>> path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], kind="cardinal", variances=1.0)
    >>> design_posterior(path).pair_variance([(0, 2)]).round(6).tolist()
    [2.0]
    """
    solver = laplacian_solver(graph.laplacian(), row_sums=graph.prior_precision)
    none = Border(np.empty((graph.n_items, 0)), np.empty((0, 0)))
    precisions = graph.comparison_precisions()
    return RewardPosterior(graph, "gaussian", np.zeros(graph.n_items), precisions, {}, solver, none)


def as_posterior(given: RewardPosterior | ComparisonGraph) -> RewardPosterior:
    """What is given, or the posterior of a graph: of its answers, or of a design without any.

    Choices by Laplace's method, strengths as Gaussian.
    """
    if isinstance(given, RewardPosterior):
        return given
    if given.outcomes is None:
        return design_posterior(given)
    return reward_posterior(given, "laplace" if given.kind == "binary" else "gaussian")
