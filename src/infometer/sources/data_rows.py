"""Rows of data in place of a law: what an estimator is asked on again and again, by resampling."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from infometer.sources.arguments import check_integer, generator
from infometer.tables import fingerprint

__all__ = ["DataRows"]


@dataclass(frozen=True, eq=False)
class DataRows:
    """Rows of two views, of which samples are drawn without replacement; I(X;Y) is not known.

    In a benchmark it shows how figures of one data set spread over resamples and estimators, and
    how they move with the number of rows. Two are the same where their rows are.

    Parameters
    ----------
    x : array-like, shape (n,) or (n, dx)
    y : array-like, shape (n,) or (n, dy)

    Raises
    ------
    ValueError
        For unequal lengths.

    Examples
    --------
    >>> rows = DataRows(np.arange(10.0), np.arange(10) % 2)
    >>> rows
    DataRows(10 rows, '...')
    >>> x, y = rows.sample(4, random_state=0)
    >>> x.shape, y.shape, rows.mutual_information
    ((4, 1), (4,), nan)
    """

    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x), np.asarray(self.y)
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
            raise ValueError(
                f"x has shape {x.shape} and y {y.shape}; expected as many rows of each"
            )
        object.__setattr__(self, "x", x[:, None] if x.ndim == 1 else x)
        object.__setattr__(self, "y", y)

    @property
    def mutual_information(self) -> float:
        """NaN: it is what estimators are asked for."""
        return math.nan

    @cached_property
    def fingerprint(self) -> str:
        """Of the rows of both views."""
        return fingerprint(self.x, self.y)

    def __repr__(self) -> str:
        return f"DataRows({len(self.x)} rows, {self.fingerprint!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataRows) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` different rows: ``x`` of shape (n, dx) and ``y`` of shape (n,) or (n, dy)."""
        check_integer("n", n)
        if n > len(self.x):
            raise ValueError(f"n is {n}; there are {len(self.x)} rows: give at most as many")
        rows = generator(random_state).permutation(len(self.x))[:n]
        return self.x[rows], self.y[rows]
