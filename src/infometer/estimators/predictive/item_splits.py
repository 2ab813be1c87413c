"""Which items train and which are asked about: folds that keep classes in proportion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from infometer.estimators.samples import require_count
from infometer.resampling import integer_seed

__all__ = ["Split", "item_splits", "require_seen_labels"]

Split = tuple[np.ndarray, np.ndarray]


def item_splits(
    labels: np.ndarray, cv: Any, groups: np.ndarray | None, random_state: int, repeat: int = 0
) -> list[Split]:
    """Rows to train on and rows to ask about; each row is asked about once.

    Parameters
    ----------
    labels : ndarray, shape (n,)
    cv : int, splitter or iterable of (train, test)
        A number of folds is dealt at random, every class evenly, groups whole.
    groups : ndarray of int, shape (n,), optional
    random_state : int
    repeat : int
        Other folds for each.

    Returns
    -------
    list of (ndarray, ndarray) of int

    Raises
    ------
    ValueError
        For classes with fewer items than folds, or parts that do not ask about each row once.

    Examples
    --------
    >>> [test.tolist() for _, test in item_splits(np.array([0, 0, 1, 1]), 2, None, 0)]
    [[1, 3], [0, 2]]
    """
    rows = np.arange(len(labels))
    if isinstance(cv, int | np.integer):
        splits = _dealt(labels, int(cv), groups, integer_seed(random_state, "folds", repeat))
    elif hasattr(cv, "get_n_splits"):
        splits = list(cv.split(rows[:, None], labels, groups))
    elif isinstance(cv, Iterable) and not isinstance(cv, str):
        splits = [(rows[np.asarray(train)], rows[np.asarray(test)]) for train, test in cv]
    else:
        raise ValueError(
            f"cv is {cv!r}; expected a number of folds, a splitter of scikit-learn or pairs of rows"
        )
    times = np.bincount(np.concatenate([test for _, test in splits]), minlength=len(rows))
    if (times != 1).any():
        row = np.flatnonzero(times != 1)[0]
        raise ValueError(
            f"cv asks about item {row} {times[row]} times ({int((times != 1).sum())} such items); "
            "expected once for each: for one held-out part give X_test and y_test"
        )
    return splits


def _dealt(labels: np.ndarray, folds: int, groups: np.ndarray | None, seed: int) -> list[Split]:
    require_count(folds, "cv", 2)
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min() < folds:
        rare = {str(c): int(n) for c, n in zip(classes, counts, strict=True) if n < folds}
        raise ValueError(
            f"y has labels with fewer items than the {folds} folds: {rare}; take fewer folds "
            "(cv=), merge these labels with others or take them out"
        )
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    if groups is not None and groups.max() + 1 < folds:
        raise ValueError(f"groups has {groups.max() + 1} groups for {folds} folds; take fewer")
    splitter = kind(folds, shuffle=True, random_state=seed % 2**32)
    return list(splitter.split(np.zeros(len(labels)), labels, groups))


def require_seen_labels(labels: np.ndarray, splits: Iterable[Split]) -> None:
    """Raise where a model is asked about a label that it was not trained on, naming it."""
    for train, test in splits:
        unseen = np.setdiff1d(labels[test], labels[train])
        if len(unseen):
            raise ValueError(
                f"the label {unseen.tolist()[0]!r} is asked about and is not in the training part "
                f"({len(unseen)} such labels); train on every label, give it to more groups, or "
                "take these items out"
            )
