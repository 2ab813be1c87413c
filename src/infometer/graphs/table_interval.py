"""How sure a score is that was read off a table of counts, and what chance would show there."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy.special import xlogy
from scipy.stats import random_table

from infometer.resampling import generator

__all__ = ["TableInterval", "table_interval"]

N_DRAWS = 999
CELLS = 1 << 22
"""Cells of drawn tables that are held at a time."""


class TableInterval(NamedTuple):
    """Intervals and standard errors of score and information in nats, and their law by chance.

    ``null_score`` and ``null_information`` are the mean and the upper quantile at the interval's
    level, of tables with the same margins and no tie between rows and labels.
    """

    score: tuple[float, float]
    score_error: float
    information: tuple[float, float]
    information_error: float
    null_score: tuple[float, float]
    null_information: tuple[float, float]
    p_value: float


def table_interval(
    table: np.ndarray, *, level: float = 0.95, random_state: Any = None
) -> TableInterval:
    r"""Interval of :math:`2^{-H(Y|X)}` and I(X;Y) of the law that a table of counts was drawn from.

    The labels' shares are taken as those of the law. Within each label laws of X are drawn from
    Dirichlet(n + 1/2); the quantiles of their I(X;Y) are moved so that the mean is that of the
    table less what tables with its margins tell by chance, and kept between 0 and H(Y). Unlike
    tables drawn again with replacement these have a width where a label is told without an error.
    With 8 rows a cell or more, 95 % intervals covered the law in 89 to 100 % of simulated tables.

    Parameters
    ----------
    table : ndarray of int, shape (b, c)
        Counts of independent rows; the last axis is the label.
    level : float
    random_state : int, None, RandomState or Generator

    Returns
    -------
    TableInterval

    Examples
    --------
    >>> found = table_interval(np.array([[40, 10], [10, 40]]), random_state=0)
    >>> tuple(round(end, 2) for end in found.score), found.p_value
    ((0.55, 0.67), 0.001)
    """
    counts = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    labels = counts.sum(axis=0) / counts.sum()
    whole = float(-xlogy(labels, labels).sum())
    told = whole - float(_left(counts))
    by_chance, drawn = (
        np.concatenate(
            [
                whole - _left(draw(counts, size, rng))
                for size, rng in _portions(counts.size, name, random_state)
            ]
        )
        for name, draw in (("chance", _by_chance), ("laws", _laws))
    )
    tail = (1.0 - level) / 2.0
    centre = max(told - by_chance.mean(), 0.0)
    ends = np.quantile(drawn, [tail, 1.0 - tail]) - drawn.mean() + centre
    low, high = np.clip(ends, 0.0, whole).tolist()
    scores = np.exp(by_chance - whole)
    as_large = int((by_chance >= told * (1 - 1e-9)).sum())
    return TableInterval(
        score=(math.exp(low - whole), math.exp(high - whole)),
        score_error=float(np.exp(drawn - whole).std()),
        information=(low, high),
        information_error=float(drawn.std()),
        null_score=(float(scores.mean()), float(np.quantile(scores, level))),
        null_information=(float(by_chance.mean()), float(np.quantile(by_chance, level))),
        p_value=(1 + as_large) / (1 + N_DRAWS),
    )


def _portions(cells: int, name: str, random_state: Any) -> list[tuple[int, np.random.Generator]]:
    """The draws in portions that fit in memory, all from one stream."""
    rng, most = generator(random_state, "table", name), max(1, CELLS // cells)
    return [(min(most, N_DRAWS - start), rng) for start in range(0, N_DRAWS, most)]


def _laws(counts: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Laws with the table's labels that may have given the counts, shape (size, b, c)."""
    drawn = rng.standard_gamma(counts + 0.5, size=(size, *counts.shape))
    return drawn / drawn.sum(axis=1, keepdims=True) * (counts.sum(axis=0) / counts.sum())


def _by_chance(counts: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Tables with the same margins and no tie, shape (size, b, c)."""
    if 1 in counts.shape:  # there is no other
        return np.broadcast_to(counts, (size, *counts.shape))
    return np.asarray(random_table(counts.sum(axis=1), counts.sum(axis=0), seed=rng).rvs(size))


def _left(tables: np.ndarray) -> np.ndarray:
    """H(Y|X) in nats, of the last two axes."""
    p = tables / tables.sum(axis=(-1, -2), keepdims=True)
    rows = p.sum(axis=-1)
    return np.maximum(xlogy(rows, rows).sum(axis=-1) - xlogy(p, p).sum(axis=(-1, -2)), 0.0)
