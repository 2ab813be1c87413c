"""What is measured of each row of one layer's attention, before anything is summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from infometer.attention.attention_mask import AttentionMask
from infometer.attention.entropy import attention_entropy
from infometer.attention.sinks import sink_mass, sink_mass_from_qk
from infometer.attention.streaming_entropy import scaled_queries, streaming_rows
from infometer.tracing import AttentionCall

__all__ = ["AttentionRows"]


@dataclass(frozen=True, eq=False)
class AttentionRows:
    """Entropy, ceiling and sink of every row of one attention layer.

    Parameters
    ----------
    layer : int
    entropy : Tensor, shape (B, H, Tq)
        In nats; NaN where the attention is NaN or sees no key.
    n_keys : Tensor of int, shape (B or 1, H or 1, Tq)
        How many keys each row may see: log of it is the row's ceiling.
    sink_mass : Tensor, shape (B, H, Tq)
        The row's attention on the first token.
    row_valid : Tensor of bool, shape (B, Tq)
        False for padding, which is not counted.

    Examples
    --------
    >>> attention = torch.eye(4).expand(2, 3, 4, 4)  # two sequences, three heads
    >>> rows = AttentionRows.of_attention(attention, layer=0, causal=True)
    >>> rows.entropy.shape, float(rows.entropy.sum()), rows.n_keys.flatten().tolist()
    (torch.Size([2, 3, 4]), 0.0, [1, 2, 3, 4])
    """

    layer: int
    entropy: Tensor
    n_keys: Tensor
    sink_mass: Tensor
    row_valid: Tensor

    @classmethod
    def of_call(cls, call: AttentionCall) -> Self:
        """Stream them from the queries and keys of a call; nothing is added to its graph."""
        with torch.no_grad(), torch.autocast(call.query.device.type, enabled=False):
            q, k = scaled_queries(call.query.detach(), call.scale), call.key.detach()
            given = None if call.mask is None else call.mask.detach()
            mask = AttentionMask.of(given, call.causal, q, k)
            valid = _all_valid(q) if call.row_valid is None else call.row_valid.to(q.device)
            entropy, log_normalizer = streaming_rows(q, k, mask)
            sink = sink_mass_from_qk(q, k, mask, log_normalizer, valid)
        return cls(call.layer, entropy, mask.counts(), sink, valid)

    @classmethod
    def of_attention(
        cls,
        attention: Tensor,
        *,
        layer: int,
        key_mask: Tensor | None = None,
        causal: bool = False,
        row_valid: Tensor | None = None,
    ) -> Self:
        """Read them off the probabilities (B, H, Tq, Tk) that a model gave out.

        Parameters
        ----------
        attention : Tensor, shape (B, H, Tq, Tk)
            Before dropout.
        layer : int
        key_mask : Tensor of bool, broadcastable to (B, H, Tq, Tk), optional
            True may be seen; the ceiling is of these keys.
        causal : bool
            Query i sees the keys 0 to i of those that `key_mask` shows; for Tq = Tk.
        row_valid : Tensor of bool, shape (B, Tq), optional
        """
        if attention.ndim != 4:
            raise ValueError(
                f"attention has the shape {tuple(attention.shape)}; expected (B, H, Tq, Tk)"
            )
        attention = attention.detach()
        mask = AttentionMask.of(key_mask, causal, attention, attention.transpose(-1, -2))
        seen = mask.seen(slice(0, mask.n_queries), slice(0, mask.n_keys))
        if seen is None:
            seen = torch.ones(1, 1, 1, 1, dtype=torch.bool, device=attention.device)
        valid = _all_valid(attention) if row_valid is None else row_valid.to(attention.device)
        entropy = attention_entropy(attention, key_mask=seen)
        return cls(layer, entropy, mask.counts(), sink_mass(attention, seen, valid), valid)


def _all_valid(rows: Tensor) -> Tensor:
    return torch.ones(rows.shape[0], rows.shape[2], dtype=torch.bool, device=rows.device)
