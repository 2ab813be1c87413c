"""Gaussian noise in the layers of a network, without which I(X;L) is infinite or constant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Self

import torch
from torch import Tensor, nn

from infometer.tracing.hooks import edit_outputs, find_layers

__all__ = ["GaussianNoise", "inject_noise", "noise_modules", "signal_deviation"]

MOMENTUM = 0.1
"""Of the running average of the signal, as in batch normalisation."""

Mode = Literal["additive", "multiplicative"]
Scale = Literal["running", "frozen"]


def signal_deviation(t: Tensor) -> Tensor:
    r"""The root mean square, over units, of their standard deviation over the batch.

    .. math:: s = \sqrt{\tfrac1d \sum_{j=1}^d \tfrac1n \sum_{i=1}^n (t_{ij} - \bar t_j)^2}

    Parameters
    ----------
    t : Tensor, shape (n, ...)
        All axes but the first are units.

    Returns
    -------
    Tensor, shape ()
        float32 for half precision; no gradient.

    Raises
    ------
    ValueError
        Fewer than two rows.

    Examples
    --------
    >>> signal_deviation(torch.tensor([[0.0, 5.0], [2.0, 5.0]]))
    tensor(0.7071)
    """
    if t.ndim == 0 or len(t) < 2:
        raise ValueError(
            f"the noise was given shape {tuple(t.shape)}; its scale is measured over a batch, of "
            "at least 2 rows. Use a larger batch, or calibrate(t) and then eval()"
        )
    signal = t.detach().to(torch.promote_types(t.dtype, torch.float32))
    return signal.var(dim=0, unbiased=False).mean().sqrt()


class GaussianNoise(nn.Module):
    r"""Add Gaussian noise to a layer's output, in training and in evaluation.

    .. math:: L = T + \sigma\xi, \qquad \xi \sim N(0, \mathbb{I}), \qquad \sigma = r\,s

    with one :math:`\sigma` for the layer, r the `noise_to_signal` and s the `signal_deviation`.

    Parameters
    ----------
    noise_to_signal : float
    mode : {"additive", "multiplicative"}
        ``"multiplicative"`` is :math:`T (1 + r\xi)` element by element, as the released code of
        the paper has it: the noise vanishes where T does, so I(X;L) may be infinite again, and
        `pca_information_loss_bound` does not hold.
    scale : {"running", "frozen"}
        s is an exponential average over the batches of training (momentum 0.1), or that of the
        first. Evaluation never moves it; `calibrate` sets it.
    always_on : bool
        Whether noise stays on in evaluation. A network whose noise ``eval()`` switches off is
        deterministic when it is measured: turn this off only to see its accuracy without noise.

    References
    ----------
    Z. Goldfeld et al., *Estimating Information Flow in Deep Neural Networks*, ICML 2019, sec. 2.

    Examples
    --------
    >>> noise = GaussianNoise(0.1).calibrate(torch.tensor([[0.0], [2.0]]))
    >>> round(noise.sigma, 3)
    0.1
    """

    signal: Tensor

    def __init__(
        self,
        noise_to_signal: float = 0.1,
        mode: Mode = "additive",
        scale: Scale = "running",
        always_on: bool = True,
    ) -> None:
        super().__init__()
        if not (math.isfinite(noise_to_signal) and noise_to_signal > 0):
            raise ValueError(
                f"noise_to_signal is {noise_to_signal}; it must be positive: the information of a "
                "layer without noise is infinite"
            )
        if mode not in ("additive", "multiplicative"):
            raise ValueError(f"mode is {mode!r}; it must be 'additive' or 'multiplicative'")
        if scale not in ("running", "frozen"):
            raise ValueError(f"scale is {scale!r}; it must be 'running' or 'frozen'")
        self.noise_to_signal = noise_to_signal
        self.mode = mode
        self.scale = scale
        self.always_on = always_on
        self.register_buffer("signal", torch.tensor(math.nan))

    @property
    def sigma(self) -> float:
        """The absolute standard deviation of the noise; before it is set ``RuntimeError``."""
        if self.mode == "multiplicative":
            raise RuntimeError("multiplicative noise has no sigma: it grows with the activation")
        return self.noise_to_signal * self._measured_signal().item()

    @torch.no_grad()
    def calibrate(self, t: Tensor) -> Self:
        """Set the scale from a reference batch `t` of shape (n, ...)."""
        self.signal.copy_(signal_deviation(t))
        return self

    def forward(self, t: Tensor) -> Tensor:
        """Give `t` of shape (n, ...) with fresh noise."""
        if not (self.training or self.always_on):
            return t
        if self.mode == "multiplicative":
            return t + self.noise_to_signal * t * torch.randn_like(t)
        if self.training:
            self._follow(signal_deviation(t))
        sigma = self.noise_to_signal * (self.signal if self.training else self._measured_signal())
        return t + sigma.to(t.dtype) * torch.randn_like(t)

    @torch.no_grad()
    def _follow(self, new: Tensor) -> None:
        new = new.to(self.signal.dtype)
        step = MOMENTUM if self.scale == "running" else 0.0
        # Chosen on the device: to ask for the first batch would wait for it at every batch.
        self.signal.copy_(torch.where(self.signal.isnan(), new, self.signal.lerp(new, step)))

    def _measured_signal(self) -> Tensor:
        if self.signal.isnan():
            raise RuntimeError(
                "the noise has no scale yet: run a batch in training mode, or call calibrate(t)"
            )
        return self.signal

    def extra_repr(self) -> str:
        """What ``repr`` shows between the brackets."""
        return f"{self.noise_to_signal}, mode={self.mode!r}, scale={self.scale!r}"


def noise_modules(model: nn.Module) -> dict[str, GaussianNoise]:
    """The noise that a model contains, by name, in the order of registration.

    Examples
    --------
    >>> list(noise_modules(nn.Sequential(nn.Linear(2, 2), GaussianNoise())))
    ['1']
    """
    named = model.named_modules()
    return {name: module for name, module in named if isinstance(module, GaussianNoise)}


@contextmanager
def inject_noise(
    model: nn.Module,
    layers: Sequence[str],
    noise_to_signal: float = 0.1,
    mode: Mode = "additive",
    scale: Scale = "running",
) -> Iterator[dict[str, GaussianNoise]]:
    """Add noise to the output of each named layer, for as long as the block lasts.

    The noise is no part of the model, whose ``state_dict`` keeps its keys, and follows the layer
    into training and evaluation mode. Since a checkpoint of the model does not hold its scale, a
    model that is trained for long is better built with `GaussianNoise` in it.

    Parameters
    ----------
    model : torch.nn.Module
    layers : sequence of str
        Of an output with several tensors, the first gets the noise.
    noise_to_signal, mode, scale
        As in `GaussianNoise`.

    Yields
    ------
    dict of str to GaussianNoise
        To be given to `infometer.tracing.Activations`: with ``what="input"`` it keeps the layers
        without their noise.

    Examples
    --------
    >>> model, x = nn.Sequential(nn.Identity()), torch.tensor([[0.0], [2.0]])
    >>> with inject_noise(model, ["0"], 0.5) as noise:
    ...     inside = model(x)
    >>> noise["0"].sigma, torch.equal(inside, x), torch.equal(model(x), x)
    (0.5, False, True)
    """
    noise = {name: GaussianNoise(noise_to_signal, mode, scale) for name in layers}
    modules = find_layers(model, layers)

    def edit(name: str) -> Callable[[Tensor], Any]:
        return lambda t: noise[name].to(t.device).train(modules[name].training)(t)

    with edit_outputs(model, {name: edit(name) for name in layers}):
        yield noise
