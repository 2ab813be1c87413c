"""Weights of rows: finite, not negative, with mean 1."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["row_weights"]


def row_weights(sample_weight: Any, n: int) -> np.ndarray | None:
    """The weights divided by their mean, or None where all are equal: then there are none.

    Parameters
    ----------
    sample_weight : array-like, shape (n,), or None
    n : int
        Rows.

    Returns
    -------
    ndarray, shape (n,), or None

    Raises
    ------
    ValueError
        For weights that are negative, not finite or all zero, or not one for every row.

    Examples
    --------
    >>> row_weights([1, 3], 2).tolist()
    [0.5, 1.5]
    >>> row_weights([2, 2], 2) is None
    True
    """
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, dtype=float)
    if weights.shape != (n,):
        raise ValueError(
            f"sample_weight has shape {weights.shape}; expected one weight a row, shape ({n},)"
        )
    bad = int((~np.isfinite(weights) | (weights < 0)).sum())
    if bad or not weights.any():
        what = f"{bad} weights that are negative or not finite" if bad else "zeros only"
        raise ValueError(
            f"sample_weight has {what}; expected finite numbers, 0 or more: leave rows out with 0"
        )
    return None if np.ptp(weights) == 0 else weights / weights.mean()
