"""Log-probabilities of each item's label by models that were not trained on the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from infometer.estimators.predictive.classifiers import as_classifier, with_seed
from infometer.estimators.predictive.item_forms import take_items
from infometer.estimators.predictive.item_splits import Split
from infometer.estimators.predictive.probabilities import label_log_probabilities
from infometer.estimators.predictive.probe_classifier import ProbeClassifier
from infometer.estimators.predictive.term_counts import count_terms

__all__ = ["HeldOut", "Progress", "Stage", "cross_fit", "stage"]

Progress = Callable[[int, int], object]


class Stage(NamedTuple):
    """An untrained model and what it sees of the items."""

    model: Any
    items: Any


class HeldOut(NamedTuple):
    """What the models of one stage say about the n items, for S seeds of training.

    Parameters
    ----------
    log_p : ndarray, shape (S, n)
        log p of the labels by models that have not seen the item, nats; NaN where none was asked.
    train_log_p : ndarray, shape (n,)
        The same by models that have; the mean over them.
    probabilities : ndarray, shape (n, K)
        Out of sample, the mean over seeds.
    n_floored : int
        Of the values in `log_p`.
    """

    log_p: np.ndarray
    train_log_p: np.ndarray
    probabilities: np.ndarray
    n_floored: int


def stage(estimator: Any, items: Any) -> Stage:
    """Prepare a model and its inputs; of a family by name the words of texts are counted once.

    Parameters
    ----------
    estimator : as of `as_classifier`
    items : what `read_items` gives

    Returns
    -------
    Stage
    """
    model = as_classifier(estimator)
    by_name = isinstance(estimator, str) and isinstance(model, Pipeline)
    counted = count_terms(items) if by_name else None
    if counted is None:
        return Stage(model, items)
    counts, features = counted
    return Stage(Pipeline([("features", features), ("probe", model["probe"])]), counts)


def cross_fit(
    stages: Sequence[Stage],
    labels: np.ndarray,
    splits: Sequence[Sequence[Split]],
    *,
    groups: np.ndarray | None = None,
    floor: float = 1e-12,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> list[HeldOut]:
    """Train every stage on every split, with the same random numbers for all stages.

    Parameters
    ----------
    stages : sequence of Stage
    labels : ndarray, shape (n,)
    splits : sequence of S sequences of (train, test)
    groups : ndarray, shape (n,), optional
        A family by name holds them back whole when it chooses its hyperparameter.
    floor : float
        Least probability of a label that is taken as it is.
    random_state : int
    n_jobs : int, optional
    progress : callable, optional
        Called with the fits done and all fits.

    Returns
    -------
    list of HeldOut
    """
    classes = np.unique(labels)
    asked = [(s, f) for s, folds in enumerate(splits) for f in range(len(folds))]
    keys = [(k, s, f) for k in range(len(stages)) for s, f in asked]
    tasks = (
        delayed(_fit_and_ask)(
            stages[k], labels, classes, splits[s][f], groups, floor, (random_state, "fit", s, f)
        )
        for k, s, f in keys
    )
    answers: list[_Answer] = []
    for answer in Parallel(n_jobs=n_jobs, return_as="generator")(tasks):
        answers.append(answer)
        if progress is not None:
            progress(len(answers), len(keys))
    parts = [answers[k * len(asked) : (k + 1) * len(asked)] for k in range(len(stages))]
    return [_gathered(dict(zip(asked, part, strict=True)), splits, len(labels)) for part in parts]


class _Answer(NamedTuple):
    log_p: np.ndarray
    train_log_p: np.ndarray
    probabilities: np.ndarray
    n_floored: int


def _fit_and_ask(
    one: Stage,
    labels: np.ndarray,
    classes: np.ndarray,
    split: Split,
    groups: np.ndarray | None,
    floor: float,
    key: tuple[Any, ...],
) -> _Answer:
    train, test = split
    model = with_seed(clone(one.model), *key)
    by_name = isinstance(model, Pipeline) and isinstance(model[-1], ProbeClassifier)
    more = {}
    if by_name and groups is not None:
        more[f"{model.steps[-1][0]}__groups"] = groups[train]
    model.fit(take_items(one.items, train), labels[train], **more)
    parts = []
    for rows in (test, train):
        probabilities = _of_all_classes(model, take_items(one.items, rows), classes)
        own = label_log_probabilities(
            probabilities, labels[rows], classes.tolist(), floor=floor, name="predict_proba"
        )
        parts.append((probabilities, own))
    (probabilities, asked), (_, seen) = parts
    return _Answer(asked.values, seen.values, probabilities, asked.n_floored)


def _of_all_classes(model: Any, items: Any, classes: np.ndarray) -> np.ndarray:
    """Class probabilities with a column for each class, 0 for those that were not trained on."""
    given = np.asarray(model.predict_proba(items))
    known = np.asarray(model.classes_)
    if len(known) == len(classes):
        return given
    full = np.zeros((len(given), len(classes)))
    full[:, np.searchsorted(classes, known)] = given
    return full


def _gathered(
    answers: dict[tuple[int, int], _Answer],
    splits: Sequence[Sequence[Split]],
    n: int,
) -> HeldOut:
    seeds, n_classes = len(splits), answers[0, 0].probabilities.shape[1]
    log_p, probabilities = np.full((seeds, n), np.nan), np.zeros((n, n_classes))
    seen, times = np.zeros(n), np.zeros(n)
    for (s, f), answer in answers.items():
        train, test = splits[s][f]
        log_p[s, test] = answer.log_p
        probabilities[test] += answer.probabilities / seeds
        seen[train] += answer.train_log_p
        times[train] += 1
    train_log_p = np.divide(seen, times, out=np.full(n, np.nan), where=times > 0)
    floored = sum(answer.n_floored for answer in answers.values())
    return HeldOut(log_p, train_log_p, probabilities, floored)
