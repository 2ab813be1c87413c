"""Items, their labels, and which of them train the models that others are asked about with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from infometer.estimators.predictive.held_out_information import Measurement
from infometer.estimators.predictive.item_forms import n_items, stacked
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.item_splits import Split, item_splits, require_seen_labels
from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.predictive.predictive_findings import evidence_of
from infometer.estimators.samples import require_count
from infometer.resampling import group_codes, root_seed

__all__ = ["Folds", "deal_folds", "held_out_part", "require_options"]


@dataclass(frozen=True)
class Folds:
    """What is trained on what.

    Parameters
    ----------
    items : what `read_items` gives
    labels : ndarray, shape (n,)
    groups : ndarray of int, shape (n,), optional
    splits : list of lists of (train, test)
        A list for each seed.
    seed : int
    cross_fitted : bool
        Rather than trained on one part and asked about another.
    """

    items: Any
    labels: np.ndarray
    groups: np.ndarray | None
    splits: list[list[Split]]
    seed: int
    cross_fitted: bool

    def measurement(self, estimator: Any, level: float, floor: float) -> Measurement:
        """How it was measured, for the result."""
        return Measurement(
            labels=self.labels,
            groups=self.groups,
            level=level,
            method=_name_of(estimator),
            parameters={"folds": len(self.splits[0]), "seeds": len(self.splits), "floor": floor},
            evidence=evidence_of(self.items, self.splits[0], floor, self.cross_fitted),
        )


def require_options(level: float, floor: float) -> None:
    """Raise unless both are probabilities above 0 and below 1, before anything is trained."""
    for name, value, such_as in (("level", level, 0.95), ("floor", floor, 1e-12)):
        if not 0.0 < value < 1.0:
            raise ValueError(f"{name} is {value!r}; expected between 0 and 1, such as {such_as:g}")


def deal_folds(
    items: Any, y: Any, *, groups: Any = None, cv: Any = 5, seeds: int = 1, random_state: Any = None
) -> Folds:
    """Deal the items into folds, anew for each seed.

    Parameters
    ----------
    items : what `read_items` gives
    y : array-like, shape (n,)
    groups : array-like, shape (n,), optional
    cv : int, splitter or iterable of (train, test)
    seeds : int
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Folds

    Raises
    ------
    ValueError
        For one class alone, few items of a class, or labels that are not trained on.
    """
    require_count(seeds, "seeds", 1)
    labels = _two_classes(read_labels(y, n_items(items)))
    codes, seed = group_codes(groups, len(labels)), root_seed(random_state)
    fixed = cv if not isinstance(cv, Iterable) or isinstance(cv, str) else list(cv)
    splits = [item_splits(labels, fixed, codes, seed, repeat) for repeat in range(seeds)]
    for split in splits:
        require_seen_labels(labels, split)
    return Folds(items, labels, codes, splits, seed, cross_fitted=True)


def held_out_part(
    items: Any, y: Any, X_test: Any, y_test: Any, *, seeds: int = 1, random_state: Any = None
) -> Folds:
    """Train on all of (items, y), ask about all of (X_test, y_test), which come after them.

    Raises
    ------
    ValueError
        For one class alone, labels that are not trained on, or other columns in `X_test`.
    """
    require_count(seeds, "seeds", 1)
    labels = _two_classes(read_labels(y, n_items(items)))
    test = read_items(X_test, "X_test")
    test_labels = read_labels(y_test, n_items(test), "y_test")
    if labels.dtype.kind != test_labels.dtype.kind:
        raise ValueError(
            f"y holds {labels.dtype} and y_test {test_labels.dtype}; expected labels of one type"
        )
    both = np.concatenate([labels, test_labels])
    rows = np.arange(len(both))
    split = [(rows[: len(labels)], rows[len(labels) :])]
    require_seen_labels(both, split)
    every = stacked(items, test)
    return Folds(every, both, None, [split] * seeds, root_seed(random_state), cross_fitted=False)


def _two_classes(labels: np.ndarray) -> np.ndarray:
    if (labels == labels[0]).all():
        raise ValueError(
            f"y has the one label {labels.tolist()[0]!r}; expected two classes at least"
        )
    return labels


def _name_of(estimator: Any) -> str:
    if isinstance(estimator, str):
        return estimator
    return type(estimator[-1] if isinstance(estimator, Pipeline) else estimator).__name__
