"""Log-probabilities of each item's label by models that were not trained on the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from infometer.estimators.predictive.classifiers import as_classifier, with_seed
from infometer.estimators.predictive.item_forms import form_of, take_items
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.item_splits import Split
from infometer.estimators.predictive.probabilities import label_log_probabilities
from infometer.estimators.predictive.probe_classifier import ProbeClassifier
from infometer.estimators.predictive.term_counts import count_terms

__all__ = ["FittedModel", "HeldOut", "Progress", "Stage", "cross_fit", "stage"]

Progress = Callable[[int, int], object]


class Stage(NamedTuple):
    """An untrained model and what it sees of the items."""

    model: Any
    items: Any
    reader: Callable[[Any], Any] | None = None
    """Makes of further items what the model takes; None where it takes items as they are."""


class FittedModel(NamedTuple):
    """A trained model of a stage, to ask about items that were changed."""

    model: Any
    reader: Callable[[Any], Any] | None
    classes: np.ndarray

    def predict_proba(self, X: Any) -> np.ndarray:
        """Class probabilities (m, K) of anything that `read_items` reads."""
        items = read_items(X)
        items = items if self.reader is None else self.reader(items)
        return _of_all_classes(self.model, items, self.classes)


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
    models : tuple of FittedModel
        Of the folds of all seeds, in their order, where they were kept.
    """

    log_p: np.ndarray
    train_log_p: np.ndarray
    probabilities: np.ndarray
    n_floored: int
    models: tuple[FittedModel, ...] = ()


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
    pipeline = Pipeline([("features", counted.features), ("probe", model["probe"])])
    return Stage(pipeline, counted.counts, counted.counter)


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
    keep_models: bool = False,
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
    keep_models : bool

    Returns
    -------
    list of HeldOut
    """
    classes = np.unique(labels)
    asked = [(s, f) for s, folds in enumerate(splits) for f in range(len(folds))]
    keys = [(k, s, f) for k in range(len(stages)) for s, f in asked]
    tasks = (
        delayed(_fit_and_ask)(
            stages[k], labels, classes, splits[s][f], groups, floor, (random_state, "fit", s, f),
            keep_models,
        )
        for k, s, f in keys
    )  # fmt: skip
    answers: list[_Answer] = []
    for answer in Parallel(n_jobs=n_jobs, return_as="generator")(tasks):
        answers.append(answer)
        if progress is not None:
            progress(len(answers), len(keys))
    found = []
    for k, one in enumerate(stages):
        part = answers[k * len(asked) : (k + 1) * len(asked)]
        told = _gathered(dict(zip(asked, part, strict=True)), splits, len(labels))
        models = (FittedModel(each.model, one.reader, classes) for each in part if keep_models)
        found.append(told._replace(models=tuple(models)))
    return found


class _Answer(NamedTuple):
    log_p: np.ndarray
    train_log_p: np.ndarray
    probabilities: np.ndarray
    n_floored: int
    model: Any


def _fit_and_ask(
    one: Stage,
    labels: np.ndarray,
    classes: np.ndarray,
    split: Split,
    groups: np.ndarray | None,
    floor: float,
    key: tuple[Any, ...],
    keep_model: bool,
) -> _Answer:
    train, test = split
    model = with_seed(clone(one.model), *key)
    by_name = isinstance(model, Pipeline) and isinstance(model[-1], ProbeClassifier)
    more = {}
    if by_name and groups is not None:
        more[f"{model.steps[-1][0]}__groups"] = groups[train]
    try:
        model.fit(take_items(one.items, train), labels[train], **more)
    except ValueError as error:
        if by_name:
            raise
        raise ValueError(
            f"estimator {type(model).__name__} could not be trained on {form_of(one.items)}: "
            f"{error}; expected a model of such items, such as a pipeline that begins with a "
            "vectorizer for texts, or with a ColumnTransformer for a frame"
        ) from error
    parts = []
    for rows in (test, train):
        probabilities = _of_all_classes(model, take_items(one.items, rows), classes)
        own = label_log_probabilities(
            probabilities, labels[rows], classes.tolist(), floor=floor, name="predict_proba"
        )
        parts.append((probabilities, own))
    (probabilities, asked), (_, seen) = parts
    kept = model if keep_model else None
    return _Answer(asked.values, seen.values, probabilities, asked.n_floored, kept)


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
