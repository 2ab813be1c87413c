"""Which items an epoch of a curriculum draws: passes through the open share of an order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from infometer.resampling import generator
from infometer.usable.pacing import pvi_pacing

__all__ = ["Curriculum", "Pass", "epoch_draws"]


@dataclass(frozen=True, eq=False)
class Curriculum:
    """An order of items and how it opens: all that the draws of a training follow from.

    Parameters
    ----------
    order : ndarray of int, shape (n,)
        Items, the first to train on first.
    pacing : {"step", "epoch"}, optional
        None: every epoch goes through the order as it is.
    epochs : float, optional
        How many epochs, of n draws each, the pacing is spread over.
    start, full_at : float
        As in `pvi_pacing`.
    weights : ndarray, shape (n,), optional
        Of the items of `order`, in its order.
    seed : int
    """

    order: np.ndarray
    pacing: Literal["step", "epoch"] | None = None
    epochs: float | None = None
    start: float = 0.3
    full_at: float = 0.6
    weights: np.ndarray | None = None
    seed: int = 0

    def n_open(self, draw: int) -> int:
        """How many items of the order are open once so many have been drawn."""
        n = len(self.order)
        if self.pacing is None or self.start == 1.0:
            return n
        if self.epochs is None:
            raise ValueError(
                f"pacing is {self.pacing!r} and epochs is None; give the number of epochs of the "
                "training, or train with CurriculumCallback, which knows it"
            )
        since = draw // n * n if self.pacing == "epoch" else draw
        share = pvi_pacing(since, self.epochs * n, start=self.start, full_at=self.full_at)
        return max(1, math.ceil(share * n - 1e-9))


class Pass(NamedTuple):
    """One pass: draws `first` to `stop` of the training, from the first `n_open` of the order."""

    first: int
    stop: int
    n_open: int


def epoch_draws(curriculum: Curriculum, epoch: int) -> np.ndarray:
    """The n items that an epoch of n draws trains on, in order.

    With pacing, the training is a row of passes. Each goes once, in random order, through all items
    that are open when it begins, or until the epoch ends; so an epoch that begins with all open has
    each item once. With weights, an item comes ⌊m w / Σw⌋ or ⌈m w / Σw⌉ times in a whole pass of m
    draws (systematic sampling). Without pacing an epoch is one pass in the given order.

    Parameters
    ----------
    curriculum : Curriculum
    epoch : int

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> slow = Curriculum(np.arange(10), "step", epochs=3, start=0.3)
    >>> epoch_draws(slow, 0).tolist(), sorted(epoch_draws(slow, 2).tolist())
    ([2, 1, 0, 4, 0, 2, 3, 1, 1, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    n = len(curriculum.order)
    begin, end = epoch * n, (epoch + 1) * n
    parts = []
    for one in _passes(curriculum):
        if one.first >= end:
            break
        if one.stop > begin:
            drawn = _draw(curriculum, one)
            parts.append(drawn[max(begin - one.first, 0) : end - one.first])
    return curriculum.order[np.concatenate(parts)]


def _passes(curriculum: Curriculum) -> Iterator[Pass]:
    n, first = len(curriculum.order), 0
    while True:
        n_open = curriculum.n_open(first)
        stop = min(first + n_open, (first // n + 1) * n)
        yield Pass(first, stop, n_open)
        first = stop


def _draw(curriculum: Curriculum, one: Pass) -> np.ndarray:
    """Places in the order, one for each draw of the pass."""
    rng = generator(curriculum.seed, "curriculum", one.first)
    places = np.arange(one.n_open)
    if curriculum.weights is not None:
        ends = np.cumsum(curriculum.weights[: one.n_open])
        at = (rng.random() + places) * (ends[-1] / one.n_open)
        places = np.searchsorted(ends, np.minimum(at, np.nextafter(ends[-1], 0)), side="right")
    if curriculum.pacing is not None:
        places = rng.permutation(places)
    return places[: one.stop - one.first]
