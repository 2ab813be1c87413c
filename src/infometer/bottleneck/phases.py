"""Fitting and compression: how often a curve really turns, beyond its error bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from scipy.stats import studentized_range

__all__ = ["Phase", "find_phases"]


class Phase(NamedTuple):
    """A stretch of a curve that rises (fitting) or falls (compression).

    ``start`` and ``stop`` are positions on the curve, ``change`` is in nats.
    """

    kind: Literal["fitting", "compression"]
    start: int
    stop: int
    change: float


def find_phases(
    values: Sequence[float], standard_errors: Sequence[float], level: float = 0.95
) -> list[Phase]:
    """The rises and falls of a curve that its error bars do not explain.

    A turn counts once the curve has come back from its extreme by more than q √((se² + se'²) / 2),
    q the quantile of the studentized range of n points: Tukey's honestly significant difference,
    so that a flat curve of independent, normal errors shows no phase with probability `level`.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        In order of time; NaN is left out.
    standard_errors : sequence of float, shape (n,)
    level : float

    Returns
    -------
    list of Phase
        Rises and falls in turn; empty for a curve that does not move.

    References
    ----------
    J. W. Tukey, *The Problem of Multiple Comparisons* (1953).

    Examples
    --------
    >>> [phase.kind for phase in find_phases([1.0, 3.0, 2.9, 3.1, 1.0], [0.1] * 5)]
    ['fitting', 'compression']
    """
    y, se = np.asarray(values, float), np.asarray(standard_errors, float)
    if y.shape != se.shape or y.ndim != 1:
        raise ValueError(
            f"values has shape {y.shape} and standard_errors {se.shape}; both must be (n,)"
        )
    kept = np.flatnonzero(np.isfinite(y) & np.isfinite(se))
    q = float(studentized_range.ppf(level, max(len(kept), 2), np.inf))

    def beyond(i: int, j: int) -> bool:
        return abs(y[j] - y[i]) > q * np.hypot(se[i], se[j]) / np.sqrt(2)

    turns: list[int] = []
    low = high = int(kept[0]) if len(kept) else 0
    direction = 0
    for i in kept.tolist():
        if direction == 0:
            low, high = (i if y[i] < y[low] else low), (i if y[i] > y[high] else high)
            if beyond(low, high):
                direction = 1 if high > low else -1
                turns, low, high = [min(low, high)], max(low, high), max(low, high)
        elif direction > 0:
            if y[i] > y[high]:
                high = i
            elif beyond(high, i):
                turns.append(high)
                direction, low = -1, i
        elif y[i] < y[low]:
            low = i
        elif beyond(low, i):
            turns.append(low)
            direction, high = 1, i
    if direction:
        turns.append(high if direction > 0 else low)
    return [
        Phase("fitting" if y[b] > y[a] else "compression", a, b, float(y[b] - y[a]))
        for a, b in pairwise(turns)
    ]
