"""How much each feature tells of the target, and how sure that is, for many features at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import chi2

from infometer.estimators.column_information import Column, column_information
from infometer.estimators.discrete_information import FEWEST_EXPECTED, symbol_terms
from infometer.resampling import generator, root_seed

__all__ = ["g_test", "relevance", "relevance_p_values", "sequential_p_values"]

EXCEEDANCES = 10
"""Draws as large as the figure after which no more are made: its p-value is known to a third."""
ROUNDING = 1e-9
"""Figures that differ by less, in nats, count as equal: counts give the same figure often."""
FIRST_ROUND = 32


def relevance(
    columns: Sequence[Column], y: Column, k: int = 3, n_jobs: int | None = None
) -> np.ndarray:
    """I(X_j;Y) of every column with the target, in nats.

    Parameters
    ----------
    columns : sequence of Column
    y : Column
    k : int
        Neighbours.
    n_jobs : int, optional

    Returns
    -------
    ndarray, shape (len(columns),)

    Examples
    --------
    >>> from infometer.estimators.column_information import label_column
    >>> x = label_column(np.repeat(["a", "b"], 50))
    >>> relevance([x, label_column(np.zeros(100))], x).round(4).tolist()
    [0.6981, 0.0]
    """
    return np.array(Parallel(n_jobs=n_jobs)(delayed(column_information)(x, y, k) for x in columns))


def relevance_p_values(
    columns: Sequence[Column],
    y: Column,
    scores: np.ndarray,
    *,
    k: int = 3,
    n_permutations: int = 999,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> np.ndarray:
    """The p-value of every column's score where it and the target are independent.

    Two columns of labels with large cells: the G-test. Else permutations of y. Columns with the
    same values, in whatever order, have the same null and share its draws: all columns of numbers
    do, since their values are ranks, and so many features cost little more than one.

    Parameters
    ----------
    columns : sequence of Column
    y : Column
    scores : ndarray, shape (m,)
        From `relevance`.
    k : int
    n_permutations : int
        At most; fewer where the p-value turns out large, see `sequential_p_values`.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    ndarray, shape (m,)

    Examples
    --------
    >>> from infometer.estimators.column_information import number_column
    >>> x, noise = map(number_column, np.random.default_rng(0).standard_normal((2, 100)))
    >>> scores = relevance([x, noise], x)
    >>> relevance_p_values([x, noise], x, scores, n_permutations=99, random_state=0).round(2)
    array([0.01, 0.32])
    """
    p_values = np.full(len(columns), np.nan)
    margins: dict[bytes, Column] = {}
    groups: dict[bytes, list[int]] = {}
    for index, column in enumerate(columns):
        if (p_value := g_test(column, y)) is not None:
            p_values[index] = p_value
            continue
        margin = column.permuted(np.argsort(column.points[:, 0]))
        key = margin.points.tobytes()
        margins.setdefault(key, margin)
        groups.setdefault(key, []).append(index)
    root, ordered, members = root_seed(random_state), list(margins.values()), list(groups.values())
    nulls = [np.empty(0)] * len(members)
    waiting, start = list(range(len(members))), 0
    while waiting and start < n_permutations:
        stop = min(max(2 * start, FIRST_ROUND), n_permutations)
        drawn = Parallel(n_jobs=n_jobs)(
            delayed(_permuted)(ordered[group], y, k, root, draw)
            for group in waiting
            for draw in range(start, stop)
        )
        for group, values in zip(waiting, np.reshape(drawn, (len(waiting), -1)), strict=True):
            nulls[group] = np.append(nulls[group], values)
        start = stop
        waiting = [g for g in waiting if not _settled(nulls[g], scores[members[g]].max())]
    for null, group_members in zip(nulls, members, strict=True):
        p_values[group_members] = sequential_p_values(null, scores[group_members], n_permutations)
    return p_values


def _permuted(x: Column, y: Column, k: int, root: int, draw: int) -> float:
    order = generator(root, "permutation", draw).permutation(len(y.points))
    return column_information(x, y.permuted(order), k)


def _settled(null: np.ndarray, observed: float) -> bool:
    return int((null >= observed - ROUNDING).sum()) >= EXCEEDANCES


def sequential_p_values(
    null: np.ndarray, observed: np.ndarray, n_permutations: int, exceedances: int = EXCEEDANCES
) -> np.ndarray:
    r"""P-values from draws of the null that stop when enough of them are as large as the figure.

    Where the h-th exceedance is draw l, and else with g exceedances in all N draws,

    .. math:: p = h / l, \qquad p = (1 + g) / (1 + N).

    Both are valid: no level is exceeded more often than it says. What tells nothing is done
    after a few dozen draws, so that the effort goes where small p-values must be told apart.

    Parameters
    ----------
    null : ndarray, shape (draws,)
        In the order of drawing; N of them unless all of `observed` have their exceedances.
    observed : ndarray, shape (m,)
    n_permutations : int
        N.
    exceedances : int
        h.

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    J. Besag and P. Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 301 (1991).

    Examples
    --------
    >>> null = np.arange(100) % 5
    >>> sequential_p_values(null, np.array([7.0, 4.0, 0.0]), 100, exceedances=2).round(4).tolist()
    [0.0099, 0.2, 1.0]
    """
    hits = np.cumsum(null[:, None] >= observed - ROUNDING, axis=0)
    total = hits[-1] if len(null) else np.zeros(len(observed), dtype=int)
    enough = (hits < exceedances).sum(axis=0) + 1
    return np.where(total >= exceedances, exceedances / enough, (1 + total) / (1 + n_permutations))


def g_test(x: Column, y: Column) -> float | None:
    """The p-value of 2n Î ~ χ² with (a − 1)(b − 1) degrees, for labels with large cells.

    None where a column is no labels, or the smallest expected cell has fewer than 5 rows.

    Examples
    --------
    >>> from infometer.estimators.column_information import label_column
    >>> x, y = np.repeat([0, 0, 1, 1], [40, 10, 10, 40]), np.repeat([0, 1, 0, 1], [40, 10, 10, 40])
    >>> f"{g_test(label_column(x), label_column(y)):.3g}"
    '5.34e-10'
    """
    if x.is_constant or y.is_constant:
        return 1.0
    if x.labels is None or y.labels is None:
        return None
    n, counts = len(x.labels), (np.bincount(x.labels), np.bincount(y.labels))
    if counts[0].min() * counts[1].min() < FEWEST_EXPECTED * n:
        return None
    freedom = (len(counts[0]) - 1) * (len(counts[1]) - 1)
    return float(chi2.sf(2 * n * symbol_terms(x.labels, y.labels).mean(), freedom))
