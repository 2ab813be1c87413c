"""A linear reward model of red-team dialogues: which of two answers people found less harmful.

The dialogues hold offensive text; nothing of it is printed or written.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import KFold

from infometer.preferences import fit_linear_reward
from infometer.resampling import student_interval

FOLDS = KFold(5, shuffle=True, random_state=0)
PENALTIES = (0.2, 2.0, 20.0)
EARLIER = {0.2: (0.642, 0.656), 2.0: (0.625, 0.642), 20.0: (0.616, 0.762)}
LAST_ANSWER = "\n\nAssistant:"


@cache
def answers() -> pd.DataFrame:
    """Columns chosen and rejected: the last answers, from the folder that INFOMETER_DATA names."""
    folder = os.environ.get("INFOMETER_DATA")
    if folder is None:
        sys.exit("INFOMETER_DATA names no folder; set it to the one that holds preferences/")
    frame = pd.read_parquet(Path(folder) / "preferences" / "hh_rlhf_harmless_test.parquet")
    return frame.apply(lambda side: side.str.rsplit(LAST_ANSWER, n=1).str[-1])


def features(rows: np.ndarray) -> tuple[Any, Any, int]:
    """TF-IDF of words and pairs of words of all answers, the vocabulary that of `rows`."""
    frame = answers()
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    words.fit(pd.concat([frame["chosen"].iloc[rows], frame["rejected"].iloc[rows]]))
    sides = (words.transform(frame[side]) for side in ("chosen", "rejected"))
    return *sides, len(words.vocabulary_)


def held_out_margins(vocabulary: str, penalties: tuple[float, ...]) -> tuple[np.ndarray, float]:
    """r(chosen) − r(rejected) of dialogues that the model has not seen, and the mean vocabulary."""
    n = len(answers())
    margins, sizes = np.empty(n), []
    for train, test in FOLDS.split(np.arange(n)):
        chosen, rejected, size = features(np.arange(n) if vocabulary == "all" else train)
        ones = np.ones(len(train))
        model = fit_linear_reward(chosen[train], rejected[train], ones, penalties=penalties)
        margins[test] = model.reward(chosen[test]) - model.reward(rejected[test])
        sizes.append(size)
    return margins, float(np.mean(sizes))


def linear(random_state: int, vocabulary: str, penalty: float | None) -> dict[str, Any]:
    """Accuracy and log-loss of held-out comparisons; without a penalty it is chosen inside."""
    penalties = PENALTIES if penalty is None else (penalty,)
    margins, size = held_out_margins(vocabulary, penalties)
    found: dict[str, Any] = {"n": len(margins), "features": size}
    for name, values in (("accuracy", margins > 0), ("nll", np.logaddexp(0.0, -margins))):
        error = values.std(ddof=1) / np.sqrt(len(values))
        low, high = student_interval(float(values.mean()), error, len(values) - 1)
        found |= {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
    return found


def shorter_wins() -> float:
    """Accuracy of a reward that is minus the length."""
    frame = answers()
    longer = frame["chosen"].str.len() - frame["rejected"].str.len()
    return float(np.where(longer == 0, 0.5, longer < 0).mean())


def hh_table(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each vocabulary and penalty, the earlier figures beside it."""
    shown = []
    for row in rows.itertuples():
        chosen_inside = pd.isna(row.penalty)
        before = EARLIER.get(row.penalty) if row.vocabulary == "all" else None
        shown.append(
            {
                "vocabulary of": {"all": "all texts", "train": "training folds"}[row.vocabulary],
                "C": "chosen inside" if chosen_inside else f"{row.penalty:g}",
                "features": round(row.features),
                "accuracy": f"{row.accuracy:.3f} [{row.accuracy_low:.3f}, {row.accuracy_high:.3f}]",
                "NLL (nats)": f"{row.nll:.3f} [{row.nll_low:.3f}, {row.nll_high:.3f}]",
                "before": "" if before is None else f"{before[0]:.3f}, {before[1]:.3f}",
            }
        )
    return pd.DataFrame(shown)
