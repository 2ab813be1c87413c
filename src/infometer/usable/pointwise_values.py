"""One figure an item, as orders, weights and selections take it."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["read_classes", "read_pvi"]


def read_pvi(pvi: Any) -> np.ndarray:
    """Pointwise V-information as float64, checked: one finite figure an item.

    Parameters
    ----------
    pvi : array-like, shape (n,)

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For another shape, no items, NaN or infinity.

    Examples
    --------
    >>> read_pvi([0.5, -1]).tolist()
    [0.5, -1.0]
    """
    values = np.asarray(pvi, dtype=float)
    if values.ndim != 1 or not len(values):
        raise ValueError(
            f"pvi has shape {values.shape}; expected one figure an item, shape (n,), such as the "
            "pvi of a VInformation"
        )
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise ValueError(
            f"pvi has {len(bad)} values that are NaN or infinite, the first at {bad[0]}; take "
            "these items out, or floor their probabilities (label_log_probabilities does)"
        )
    return values


def read_classes(labels: Any, n: int, name: str) -> np.ndarray:
    """The class of each item as codes 0, …, K - 1; without labels all are of one class.

    Parameters
    ----------
    labels : array-like, shape (n,), or None
    n : int
    name : str
        The argument, for messages.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        For another shape, or missing labels.

    Examples
    --------
    >>> read_classes(["no", "yes", "no"], 3, "labels").tolist()
    [0, 1, 0]
    """
    if labels is None:
        return np.zeros(n, dtype=int)
    given = np.asarray(labels)
    if given.shape != (n,):
        raise ValueError(f"{name} has shape {given.shape}; expected one label an item, ({n},)")
    missing = np.array([label is None or label != label for label in given.tolist()])
    if missing.any():
        raise ValueError(
            f"{name} lacks {missing.sum()} of {n} labels, the first at {missing.argmax()}; take "
            "these items out"
        )
    return np.unique(given, return_inverse=True)[1]
