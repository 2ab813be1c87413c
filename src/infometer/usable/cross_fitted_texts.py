"""Models of texts, each trained without one fold: to ask about changed texts out of sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from infometer.estimators.predictive import VInformation
from infometer.estimators.predictive.folds import deal_folds
from infometer.estimators.predictive.pointwise import measured_on_folds
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
    result : VInformation
        Of the texts as they are, by these models.
    """

    predict_proba: tuple[Callable[[Any], np.ndarray], ...]
    folds: np.ndarray
    classes: list[Any]
    result: VInformation


def fold_models(
    estimator: Any,
    texts: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> FoldModels:
    """Train a model without each fold of the items, measure them, and keep the models.

    They are the models of `pointwise_v_information` with the same arguments.

    Parameters
    ----------
    estimator, y, groups, cv, random_state, n_jobs, progress
        As in `pointwise_v_information`.
    texts : sequence of str, or pairs of shape (n, 2)

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
    >>> models.predict_proba[0](["blue"]).round(1).tolist()
    [[1.0, 0.0]]
    """
    rows = read_texts(texts).rows()
    dealt = deal_folds(rows, y, groups=groups, cv=cv, random_state=random_state)
    result, models = measured_on_folds(
        estimator, dealt, n_jobs=n_jobs, progress=progress, keep_models=True
    )
    folds = np.empty(len(dealt.labels), dtype=int)
    for fold, (_, test) in enumerate(dealt.splits[0]):
        folds[test] = fold
    return FoldModels(
        tuple(one.predict_proba for one in models), folds, list(result.classes), result
    )
