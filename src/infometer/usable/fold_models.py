"""Models of texts, each trained without one fold: to ask about changed texts out of sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from infometer.estimators.predictive.classifiers import as_classifier, with_seed
from infometer.estimators.predictive.folds import deal_folds
from infometer.estimators.predictive.item_forms import take_items
from infometer.usable.text_rows import read_texts

__all__ = ["FoldModels", "fold_models"]


class FoldModels(NamedTuple):
    """One model a fold, from `fold_models`; all that `token_artefacts` needs of them.

    Parameters
    ----------
    predict_proba : tuple of callables
    folds : ndarray of int, shape (n,)
        Item i was not seen by ``predict_proba[folds[i]]``.
    classes : list
        Of the columns.
    """

    predict_proba: tuple[Callable[[Any], np.ndarray], ...]
    folds: np.ndarray
    classes: list[Any]


def fold_models(
    estimator: Any,
    texts: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> FoldModels:
    """Train a model without each fold of the items.

    With the same `random_state` and without groups they are the models of
    `pointwise_v_information`, which does not keep them.

    Parameters
    ----------
    estimator, y, groups, cv, n_jobs
        As in `pointwise_v_information`.
    texts : sequence of str, or pairs of shape (n, 2)
    random_state : int, None, RandomState or Generator

    Returns
    -------
    FoldModels

    Raises
    ------
    ValueError
        For missing texts, fewer items of a class than folds, or a model without probabilities.

    Examples
    --------
    >>> models = fold_models("linear", ["red", "red sky", "blue", "blue sky"] * 10,
    ...                      ["r", "r", "b", "b"] * 10, cv=2, random_state=0)
    >>> models.classes, models.folds.shape, len(models.predict_proba)
    (['b', 'r'], (40,), 2)
    """
    rows = read_texts(texts).rows()
    dealt = deal_folds(rows, y, groups=groups, cv=cv, random_state=random_state)
    model, folds = as_classifier(estimator), np.empty(len(dealt.labels), dtype=int)
    for fold, (_, test) in enumerate(dealt.splits[0]):
        folds[test] = fold
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_fit)(model, rows, dealt.labels, train, (dealt.seed, "fit", 0, fold))
        for fold, (train, _) in enumerate(dealt.splits[0])
    )
    classes = np.unique(dealt.labels).tolist()
    return FoldModels(tuple(one.predict_proba for one in fitted), folds, classes)


def _fit(model: Any, rows: Any, labels: np.ndarray, train: np.ndarray, key: tuple[Any, ...]) -> Any:
    return with_seed(clone(model), *key).fit(take_items(rows, train), labels[train])
