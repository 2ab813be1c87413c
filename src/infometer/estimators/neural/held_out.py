"""Rows to train on, rows to stop by, and rows to measure on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from torch import Tensor, nn

from infometer.estimators.fitting import FitHistory, fit_module
from infometer.resampling import generator, integer_seed

__all__ = ["Parts", "fit_on_parts", "held_out_parts", "require_share"]


class Parts(NamedTuple):
    """Rows to train on, to stop by and to measure on."""

    train: np.ndarray
    validation: np.ndarray
    held_out: np.ndarray


def require_share(value: Any, name: str) -> None:
    """Raise unless `value` is a number between 0 and 1.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> require_share(30, "held_out")
    Traceback (most recent call last):
    ValueError: held_out is 30; it must be a number between 0 and 1, such as 0.3
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | np.number)
        or not 0 < value < 1
    ):
        raise ValueError(f"{name} is {value!r}; it must be a number between 0 and 1, such as 0.3")


def held_out_parts(n: int, held_out: float, validation_fraction: float, random_state: int) -> Parts:
    """Cut n rows in random order into three parts.

    Parameters
    ----------
    n : int
    held_out, validation_fraction : float
        Shares of all rows.
    random_state : int

    Returns
    -------
    Parts

    Raises
    ------
    ValueError
        Where a part would have fewer than 2 rows, or the shares are none.

    Examples
    --------
    >>> [len(part) for part in held_out_parts(1000, 0.3, 0.1, random_state=0)]
    [600, 100, 300]
    """
    require_share(held_out, "held_out")
    require_share(validation_fraction, "validation_fraction")
    order = generator(random_state, "parts").permutation(n)
    measured, stopping = round(n * held_out), max(round(n * validation_fraction), 2)
    parts = Parts(
        order[measured + stopping :], order[measured : measured + stopping], order[:measured]
    )
    if min(map(len, parts)) < 2:
        told = " + ".join(str(len(part)) for part in parts)
        raise ValueError(
            f"X has n_samples = {n}, which held_out={held_out} and validation_fraction="
            f"{validation_fraction} cut into {told} rows to train on, to stop by and to measure "
            "on; each needs 2: add rows or change the shares"
        )
    return parts


def fit_on_parts(
    estimator: Any,
    model: nn.Module,
    loss: Callable[..., Tensor],
    views: tuple[np.ndarray, np.ndarray],
    parts: Parts,
    seed: int,
    about: str,
) -> FitHistory:
    """Train `model` on the first part of the views, until the second says so.

    Parameters
    ----------
    estimator : estimator
        Has ``max_steps, batch_size, lr, patience, on_step, checkpoint`` and ``device``.
    model : torch.nn.Module
    loss : callable
        ``loss(model, x, y)``.
    views : (ndarray, ndarray), shapes (n, dx) and (n, dy)
    parts : Parts
    seed : int
        Of the estimator.
    about : str
        What tells a checkpoint of this training from others.

    Returns
    -------
    FitHistory
    """
    return fit_module(
        model,
        loss,
        [view[parts.train] for view in views],
        max_steps=estimator.max_steps,
        batch_size=estimator.batch_size,
        lr=estimator.lr,
        validation=[view[parts.validation] for view in views],
        patience=estimator.patience,
        on_step=estimator.on_step,
        checkpoint=estimator.checkpoint,
        about=about,
        random_state=integer_seed(seed, "training"),
        device=estimator.device,
    )
