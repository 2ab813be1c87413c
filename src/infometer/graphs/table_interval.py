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
    table: np.ndarray, *, fixed_labels: bool = False, level: float = 0.95, random_state: Any = None
) -> TableInterval:
    r"""Interval of :math:`2^{-H(Y|X)}` and I(X;Y) of the law that a table of counts was drawn from.

    Laws are drawn from Dirichlet(n + 1/2), within each label or over the whole table, and the
    quantiles of their H(Y|X) are moved so that the mean is that of the table with the correction
    of Miller and Madow, and kept within 0 and H(Y). Unlike tables drawn again with replacement
    these have a width where the label is told without an error.

    Parameters
    ----------
    table : ndarray of int, shape (b, c)
        Counts of independent rows; the last axis is the label.
    fixed_labels : bool
        Whether it was chosen beforehand how often each label occurs.
    level : float
    random_state : int, None, RandomState or Generator

    Returns
    -------
    TableInterval

    References
    ----------
    H. Jeffreys's prior; G. A. Miller, "Note on the bias of information estimates" (1955).

    Examples
    --------
    >>> found = table_interval(np.array([[40, 10], [10, 40]]), random_state=0)
    >>> tuple(round(end, 2) for end in found.score), found.p_value
    ((0.54, 0.67), 0.001)
    """
    counts = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n, labels = counts.sum(), counts.sum(axis=0) / counts.sum()
    excess = (np.count_nonzero(counts) - len(counts)) / (2 * n)
    left, whole = float(_left(counts)), float(-xlogy(labels, labels).sum())
    tail = (1.0 - level) / 2.0
    drawn = np.concatenate(
        [
            _left_and_told(_laws(counts, size, fixed_labels, rng))
            for size, rng in _portions(counts.size, "laws", random_state)
        ],
        axis=1,
    )
    centre = np.array([min(left + excess, whole), max(whole - left - excess, 0.0)])
    ends = np.quantile(drawn, [tail, 1.0 - tail], axis=1) - drawn.mean(axis=1) + centre
    ends = np.clip(ends, 0.0, whole)
    chance = np.concatenate(
        [
            whole - _left(_by_chance(counts, size, rng))
            for size, rng in _portions(counts.size, "chance", random_state)
        ]
    )
    as_large = int((chance >= (whole - left) * (1 - 1e-9)).sum())
    null = float(chance.mean()), float(np.quantile(chance, level))
    scores = np.exp(chance - whole)
    return TableInterval(
        (math.exp(-ends[1, 0]), math.exp(-ends[0, 0])),
        float(np.exp(-drawn[0]).std()),
        (float(ends[0, 1]), float(ends[1, 1])),
        float(drawn[1].std()),
        (float(scores.mean()), float(np.quantile(scores, level))),
        null,
        (1 + as_large) / (1 + N_DRAWS),
    )


def _portions(cells: int, name: str, random_state: Any) -> list[tuple[int, np.random.Generator]]:
    """The draws in portions that fit in memory, all from one stream."""
    rng, most = generator(random_state, "table", name), max(1, CELLS // cells)
    return [(min(most, N_DRAWS - start), rng) for start in range(0, N_DRAWS, most)]


def _laws(
    counts: np.ndarray, size: int, fixed_labels: bool, rng: np.random.Generator
) -> np.ndarray:
    """Laws that may have given the counts, shape (size, b, c)."""
    drawn = rng.standard_gamma(counts + 0.5, size=(size, *counts.shape))
    if not fixed_labels:
        return drawn / drawn.sum(axis=(1, 2), keepdims=True)
    labels = counts.sum(axis=0) / counts.sum()
    return drawn / drawn.sum(axis=1, keepdims=True) * labels


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


def _left_and_told(laws: np.ndarray) -> np.ndarray:
    """H(Y|X) and I(X;Y) of each law, shape (2, size)."""
    labels, left = laws.sum(axis=1), _left(laws)
    return np.stack([left, -xlogy(labels, labels).sum(axis=-1) - left])
