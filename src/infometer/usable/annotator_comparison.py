"""Which annotator misleads: the labels of each beside those of the others on the same items."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from infometer.estimators.predictive import VInformation
from infometer.resampling import generator
from infometer.usable.annotators import AnnotatorLabels
from infometer.usable.cell_means import cell_means

__all__ = ["annotator_report"]

BITS = math.log(2.0)


def annotator_report(
    result: VInformation,
    labels: AnnotatorLabels,
    *,
    level: float = 0.95,
    n_permutations: int = 4999,
    random_state: Any = None,
) -> pd.DataFrame:
    r"""How usable the labels of each annotator are, and whether they are less so than the others'.

    On item u the labels of annotator a and those of the others are compared by

    .. math:: \log g'[x_u](y_{ua}) - \frac{1}{n_u - 1} \sum_{b \ne a} \log g'[x_u](y_{ub}),

    so that an annotator of hard items is not blamed for them. The test exchanges the annotators of
    each item at random: it is exact where they label alike. The model has learnt from all of them
    and takes the side of most.

    Parameters
    ----------
    result : VInformation
        Of the rows of `labels`, found with ``groups=labels.items``.
    labels : AnnotatorLabels
    level : float
        Of the intervals.
    n_permutations : int
    random_state : int, None, RandomState or Generator
        Of the permutations.

    Returns
    -------
    DataFrame
        One row an annotator, the most misleading first: ``n`` labels with mean ``pvi_bits`` and
        interval; ``n_shared`` items that others labelled too, ``agrees`` with what share of their
        labels, ``against_others_bits`` with interval, ``p_value`` (two-sided) and
        ``adjusted_p_value`` after Benjamini and Hochberg.

    Raises
    ------
    ValueError
        If the result is not of these rows.

    Examples
    --------
    >>> from infometer.estimators.predictive import v_information
    >>> from infometer.usable import annotator_labels
    >>> frame = pd.DataFrame({"item": [1, 1, 2, 2], "who": ["a", "b", "a", "b"],
    ...                       "label": ["yes", "yes", "no", "yes"]})
    >>> read = annotator_labels(frame, item="item", annotator="who", label="label")
    >>> result = v_information(np.log([0.8, 0.8, 0.8, 0.2]), np.log([0.5] * 4))
    >>> found = annotator_report(result, read, random_state=0)
    >>> found[["annotator", "against_others_bits"]].values.tolist()
    [['b', -1.0], ['a', 1.0]]
    """
    _require_same_rows(result, labels)
    items = pd.factorize(labels.items)[0]
    who, names = pd.factorize(labels.annotators)
    others = np.bincount(items)[items] - 1
    shared = np.flatnonzero(others > 0)
    sums = np.bincount(items, result.log_p)[items]
    differences = (result.log_p - (sums - result.log_p) / np.maximum(others, 1))[shared]
    own = pd.Index(labels.counts.columns).get_indexer(pd.Index(labels.labels))
    agreeing = (labels.counts.to_numpy()[items, own] - 1)[shared] / others[shared]
    alone = cell_means(result.pvi, who, len(names), level=level)
    against = cell_means(differences, who[shared], len(names), level=level)
    rng = generator(random_state, "annotators")
    p_values = _p_values(differences, items[shared], who[shared], len(names), n_permutations, rng)
    frame = pd.DataFrame(
        {
            "annotator": names,
            "n": alone.n,
            "pvi_bits": alone.mean / BITS,
            "low_bits": alone.low / BITS,
            "high_bits": alone.high / BITS,
            "n_shared": against.n,
            "agrees": cell_means(agreeing, who[shared], len(names)).mean,
            "against_others_bits": against.mean / BITS,
            "against_low_bits": against.low / BITS,
            "against_high_bits": against.high / BITS,
            "p_value": p_values,
            "adjusted_p_value": _adjusted(p_values),
        }
    )
    return frame.sort_values("against_others_bits", kind="stable").reset_index(drop=True)


def _require_same_rows(result: VInformation, labels: AnnotatorLabels) -> None:
    n = len(labels.labels)
    if len(result.log_p) != n:
        raise ValueError(
            f"result has {len(result.log_p)} items and labels {n} rows; give the result of a row "
            "of X for each label, in the same order"
        )
    if result.labels is not None and not np.array_equal(result.labels, labels.labels):
        raise ValueError("result has other labels than these rows; give the result of these rows")


def _p_values(
    differences: np.ndarray,
    items: np.ndarray,
    who: np.ndarray,
    n_annotators: int,
    n_permutations: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Two-sided, of each annotator's sum, when those of an item are exchanged; NaN of no item."""
    order = np.argsort(items, kind="stable")
    differences, items, who = differences[order], items[order], who[order]
    ours = np.bincount(who, differences, minlength=n_annotators)
    slack = 1e-9 * np.abs(differences).sum()
    below, above = np.ones(n_annotators), np.ones(n_annotators)  # ours is one of them
    for _ in range(n_permutations):
        exchanged = differences[np.argsort(items + rng.random(len(items)))]
        sums = np.bincount(who, exchanged, minlength=n_annotators)
        below += sums <= ours + slack
        above += sums >= ours - slack
    p_values = np.minimum(1.0, 2 * np.minimum(below, above) / (n_permutations + 1))
    return np.where(np.bincount(who, minlength=n_annotators) > 0, p_values, np.nan)


def _adjusted(p_values: np.ndarray) -> np.ndarray:
    found, known = np.full(len(p_values), np.nan), np.isfinite(p_values)
    if known.any():
        found[known] = false_discovery_control(p_values[known])
    return found
