"""Which parameters an optimiser may pull towards 0, and which not."""

from __future__ import annotations

from typing import Any

from torch import nn

from infometer.attention.regularizer import EntropyRegularizer
from infometer.attention.temperature import SoftmaxTemperature

__all__ = ["parameter_groups"]


def parameter_groups(*modules: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Parameters in two groups for an optimiser: with weight decay, and without.

    Without are temperatures and thresholds, as in the papers' runs, since decay would pull them to
    a value that means something; and all vectors and scalars: biases, the weights of norms, and
    the scales of `ScaledResidual`.

    Parameters
    ----------
    *modules : torch.nn.Module
        Such as a model and its `EntropyRegularizer`. Frozen parameters are left out, shared ones
        stand once.
    weight_decay : float
        Of the first group.

    Returns
    -------
    list of dict
        As `torch.optim` takes it.

    Examples
    --------
    >>> modules = nn.Linear(3, 2), SoftmaxTemperature(num_heads=2, max_len=4)
    >>> [(group["weight_decay"], [tuple(p.shape) for p in group["params"]])
    ...  for group in parameter_groups(*modules, weight_decay=0.1)]
    [(0.1, [(2, 3)]), (0.0, [(2,), (2, 4)])]
    """
    if weight_decay < 0:
        raise ValueError(f"weight_decay is {weight_decay}; it must be 0 or more")
    with_decay: dict[nn.Parameter, None] = {}
    without: dict[nn.Parameter, None] = {}
    for module in modules:
        for part in module.modules():
            meaningful = isinstance(part, EntropyRegularizer | SoftmaxTemperature)
            for parameter in part.parameters(recurse=False):
                if parameter.requires_grad:
                    kept = without if meaningful or parameter.ndim < 2 else with_decay
                    kept[parameter] = None
    return [
        {"params": list(with_decay), "weight_decay": weight_decay},
        {"params": list(without), "weight_decay": 0.0},
    ]
