"""One direction of the information between two sequences: its figure step by step, and how sure."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.row_groups import read_groups
from infometer.estimators.sandwich import sandwich_error
from infometer.resampling import student_interval

__all__ = ["Flow", "Flows", "batch_length", "flow_estimate"]

LEARNED = 5
"""The first of so many parts of the steps is left out where halves are compared."""

MOVED = 3.5
"""Standard errors between two halves: of series that do not change, 1 in 2000 is so far off."""

MATERIAL = 0.02
"""Of the ceiling: a smaller difference of halves is not told, nor what is wrong with an interval
of less."""

TOGETHER = 0.3
"""Correlation of neighbouring batches that is told, where chance seldom shows as much."""


class Flow(NamedTuple):
    """The rate of information in one direction, in nats a step, as a method found it.

    Parameters
    ----------
    value : float
    second : float
        A figure of the same rate whose bias has the other sign; else the value itself.
    densities : ndarray, shape (m,)
        log of what was predicted with the other sequence over what was predicted without.
    influences : ndarray, shape (m,)
        How each step moves the value: its error is that of their mean.
    statistic : float
        What is compared with sequences that were shifted against each other.
    ceiling : float
    freedom : int
        Degrees of freedom of 2 m value where there is nothing to find; 0 where that is no
        chi-square.
    p_value : float, optional
    notes : tuple of str
    """

    value: float
    second: float
    densities: np.ndarray
    influences: np.ndarray
    statistic: float
    ceiling: float
    freedom: int = 0
    p_value: float | None = None
    notes: tuple[str, ...] = ()


class Flows(NamedTuple):
    """X → Y, the delayed Y → X, and what the present of each tells of the other's."""

    forward: Flow
    reverse: Flow
    instantaneous: Flow


def batch_length(n: int) -> int:
    """Steps in a batch whose mean is taken as independent of the next, ⌈√n⌉.

    Examples
    --------
    >>> batch_length(10_000)
    100
    """
    return math.isqrt(n - 1) + 1


def flow_estimate(flow: Flow, *, block: int, level: float = 0.95, **told: Any) -> Estimate:
    """The `Estimate` of a flow: its error is that of batch means, for steps depend on each other.

    The interval reaches from the smaller of the value and its second, less t standard errors, to
    the larger, more t standard errors.

    Parameters
    ----------
    flow : Flow
    block : int
        Steps in a batch.
    level : float
    **told
        Other fields of the `Estimate`.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> terms = np.tile([0.0, 0.0, 1.0, 1.0], 25)
    >>> flow_estimate(Flow(0.5, 0.5, terms, terms, 0.5, 1.0), block=4, quantity="I(X→Y)")
    0.500 ± 0.000 nats (95 % 0.500 to 0.500; n=100)
    """
    steps = len(flow.influences)
    batches = read_groups(None, block, steps)
    found = sandwich_error(flow.influences, groups=batches)
    error, interval = found.standard_error, None
    if error is not None:
        error = math.hypot(error, math.sqrt(flow.freedom / 2) / steps)
        half = student_interval(0.0, error, found.degrees_of_freedom, level)[1]
        ends = sorted([flow.value, flow.second])
        interval = ends[0] - half, ends[1] + half
    notes = (*flow.notes, found.reason, _change(flow, block), _memory(flow, error or 0.0, block))
    return Estimate(
        **{"p_value": flow.p_value, "warnings": tuple(filter(None, notes)), **told},
        value=flow.value,
        standard_error=error,
        interval=interval,
        level=level,
        ceiling=flow.ceiling,
        n_samples=steps,
    )


def _change(flow: Flow, block: int) -> str:
    """What to say where the figure of the later half is not that of the earlier."""
    densities = flow.densities
    start = len(densities) // LEARNED
    middle = (start + len(densities)) // 2
    halves = densities[start:middle], densities[middle:]
    if len(halves[0]) <= block:
        return ""
    errors = [
        sandwich_error(half, groups=np.arange(len(half)) // block).standard_error or 0.0
        for half in halves
    ]
    before, after = (float(half.mean()) for half in halves)
    if abs(after - before) <= max(MOVED * math.hypot(*errors), MATERIAL * flow.ceiling):
        return ""
    return (
        f"the rate is {before:.3f} nats in the earlier half and {after:.3f} in the later: either "
        "the series change with time, and the figure is a mean of what was different, or they are "
        "too short for so many symbols of the past; cut them where they change, or lower depth"
    )


def _memory(flow: Flow, error: float, block: int) -> str:
    """What to say where neighbouring batches still go together."""
    count = len(flow.densities) // block
    if count < 4 or error <= MATERIAL / 2 * flow.ceiling:
        return ""
    means = flow.densities[: count * block].reshape(count, block).mean(axis=1)
    centred = means - means.mean()
    power = max(float(centred @ centred), np.finfo(float).tiny)
    correlation = float(centred[1:] @ centred[:-1] / power)
    if correlation <= max(TOGETHER, 3 / math.sqrt(count)):
        return ""
    return (
        f"batches of {block} steps still go together (correlation {correlation:.2f}), so that the "
        "interval is too short: give a longer block"
    )
