"""What two columns tell together beyond what each tells alone, and what a column adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import t as student

from infometer.contracts import Estimate
from infometer.estimators.column_information import Column, column_information, joined
from infometer.measure.column_estimate import rows_of
from infometer.resampling import generator, root_seed, student_interval, subsampling_error

__all__ = ["Interaction", "beyond", "information_gain", "interaction_information"]

UNRELATED_DRAWS = 5
CONTRASTS = {"pair": 15, "gain": 30}
"""Comparisons of parts, c of them: the error is known to about 1 / √(2c)."""


class Interaction(NamedTuple):
    """Two columns and y, in nats: alone, together, with each other, and what interacts.

    ``interaction`` is joint − first − second; its ``null`` holds what an unrelated column in
    place of one of the two would show, and 0.
    """

    first: float
    second: float
    joint: float
    between: float
    interaction: Estimate


def interaction_information(
    first: Column,
    second: Column,
    y: Column,
    *,
    k: int = 3,
    level: float = 0.95,
    random_state: Any = None,
) -> Interaction:
    r"""The interaction information of two columns about y.

    .. math:: I(X_1, X_2; Y) - I(X_1; Y) - I(X_2; Y) = I(X_1; X_2 | Y) - I(X_1; X_2).

    Positive: synergy prevails, the two together tell what neither tells alone. Negative: redundancy
    prevails, they tell the same. It is the difference of both, so 0 may be none of either or as
    much of one as of the other.

    All three figures, and their difference in every part of the sample, come from one family of
    estimators, but neighbours fall short in more columns: an unrelated column seems to take
    something away. Its figure is found by shuffling one of the two, and the p-value is that of
    what lies beyond it, or beyond 0.

    Parameters
    ----------
    first, second, y : Column
    k : int
        Neighbours.
    level : float
        Of the interval.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Interaction

    References
    ----------
    W. J. McGill, "Multivariate information transmission", Psychometrika 19, 97 (1954). P. L.
    Williams and R. D. Beer, "Nonnegative decomposition of multivariate information",
    arXiv:1004.2515 (2010), for its two parts.

    Examples
    --------
    The exclusive or of two fair coins, log 2 = 0.693 nats:

    >>> from infometer.estimators.column_information import label_column
    >>> a, b = np.random.default_rng(0).integers(0, 2, (2, 400))
    >>> columns = [label_column(values) for values in (a, b, a ^ b)]
    >>> round(interaction_information(*columns, random_state=0).interaction.value, 2)
    0.69
    """

    def figures(a: Column, b: Column, c: Column) -> np.ndarray:
        return np.array([column_information(v, c, k) for v in (a, b, joined(a, b))])

    def interaction(columns: Sequence[Column]) -> float:
        alone, other, both = figures(*columns)
        return float(both - alone - other)

    columns, root = [first, second, y], root_seed(random_state)
    alone, other, both = figures(first, second, y).tolist()
    unrelated = [_unrelated(interaction, columns, which, root) for which in (0, 1)]
    null = max(unrelated, key=lambda drawn: abs(drawn[0]))
    estimate = _difference(
        "I(X₁,X₂;Y) − I(X₁;Y) − I(X₂;Y)", interaction, columns, null, k, level, root,
        contrasts=CONTRASTS["pair"],
    )  # fmt: skip
    return Interaction(alone, other, both, column_information(first, second, k), estimate)


def information_gain(
    chosen: Sequence[Column],
    x: Column,
    y: Column,
    *,
    k: int = 3,
    level: float = 0.95,
    random_state: Any = None,
) -> Estimate:
    r"""What a column adds to those that are chosen, I(S, X; Y) − I(S; Y) = I(X; Y | S).

    The p-value is that of a gain above 0, and above what an unrelated column would show.

    Parameters
    ----------
    chosen : sequence of Column
        S, one or more.
    x, y : Column
    k : int
        Neighbours.
    level : float
        Of the interval.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Estimate
        The mean of its ``null`` is what an unrelated column would show: below 0 where neighbours
        fall short in so many columns.

    Examples
    --------
    >>> from infometer.estimators.column_information import label_column
    >>> a, b = np.random.default_rng(0).integers(0, 2, (2, 400))
    >>> columns = [label_column(values) for values in (a, b, a + 2 * b)]
    >>> round(information_gain(columns[:1], *columns[1:], random_state=0).value, 1)
    0.7
    """

    def gain(columns: Sequence[Column]) -> float:
        known, added, target = columns
        return column_information(joined(known, added), target, k) - column_information(
            known, target, k
        )

    columns, root = [reduce(joined, chosen), x, y], root_seed(random_state)
    null = _unrelated(gain, columns, 1, root)
    return _difference(
        "I(S,X;Y) − I(S;Y)", gain, columns, null, k, level, root,
        contrasts=CONTRASTS["gain"], upward=True,
    )  # fmt: skip


def beyond(difference: Estimate) -> float:
    """How far a difference lies beyond both 0 and what an unrelated column would show, in nats.

    Examples
    --------
    >>> round(beyond(Estimate("I(X;Y|S)", -0.3, null=(-0.1, 0.0))), 4)
    -0.2
    """
    return _outside(difference.value, 0.0 if difference.null is None else difference.null[0])


def _outside(value: float, null: float) -> float:
    low, high = sorted((0.0, null))
    return value - min(max(value, low), high)


Figure = Callable[[Sequence[Column]], float]


def _unrelated(
    figure: Figure, columns: Sequence[Column], which: int, root: int
) -> tuple[float, float]:
    """Mean of the figure with one column shuffled, and its standard error."""
    values = []
    for draw in range(UNRELATED_DRAWS):
        order = generator(root, "unrelated", which, draw).permutation(len(columns[0].points))
        shuffled = list(columns)
        shuffled[which] = columns[which].permuted(order)
        values.append(figure(shuffled))
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def _difference(
    quantity: str,
    figure: Figure,
    columns: Sequence[Column],
    null: tuple[float, float],
    k: int,
    level: float,
    root: int,
    *,
    contrasts: int,
    upward: bool = False,
) -> Estimate:
    """The figure, its spread over parts of the sample, and whether it lies beyond null and 0."""
    y, value = columns[-1], figure(columns)
    for parts in ((2, 3), (2,)):  # halves alone, where a class is too small for thirds
        found = subsampling_error(
            lambda rows: figure([rows_of(column, rows) for column in columns]),
            len(y.points),
            strata=y.labels,
            parts=parts,
            repeats=contrasts // sum(m - 1 for m in parts),
            smallest_part=max(3 * k, 4),
            random_state=root,
        )
        if not found.reason:
            break
    error, interval, p_value = found.standard_error, None, None
    if error is not None:
        interval = student_interval(value, error, found.contrasts, level)
        spread = float(np.hypot(error, null[1]))
        excess = _outside(value, null[0])
        tail = float(student.sf(abs(excess) / spread, found.contrasts)) if spread else 1.0
        tail = 0.0 if not spread and excess else tail
        p_value = (tail if excess > 0 else 1.0) if upward else min(2 * tail, 1.0)
    return Estimate(
        quantity, value, standard_error=error, interval=interval, level=level, p_value=p_value,
        null=(null[0], max(null[0], 0.0)), n_samples=len(y.points),
        parameters={"k": k}, warnings=(found.reason,) if found.reason else (),
    )  # fmt: skip
