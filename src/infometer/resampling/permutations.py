"""The law of a statistic where there is nothing to find, by permuting one side of the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from infometer.resampling.groups import group_codes, shuffle_groups
from infometer.resampling.seeds import generator, root_seed

__all__ = ["PermutationNull", "permutation_null"]

ROUNDING = 1e-12
"""Statistics that differ by less than this part of the largest are the same."""


class PermutationNull(NamedTuple):
    """A statistic's law where there is nothing to find: mean, upper quantile and p-value.

    ``reason`` says what keeps the p-value from being small, where something does.
    """

    mean: float
    upper: float
    p_value: float
    reason: str = ""


def permutation_null(
    statistic: Callable[[np.ndarray], float],
    n: int,
    observed: float,
    *,
    groups: Any = None,
    n_permutations: int = 200,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> PermutationNull:
    """The null of a statistic by permuting the rows of one side: p = (1 + #{≥ observed}) / (1 + N).

    Rows that depend on each other keep doing so where only the order of whole groups is shuffled.

    Parameters
    ----------
    statistic : callable
        Takes a permutation (n,) of the rows, gives a float.
    n : int
        Rows.
    observed : float
        The statistic of the rows as they are.
    groups : array-like of any type, shape (n,), optional
        Labels of the rows that belong together; see `shuffle_groups`. Of G groups the p-value
        cannot be below 1 / G!.
    n_permutations : int
    level : float
        Of the upper quantile that is given.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    PermutationNull

    Examples
    --------
    >>> x = np.arange(50.0)
    >>> null = permutation_null(lambda rows: x @ x[rows], 50, float(x @ x), n_permutations=99,
    ...                         random_state=0)
    >>> null.p_value
    0.01
    """
    codes, root = group_codes(groups, n), root_seed(random_state)

    def order(repeat: int) -> np.ndarray:
        rng = generator(root, "permutation", repeat)
        return rng.permutation(n) if codes is None else shuffle_groups(codes, rng)

    orders = (order(i) for i in range(n_permutations))
    values = np.array(Parallel(n_jobs=n_jobs)(delayed(statistic)(rows) for rows in orders))
    same = ROUNDING * max(abs(observed), float(np.abs(values).max(initial=0.0)))
    p_value = (1 + int(np.sum(values >= observed - same))) / (1 + n_permutations)
    return PermutationNull(
        float(values.mean()),
        float(np.quantile(values, level)),
        p_value,
        "" if codes is None else _few_groups(int(codes.max()) + 1, n_permutations),
    )


def _few_groups(n_groups: int, n_permutations: int) -> str:
    orders = math.factorial(min(n_groups, 20))
    if orders > n_permutations:
        return ""
    return (
        f"{n_groups} groups have {orders} orders, so that no p-value can be below 1/{orders}: "
        "only more groups would help"
    )
