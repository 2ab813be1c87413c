"""One label an item."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import type_of_target

__all__ = ["read_labels"]


def read_labels(y: Any, n: int, name: str = "y") -> np.ndarray:
    """Labels as an array, checked: one a row, none missing, classes and no measured numbers.

    Parameters
    ----------
    y : array-like, shape (n,)
    n : int
        Items.
    name : str
        For messages.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> read_labels(["no", "yes"], 2).tolist()
    ['no', 'yes']
    """
    labels = _as_array(y, n)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or (labels.dtype == object and _holds_lists(labels)):
        raise ValueError(
            f"{name} of shape {labels.shape} has more or less than one label for some items; where "
            "there are several, choose one, or repeat the item and name it in groups="
        )
    if len(labels) != n:
        raise ValueError(f"{name} has {len(labels)} labels for {n} items; expected one for each")
    missing = np.flatnonzero(pd.isna(labels))
    if len(missing):
        raise ValueError(
            f"{name} has {len(missing)} missing labels, the first at {missing[0]}; take these "
            "items out"
        )
    if labels.dtype.kind == "f" and type_of_target(labels) == "continuous":
        raise ValueError(
            f"{name} holds measured numbers, such as {labels[labels % 1 != 0][0]}; expected labels "
            "of classes: bin them"
        )
    kinds = sorted({type(label).__name__ for label in labels.tolist()})
    if len(kinds) > 1:
        raise ValueError(f"{name} mixes {', '.join(kinds)}; expected labels of one type")
    return labels


def _as_array(y: Any, n: int) -> np.ndarray:
    """An array, of objects where NumPy would make of "a" and NaN, or of True and 2, one type."""
    try:
        labels = np.asarray(y)
    except ValueError:
        return np.empty((n, 0))
    if hasattr(y, "dtype") or labels.ndim != 1:
        return labels
    given = np.asarray(y, dtype=object)
    kinds = {type(label.item() if isinstance(label, np.generic) else label) for label in given}
    return labels if len(kinds) == 1 or kinds <= {int, float} else given


def _holds_lists(labels: np.ndarray) -> bool:
    return any(isinstance(label, list | tuple | set | dict | np.ndarray) for label in labels)
