"""An order of training items as a torch ``Sampler``: paced, weighted, distributed, resumable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from torch.utils.data import Sampler

from infometer.resampling import root_seed
from infometer.usable.curriculum_draws import Curriculum, epoch_draws
from infometer.usable.pacing import pvi_pacing

__all__ = ["CurriculumSampler"]


class CurriculumSampler(Sampler[int]):
    """Draws items for a ``DataLoader`` in an order such as that of `pvi_order`.

    Every epoch draws n items. Without `pacing` it is the order itself, each time. With `pacing` it
    is passes through the first share of the order, shuffled; the share grows as `pvi_pacing` says.
    With ``start=1`` every epoch has all items, in a new random order.

    The draws of an epoch follow from the seed and the number of the epoch alone: workers that fetch
    ahead, other ranks and a resumed run see the same.

    Parameters
    ----------
    order : array-like of int, shape (n,)
        Items of the data set, each at most once; a selection is an order of fewer.
    pacing : {"step", "epoch"}, optional
        Whether the share grows with every pass or only from epoch to epoch.
    epochs : float, optional
        Over how many epochs `pacing` is spread: steps × batch size / n, where steps are what you
        count. `CurriculumCallback` fills it in.
    start, full_at : float
        As in `pvi_pacing`.
    weights : array-like, optional
        Of every item of the data set, such as `pvi_weights`: each is drawn in proportion.
    rank, num_replicas : int
        The rank draws every `num_replicas`-th item of the epoch. Ranks share no item, but that
        `n_padded` items come twice to make their numbers equal, as in torch's
        ``DistributedSampler``. With Accelerate (the Transformers ``Trainer``), which parts batches
        itself, leave them as they are.
    random_state : int, None, RandomState or Generator
        Several ranks need an integer.

    Raises
    ------
    ValueError
        For an order that repeats items, weights that leave nothing to draw, or arguments that do
        not fit together.

    Examples
    --------
    >>> from torch.utils.data import DataLoader
    >>> easy_first = [3, 1, 0, 2]
    >>> [batch.tolist() for batch in DataLoader(range(4), 2, sampler=CurriculumSampler(easy_first))]
    [[3, 1], [0, 2]]
    >>> paced = CurriculumSampler(easy_first, pacing="epoch", epochs=4, start=0.25)
    >>> [sorted(set(paced)) for epoch in range(4)]
    [[3], [0, 1, 3], [0, 1, 2, 3], [0, 1, 2, 3]]
    """

    def __init__(
        self,
        order: Any,
        *,
        pacing: Literal["step", "epoch"] | None = None,
        epochs: float | None = None,
        start: float = 0.3,
        full_at: float = 0.6,
        weights: Any = None,
        rank: int = 0,
        num_replicas: int = 1,
        random_state: Any = 0,
    ) -> None:
        items = _read_order(order)
        if pacing not in (None, "step", "epoch"):
            raise ValueError(f"pacing is {pacing!r}; it must be None, 'step' or 'epoch'")
        if epochs is not None and pacing is None:
            raise ValueError(f"epochs is {epochs}; it is for pacing='step' or 'epoch'")
        if not 0 <= rank < num_replicas:
            raise ValueError(f"rank is {rank} of num_replicas {num_replicas}; ranks count from 0")
        if num_replicas > 1 and not isinstance(random_state, int | np.integer):
            raise ValueError(
                f"random_state is {random_state!r}; {num_replicas} ranks draw the same items in "
                "the same order only from one integer"
            )
        pvi_pacing(0, 1 if epochs is None else epochs, start=start, full_at=full_at)
        seed = root_seed(random_state)
        chosen = _read_weights(weights, items)
        self.curriculum = Curriculum(items, pacing, epochs, start, full_at, chosen, seed)
        if chosen is not None:
            _refuse_nothing(chosen, replace(self.curriculum, epochs=epochs or 1.0).n_open(0))
        self.rank = rank
        self.num_replicas = num_replicas
        self.epoch = 0
        self._drawn = self._resume_at = 0

    def __len__(self) -> int:
        return -(-len(self.curriculum.order) // self.num_replicas)

    def __iter__(self) -> Iterator[int]:
        drawn = epoch_draws(self.curriculum, self.epoch)
        own = np.resize(drawn, len(self) * self.num_replicas)[self.rank :: self.num_replicas]
        self._drawn, self._resume_at = self._resume_at, 0
        for item in own[self._drawn :].tolist():
            self._drawn += 1
            yield item
        self.epoch += 1
        self._drawn = 0

    @property
    def n_padded(self) -> int:
        """Draws of an epoch that are made twice, so that every rank has as many."""
        return len(self) * self.num_replicas - len(self.curriculum.order)

    @property
    def share(self) -> float:
        """The share of the order that is open where the epoch begins."""
        n = len(self.curriculum.order)
        return self.curriculum.n_open(self.epoch * n) / n

    def plan(self, epochs: float) -> None:
        """Spread the pacing over so many epochs, unless their number was given."""
        if self.curriculum.pacing is not None and self.curriculum.epochs is None:
            pvi_pacing(0, epochs)
            self.curriculum = replace(self.curriculum, epochs=epochs)

    def set_epoch(self, epoch: int) -> None:
        """Draw that epoch next. After a whole epoch the next one comes by itself."""
        if epoch != self.epoch:
            self.epoch, self._resume_at = epoch, 0

    def state_dict(self) -> dict[str, Any]:
        """Where the drawing stands.

        Workers of a ``DataLoader`` draw ahead of the training. With them, put the number of items
        that this rank has trained on in this epoch in place of ``drawn``.
        """
        return {"epoch": self.epoch, "drawn": self._drawn, "seed": self.curriculum.seed}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where `state_dict` stood: the next iteration is the rest of its epoch."""
        passed, self._resume_at = divmod(int(state["drawn"]), len(self))
        self._drawn = self._resume_at
        self.epoch = int(state["epoch"]) + passed
        self.curriculum = replace(self.curriculum, seed=int(state["seed"]))


def _read_order(order: Any) -> np.ndarray:
    items = np.asarray(order)
    if items.ndim != 1 or not len(items) or items.dtype.kind not in "iu" or items.min() < 0:
        raise ValueError(
            f"order has shape {items.shape} and dtype {items.dtype}; expected the places of items "
            "in the data set, such as pvi_order gives; of a mask take np.flatnonzero"
        )
    values, counts = np.unique(items, return_counts=True)
    if counts.max() > 1:
        raise ValueError(
            f"order has item {values[counts.argmax()]} {counts.max()} times; expected each at most "
            "once: weights= says which come more often"
        )
    return items.astype(np.int64)


def _read_weights(weights: Any, items: np.ndarray) -> np.ndarray | None:
    if weights is None:
        return None
    given = np.asarray(weights, dtype=float)
    if given.ndim != 1 or len(given) <= items.max():
        raise ValueError(
            f"weights has shape {given.shape}; expected one for every item of the data set, of "
            f"which the order names item {items.max()}"
        )
    if not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError("weights has values below 0, NaN or infinity; expected finite weights")
    return given[items]


def _refuse_nothing(weights: np.ndarray, n_open: int) -> None:
    if not weights[:n_open].any():
        raise ValueError(
            f"weights are 0 for all of the first {n_open} items of the order: there is nothing to "
            "draw; raise them, or open more at the start"
        )
