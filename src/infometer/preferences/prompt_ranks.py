"""Ranks of items within their prompts: rewards of different prompts are never compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.ranks import rank_columns
from infometer.resampling.groups import group_members

__all__ = ["rank_within_prompts"]

N_DRAWS = 2000
MOST_AT_ONCE = 2**23
"""Differences of draws that are held at once."""


def rank_within_prompts(
    posterior: RewardPosterior, level: float = 0.95, random_state: Any = 0
) -> pd.DataFrame:
    """Rank the items of each prompt, between the ranks that they may have.

    Within each prompt this is `rank_intervals`: all ranks of a prompt lie in their intervals at
    once with at least probability `level`, but not those of all prompts.

    Parameters
    ----------
    posterior : RewardPosterior
        Of a graph with prompts.
    level : float
    random_state : int, None, RandomState or Generator
        Of 2000 draws of the rewards.

    Returns
    -------
    DataFrame
        Prompt by prompt in the order of the items, the best first: ``prompt, item, name, mean, sd,
        low, high`` against the average of the prompt, ``rank, own_rank_low, own_rank_high,
        rank_low, rank_high``, and ``p_best``, the probability that the item is the best of its
        prompt.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1)] * 9 + [(2, 3)], outcomes=[1] * 9 + [0],
    ...                         prompts=["p", "p", "q", "q"], prior_precision=0.2)
    >>> rank_within_prompts(reward_posterior(graph))[["name", "rank_low", "rank_high"]]
      name  rank_low  rank_high
    0    0         1          1
    1    1         2          2
    2    3         1          2
    3    2         1          2
    """
    graph = posterior.graph
    if graph.prompts is None:
        raise ValueError("posterior is of a graph without prompts; ask rank_intervals")
    draws = posterior.sample(N_DRAWS, random_state)
    codes, prompts = pd.factorize(graph.prompts)
    items = group_members(codes)
    sizes = np.array([len(group) for group in items])
    parts = []
    for size in np.unique(sizes):
        groups = np.stack([items[g] for g in np.flatnonzero(sizes == size)])
        at_once = max(1, MOST_AT_ONCE // (N_DRAWS * size * size))
        for start in range(0, len(groups), at_once):
            parts.append(_ranked(posterior, groups[start : start + at_once], draws, level))
    table = pd.concat(parts, ignore_index=True)
    place = codes[table["item"].to_numpy()]
    table.insert(0, "prompt", np.asarray(prompts)[place])
    return table.iloc[np.lexsort((table["rank"], place))].reset_index(drop=True)


def _ranked(
    posterior: RewardPosterior, groups: np.ndarray, draws: np.ndarray, level: float
) -> pd.DataFrame:
    """Rank the items of prompts of one size: groups of shape (g, s)."""
    size = groups.shape[1]
    i, j = np.triu_indices(size, 1)
    variances = np.zeros((*groups.shape, size))
    of_pairs = posterior.pair_variance(groups[:, np.stack([i, j], axis=1)].reshape(-1, 2))
    variances[:, i, j] = variances[:, j, i] = of_pairs.reshape(len(groups), -1)
    spread, mean = np.sqrt(variances), posterior.mean[groups]
    drawn = draws[:, groups]
    apart = np.abs((drawn - mean)[..., i] - (drawn - mean)[..., j]) / spread[:, i, j]
    critical = np.quantile(apart.max(axis=-1, initial=0.0), level, axis=0)
    above = mean[:, :, None] - mean[:, None, :] > critical[:, None, None] * spread
    off_average = np.eye(size) - 1.0 / size
    sd = np.sqrt(np.einsum("gii->gi", -0.5 * off_average @ variances @ off_average).clip(0.0))
    best = drawn.argmax(axis=-1)
    columns = {
        "item": groups,
        **rank_columns(mean, sd, drawn, level),
        "rank_low": 1 + above.sum(axis=1),
        "rank_high": size - above.sum(axis=2),
        "p_best": (best[:, :, None] == np.arange(size)).mean(axis=0),
    }
    table = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    table.insert(1, "name", [posterior.graph.name_of(item) for item in table["item"]])
    return table
