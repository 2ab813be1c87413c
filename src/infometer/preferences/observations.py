"""The answers of a graph, equal ones counted once, as the likelihood reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.outcome_model import Likelihood, LikelihoodTerms, likelihood_terms
from infometer.preferences.outcomes import TIE

__all__ = ["Observations", "discounts", "observations"]


@dataclass(frozen=True, eq=False)
class Observations:
    """Answers that count, each with how often it was given.

    Parameters
    ----------
    likelihood : {"davidson", "logistic", "gaussian"}
    pairs : ndarray of int, shape (k, 2)
    outcomes : ndarray, shape (k,)
        1, 0, ½ of a choice; βδ of a strength.
    counts : ndarray, shape (k,)
        Weights and discounts, summed.
    sharpness : ndarray, shape (k,)
        Of a strength's noise, in units of βδ; 1 of a choice.
    raters : ndarray of int, shape (k,)
        Which of `rater_names`.
    rater_names : tuple of str
        Empty where reliabilities are not asked for.
    rows : ndarray of int, shape (m,)
        The answer that each comparison of the graph became; −1 for none.
    weights : ndarray, shape (m,)
        What each comparison of the graph counts for, discounts included.
    incidence : csr_array, shape (k, n_items)
        B: 1 at the first item of a pair, −1 at the second.
    """

    likelihood: Likelihood
    pairs: np.ndarray
    outcomes: np.ndarray
    counts: np.ndarray
    sharpness: np.ndarray
    raters: np.ndarray
    rater_names: tuple[str, ...]
    rows: np.ndarray
    weights: np.ndarray
    incidence: csr_array

    def terms(self, difference: np.ndarray, log_tie: float) -> LikelihoodTerms:
        """The likelihood of each answer, once, at these differences."""
        return likelihood_terms(
            self.likelihood,
            self.outcomes,
            difference,
            sharpness=self.sharpness,
            log_tie=log_tie,
        )


def observations(
    graph: ComparisonGraph,
    likelihood: Likelihood,
    *,
    ordered: bool = False,
    by_rater: bool = False,
    half_life: float | None = None,
) -> Observations:
    """Collect the answers of a graph; equal choices become one with a count.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes.
    likelihood : {"davidson", "logistic", "gaussian"}
    ordered : bool
        Whether it matters which item was shown first.
    by_rater : bool
        Whether it matters who answered.
    half_life : float, optional
        See `discounts`.

    Returns
    -------
    Observations

    Raises
    ------
    ValueError
        If the order matters and the same place won every time, if raters matter and there are none,
        or as `discounts` says.
    """
    assert graph.outcomes is not None
    if ordered:
        _check_order_was_drawn(graph)
    given = 1.0 if graph.weights is None else graph.weights
    weights = given * discounts(graph, half_life) * graph.answered
    kept = np.flatnonzero(weights > 0)
    u, v = graph.pairs[kept].T
    y, counts = graph.outcomes[kept], weights[kept]
    names, raters = _raters(graph, kept) if by_rater else ((), np.zeros(len(kept), np.int64))
    rows = np.full(len(graph.pairs), -1)
    if graph.kind == "cardinal":
        rows[kept] = np.arange(len(kept))
        sharpness = _sharpness(graph, likelihood)[kept]
        y = graph.beta * y
    else:
        if not ordered:
            u, v, y = np.minimum(u, v), np.maximum(u, v), np.where(u < v, y, 1.0 - y)
        key = ((u * graph.n_items + v) * 3 + (2 * y).astype(int)) * max(1, len(names)) + raters
        first, rows[kept] = np.unique(key, return_index=True, return_inverse=True)[1:]
        counts = np.bincount(rows[kept], counts, minlength=len(first))
        u, v, y, raters = (values[first] for values in (u, v, y, raters))
        sharpness = np.ones(len(first))
    k, signs = len(u), np.tile([1.0, -1.0], len(u))
    ends = np.stack([u, v], axis=1)
    incidence = csr_array(
        (signs, ends.ravel(), np.arange(0, 2 * k + 1, 2)), shape=(k, graph.n_items)
    )
    return Observations(
        likelihood, ends, y, counts, sharpness, raters, names, rows, weights, incidence
    )


def discounts(graph: ComparisonGraph, half_life: float | None) -> np.ndarray:
    r"""What a comparison still counts for when strengths move.

    .. math:: 2^{-(t_{\max} - t) / \text{half-life}}

    Parameters
    ----------
    graph : ComparisonGraph
    half_life : float, optional
        In the unit of ``graph.times``; None discounts nothing.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ValueError
        Without times, or if half_life is not above 0.
    """
    if half_life is None:
        return np.ones(len(graph.pairs))
    if not (np.isfinite(half_life) and half_life > 0):
        raise ValueError(f"half_life is {half_life}; it must be above 0, in the unit of times")
    if graph.times is None:
        raise ValueError("half_life needs times; give the graph times=, one a comparison")
    times = np.asarray(graph.times, dtype=float)
    return np.exp2((times - times.max(initial=-np.inf)) / half_life)


def _check_order_was_drawn(graph: ComparisonGraph) -> None:
    assert graph.outcomes is not None
    leads = graph.outcomes[graph.answered] - (0.0 if graph.kind == "cardinal" else TIE)
    decided = leads[leads != 0]
    if len(decided) > 1 and ((decided > 0).all() or (decided < 0).all()):
        raise ValueError(
            f"position_effect is asked for, and the {'first' if decided[0] > 0 else 'second'} of "
            f"the two won all of {len(decided)} decided comparisons: that is a table of winners, "
            "not an order in which items were shown, and the effect would explain them all; leave "
            "it out"
        )


def _sharpness(graph: ComparisonGraph, likelihood: Likelihood) -> np.ndarray:
    """One over the scale (logistic) or the standard deviation (Gaussian) of βδ. Shape (m,)."""
    if likelihood == "gaussian":
        counts = 1.0 if graph.weights is None else graph.weights
        return np.sqrt(graph.comparison_precisions() / counts) / graph.beta
    if graph.variances is None:
        return np.ones(len(graph.pairs))
    return np.pi / (graph.beta * np.sqrt(3.0 * graph.variances))


def _raters(graph: ComparisonGraph, kept: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    if graph.raters is None:
        raise ValueError("rater_reliability needs raters; give the graph raters=, one a comparison")
    names, codes = np.unique(graph.raters[kept].astype(str), return_inverse=True)
    return tuple(str(name) for name in names), codes
