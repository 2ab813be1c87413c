"""Raters beside the rewards that all of them taught."""

from __future__ import annotations

import numpy as np
import pandas as pd

from infometer.preferences.outcomes import TIE
from infometer.preferences.posterior import RewardPosterior

__all__ = ["agreement_of_raters"]


def agreement_of_raters(posterior: RewardPosterior) -> pd.DataFrame:
    r"""How often each rater sides with the rewards, and how often a rater like all others would.

    .. math:: \text{expected} = \frac1n \sum_i \max(p_i, 1 - p_i), \qquad
        z = \frac{\text{agreement} - \text{expected}}
        {\sqrt{\sum_i p_i (1 - p_i)} / n}

    Parameters
    ----------
    posterior : RewardPosterior
        Of a graph with raters and outcomes.

    Returns
    -------
    DataFrame
        ``rater, comparisons, agreement, expected, z``, the least agreeing first; ties, skips and
        pairs of equal reward are left out.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(n_items=2, pairs=[(0, 1)] * 12, outcomes=[1] * 10 + [0] * 2,
    ...                         raters=["ann"] * 10 + ["bob"] * 2, prior_precision=0.1)
    >>> agreement_of_raters(reward_posterior(graph)).round(2).to_numpy().tolist()
    [['bob', 2, 0.0, 0.8, -2.85], ['ann', 10, 1.0, 0.8, 1.57]]
    """
    graph = posterior.graph
    if graph.raters is None or graph.outcomes is None:
        raise ValueError("posterior is of a graph without raters or outcomes; give it both")
    middle = 0.0 if graph.kind == "cardinal" else TIE
    leading = posterior.pair_mean(graph.pairs)
    kept = graph.answered & (graph.outcomes != middle) & (leading != 0)
    p = posterior.pair_probability(graph.pairs[kept])
    rows = pd.DataFrame(
        {
            "rater": np.asarray(graph.raters, dtype=object)[kept],
            "agreement": (graph.outcomes[kept] > middle) == (leading[kept] > 0),
            "expected": np.maximum(p, 1.0 - p),
            "variance": p * (1.0 - p),
        }
    )
    found = rows.groupby("rater", sort=True)
    table = found[["agreement", "expected"]].mean()
    table.insert(0, "comparisons", found.size())
    error = np.sqrt(found["variance"].sum()) / table["comparisons"]
    table["z"] = (table["agreement"] - table["expected"]) / error
    return table.sort_values("z", kind="stable").reset_index()
