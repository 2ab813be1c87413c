"""Does any of many candidates tell of y what one or two given columns do not?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from infometer.estimators.column_information import Column, column_information, joined
from infometer.estimators.selection import ROUNDING
from infometer.resampling import generator

__all__ = ["gain_p_values", "largest_gain_p_values", "stratified_permutation"]

STRATUM = 5
"""Rows of nearly the same values among which y is permuted."""


def gain_p_values(
    candidates: Sequence[Column],
    y: Column,
    given: Sequence[Column] = (),
    *,
    k: int = 3,
    n_permutations: int = 39,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> np.ndarray:
    r"""P-values of what each candidate X adds to the columns Z that are given,

    .. math:: I(X, Z; Y) - I(Z; Y),

    where it adds nothing, adjusted for the number of candidates.

    Without Z the permutations are of all rows, and the p-values exact; with Z they keep nearly
    what Z tells of y, see `stratified_permutation`. All candidates meet the same permutations.

    Parameters
    ----------
    candidates : sequence of Column, m of them
    y : Column
    given : sequence of Column
        Z: none, one or two.
    k : int
        Neighbours.
    n_permutations : int
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    ndarray, shape (m,)

    Examples
    --------
    A copy of the given column adds nothing:

    >>> from infometer.estimators.column_information import number_column
    >>> a, b, noise = np.random.default_rng(0).standard_normal((3, 200))
    >>> z, other, y = number_column(a), number_column(b), number_column(a + b + 0.3 * noise)
    >>> gain_p_values([z, other], y, [z], n_permutations=39, random_state=0).tolist()
    [1.0, 0.025]
    """
    n = len(y.points)
    rng = generator(random_state, "gain")
    orders = [np.arange(n)]
    orders.extend(stratified_permutation(n, given, rng) for _ in range(n_permutations))
    views = [reduce(joined, given, x) for x in candidates]
    gains = np.column_stack(
        Parallel(n_jobs=n_jobs)(delayed(_informations)(x, y, orders, k) for x in views)
    )
    if given:
        gains -= _informations(reduce(joined, given), y, orders, k)[:, None]
    return largest_gain_p_values(gains)


def _informations(x: Column, y: Column, orders: list[np.ndarray], k: int) -> np.ndarray:
    return np.array([column_information(x, y.permuted(order), k) for order in orders])


def stratified_permutation(
    n: int, given: Sequence[Column], rng: np.random.Generator, size: int = STRATUM
) -> np.ndarray:
    """A permutation (n,) of the rows within strata of the columns given: labels, or near numbers.

    Rows of one stratum have the same labels, and numbers next to each other: those of one column
    are cut in runs of `size`, of two in slabs of √(n · size) by the one and in runs by the other.
    The cuts begin at random. Without a column it is a permutation of all rows.

    Examples
    --------
    >>> from infometer.estimators.column_information import label_column
    >>> column = label_column(np.array(list("aabbab")))
    >>> order = stratified_permutation(6, [column], np.random.default_rng(2))
    >>> column.labels[order].tolist() == column.labels.tolist()
    True
    """
    strata = np.zeros(n, dtype=int)
    numbers = []
    for column in given:
        if column.labels is None:
            numbers.append(column.points[:, 0])
        else:
            strata = strata * (column.labels.max() + 1) + column.labels
    for rank, left in enumerate(range(len(numbers), 0, -1)):
        run = round((n / size) ** (1 - 1 / left) * size)
        ordered = np.lexsort((rng.random(n), numbers[rank], strata))
        cut = np.empty(n, dtype=int)
        cut[ordered] = (np.arange(n) + rng.integers(run)) // run
        strata = np.unique(np.column_stack([strata, cut]), axis=0, return_inverse=True)[1]
    order = np.empty(n, dtype=int)
    order[np.argsort(strata, kind="stable")] = np.lexsort((rng.random(n), strata))
    return order


def largest_gain_p_values(gains: np.ndarray) -> np.ndarray:
    """P-values of the candidates' gains, adjusted for the choice of the largest.

    Every column is brought to mean 0 and deviation 1 over all draws, the observed one among them,
    so that a noisy candidate does not hide the others, and each observed value is compared with
    the largest of every draw: p = (1 + #{max ≥ observed}) / (1 + N).

    Parameters
    ----------
    gains : ndarray, shape (1 + N, m)
        The observed gains first, then those of the permutations.

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    P. H. Westfall and S. S. Young, "Resampling-based multiple testing", Wiley (1993).

    Examples
    --------
    >>> largest_gain_p_values(np.array([[9.0, 1.0], [1.0, 2.0], [0.0, 3.0], [2.0, 2.0]])).tolist()
    [0.25, 1.0]
    """
    deviation = gains.std(axis=0)
    flat = deviation < ROUNDING
    scaled = np.where(flat, 0.0, (gains - gains.mean(axis=0)) / np.where(flat, 1.0, deviation))
    largest = scaled.max(axis=1)
    return np.asarray((largest[:, None] >= scaled[0] - ROUNDING).mean(axis=0))
