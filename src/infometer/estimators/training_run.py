"""A training run, step by step; what a step draws at random depends on its number alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import torch
from torch import Tensor, nn

from infometer.estimators.placement import model_device
from infometer.estimators.seeded import seeded
from infometer.resampling import generator

__all__ = ["TrainingRun", "module_modes"]


@contextmanager
def module_modes(model: nn.Module, *, train: bool) -> Iterator[None]:
    """Put every module into training or evaluation mode; on leaving, each into the one it was in.

    Examples
    --------
    >>> layer = nn.Dropout().eval()
    >>> with module_modes(layer, train=True):
    ...     inside = layer.training
    >>> inside, layer.training
    (True, False)
    """
    modes = [(module, module.training) for module in model.modules()]
    model.train(train)
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@dataclass
class TrainingRun:
    """A model on its way down a loss; `infometer.estimators.fitting.fit_module` is its front.

    What is still to be reported at `step` is marked by `pending`: `on_step` and the validation.
    A run is whole, and may be written down, at any moment but inside `advance`.
    """

    model: nn.Module
    loss: Callable[..., Tensor]
    data: list[Tensor]
    validation: list[Tensor] | None
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler | None
    total_steps: int
    batch_size: int
    patience: int | None
    on_step: Callable[[int, float], object] | None
    seed: int
    step: int = 0
    pending: bool = True
    losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.device = model_device(self.model)
        self.n_batches = math.ceil(len(self.data[0]) / self.batch_size)
        self.whole = True
        self._order: tuple[int, list[np.ndarray]] = (-1, [])

    @property
    def out_of_patience(self) -> bool:
        """Whether the lowest validation loss lies `patience` epochs back."""
        if self.patience is None or not self.validation_losses:
            return False
        since_best = len(self.validation_losses) - 1 - int(np.argmin(self.validation_losses))
        return since_best >= self.patience

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return not self.pending and (self.step >= self.total_steps or self.out_of_patience)

    def advance(self) -> None:
        """Take one step of the optimiser."""
        self.whole = False
        with seeded(self.seed, "step", self.step + 1, device=self.device):
            value = self.loss(self.model, *self._batch(self.step))
            number = value.item()
            if not math.isfinite(number):
                self._refuse(number, f"at step {self.step + 1}")
            self.optimizer.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        self.losses.append(number)
        self.step, self.pending, self.whole = self.step + 1, True, True

    def report(self) -> None:
        """Tell `on_step` of the present step and validate at an epoch's end."""
        if not self.pending:
            return
        with seeded(self.seed, "report", self.step, device=self.device):
            if self.on_step is not None:
                self.on_step(self.step, self.losses[-1] if self.losses else math.nan)
            at_end = self.step % self.n_batches == 0 or self.step == self.total_steps
            if self.validation is not None and self.step and at_end:
                self._validate(self.validation)
        self.pending = False

    def _batch(self, step: int) -> list[Tensor]:
        epoch, position = divmod(step, self.n_batches)
        if self._order[0] != epoch:
            order = generator(self.seed, "epoch", epoch).permutation(len(self.data[0]))
            self._order = epoch, np.array_split(order, self.n_batches)
        rows = torch.from_numpy(self._order[1][position])
        return [tensor[rows.to(tensor.device)].to(self.device) for tensor in self.data]

    def _validate(self, data: list[Tensor]) -> None:
        total, n = 0.0, len(data[0])
        with module_modes(self.model, train=False), torch.no_grad():
            for rows in np.array_split(np.arange(n), math.ceil(n / self.batch_size)):
                batch = [tensor[rows[0] : rows[-1] + 1].to(self.device) for tensor in data]
                total += self.loss(self.model, *batch).item() * len(rows)
        if not math.isfinite(total):
            self._refuse(total / n, f"on the validation data after step {self.step}")
        if self.patience is not None and total / n < min(self.validation_losses, default=math.inf):
            self.best = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.validation_losses.append(total / n)

    def _refuse(self, number: float, when: str) -> NoReturn:
        raise FloatingPointError(
            f"the loss is {number} {when}; the weights are those before it. Lower lr, or look for "
            "a logarithm or a division of zero in the loss and for NaN in the data"
        )
