"""Noise that leaves something to see: its scale, and the least ratio under which layers differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from infometer.bottleneck.noise import GaussianNoise, signal_deviation
from infometer.bottleneck.smallest_noise import smallest_noise
from infometer.estimators.seeded import seeded
from infometer.tracing.activations import Inputs, call_model
from infometer.tracing.frozen_model import frozen_state

__all__ = ["AUTO_FRACTION", "calibrate_noise", "ratio_of_smallest_noise"]

AUTO_FRACTION = 0.7
"""Of log n: at initialisation no layer may tell more than this share of its ceiling."""

SMALLEST_RATIO = 1e-3
"""For a layer that tells few inputs apart whatever the noise."""


def ratio_of_smallest_noise(t: Tensor, random_state: Any = None) -> float:
    """The least noise-to-signal ratio under which the layer tells less than 0.7 log n of n inputs.

    Parameters
    ----------
    t : Tensor, shape (n, ...)
        The layer without its noise, for n inputs.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    float
        At least 0.001.

    Examples
    --------
    >>> import torch
    >>> t = torch.linspace(-1.0, 1.0, 200)[:, None]
    >>> 0.02 < ratio_of_smallest_noise(t, random_state=0) < 0.025
    True
    """
    signal = float(signal_deviation(t))
    if signal == 0:
        return SMALLEST_RATIO
    centers = t.detach().flatten(1).double().numpy(force=True)
    sigma = smallest_noise(centers, AUTO_FRACTION, random_state=random_state)
    return max(sigma / signal, SMALLEST_RATIO)


def calibrate_noise(
    model: nn.Module,
    noise: Mapping[str, GaussianNoise],
    x: Inputs,
    *,
    auto: bool = False,
    random_state: Any = 0,
) -> None:
    """Set the scale of every noise from one forward pass of `x`, each with those below it on.

    Parameters
    ----------
    model : torch.nn.Module
        Left as it was, but for `noise`.
    noise : mapping of str to GaussianNoise
        As `inject_noise` yields them, or `noise_modules` of the model.
    x : Tensor, ndarray, tuple or mapping of them, shapes (n, ...)
        The inputs, in one batch.
    auto : bool
        Choose the ratio of each too: `ratio_of_smallest_noise`.
    random_state : int, None, RandomState or Generator

    Examples
    --------
    >>> import torch
    >>> from infometer.bottleneck.noise import inject_noise
    >>> model, x = nn.Sequential(nn.Identity()), torch.linspace(-1.0, 1.0, 200)[:, None]
    >>> with inject_noise(model, ["0"]) as noise:
    ...     calibrate_noise(model, noise, x, auto=True)
    ...     0.02 < noise["0"].noise_to_signal < 0.025
    True
    """
    found: dict[str, Tensor] = {}

    def set_scale(name: str) -> Any:
        def before(module: GaussianNoise, inputs: tuple[Any, ...]) -> None:
            if auto:
                module.noise_to_signal = ratio_of_smallest_noise(inputs[0], random_state)
            module.calibrate(inputs[0])
            found[name] = inputs[0].detach()

        return before

    hooks = [one.register_forward_pre_hook(set_scale(name)) for name, one in noise.items()]
    try:
        with frozen_state(model), seeded(random_state, "calibration"):
            call_model(model, x)
    finally:
        for hook in hooks:
            hook.remove()
    for name, t in found.items():  # noise within the model had its buffers put back
        noise[name].calibrate(t)
