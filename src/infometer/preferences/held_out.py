"""Whether one reward an item predicts comparisons that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit, xlogy

from infometer.contracts import Estimate
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.inference import reward_posterior
from infometer.preferences.observations import discounts
from infometer.preferences.outcomes import FIRST, TIE
from infometer.preferences.posterior import Method
from infometer.resampling import generator
from infometer.resampling.student import student_interval

__all__ = ["HeldOut", "held_out_information"]

LARGE, MOST_HELD_OUT = 2000, 5000
"""Items of a component from which on a variance takes a solve of its own, and how many then."""


@dataclass(frozen=True)
class HeldOut:
    """What is foretold of comparisons that were held out; see `held_out_information`.

    Parameters
    ----------
    information : Estimate
        By the posterior of rewards: nats a comparison, at most ln 2; below 0 a coin does better.
    win_rates : Estimate
        The same by the items' win rates alone.
    accuracy : float
        Share whose winner the posterior names.
    """

    information: Estimate
    win_rates: Estimate
    accuracy: float


def held_out_information(
    graph: ComparisonGraph,
    method: Method = "laplace",
    *,
    half_life: float | None = None,
    folds: int = 5,
    level: float = 0.95,
    random_state: Any = 0,
) -> HeldOut:
    r"""Log-loss of the posterior's predictions of held-out winners, below that of a coin.

    .. math:: \ln 2 - \frac1n \sum_i -\ln E[p(y_i \mid r) \mid D_{-k(i)}]

    The rewards are found anew without each fold; ties and skips are not predicted. The interval
    takes comparisons of different pairs, or of different prompts, as independent. Where more than
    2000 items hang together, 5000 comparisons drawn at random are held out, fold by fold, and all
    others are seen.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes and a prior precision above 0.
    method : {"laplace", "gaussian", "ep"}
    half_life : float, optional
        Then old comparisons also count less as what is predicted.
    folds : int
        Parts of the comparisons; each is predicted by the others.
    level : float
    random_state : int, None, RandomState or Generator
        Of the folds.

    Returns
    -------
    HeldOut

    Raises
    ------
    ValueError
        Without a prior, and with fewer decided comparisons than folds.

    Examples
    --------
    >>> wins = [(0, 1)] * 30 + [(1, 2)] * 30 + [(2, 0)] * 3
    >>> graph = ComparisonGraph(n_items=3, pairs=wins, outcomes=[1] * 63, prior_precision=0.3)
    >>> found = held_out_information(graph)
    >>> round(float(found.information), 2), round(found.accuracy, 2)
    (0.36, 0.95)
    """
    if graph.prior_precision <= 0:
        raise ValueError("graph has no prior_precision, and parts of it may have no finite rewards")
    decided = np.flatnonzero(_decided(graph))
    if not 2 <= folds <= len(decided):
        raise ValueError(f"folds is {folds}; expected 2 to {len(decided)}, the decided comparisons")
    fold = np.full(len(graph.pairs), -1)
    order = generator(random_state, "held-out folds").permutation(decided)
    if np.bincount(graph.components()).max() > LARGE:
        order = order[:MOST_HELD_OUT]
        decided = np.sort(order)
    fold[order] = np.arange(len(order)) % folds
    by_reward, by_rate = np.empty(len(fold)), np.empty(len(fold))
    weights = discounts(graph, half_life) * (1.0 if graph.weights is None else graph.weights)
    for k in range(folds):
        kept, asked = fold != k, fold == k
        seen = _part(graph, kept)
        posterior = reward_posterior(seen, method, half_life=half_life)
        by_reward[asked] = posterior.pair_probability(graph.pairs[asked])
        by_rate[asked] = _win_rate_probability(seen, weights[kept], graph.pairs[asked])
    won, weights = _first_won(graph)[decided], weights[decided]
    clusters = _clusters(graph)[decided]

    def estimate(probability: np.ndarray, how: str) -> Estimate:
        p = probability[decided]
        gains = np.log(2.0) + xlogy(won, p) + xlogy(1.0 - won, 1.0 - p)
        return _mean(f"held-out information, {how}", gains, weights, clusters, level, folds)

    named = np.average((by_reward[decided] > 0.5) == (won > 0.5), weights=weights)
    return HeldOut(estimate(by_reward, "rewards"), estimate(by_rate, "win rates"), float(named))


def _decided(graph: ComparisonGraph) -> np.ndarray:
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes to hold out")
    return graph.answered & (graph.outcomes != (0.0 if graph.kind == "cardinal" else TIE))


def _first_won(graph: ComparisonGraph) -> np.ndarray:
    assert graph.outcomes is not None
    won = graph.outcomes > 0 if graph.kind == "cardinal" else graph.outcomes == FIRST
    return np.asarray(won, dtype=float)


def _part(graph: ComparisonGraph, rows: np.ndarray) -> ComparisonGraph:
    names = ("pairs", "outcomes", "variances", "weights", "raters", "times")
    parts = {name: getattr(graph, name) for name in names}
    return replace(graph, **{k: part[rows] for k, part in parts.items() if part is not None})


def _win_rate_probability(
    graph: ComparisonGraph, weights: np.ndarray, pairs: np.ndarray
) -> np.ndarray:
    """σ of the difference of the items' log-odds to win, each with a win and a loss added."""
    kept, n = _decided(graph), graph.n_items
    (u, v), first = graph.pairs[kept].T, _first_won(graph)[kept] * weights[kept]
    second = weights[kept] - first
    wins = np.bincount(u, first, n) + np.bincount(v, second, n)
    losses = np.bincount(u, second, n) + np.bincount(v, first, n)
    odds = np.log((wins + 1.0) / (losses + 1.0))
    return np.asarray(expit(odds[pairs[:, 0]] - odds[pairs[:, 1]]))


def _clusters(graph: ComparisonGraph) -> np.ndarray:
    """The prompt, or where there are none the pair, of each comparison."""
    ends = np.sort(graph.pairs, axis=1)
    codes = graph.prompt_codes
    if codes.any():
        return np.asarray(codes[ends[:, 0]])
    return np.asarray(ends[:, 0] * graph.n_items + ends[:, 1])


def _mean(
    quantity: str,
    values: np.ndarray,
    weights: np.ndarray,
    clusters: np.ndarray,
    level: float,
    folds: int,
) -> Estimate:
    mean = float(np.average(values, weights=weights))
    of = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(of, weights * (values - mean))
    found: dict[str, Any] = {}
    if (count := len(sums)) > 1:
        error = float(np.sqrt(count / (count - 1) * (sums**2).sum()) / weights.sum())
        interval = student_interval(mean, error, count - 1, level)
        found = {"standard_error": error, "interval": interval}
    return Estimate(
        quantity, mean, level=level, n_samples=len(values), method=f"{folds}-fold", **found
    )
