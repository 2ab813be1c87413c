"""When to measure: given steps, or log-spaced steps that keep to a share of the training time."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import numpy as np

__all__ = ["MeasuringSchedule", "log_spaced_steps"]

UNPLANNED_RATIO = 1.25
"""Of consecutive steps, where the length of the training is not known."""

WARM_UP = 5
"""Steps whose time says little of those to come: the first ones load libraries and caches."""


def log_spaced_steps(total: int, n_points: int) -> list[int]:
    """Steps 0, 1, …, `total`, at most `n_points` of them, evenly spaced on a log scale.

    Examples
    --------
    >>> log_spaced_steps(1000, 7)
    [0, 1, 4, 16, 63, 251, 1000]
    """
    if total < 1 or n_points < 2:
        raise ValueError(f"total is {total} and n_points is {n_points}; give at least 1 and 2")
    spaced = np.geomspace(1, total, n_points - 1).round().astype(int)
    return [0, *np.unique(spaced).tolist()]


class MeasuringSchedule:
    """Says which steps of a training run to measure.

    Without `at` and `every` it keeps the time spent on measuring under `budget` times the time
    spent on training. It times both. Where `total_steps` is known it spends early against the
    training that is still to come, and re-plans after every point, so that the points stand evenly
    on a log scale and the last step is one of them.

    Parameters
    ----------
    budget : float
        Measuring time over training time.
    total_steps : int, optional
    at : collection of int, optional
        Measure exactly these steps.
    every : int, optional
        Measure every so many steps.
    clock : callable
        Gives seconds.

    Examples
    --------
    >>> schedule = MeasuringSchedule(at=[0, 10])
    >>> [step for step in range(20) if schedule.due(step)]
    [0, 10]
    """

    def __init__(
        self,
        budget: float = 0.15,
        total_steps: int | None = None,
        *,
        at: Collection[int] | None = None,
        every: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if at is not None and every is not None:
            raise ValueError(f"at is {at} and every is {every}; give one of them, or neither")
        if budget <= 0:
            raise ValueError(f"budget is {budget}; it must be a positive share such as 0.15")
        if every is not None and every < 1:
            raise ValueError(f"every is {every}; it must be at least 1 step")
        self.budget = budget
        self.total_steps = total_steps
        self.at = None if at is None else frozenset(at)
        self.every = every
        self.measured: list[int] = []
        self.measuring_seconds = 0.0
        self._clock = clock
        self._start: float | None = None
        self._costs: list[float] = []

    @property
    def timed(self) -> bool:
        """Whether steps are chosen by the clock."""
        return self.at is None and self.every is None

    @property
    def training_seconds(self) -> float:
        """Time since the first step was asked about, less the time of measuring."""
        if self._start is None:
            return 0.0
        return max(self._clock() - self._start - self.measuring_seconds, 0.0)

    def due(self, step: int) -> bool:
        """Whether to measure after `step` optimiser steps; never twice after the same."""
        if self._start is None:
            self._start = self._clock()
        if step in self.measured:
            return False
        if self.at is not None:
            return step in self.at
        if self.every is not None:
            return step % self.every == 0
        if not self.measured:
            return True
        last = self.measured[-1]
        if step <= last:
            return False
        if self.total_steps is None:
            return step >= UNPLANNED_RATIO * last and self._affordable(self.training_seconds) >= 1
        if step == self.total_steps:
            return self._affordable(self.training_seconds) >= 1
        points = self._affordable(self._projected_seconds(step))
        if points < 1:
            return False
        from_step = max(last, 1)
        planned = from_step * (self.total_steps / from_step) ** (1 / points)
        return step >= max(planned, last + 1) if last else True

    def record(self, step: int, seconds: float) -> None:
        """Note that `step` was measured and what it took."""
        self.measured.append(step)
        self.measuring_seconds += seconds
        self._costs.append(seconds)

    def affordable_seconds(self, step: int) -> float | None:
        """What the budget leaves for measuring after `step`; None where steps are given."""
        if not self.timed:
            return None
        return self.budget * self._projected_seconds(step) - self.measuring_seconds

    def _affordable(self, training_seconds: float) -> int:
        """How many more points `training_seconds` of training pay for."""
        # the first point also calibrates: it is paid for, but says little of the cost of others
        cost = max(self._costs[1:][-3:] or self._costs)
        left = self.budget * training_seconds - self.measuring_seconds
        return int(left / cost) if cost > 0 else len(self._costs) + 1

    def _projected_seconds(self, step: int) -> float:
        """The training time of the whole run; cautious in the first, slow steps."""
        if step < WARM_UP or self.total_steps is None:
            return self.training_seconds
        return self.training_seconds / step * self.total_steps
