"""What an entropy regulariser is made with, checked before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = [
    "check_choice",
    "checked_layers",
    "checked_schedule",
    "checked_target",
    "checked_thresholds",
]


def check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    """Raise ``ValueError`` unless the value is one of those known."""
    if value not in known:
        raise ValueError(f"{name} is {value!r}; it must be {' or '.join(map(repr, known))}")


def checked_layers(layers: Sequence[int] | None, num_layers: int) -> tuple[int, ...]:
    """The layers that are regularised, all by default."""
    chosen = tuple(range(num_layers)) if layers is None else tuple(layers)
    if not chosen or len(set(chosen)) != len(chosen) or not set(chosen) <= set(range(num_layers)):
        raise ValueError(
            f"layers is {layers}; expected different layers among 0 to {num_layers - 1}"
        )
    return chosen


def checked_schedule(schedule: tuple[float, float] | None) -> tuple[float, float] | None:
    """The part of the training within which the loss counts."""
    if schedule is not None and not 0.0 <= schedule[0] < schedule[1] <= 1.0:
        raise ValueError(
            f"schedule is {schedule}; expected (start, stop) with 0 ≤ start < stop ≤ 1"
        )
    return schedule


def checked_thresholds(start: Any, num_layers: int, num_heads: int, share_layers: bool) -> Tensor:
    """Thresholds of shape (L, H), or (1, H) where the layers share them."""
    rows = 1 if share_layers else num_layers
    given = torch.as_tensor(np.asarray(start, dtype=np.float32))
    if given.ndim == 0:
        given = given.repeat(rows, num_heads)
    elif share_layers and given.ndim == 1:
        given = given[None]
    if tuple(given.shape) != (rows, num_heads):
        raise ValueError(
            f"theta_init has shape {tuple(given.shape)}; expected {(rows, num_heads)}, one for "
            "each layer and head. For one row of thresholds for all layers set share_layers=True"
        )
    if not bool(((given >= 0) & (given <= 1)).all()):
        raise ValueError("theta_init has values outside [0, 1]; it is a fraction of the largest "
                         "entropy. For entropies in nats give target=")  # fmt: skip
    return given.clone()


def checked_target(target: Any, num_layers: int, num_heads: int) -> Tensor:
    """Entropies in nats of shape (L, H)."""
    given = torch.as_tensor(np.asarray(target, dtype=np.float32))
    if tuple(given.shape) != (num_layers, num_heads):
        raise ValueError(
            f"target has shape {tuple(given.shape)}; expected {(num_layers, num_heads)}, an "
            "entropy in nats for each layer and head"
        )
    if not bool((given.isfinite() & (given >= 0)).all()):
        raise ValueError("target has entropies that are negative or not finite")
    return given
