"""What an option is like beside its siblings, without a look at the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from infometer.backends.choice_items import ChoiceItem

__all__ = ["option_features", "option_words", "question_overlap"]

WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PATTERNS = {
    "all of the above": r"\ball (?:of )?(?:the )?(?:above|these|options|mentioned)\b",
    "none of the above": r"\bnone (?:of )?(?:the )?(?:above|these|options|mentioned)\b",
    "both": r"\bboth\b",
    "absolute word": r"\b(?:always|never|only|all|every|none|must|cannot|completely)\b",
    "hedge": r"\b(?:can|may|might|could|some|sometimes|often|usually|generally|typically)\b",
    "joins by and": r"\band\b",
    "comma": r",",
    "bracket": r"\(",
    "digit": r"\d",
}
"""English; an option has the feature 1 where the pattern is found in its lower-case text."""


def option_words(text: str) -> frozenset[str]:
    """The words and numbers of a text in lower case.

    Examples
    --------
    >>> sorted(option_words("The 2.4 GHz band"))
    ['2.4', 'band', 'ghz', 'the']
    """
    return frozenset(WORD.findall(text.lower()))


def option_features(items: Sequence[ChoiceItem]) -> pd.DataFrame:
    """A row for each option, one item after the other, and a column for each answer-only feature.

    The relative length is log(characters) less its mean over the item's options; overlap is the
    mean Jaccard index of its words with those of each sibling; the medoid is the option with the
    largest. A middle number is 1 for the median of an item's three or more numbers and 0 for the
    extremes. Slot k is 1 for the k-th option.

    Parameters
    ----------
    items : sequence of ChoiceItem

    Returns
    -------
    DataFrame, shape (N, d)

    Examples
    --------
    >>> item = ChoiceItem("Which?", ("the low band", "the high band", "all of the above"), key=2)
    >>> option_features([item])[["longest", "all of the above", "overlap"]].round(2).values.tolist()
    [[0.0, 0.0, 0.33], [0.0, 0.0, 0.33], [1.0, 1.0, 0.17]]
    """
    texts = [option for item in items for option in item.options]
    columns: dict[str, np.ndarray] = {
        "relative length": _each(items, _relative_lengths),
        "longest": _each(items, lambda texts: _extreme([len(text) for text in texts])),
        "shortest": _each(items, lambda texts: _extreme([-len(text) for text in texts])),
    }
    for name, pattern in PATTERNS.items():
        seek = re.compile(pattern)
        columns[name] = np.array([float(bool(seek.search(text.lower()))) for text in texts])
    columns["overlap"] = _each(items, _overlaps)
    columns["medoid"] = _each(items, lambda texts: _extreme(_overlaps(texts)))
    columns["middle number"] = _each(items, _middle_numbers)
    slots = np.concatenate([np.arange(len(item.options)) for item in items])
    for slot in range(1, slots.max() + 1):
        columns[f"slot {slot + 1}"] = (slots == slot).astype(float)
    return pd.DataFrame(columns)


def question_overlap(items: Sequence[ChoiceItem]) -> np.ndarray:
    """The share of each option's words that stand in its question too, shape (N,).

    Examples
    --------
    >>> question_overlap([ChoiceItem("Is the band low?", ("a low band", "no"), key=0)]).round(3)
    array([0.667, 0.   ])
    """
    shares = []
    for item in items:
        asked = option_words(item.question)
        for option in item.options:
            own = option_words(option)
            shares.append(len(own & asked) / max(len(own), 1))
    return np.array(shares)


def _each(
    items: Sequence[ChoiceItem], feature: Callable[[tuple[str, ...]], Sequence[float]]
) -> np.ndarray:
    return np.array([value for item in items for value in feature(item.options)], dtype=float)


def _relative_lengths(texts: Sequence[str]) -> list[float]:
    logs = np.log([len(text) for text in texts])
    return list(logs - logs.mean())


def _extreme(values: Sequence[float]) -> list[float]:
    """1 for the largest, shared by none where all are equal."""
    most = max(values)
    return [float(value == most and min(values) < most) for value in values]


def _overlaps(texts: Sequence[str]) -> list[float]:
    words = [option_words(text) for text in texts]

    def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
        return len(a & b) / max(len(a | b), 1)

    return [
        sum(jaccard(own, other) for j, other in enumerate(words) if j != i) / (len(words) - 1)
        for i, own in enumerate(words)
    ]


def _middle_numbers(texts: Sequence[str]) -> list[float]:
    """1 - |2 r - 1| with the rank r, from 0 to 1, of an option's first number."""
    numbers = {i: float(found[0]) for i, text in enumerate(texts) if (found := NUMBER.search(text))}
    values = sorted(set(numbers.values()))
    if len(values) < 3:
        return [0.0] * len(texts)
    ranks = {value: place / (len(values) - 1) for place, value in enumerate(values)}
    return [1 - abs(2 * ranks[numbers[i]] - 1) if i in numbers else 0.0 for i in range(len(texts))]
