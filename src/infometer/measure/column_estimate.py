"""I(X;Y) of two columns that were made ready, with an interval and beside what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import false_discovery_control

from infometer.contracts import Estimate
from infometer.estimators.column_information import Column, column_information, label_column
from infometer.estimators.mutual_information import mutual_information
from infometer.estimators.selection import relevance_p_values
from infometer.resampling import generator

__all__ = ["Chance", "adjusted", "by_chance", "column_estimate", "rows_of"]

DRAWS = 40
"""Permutations for the mean and the upper quantile of a figure without information."""


def column_estimate(
    x: Column,
    y: Column,
    *,
    quantity: str = "I(X;Y)",
    k: int = 3,
    level: float = 0.95,
    random_state: Any = None,
) -> Estimate:
    """I(X;Y) by the estimator of the types, the figure of `column_information` with its interval.

    Labels with labels: counts with the correction of Miller and Madow. Numbers with labels: Ross.
    Numbers, or numbers and labels, with numbers: Kraskov, Stögbauer and Grassberger. Where a class
    is too small for the parts of an interval, it comes from the pointwise terms, and says so.

    Parameters
    ----------
    x, y : Column
    quantity : str
    k : int
        Neighbours.
    level : float
        Of the interval.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Estimate
        The ceiling is that of the method; where one side is labels there is none beside H.

    Examples
    --------
    >>> from infometer.estimators.column_information import number_column
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 2000)
    >>> x = 2.0 * y - 1 + rng.standard_normal(2000)  # I(X;Y) = 0.3368 nats
    >>> column_estimate(number_column(x), label_column(y), random_state=0)
    0.344 ± 0.013 nats (95 % 0.317 to 0.370; Ross k=3, n=2000)
    """
    labelled = [column.labels is not None for column in (x, y)]
    views = [c.points if c.labels is None else c.labels[:, None] for c in (x, y)]
    kinds = ["discrete" if labels else "continuous" for labels in labelled]
    named = "miller-madow" if all(labelled) else "ross" if any(labelled) else "ksg"
    settings: dict[str, Any] = {
        "estimator": named, "x_type": kinds[0], "y_type": kinds[1], "k": k, "standardize": False,
        "level": level, "random_state": random_state,
    }  # fmt: skip
    found = mutual_information(*views, **settings)
    if found.interval is None:
        rough = mutual_information(*views, **settings, interval="pointwise")
        found = replace(rough, warnings=(*rough.warnings, *found.warnings, ROUGH))
    # the entropy of the labels is a bound of the quantity, and no flaw of the method
    return replace(found, quantity=quantity, ceiling=None if any(labelled) else found.ceiling)


ROUGH = "the interval is that of the pointwise terms, which is too narrow"


class Chance(NamedTuple):
    """What a column would show without information: mean, upper quantile, and the p-value."""

    mean: float
    upper: float
    p_value: float


def by_chance(
    columns: Sequence[Column],
    y: Column,
    values: np.ndarray,
    *,
    k: int = 3,
    level: float = 0.95,
    n_permutations: int = 999,
    random_state: Any = None,
) -> list[Chance]:
    """The law of each column's figure where it and y are independent, and its p-value.

    Columns with the same values, in whatever order, share their permutations; see
    `relevance_p_values`, which also stops early where there is nothing to be found.

    Parameters
    ----------
    columns : sequence of Column, m of them
    y : Column
    values : ndarray, shape (m,)
        Their information with y.
    k : int
    level : float
        Of the upper quantile.
    n_permutations : int
        At most, for the p-values.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    list of Chance, m of them

    Examples
    --------
    >>> from infometer.estimators.column_information import number_column
    >>> x, noise = map(number_column, np.random.default_rng(0).standard_normal((2, 100)))
    >>> found = by_chance([noise], x, np.array([0.9]), n_permutations=99, random_state=0)[0]
    >>> found.p_value, abs(found.mean) < 0.05 < found.upper
    (0.01, True)
    """
    p_values = relevance_p_values(
        columns, y, values, k=k, n_permutations=n_permutations, random_state=random_state
    )
    nulls: dict[bytes, np.ndarray] = {}
    found = []
    for column, p_value in zip(columns, p_values, strict=True):
        margin = column.permuted(np.argsort(column.points[:, 0]))
        key = margin.points.tobytes()
        if key not in nulls:
            nulls[key] = _drawn(margin, y, k, random_state)
        null = nulls[key]
        found.append(Chance(float(null.mean()), float(np.quantile(null, level)), float(p_value)))
    return found


def _drawn(x: Column, y: Column, k: int, random_state: Any) -> np.ndarray:
    orders = (generator(random_state, "chance", i).permutation(len(y.points)) for i in range(DRAWS))
    return np.array([column_information(x, y.permuted(order), k) for order in orders])


def rows_of(column: Column, rows: np.ndarray) -> Column:
    """Some rows of a column; labels that occur once among them are read as one.

    Examples
    --------
    >>> rows_of(label_column(np.array(list("aabbccc"))), np.arange(4)).labels.tolist()
    [0, 0, 1, 1]
    """
    if column.labels is not None:
        return label_column(column.labels[rows])
    return Column(column.points[rows])


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """P-values (m,) after Benjamini and Hochberg; those that are NaN stay so and do not count.

    Examples
    --------
    >>> adjusted(np.array([0.01, np.nan, 0.04])).tolist()
    [0.02, nan, 0.04]
    """
    known = ~np.isnan(p_values)
    found = np.full(len(p_values), np.nan)
    if known.any():
        found[known] = false_discovery_control(p_values[known])
    return found
