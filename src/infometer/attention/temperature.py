"""A learnable temperature of the softmax for every head and query position."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

__all__ = ["TEMPERATURE_STARTS", "SoftmaxTemperature"]

TEMPERATURE_STARTS = {"paper-codeparrot": 1e-2, "paper-languini": 1e-1}
"""What the paper starts from, read literally: logits are multiplied by 100 or 10."""


class SoftmaxTemperature(nn.Module):
    r"""Divide each query by the temperature of its head and position.

    .. math:: a_{ij} = \mathrm{softmax}_j\left(\frac{q_i \cdot k_j}{t_i \sqrt{d_k}}\right),
        \qquad \frac{dE_i}{dt_i} = \frac{\operatorname{Var}_{a_i}(q_i \cdot k / \sqrt{d_k})}{t_i^3}

    Attention with :math:`q_i / t_i` in place of :math:`q_i` is attention at that temperature, so
    any attention kernel does. A higher temperature spreads the attention. What is learned is
    log t, so t stays positive.

    Parameters
    ----------
    num_heads, max_len : int
    init : float or {"paper-codeparrot", "paper-languini"}
        The temperature that all start from; 1 leaves the model as it is. The paper's are 0.01
        and 0.1.
    extend : {None, "last"}
        Beyond `max_len` positions: an error, or the temperature of the last one.

    Attributes
    ----------
    log_t : Parameter, shape (num_heads, max_len)

    Raises
    ------
    ValueError
        A temperature that is not positive; in the forward pass, a position beyond `max_len`
        (``IndexError`` or a device-side assertion where positions are given on an accelerator).

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, eq. 9 and 10.

    Examples
    --------
    >>> temperature = SoftmaxTemperature(num_heads=2, max_len=8, init=2.0)
    >>> temperature(torch.ones(1, 2, 3, 4)).unique().tolist()
    [0.5]
    """

    def __init__(
        self,
        num_heads: int,
        max_len: int,
        init: float | str = 1.0,
        extend: Literal["last"] | None = None,
    ) -> None:
        super().__init__()
        for name, count in (("num_heads", num_heads), ("max_len", max_len)):
            if count < 1:
                raise ValueError(f"{name} is {count}; it must be at least 1")
        if extend not in (None, "last"):
            raise ValueError(f"extend is {extend!r}; it must be None or 'last'")
        self.extend = extend
        start = torch.full((num_heads, max_len), math.log(_start(init)))
        self.log_t = nn.Parameter(start)

    @property
    def t(self) -> Tensor:
        """The temperatures, shape (num_heads, max_len)."""
        return self.log_t.exp()

    def forward(self, query: Tensor, positions: Tensor | None = None) -> Tensor:
        """Give queries of shape (B, H, T, d) over the temperatures of their positions.

        Positions, of shape (T,) or (B, T), are 0 to T - 1 where none are given. With a key-value
        cache give those of the new queries.
        """
        heads, max_len = self.log_t.shape
        if query.ndim != 4 or query.shape[1] != heads:
            raise ValueError(
                f"query has shape {tuple(query.shape)}; expected (B, {heads}, T, d), since there "
                f"are temperatures for {heads} heads"
            )
        if positions is None:
            positions = torch.arange(query.shape[2], device=query.device)
        if self.extend == "last":
            positions = positions.clamp(max=max_len - 1)
        elif positions.device.type == "cpu" and int(positions.max()) >= max_len:
            # Elsewhere the index itself fails: to ask would stop the device at every layer.
            raise ValueError(
                f"query reaches position {int(positions.max())}, and max_len is {max_len}; give "
                "shorter sequences, or extend='last' to go on with the last temperature"
            )
        scale = torch.exp(-self.log_t)[:, positions]
        scale = scale.transpose(0, 1) if positions.ndim == 2 else scale
        return query * scale[..., None].to(query.dtype)

    def extra_repr(self) -> str:
        """What ``repr`` shows between the brackets."""
        heads, max_len = self.log_t.shape
        return f"num_heads={heads}, max_len={max_len}, extend={self.extend!r}"


def _start(init: float | str) -> float:
    if isinstance(init, str):
        if init not in TEMPERATURE_STARTS:
            known = " or ".join(map(repr, TEMPERATURE_STARTS))
            raise ValueError(f"init is {init!r}; it must be a positive number, {known}")
        return TEMPERATURE_STARTS[init]
    if not (math.isfinite(init) and init > 0):
        raise ValueError(f"init is {init}; a temperature must be positive and finite")
    return init
