"""Items with their ranks, and neighbours in the ranking with what parts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from infometer.preferences.outcomes import TIE
from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.prompt_ranks import rank_within_prompts
from infometer.preferences.ranks import MOST_ITEMS, rank_columns, rank_intervals

__all__ = ["item_ranks", "neighbours_in_ranking"]

N_DRAWS = 1000
MOST_NEIGHBOURS = 1000


def item_ranks(
    posterior: RewardPosterior, level: float = 0.95, random_state: Any = 0
) -> pd.DataFrame:
    """Every item with its reward, its ranks and what it went through, best first in its prompt.

    Parameters
    ----------
    posterior : RewardPosterior
    level : float
        Of the intervals; `rank_low` to `rank_high` hold at it for all items of a ranking at once.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    DataFrame
        ``prompt`` where there are several, ``rank, own_rank_low, own_rank_high, rank_low,
        rank_high, name, reward, sd, low, high`` against the average item, ``p_best, comparisons,
        wins, losses, ties, item``. Of more than 3000 items under one prompt the ranks that hold at
        once are missing.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)] * 9, outcomes=[1, 0.5] * 9,
    ...                         prior_precision=0.3, names=["ann", "bob", "eve"])
    >>> table = item_ranks(reward_posterior(graph))
    >>> table[["name", "rank_low", "rank_high", "wins", "losses", "ties"]]
      name  rank_low  rank_high  wins  losses  ties
    0  ann         1          1     9       0     0
    1  eve         2          3     0       0     9
    2  bob         2          3     0       9     9
    """
    graph = posterior.graph
    if graph.prompt_codes.any():
        table = rank_within_prompts(posterior, level, random_state)
    else:
        table = _single(posterior, level, random_state)
    table = table.rename(columns={"mean": "reward"})
    counts = _counts(posterior)
    for name in counts:
        table[name] = counts[name].to_numpy()[table["item"]]
    first = ["prompt"] if "prompt" in table else []
    ranks = ["rank", "own_rank_low", "own_rank_high", "rank_low", "rank_high"]
    rewards = ["name", "reward", "sd", "low", "high", "p_best"]
    return table[[*first, *ranks, *rewards, *counts, "item"]]


def neighbours_in_ranking(
    posterior: RewardPosterior, table: pd.DataFrame, level: float = 0.95
) -> pd.DataFrame:
    """Each item and the next below it: whether their rewards are told apart.

    Parameters
    ----------
    posterior : RewardPosterior
    table : DataFrame
        Of `item_ranks`.
    level : float
        Of each pair by itself.

    Returns
    -------
    DataFrame
        ``upper, lower`` (items), ``difference, sd, told_apart``; of the best 1000 of a ranking.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(n_items=2, pairs=[(0, 1)] * 9, outcomes=[1] * 9, prior_precision=1)
    >>> posterior = reward_posterior(graph)
    >>> neighbours_in_ranking(posterior, item_ranks(posterior))["told_apart"].tolist()
    [True]
    """
    items = table["item"].to_numpy()
    within = np.ones(max(len(items) - 1, 0), dtype=bool)
    if "prompt" in table:
        prompts = pd.factorize(table["prompt"])[0]
        within = prompts[1:] == prompts[:-1]
    else:
        within[MOST_NEIGHBOURS:] = False
    pairs = np.stack([items[:-1][within], items[1:][within]], axis=1)
    difference = posterior.mean[pairs[:, 0]] - posterior.mean[pairs[:, 1]]
    sd = np.sqrt(posterior.pair_variance(pairs))
    return pd.DataFrame(
        {
            "upper": pairs[:, 0],
            "lower": pairs[:, 1],
            "difference": difference,
            "sd": sd,
            "told_apart": difference > norm.ppf(0.5 + level / 2.0) * sd,
        }
    )


def _single(posterior: RewardPosterior, level: float, random_state: Any) -> pd.DataFrame:
    draws = posterior.sample(N_DRAWS, random_state)
    best = np.bincount(draws.argmax(axis=1), minlength=draws.shape[1]) / N_DRAWS
    if draws.shape[1] <= MOST_ITEMS:
        table = rank_intervals(posterior, level, random_state)
    else:
        table = _without_rank_intervals(posterior, draws, level)
    return table.assign(p_best=best[table["item"]])


def _without_rank_intervals(
    posterior: RewardPosterior, draws: np.ndarray, level: float
) -> pd.DataFrame:
    n = posterior.graph.n_items
    sd = (draws - draws.mean(axis=1, keepdims=True)).std(axis=0)
    table = pd.DataFrame(
        {
            "item": np.arange(n),
            "name": [posterior.graph.name_of(i) for i in range(n)],
            **rank_columns(posterior.mean, sd, draws, level),
            "rank_low": pd.array([pd.NA] * n, dtype="Int64"),
            "rank_high": pd.array([pd.NA] * n, dtype="Int64"),
        }
    )
    return table.sort_values("rank", kind="stable", ignore_index=True)


def _counts(posterior: RewardPosterior) -> pd.DataFrame:
    """Comparisons, wins, losses and ties of each item; of strengths the sign counts."""
    graph = posterior.graph
    assert graph.outcomes is not None
    kept, middle = graph.answered, 0.0 if graph.kind == "cardinal" else TIE
    (u, v), y = graph.pairs[kept].T, graph.outcomes[kept]

    def number(firsts: np.ndarray, seconds: np.ndarray) -> np.ndarray:
        n = graph.n_items
        return np.bincount(u[firsts], minlength=n) + np.bincount(v[seconds], minlength=n)

    higher, lower, even = y > middle, y < middle, y == middle
    every = np.ones(len(y), dtype=bool)
    return pd.DataFrame(
        {
            "comparisons": number(every, every),
            "wins": number(higher, lower),
            "losses": number(lower, higher),
            "ties": number(even, even),
        }
    )
