"""The one training loop: a module, a loss and tensors in memory, resumable to the last bit.

Every random choice of step s is drawn from a stream named by s, so a run holds no random state:
what was killed and resumed on the same machine ends in the same weights and the same losses.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from infometer.estimators.checkpoints import resume_run, run_settings, save_run
from infometer.estimators.interrupts import deferred_interrupt
from infometer.estimators.placement import Arrays, as_model_tensors
from infometer.estimators.training_run import TrainingRun, module_modes
from infometer.resampling import root_seed

__all__ = ["FitHistory", "fit_module"]


@dataclass(frozen=True)
class FitHistory:
    """How a training run went.

    Parameters
    ----------
    steps : int
        Optimiser steps taken.
    losses : ndarray, shape (steps,)
        Of each step, before its update.
    validation_losses : ndarray, shape (epochs,)
        At each epoch's end, and after the last step.
    stopped : {"budget", "patience"}
    seconds : float
        In all processes that worked on the run.
    """

    steps: int
    losses: np.ndarray
    validation_losses: np.ndarray
    stopped: str
    seconds: float


def fit_module(
    model: nn.Module,
    loss: Callable[..., Tensor],
    data: Arrays,
    *,
    max_steps: int | None = None,
    max_epochs: int | None = None,
    batch_size: int = 256,
    lr: float = 1e-3,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    schedule: Callable[..., torch.optim.lr_scheduler.LRScheduler] | None = None,
    validation: Arrays | None = None,
    patience: int | None = None,
    on_step: Callable[[int, float], object] | None = None,
    checkpoint: Path | str | None = None,
    checkpoint_every_s: float = 60.0,
    about: str = "",
    random_state: Any = 0,
    device: torch.device | str | None = None,
) -> FitHistory:
    """Minimise ``loss(model, *batch)`` over the parameters of `model`, in place.

    Each epoch permutes the rows anew and cuts them into ``ceil(n / batch_size)`` batches, equal
    in size but for one row at most.

    Parameters
    ----------
    model : torch.nn.Module
    loss : callable
        Gives a scalar tensor. State that it keeps must stand in buffers of `model`, or a resumed
        run will differ.
    data : sequence of Tensor or ndarray, shapes (n, ...)
        Tensors stay on their own device, and batches are moved to the model's. NumPy's floats take
        the model's dtype.
    max_steps, max_epochs : int
        Exactly one of them.
    optimizer : callable
        ``optimizer(parameters, lr=lr)``.
    schedule : callable, optional
        ``schedule(optimizer, total_steps)`` gives an ``LRScheduler``, stepped after every step.
    validation : sequence of Tensor or ndarray, shapes (m, ...), optional
        Its mean loss is taken in evaluation mode at each epoch's end and after the last step.
    patience : int, optional
        Stop when so many epochs in a row bring no lower validation loss. The weights of the best
        epoch are put back, also where the run reaches its end.
    on_step : callable, optional
        ``on_step(step, loss)`` after each optimiser step, and ``on_step(0, nan)`` before the first.
        A killed run calls it again for steps after its last checkpoint.
    checkpoint : path, optional
        Written every `checkpoint_every_s` seconds, once `on_step` has returned, at Ctrl-C and at
        the end; if it exists, the run goes on from it. Needs an integer `random_state`. Exact to
        the bit for equal numbers of threads; on a GPU, for deterministic algorithms.
    about : str
        What tells this run from others with the same model and data, such as the name of its loss:
        a checkpoint of another is refused.
    random_state : int, None, RandomState or Generator
        The order of rows and all that torch draws; torch's global state is left untouched.
    device : torch.device or str, optional
        The model is moved there first.

    Returns
    -------
    FitHistory

    Raises
    ------
    FloatingPointError
        The loss is not finite; the weights are those before that step.
    ValueError
        Arguments that do not fit together, or a checkpoint of another run.

    Examples
    --------
    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> model = nn.Linear(1, 1)
    >>> history = fit_module(model, lambda m, x, y: ((m(x) - y) ** 2).mean(), (x, 3 * x + 1),
    ...                      max_steps=200, batch_size=16, lr=0.1)
    >>> round(model.weight.item(), 3), round(model.bias.item(), 3), history.stopped
    (3.0, 1.0, 'budget')
    """
    if device is not None:
        model.to(device)
    rows = as_model_tensors(model, data, "data")
    held_out = None if validation is None else as_model_tensors(model, validation, "validation")
    _check(batch_size, patience, held_out, checkpoint, random_state)
    total = _total_steps(max_steps, max_epochs, math.ceil(len(rows[0]) / batch_size))
    descent = optimizer(model.parameters(), lr=lr)
    scheduler = None if schedule is None else schedule(descent, total)
    seed = root_seed(random_state)
    run = TrainingRun(
        model, loss, rows, held_out, descent, scheduler, total, batch_size, patience, on_step, seed
    )
    path = None if checkpoint is None else Path(checkpoint)
    with torch.enable_grad(), module_modes(model, train=True):
        seconds = _to_the_end(run, path, checkpoint_every_s, about)
    return FitHistory(
        steps=run.step,
        losses=np.array(run.losses),
        validation_losses=np.array(run.validation_losses),
        stopped="patience" if run.out_of_patience else "budget",
        seconds=seconds,
    )


def _to_the_end(run: TrainingRun, path: Path | None, every_s: float, about: str) -> float:
    settings = {**run_settings(run), "about": about} if path is not None else {}
    before = resume_run(run, path, settings) if path is not None and path.exists() else 0.0
    start = saved = time.monotonic()

    def save() -> None:
        if path is not None:
            save_run(run, path, settings, before + time.monotonic() - start)

    try:
        run.report()
        while not run.over:
            with deferred_interrupt():
                run.advance()
            run.report()
            if time.monotonic() - saved >= every_s:
                save()
                saved = time.monotonic()
    except KeyboardInterrupt:
        save()
        raise
    save()
    if run.best:
        run.model.load_state_dict(run.best)
    return before + time.monotonic() - start


def _total_steps(max_steps: int | None, max_epochs: int | None, n_batches: int) -> int:
    given = [number for number in (max_steps, max_epochs) if number is not None]
    if len(given) != 1 or given[0] < 1:
        raise ValueError(
            f"max_steps is {max_steps} and max_epochs is {max_epochs}; give one of them, at least 1"
        )
    return given[0] if max_epochs is None else given[0] * n_batches


def _check(
    batch_size: int,
    patience: int | None,
    validation: object,
    checkpoint: Path | str | None,
    seed: object,
) -> None:
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
    if patience is not None and (patience < 1 or validation is None):
        raise ValueError(f"patience is {patience}; it must be at least 1, and needs validation=")
    if checkpoint is not None and not Path(checkpoint).parent.is_dir():
        raise ValueError(f"checkpoint {checkpoint} is in no folder that exists; make it first")
    if checkpoint is not None and not isinstance(seed, int | np.integer):
        raise ValueError(
            f"random_state is {seed!r}; a run with a checkpoint needs an integer, so that the "
            "process that takes it up draws the same batches"
        )
