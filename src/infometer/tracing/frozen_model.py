"""Look at a live model without leaving a trace in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from infometer.estimators.training_run import module_modes

__all__ = ["frozen_state"]


@contextmanager
def frozen_state(model: nn.Module) -> Iterator[None]:
    """Evaluation mode without gradients; on leaving, the model is bit for bit what it was.

    Restored, also after an exception: the training flag of every module, every buffer (its value
    and the tensor object itself; buffers made inside are removed), and torch's random state on the
    CPU and on every CUDA device. Parameters are not guarded: nothing that runs here without
    gradients should change them. Buffers are copied, so they need their memory twice.

    Parameters
    ----------
    model : torch.nn.Module

    Examples
    --------
    >>> model = nn.BatchNorm1d(1)
    >>> with frozen_state(model):
    ...     _ = model.train()(torch.rand(5, 1))  # moves the running mean
    ...     moved = model.running_mean.item() != 0.0
    >>> moved, model.running_mean.item(), model.training
    (True, 0.0, True)
    """
    used = torch.cuda.is_available() and torch.cuda.is_initialized()
    devices = list(range(torch.cuda.device_count())) if used else []
    buffers = [
        (module, {name: (tensor, _copy(tensor)) for name, tensor in module._buffers.items()})
        for module in model.modules()
    ]
    with module_modes(model, train=False), torch.random.fork_rng(devices), torch.no_grad():
        try:
            yield
        finally:
            for module, saved in buffers:
                _restore(module, saved)


def _copy(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().clone()


def _restore(module: nn.Module, saved: dict[str, tuple[Tensor | None, Tensor | None]]) -> None:
    for name in [name for name in module._buffers if name not in saved]:
        delattr(module, name)
    for name, (tensor, value) in saved.items():
        module._buffers[name] = tensor
        # An unchanged buffer is left alone, lest a graph that waits for its backward pass sees an
        # operation in place.
        if tensor is not None and value is not None and not torch.equal(tensor, value):
            tensor.copy_(value)
