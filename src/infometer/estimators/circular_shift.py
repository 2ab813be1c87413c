"""The null of sequences that run beside each other: one is shifted in a circle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from infometer.resampling import PermutationNull, generator

__all__ = ["shift_nulls"]


def shift_nulls(
    statistics: Callable[[int], Sequence[float]],
    n: int,
    observed: Sequence[float],
    *,
    n_permutations: int,
    margin: int = 1,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> list[PermutationNull]:
    """Nulls of several statistics by circular shifts: p = (1 + #{≥ observed}) / (1 + N).

    Each sequence keeps its own memory, but for one seam; only their link is cut. Of independent
    stationary sequences every shift is as likely as none.

    Parameters
    ----------
    statistics : callable
        Takes the steps of a shift, gives one float a statistic.
    n : int
        Steps of the sequences.
    observed : sequence of float
        The statistics of no shift.
    n_permutations : int
        Shifts, all different.
    margin : int
        The least shift, either way.
    level : float
        Of the upper quantile that is given.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    list of PermutationNull

    Raises
    ------
    ValueError
        Where there are fewer shifts than that.

    Examples
    --------
    >>> x = np.sin(np.arange(100.0))
    >>> nulls = shift_nulls(lambda s: [x @ np.roll(x, s)], 100, [x @ x], n_permutations=19,
    ...                     random_state=0)
    >>> nulls[0].p_value
    0.05
    """
    possible = np.arange(margin, n - margin + 1)
    if len(possible) < n_permutations:
        raise ValueError(
            f"n_permutations is {n_permutations} and {n} steps have {len(possible)} circular "
            f"shifts of {margin} or more; expected no more than those"
        )
    shifts = generator(random_state, "circular shifts").permutation(possible)[:n_permutations]
    values = np.array(Parallel(n_jobs=n_jobs)(delayed(statistics)(int(s)) for s in shifts))
    same = 1e-12 * np.maximum(np.abs(observed), np.abs(values).max(axis=0))
    larger = (values >= np.asarray(observed) - same).sum(axis=0)
    return [
        PermutationNull(float(null.mean()), float(np.quantile(null, level)), float(p))
        for null, p in zip(values.T, (1 + larger) / (1 + n_permutations), strict=True)
    ]
