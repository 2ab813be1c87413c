"""Ranks of items with intervals that hold for all of them at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from infometer.preferences.posterior import RewardPosterior

__all__ = [
    "own_rank_intervals",
    "rank_columns",
    "rank_intervals",
    "simultaneous_critical_value",
]

MOST_ITEMS = 3000
N_DRAWS = 2000


def rank_intervals(
    posterior: RewardPosterior, level: float = 0.95, random_state: Any = 0
) -> pd.DataFrame:
    r"""Rank every item, between the ranks that it may have.

    .. math:: c: \; P\Bigl(\max_{u < v} \frac{|(r_u - r_v) - E(r_u - r_v)|}{\mathrm{sd}(r_u - r_v)}
        \le c\Bigr) = \text{level}

    An item is surely above another where the mean difference exceeds c standard deviations; its
    best rank is one more than the number surely above it. All differences lie in their intervals at
    once with probability `level`, so all ranks do with at least that.

    Parameters
    ----------
    posterior : RewardPosterior
    level : float
    random_state : int, None, RandomState or Generator
        Of 2000 draws of the rewards.

    Returns
    -------
    DataFrame
        A row an item, best first: ``item, name, mean, sd, low, high`` of the reward against the
        average of all items, ``rank, own_rank_low, own_rank_high, rank_low, rank_high``, 1 the
        best; equal means share the better rank. `low` to `high` and the own ranks hold for each
        item by itself, `rank_low` to `rank_high` for all at once.

    Raises
    ------
    ValueError
        Where nothing joins some items, or beyond 3000 of them.

    References
    ----------
    Mogstad, Romano, Shaikh, Wilhelm, "Inference for ranks", Review of Economic Studies 91, 2024,
    section 3, with a Bayesian critical value.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (0, 1), (0, 2), (2, 1)] * 5,
    ...                         outcomes=[1, 1, 1, 0] * 5, prior_precision=1.0)
    >>> table = rank_intervals(reward_posterior(graph))
    >>> table[["item", "rank", "rank_low", "rank_high"]].to_numpy().tolist()
    [[0, 1, 1, 1], [1, 2, 2, 3], [2, 3, 2, 3]]
    """
    _check_rankable(posterior, level)
    graph, n = posterior.graph, posterior.graph.n_items
    covariance = posterior.covariance()
    spread = _spread_of_pairs(covariance)
    draws = posterior.sample(N_DRAWS, random_state)
    critical = simultaneous_critical_value(draws - posterior.mean, spread, level)
    above = posterior.mean[:, None] - posterior.mean > critical * spread
    centred = covariance - covariance.mean(axis=0) - covariance.mean(axis=1)[:, None]
    sd = np.sqrt(np.diag(centred + covariance.mean()))
    table = pd.DataFrame(
        {
            "item": np.arange(n),
            "name": [graph.name_of(i) for i in range(n)],
            **rank_columns(posterior.mean, sd, draws, level),
            "rank_low": 1 + above.sum(axis=0),
            "rank_high": n - above.sum(axis=1),
        }
    )
    return table.sort_values("rank", kind="stable", ignore_index=True)


def _check_rankable(posterior: RewardPosterior, level: float) -> None:
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}; it must lie between 0 and 1, such as 0.95")
    graph = posterior.graph
    n = graph.n_items
    if n > MOST_ITEMS:
        raise ValueError(
            f"posterior has {n} items; ranks with intervals need all differences at once and go up "
            f"to {MOST_ITEMS}: rank a part of the items, or ask pair_variance for single pairs"
        )
    parts = graph.components()
    if graph.prior_precision == 0 and parts.max() > 0:
        raise ValueError(
            f"the comparisons fall into {parts.max() + 1} components that nothing joins, so there "
            "is no common rank; give prior_precision=, or rank each component"
        )


def rank_columns(
    mean: np.ndarray, sd: np.ndarray, draws: np.ndarray, level: float
) -> dict[str, np.ndarray]:
    """What a ranking says of each item by itself, against the average of the ranking.

    Parameters
    ----------
    mean : ndarray, shape (..., n)
        Of the rewards.
    sd : ndarray, shape (..., n)
        Against their average.
    draws : ndarray, shape (k, ..., n)
        Of the rewards.
    level : float

    Returns
    -------
    dict of str to ndarray, shape (..., n)
        ``mean, sd, low, high, rank, own_rank_low, own_rank_high``.
    """
    centred = mean - mean.mean(axis=-1, keepdims=True)
    reach = norm.ppf(0.5 + level / 2.0) * sd
    own_low, own_high = own_rank_intervals(draws, level)
    return {
        "mean": centred,
        "sd": sd,
        "low": centred - reach,
        "high": centred + reach,
        "rank": rankdata(-centred.round(12), method="min", axis=-1).astype(int),
        "own_rank_low": own_low,
        "own_rank_high": own_high,
    }


def own_rank_intervals(draws: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Between which ranks each item lies with probability `level`, by itself.

    Parameters
    ----------
    draws : ndarray, shape (k, ..., n)
        Of the rewards.
    level : float

    Returns
    -------
    low, high : ndarray of int, shapes (..., n)

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal([3.0, 0.0, 0.0, -9.0], size=(1000, 4))
    >>> [ends.tolist() for ends in own_rank_intervals(draws)]
    [[1, 2, 2, 4], [2, 3, 3, 4]]
    """
    places = rankdata(-draws, axis=-1)
    tail = (1.0 - level) / 2.0
    low = np.quantile(places, tail, axis=0, method="lower")
    high = np.quantile(places, 1.0 - tail, axis=0, method="higher")
    return low.astype(int), high.astype(int)


def simultaneous_critical_value(
    deviations: np.ndarray, spread: np.ndarray, level: float = 0.95
) -> float:
    """Quantile of the largest standardised difference of any two items.

    Parameters
    ----------
    deviations : ndarray, shape (k, n)
        Draws of the rewards around their mean.
    spread : ndarray, shape (n, n)
        Standard deviation of each difference.
    level : float

    Returns
    -------
    float
        1.96 of two items at 0.95, more of more.
    """
    n = len(spread)
    if n < 2:
        return 0.0
    inverse = (1.0 / (spread + np.diag(np.full(n, np.inf)))).astype(np.float32)
    largest = np.empty(len(deviations))
    for i, drawn in enumerate(deviations.astype(np.float32)):
        apart = np.subtract.outer(drawn, drawn)
        apart *= inverse
        largest[i] = apart.max()
    return float(np.quantile(largest, level))


def _spread_of_pairs(covariance: np.ndarray) -> np.ndarray:
    variances = np.diag(covariance)
    return np.sqrt(np.maximum(variances[:, None] + variances - 2.0 * covariance, 0.0))
