"""Keys guessed from the options alone: a conditional logit on features and words, cross-fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from infometer.backends.choice_items import ChoiceItem
from infometer.backends.conditional_logit import conditional_logit, option_log_probabilities

__all__ = [
    "AnswerOnlyWeights",
    "KeyPredictions",
    "answer_only_predictions",
    "answer_only_weights",
    "same_options",
    "slot_log_frequencies",
]

FEATURE_PENALTY = 1.0
WORD_PENALTY = 2.0
"""λ of the conditional logit: weights are a priori normal with the variance 1/λ."""


class KeyPredictions(NamedTuple):
    """Of items that the model has not seen.

    Attributes
    ----------
    logs, null_logs : ndarray, shape (N,)
        log p of every option being the key, nats: by the model, and by its slot alone.
    """

    logs: np.ndarray
    null_logs: np.ndarray


class AnswerOnlyWeights(NamedTuple):
    """Of one model of all items.

    Attributes
    ----------
    features, words : Series
        Weights by name.
    contributions : DataFrame, shape (N, d + 1)
        What each feature, and all words together, add to the utility of each option.
    """

    features: pd.Series
    words: pd.Series
    contributions: pd.DataFrame


def same_options(items: Sequence[ChoiceItem]) -> np.ndarray:
    """A number for each set of options, whatever its order, letter case and white space.

    Items with one number are kept together when data are split: who has seen one knows the other.

    Parameters
    ----------
    items : sequence of ChoiceItem

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> same_options([ChoiceItem("a", ("Yes", "no"), 0), ChoiceItem("b", ("No", "yes"), 0)])
    array([0, 0])
    """
    keys = [tuple(sorted(" ".join(o.lower().split()) for o in item.options)) for item in items]
    return pd.Series(keys).factorize()[0]


def slot_log_frequencies(train: Sequence[ChoiceItem], items: Sequence[ChoiceItem]) -> np.ndarray:
    """How often, among `train` of as many options, the key stood in this slot, plus one count.

    Parameters
    ----------
    train, items : sequence of ChoiceItem

    Returns
    -------
    ndarray, shape (N,)
        Log of each option's share.

    Examples
    --------
    >>> item = ChoiceItem("?", ("yes", "no"), key=1)
    >>> np.exp(slot_log_frequencies([item, item], [item]))
    array([0.25, 0.75])
    """
    counts: dict[int, np.ndarray] = {}
    for item in items:
        counts.setdefault(len(item.options), np.ones(len(item.options)))
    for item in train:
        if len(item.options) in counts:
            counts[len(item.options)][item.key] += 1
    logs = {size: np.log(count / count.sum()) for size, count in counts.items()}
    return np.concatenate([logs[len(item.options)] for item in items])


def answer_only_predictions(
    items: Sequence[ChoiceItem], features: pd.DataFrame, folds: np.ndarray
) -> KeyPredictions:
    """Predict the items of each fold from the others'.

    Parameters
    ----------
    items : sequence of ChoiceItem
    features : DataFrame, shape (N, d)
        Of all options, such as `option_features` gives; the options' words come beside them.
    folds : ndarray of int, shape (n,)

    Returns
    -------
    KeyPredictions

    Examples
    --------
    >>> items = [ChoiceItem("?", ("all of it", f"part {k}"), key=0) for k in range(30)]
    >>> none = pd.DataFrame(index=range(60))
    >>> found = answer_only_predictions(items, none, np.arange(30) % 3)
    >>> bool((np.exp(found.logs[::2]) > 0.75).all())
    True
    """
    sizes = np.array([len(item.options) for item in items])
    logs, null_logs = np.zeros(sizes.sum()), np.zeros(sizes.sum())
    for fold in np.unique(folds):
        held_out = np.repeat(folds == fold, sizes)
        train = [item for item, place in zip(items, folds, strict=True) if place != fold]
        test = [item for item, place in zip(items, folds, strict=True) if place == fold]
        words = _words().fit(_texts(train))
        weights = _fit(train, features[~held_out], words.transform(_texts(train)))
        utilities = _design(features[held_out], words.transform(_texts(test))) @ weights
        logs[held_out] = option_log_probabilities(utilities, sizes[folds == fold])
        null_logs[held_out] = slot_log_frequencies(train, test)
    return KeyPredictions(logs, null_logs)


def answer_only_weights(items: Sequence[ChoiceItem], features: pd.DataFrame) -> AnswerOnlyWeights:
    """The weights of one model of all items: what gives keys away, for reading.

    Parameters
    ----------
    items : sequence of ChoiceItem
    features : DataFrame, shape (N, d)

    Returns
    -------
    AnswerOnlyWeights

    Examples
    --------
    >>> items = [ChoiceItem("?", ("all of it", f"part {k}"), key=0) for k in range(30)]
    >>> answer_only_weights(items, pd.DataFrame(index=range(60))).words.idxmin()
    'part'
    """
    vectorizer = _words()
    words = vectorizer.fit_transform(_texts(items))
    weights = _fit(items, features, words)
    own, d = weights[: features.shape[1]], features.shape[1]
    contributions = features * own
    contributions["words"] = words @ weights[d:]
    return AnswerOnlyWeights(
        pd.Series(own, features.columns),
        pd.Series(weights[d:], vectorizer.get_feature_names_out()),
        contributions,
    )


def _words() -> TfidfVectorizer:
    """Words, signs and pairs of them; every text that is not blank has one."""
    return TfidfVectorizer(token_pattern=r"\w+|[^\w\s]", ngram_range=(1, 2), sublinear_tf=True)


def _texts(items: Sequence[ChoiceItem]) -> list[str]:
    return [option for item in items for option in item.options]


def _design(features: pd.DataFrame, words: Any) -> Any:
    return sparse.hstack([sparse.csr_array(features.to_numpy(dtype=float)), words], format="csr")


def _fit(items: Sequence[ChoiceItem], features: pd.DataFrame, words: Any) -> np.ndarray:
    sizes = np.array([len(item.options) for item in items])
    chosen = np.cumsum(sizes) - sizes + np.array([item.key for item in items])
    penalty = np.repeat([FEATURE_PENALTY, WORD_PENALTY], [features.shape[1], words.shape[1]])
    return conditional_logit(_design(features, words), sizes, chosen, penalty)
