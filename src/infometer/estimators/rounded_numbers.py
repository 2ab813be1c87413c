"""Numbers that repeat because they were rounded, spread so that neighbours have distances."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from infometer.estimators.views import View
from infometer.resampling import generator

__all__ = ["repeated_rows", "spread", "spread_views"]

MOST_TIED = 0.05
"""Of the rows: fewer whose value occurs again make no difference to an estimate."""

MOST_TWINS, MUCH = 0.2, 20
"""Copied rows are told where they are this share of all, and so many times what chance makes."""


def spread(column: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    r"""Numbers whose repeated values are drawn anew, up to the next value that occurs.

    .. math:: x' = x + V \, (x^+ - x),

    with V uniform on [0, 1) and x⁺ the next larger value, beyond the largest as far as before it.
    x can be read from x', and V knows nothing, so I(X';Y) = I(X;Y). The estimators from
    neighbours need it: distances on a grid tie, and ties look like information, 0.19 nats for
    2000 ages in years and an independent number.

    Parameters
    ----------
    column : ndarray, shape (n,)
        With two values at least.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> x = spread(np.array([20.0, 21.0, 21.0, 23.0]), np.random.default_rng(0))
    >>> x.round(1).tolist()
    [20.6, 21.5, 21.1, 23.0]
    """
    values, position = np.unique(column, return_inverse=True)
    gaps = np.diff(values)
    gaps = np.append(gaps, gaps[-1])
    return np.asarray(column + rng.random(len(column)) * gaps[position])


def spread_views(
    views: Sequence[View], k: int, random_state: Any
) -> tuple[list[View], tuple[str, ...]]:
    """The views with every column of numbers spread in which values repeat, and what was done.

    A column repeats where more than 5 % of the rows do, or a value in more than k of them.

    Examples
    --------
    >>> view = View("x", np.array([[1.0], [1.0], [2.0]]), np.empty((3, 0), dtype=int))
    >>> spread_views([view], 3, 0)[1][0][:45]
    'x has 1 column of numbers in which values rep'
    """
    found, notes, seen = [], [], Counter[int]()
    for view in views:
        numbers = view.numbers.copy()
        tied = [j for j, column in enumerate(numbers.T) if _repeats(column, k)]
        for j in tied:
            ranks = np.unique(numbers[:, j], return_inverse=True)[1].astype(np.int64)
            key = zlib.crc32(ranks.tobytes())  # neither units nor the order of views matter
            rng = generator(random_state, "spread", key, seen[key])
            seen[key] += 1
            numbers[:, j] = spread(numbers[:, j], rng)
        found.append(replace(view, numbers=numbers))
        if tied:
            columns = f"{len(tied)} column{'s' * (len(tied) > 1)}"
            notes.append(
                f"{view.name} has {columns} of numbers in which values repeat, as rounded ones do: "
                "they were spread at random up to the next value, which changes no information "
                f"({view.name}_type='discrete' reads them as labels)"
            )
    return found, tuple(notes)


def _repeats(column: np.ndarray, k: int) -> bool:
    counts = np.unique(column, return_counts=True)[1]
    return bool(counts.max() > k or counts[counts > 1].sum() > MOST_TIED * len(column))


def repeated_rows(views: Sequence[View]) -> tuple[str, ...]:
    """Say where whole rows of numbers repeat, which chance does not do: each is its own neighbour.

    Chance makes some of rounded numbers: as many pairs as share both a value of x and one of y.

    Examples
    --------
    >>> x = np.repeat(np.random.default_rng(0).standard_normal((50, 1)), 2, axis=0)
    >>> view = View("x", x, np.empty((100, 0), dtype=int))
    >>> repeated_rows([view, view])[0][:31]
    '100 of 100 rows of (x, x) stand'
    """
    if any(view.numbers.shape[1] == 0 for view in views):
        return ()
    codes = [np.unique(view.numbers, axis=0, return_inverse=True)[1].ravel() for view in views]
    n, counts = len(codes[0]), np.unique(np.column_stack(codes), axis=0, return_counts=True)[1]
    twins = int(counts[counts > 1].sum())
    shares = [float((c * (c - 1.0)).sum()) / (n * (n - 1.0)) for c in map(np.bincount, codes)]
    found = float((counts * (counts - 1.0)).sum()) / (n * (n - 1.0))
    if twins <= MOST_TWINS * n or found <= MUCH * np.prod(shares):
        return ()
    return (
        f"{twins} of {n} rows of ({', '.join(view.name for view in views)}) stand more "
        "than once: a row that was copied is its own neighbour, and shows information that is not "
        "there; leave the copies out (groups= cannot mend the figure)",
    )
