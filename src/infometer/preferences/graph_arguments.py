"""The arguments of a graph of comparisons, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["checked_pairs", "one_each", "positive_numbers"]


def checked_pairs(pairs: Any, n_items: int, argument: str) -> np.ndarray:
    """Pairs of different items as an (m, 2) array of int.

    Examples
    --------
    >>> checked_pairs([(0, 1)], 2, "pairs").shape
    (1, 2)
    """
    given = np.asarray(pairs)
    if given.size == 0:
        return np.empty((0, 2), np.int64)
    if given.ndim != 2 or given.shape[1] != 2:
        raise ValueError(f"{argument} has shape {given.shape}; expected (m, 2), two items each")
    if given.dtype.kind not in "iu":
        raise ValueError(f"{argument} holds {given.dtype}; expected whole numbers of items")
    if given.min() < 0 or given.max() >= n_items:
        raise ValueError(
            f"{argument} names items {given.min()} to {given.max()}; expected 0 to {n_items - 1}"
        )
    if (alike := given[:, 0] == given[:, 1]).any():
        i = int(np.flatnonzero(alike)[0])
        raise ValueError(
            f"{argument} compares item {given[i, 0]} with itself (row {i}, {int(alike.sum())} in "
            "all); leave those rows out"
        )
    return given.astype(np.int64)


def positive_numbers(values: Any, n: int, argument: str) -> np.ndarray:
    """Finite numbers above 0 as an array of shape (n,); one number stands for all.

    Examples
    --------
    >>> positive_numbers(2, 3, "weights").tolist()
    [2.0, 2.0, 2.0]
    """
    given = np.asarray(values, dtype=float)
    if given.ndim == 0:
        given = np.full(n, float(given))
    given = one_each(given, n, argument)
    if not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(
            f"{argument} holds values that are not above 0; expected finite numbers > 0"
        )
    return given


def one_each(values: Any, n: int, argument: str) -> np.ndarray:
    """Values as an array of shape (n,); tuples and lists stay whole.

    Examples
    --------
    >>> one_each([("q", 1), ("q", 2)], 2, "prompts").tolist()
    [('q', 1), ('q', 2)]
    """
    given = np.asarray(values)
    if isinstance(values, Sequence) and given.ndim != 1:
        given = np.array([*values, None], dtype=object)[:-1]
    if given.shape != (n,):
        raise ValueError(f"{argument} has shape {given.shape}; expected ({n},)")
    return given
