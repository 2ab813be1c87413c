"""Which rows depend on each other, as a front door is told: by groups, or by blocks of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.estimators.samples import require_count

__all__ = ["read_groups", "require_rows"]


def read_groups(groups: Any, block: int | None, n: int) -> np.ndarray | None:
    """The group of every row, or of every `block` consecutive rows; None where there are none.

    Examples
    --------
    >>> read_groups(None, 2, 5).tolist()
    [0, 0, 1, 1, 2]
    """
    if block is None:
        return None if groups is None else require_rows(groups, "groups", n)
    if groups is not None:
        raise ValueError(
            "groups and block are both given; expected one: block=b is groups=arange(n) // b"
        )
    require_count(block, "block", 1)
    return np.asarray(np.arange(n) // block)


def require_rows(values: Any, name: str, n: int) -> np.ndarray:
    """One value for every row, shape (n,), or an error.

    Examples
    --------
    >>> require_rows([1, 2], "groups", 3)
    Traceback (most recent call last):
    ValueError: groups has shape (2,); expected (3,): one value for every row
    """
    found = np.asarray(values)
    if found.shape != (n,):
        raise ValueError(
            f"{name} has shape {found.shape}; expected ({n},): one value for every row"
        )
    return found
