"""Torch's random numbers from a named stream, for as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

import torch

from infometer.resampling import integer_seed

__all__ = ["seeded"]

ONE_AT_A_TIME = RLock()
"""Torch has one random state for all threads of a process."""


@contextmanager
def seeded(random_state: Any, *key: Any, device: torch.device | None = None) -> Iterator[None]:
    """Inside the block torch draws from the stream named by `key`; afterwards as if it had not.

    Threads wait for each other here, so that each has the draws of its own stream.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
    *key : str, int, float or tuple of these
    device : torch.device, optional
        A CUDA device to be seeded beside the CPU.

    Examples
    --------
    >>> with seeded(0, "weights"):
    ...     first = torch.rand(1)
    >>> with seeded(0, "weights"):
    ...     bool(first == torch.rand(1))
    True
    """
    cuda = [device] if device is not None and device.type == "cuda" else []
    with ONE_AT_A_TIME, torch.random.fork_rng(devices=cuda):
        seed = integer_seed(random_state, *key)
        torch.default_generator.manual_seed(seed)
        for one in cuda:
            with torch.cuda.device(one):
                torch.cuda.manual_seed(seed)
        yield
