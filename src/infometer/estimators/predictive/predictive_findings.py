"""What a reader of a V-information must be told before believing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.contracts import Finding
from infometer.estimators.predictive.item_forms import count_empty_texts, item_keys
from infometer.estimators.predictive.item_splits import Split
from infometer.estimators.predictive.log_score_information import VInformation

__all__ = ["Evidence", "evidence_of", "predictive_findings"]

LARGE_GAP = 0.25
"""Of the null entropy."""
UNBALANCED = 0.95
"""Of the entropy that equally frequent classes would have."""
FEW_ITEMS_A_CLASS = 20


@dataclass(frozen=True)
class Evidence:
    """What the items themselves show.

    Parameters
    ----------
    n_copies : int
        Items asked about of which the model was trained on a copy.
    n_empty : int
        Items with an empty text.
    n_floored : int
        Log-probabilities below the floor.
    floor : float
    cross_fitted : bool
    """

    n_copies: int = 0
    n_empty: int = 0
    n_floored: int = 0
    floor: float = 1e-12
    cross_fitted: bool = True


def evidence_of(items: Any, splits: Sequence[Split], floor: float, cross_fitted: bool) -> Evidence:
    """Count copies that stand on both sides of a split, and empty texts.

    Parameters
    ----------
    items : what `read_items` gives
    splits : sequence of (train, test)
    floor : float
    cross_fitted : bool

    Returns
    -------
    Evidence
    """
    keys = item_keys(items)
    copies = 0
    if keys is not None:
        copies = sum(int(np.isin(keys[test], keys[train]).sum()) for train, test in splits)
    return Evidence(copies, count_empty_texts(items), floor=floor, cross_fitted=cross_fitted)


def predictive_findings(result: VInformation, evidence: Evidence) -> tuple[Finding, ...]:
    """Read off a V-information what is wrong with the data, the training or the reading of it.

    Parameters
    ----------
    result : VInformation
    evidence : Evidence

    Returns
    -------
    tuple of Finding
        Warnings first.
    """
    parts: list[Callable[[VInformation, Evidence], list[Finding]]] = [
        _no_better_than_null, _overfitted, _copies, _floored, _seeds, _few_items, _unbalanced,
        _empty,
    ]  # fmt: skip
    found = [finding for part in parts for finding in part(result, evidence)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


def _bits(nats: float) -> str:
    return f"{nats / math.log(2):.3f} bits"


def _no_better_than_null(result: VInformation, evidence: Evidence) -> list[Finding]:
    figure = result.information
    if figure.interval is None or figure.interval[0] > 0:
        return []
    low, high = (end / math.log(2) for end in figure.interval)
    worse = "worse than" if high < 0 else "no better than"
    return [
        Finding(
            "warning", "model", f"The model with the input is {worse} the one without: training "
            "failed, or there is nothing in it that this family can use.",
            f"{figure.quantity} is {_bits(figure.value)}, {100 * figure.level:g} % "
            f"{low:.3f} to {high:.3f}.",
            "Look at its accuracy and its training; try another family, more items or a stronger "
            "penalty before saying that the input tells nothing.",
        )
    ]  # fmt: skip


def _overfitted(result: VInformation, evidence: Evidence) -> list[Finding]:
    gap, seen = result.gap, result.in_sample
    if gap is None or seen is None or gap <= LARGE_GAP * result.null_entropy.value:
        return []
    return [
        Finding(
            "warning", "model", "The model is far surer of the items that it was trained on.",
            f"{_bits(seen.value)} on training items, {_bits(result.information.value)} on others.",
            "Read only the held-out figures; a stronger penalty or fewer epochs may raise them.",
        )
    ]  # fmt: skip


def _copies(result: VInformation, evidence: Evidence) -> list[Finding]:
    if not evidence.n_copies:
        return []
    share = 100 * evidence.n_copies / len(result.log_p)
    remedy = (
        "Name copies by groups=, so that they stay in one fold, or take them out."
        if evidence.cross_fitted
        else "Take them out of the training part."
    )
    return [
        Finding(
            "warning", "items", "Exact copies of items asked about are among those trained on: "
            "their pointwise values are too high.",
            f"{evidence.n_copies} of {len(result.log_p)} items ({share:.1f} %).", remedy,
        )
    ]  # fmt: skip


def _floored(result: VInformation, evidence: Evidence) -> list[Finding]:
    if not evidence.n_floored:
        return []
    return [
        Finding(
            "warning", "probabilities", "Some labels have a probability below the floor, and the "
            "mean depends on where it is.",
            f"{evidence.n_floored} below {evidence.floor:g}; each counts "
            f"{_bits(-math.log(evidence.floor))}.",
            "Take a model that is never certain, such as a calibrated one.",
        )
    ]  # fmt: skip


def _seeds(result: VInformation, evidence: Evidence) -> list[Finding]:
    error = result.information.standard_error
    if result.seed_spread is None or error is None or result.seed_spread <= error:
        return []
    return [
        Finding(
            "info", "training", "Training again moves the figure by more than its standard error.",
            f"Standard deviation over seeds {_bits(result.seed_spread)}, standard error of one "
            f"set of models {_bits(error)}.",
            "Compare models by several seeds, not by intervals of one.",
        )
    ]  # fmt: skip


def _few_items(result: VInformation, evidence: Evidence) -> list[Finding]:
    each = len(result.log_p) / max(1, len(result.classes))
    if each >= FEW_ITEMS_A_CLASS:
        return []
    return [
        Finding(
            "info", "labels", "There are few items for so many classes.",
            f"{len(result.log_p)} items, {len(result.classes)} classes.",
            "Expect a figure that is too low; merge classes or add items.",
        )
    ]  # fmt: skip


def _unbalanced(result: VInformation, evidence: Evidence) -> list[Finding]:
    if result.correct is None or result.labels is None or len(result.classes) < 2:
        return []
    shares = np.unique(result.labels, return_counts=True)[1] / len(result.labels)
    entropy = float(-(shares * np.log(shares)).sum())
    apart = float(np.mean((result.pvi > 0) != result.correct))
    if entropy >= UNBALANCED * math.log(len(result.classes)) or not apart:
        return []
    return [
        Finding(
            "info", "labels", "Classes are of unequal size: a value above 0 does not mean that the "
            "guess is right, nor one below 0 that it is wrong.",
            f"{100 * apart:.0f} % of the items are above 0 and wrong, or below and right; the "
            f"largest class has {100 * shares.max():.0f} % of them.",
            "Find wrong labels by −log p(y|x), and compare values within one label.",
        )
    ]  # fmt: skip


def _empty(result: VInformation, evidence: Evidence) -> list[Finding]:
    if not evidence.n_empty:
        return []
    return [
        Finding(
            "info", "items", "Some texts are empty.",
            f"Items with an empty text: {evidence.n_empty}.",
            "Ask whether reading them went wrong.",
        )
    ]  # fmt: skip
