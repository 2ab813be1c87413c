"""Which modules an information plane looks at, and whether they have the noise that it needs."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Literal

from torch import nn

from infometer.bottleneck.noise import GaussianNoise, noise_modules
from infometer.tracing.hooks import find_layers, layer_names

__all__ = ["NoiseSource", "require_ratio", "watched_layers"]

NoiseSource = Literal["model", "train", "measure", "none"]

_DETERMINISTIC = (
    "the layers {layers} have no noise of their own. For continuous X a deterministic layer L = "
    "t(X) has infinite I(X;L), whatever it learned, and for a finite data set it is log n: every "
    "figure would be that of the estimator. Give the network noise (GaussianNoise modules in it, "
    "or noise='train' to add it while you train); or noise='measure' to look at it through noise "
    "at measuring time, and be told so in every row; or noise='none' to count distinct outputs"
)


def watched_layers(
    model: nn.Module,
    layers: Sequence[str] | Mapping[str, GaussianNoise] | None,
    noise: NoiseSource,
) -> dict[str, nn.Module]:
    """The modules to look at, by the names that rows carry.

    Parameters
    ----------
    model : torch.nn.Module
    layers : sequence of str, mapping of str to GaussianNoise, or None
        None: the noise modules of the model, or with noise from elsewhere all layers with weights.
    noise : {"model", "train", "measure", "none"}

    Returns
    -------
    dict of str to torch.nn.Module

    Raises
    ------
    ValueError
        For layers without noise where the model should have it, for multiplicative noise, and for
        a compiled model.

    Examples
    --------
    >>> list(watched_layers(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), None, "measure"))
    ['0']
    """
    if any(m._compiled_call_impl is not None or hasattr(m, "_orig_mod") for m in model.modules()):
        raise ValueError(
            "the model is compiled, and a compiled graph passes by hooks and noise without a word; "
            "give the module that torch.compile was given, and with noise='train' train that one"
        )
    if isinstance(layers, Mapping):
        watched: dict[str, nn.Module] = dict(layers)
    elif noise == "model" and layers is None:
        watched = dict(noise_modules(model))
        if not watched:
            raise ValueError(_DETERMINISTIC.format(layers=layer_names(model)))
    else:
        watched = find_layers(model, layer_names(model) if layers is None else layers)
    bare = [name for name, module in watched.items() if not isinstance(module, GaussianNoise)]
    if noise == "model" and bare:
        raise ValueError(_DETERMINISTIC.format(layers=bare))
    multiplicative = [
        name
        for name, module in watched.items()
        if isinstance(module, GaussianNoise) and module.mode == "multiplicative"
    ]
    if multiplicative:
        raise ValueError(
            f"the noise of {multiplicative} is multiplicative: it vanishes where the layer does, "
            "so the layer is no Gaussian mixture and its information may be infinite. Train with "
            "it, and watch the layers before it with noise='measure'"
        )
    return watched


def require_ratio(ratio: float | Literal["auto"], noise: NoiseSource) -> None:
    """Raise unless `ratio` is "auto" or a number that leaves noise to measure through.

    Examples
    --------
    >>> require_ratio(-1.0, "model")
    Traceback (most recent call last):
    ValueError: noise_to_signal is -1.0; it must be 'auto' or a ratio such as 0.1
    """
    if ratio == "auto":
        return
    if not (isinstance(ratio, numbers.Real) and 0 <= ratio < math.inf):
        raise ValueError(f"noise_to_signal is {ratio!r}; it must be 'auto' or a ratio such as 0.1")
    if noise == "measure" and ratio == 0:
        raise ValueError(
            "noise_to_signal is 0 with noise='measure': there is no noise at all. Give a ratio "
            "such as 0.1, or noise='none' to count distinct outputs"
        )
