"""The tables of a leak: by item, by category, and the weights of what gives keys away."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from infometer.backends.answer_only import AnswerOnlyWeights
from infometer.backends.choice_items import ChoiceItem
from infometer.estimators.predictive import VInformation
from infometer.estimators.predictive.mean_estimate import mean_estimate

__all__ = ["by_category", "feature_table", "item_table", "word_table"]

BITS = math.log(2.0)
MOST_WORDS = 15


def item_table(
    items: Sequence[ChoiceItem], options: VInformation, weights: AnswerOnlyWeights
) -> pd.DataFrame:
    """A row for each item, without its text: what was guessed, its PVI and what gave most away.

    That is the feature, or all words, by which the key's utility exceeds the mean of its options'
    most.
    """
    sizes = np.array([len(item.options) for item in items])
    own = np.cumsum(sizes) - sizes + np.array([item.key for item in items])
    rows = np.repeat(np.arange(len(items)), sizes)
    added = weights.contributions
    edge = added.iloc[own].to_numpy() - added.groupby(rows).mean().to_numpy()
    return pd.DataFrame(
        {
            "id": [item.id for item in items],
            "category": [item.category for item in items],
            "options": sizes,
            "key": options.labels,
            "guessed": options.predicted,
            "correct": options.correct,
            "p_key": np.exp(options.log_p),
            "pvi_bits": options.pvi / BITS,
            "given_away_by": added.columns.to_numpy()[edge.argmax(axis=1)],
        }
    )


def by_category(table: pd.DataFrame, groups: np.ndarray, level: float) -> pd.DataFrame:
    """Accuracy and information of each category, with intervals, the most leaking first."""
    rows = []
    for category, places in table.groupby("category").indices.items():
        part = table.iloc[places]
        own = mean_estimate(
            part["pvi_bits"].to_numpy() * BITS, "PVI", groups=groups[places], level=level
        )
        low, high = own.interval or (np.nan, np.nan)
        rows.append(
            {
                "category": category,
                "n": len(part),
                "accuracy": float(part["correct"].mean()),
                "information_bits": own.bits,
                "low_bits": low / BITS,
                "high_bits": high / BITS,
            }
        )
    return pd.DataFrame(rows).sort_values("information_bits", ascending=False, ignore_index=True)


def feature_table(features: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """The weights, the largest first, with the share of options that have the feature."""
    shares = (features != 0).mean()
    table = pd.DataFrame({"feature": weights.index, "weight": weights.to_numpy()})
    table["share_of_options"] = shares[table["feature"]].to_numpy()
    return table.sort_values("weight", key=abs, ascending=False, ignore_index=True)


def word_table(weights: pd.Series) -> pd.DataFrame:
    """The words and pairs with the largest and the smallest weights."""
    ordered = weights.sort_values(ascending=False)
    most = min(MOST_WORDS, len(ordered) // 2)
    kept = pd.concat([ordered.head(most), ordered.tail(most)])
    return pd.DataFrame({"words": kept.index, "weight": kept.to_numpy()})
