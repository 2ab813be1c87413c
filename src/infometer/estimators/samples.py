"""What an estimator may be given: finite numbers in rows, and labels; told once, at the door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from infometer.estimators.dask_arrays import refuse_dask
from infometer.tables import MAX_DISCRETE

__all__ = ["is_discrete", "require_count", "require_finite", "standardize", "vary"]


def require_finite(values: Any, name: str) -> None:
    """Raise where `values` has NaN or infinity, naming the columns and how many.

    Parameters
    ----------
    values : array-like or DataFrame, shape (n,) or (n, d)
    name : str
        The argument, for the message.

    Raises
    ------
    ValueError
        Also for a Dask array, which would be brought into memory without a word.
    """
    refuse_dask(values, name)
    frame = values if isinstance(values, pd.DataFrame) else _as_frame(values)
    if frame is None:
        return
    numbers = frame.select_dtypes("number")
    bad = ~np.isfinite(numbers.to_numpy(dtype=float, na_value=np.nan)).reshape(numbers.shape)
    counts = {column: int(n) for column, n in zip(numbers.columns, bad.sum(0), strict=True) if n}
    if counts:
        told = ", ".join(f"{column!r}: {n}" for column, n in list(counts.items())[:5])
        raise ValueError(
            f"{name} contains NaN or infinity (rows by column: {told}); expected finite numbers: "
            "drop those rows or impute them first"
        )


def require_count(value: Any, name: str, least: int) -> None:
    """Raise unless `value` is a whole number of at least `least`; a bool is none.

    Examples
    --------
    >>> require_count(2.5, "k", 1)
    Traceback (most recent call last):
    ValueError: k is 2.5; it must be a whole number, at least 1
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} is {value!r}; it must be a whole number, at least {least}")


def _as_frame(values: Any) -> pd.DataFrame | None:
    try:
        array = np.asarray(values)
    except ValueError:
        return None
    if array.ndim not in (1, 2) or array.dtype.kind != "f":  # whole numbers are finite
        return None
    return pd.DataFrame(array)


def is_discrete(values: np.ndarray) -> bool:
    """Whether a column is read as labels: text, booleans, or integers with at most 20 values.

    Examples
    --------
    >>> is_discrete(np.array([0, 1, 1])), is_discrete(np.arange(100)), is_discrete(np.array([0.5]))
    (True, False, False)
    """
    if values.ndim == 2 and values.shape[1] != 1:
        return False
    if values.dtype.kind in "iu":
        return len(np.unique(values)) <= MAX_DISCRETE
    return values.dtype.kind not in "f"


def vary(values: np.ndarray) -> np.ndarray:
    """Which columns of `values` (n, d) take more than one value; the others carry 0 nats."""
    return np.asarray(np.ptp(values, axis=0) > 0)


def standardize(values: np.ndarray, name: str = "X") -> np.ndarray:
    """Columns (n, d) with mean 0 and standard deviation 1: a change of units changes nothing.

    Raises
    ------
    ValueError
        For a constant column, which has no scale.

    Examples
    --------
    >>> standardize(np.array([[0.0, 0.0], [2e-300, 2e300]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    if not vary(values).all():
        constant = np.flatnonzero(~vary(values)).tolist()
        raise ValueError(f"the columns {constant} of {name} are constant; leave them out")
    centred = values - values.mean(axis=0)
    # by a power of two, which is exact, lest the squares leave the range of doubles
    centred = np.ldexp(centred, -np.frexp(np.abs(centred).max(axis=0))[1])
    return np.asarray(centred / centred.std(axis=0))
