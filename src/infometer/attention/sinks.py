"""Attention sinks: how much of a row's attention the first token takes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from infometer.attention.attention_mask import AttentionMask

__all__ = ["sink_mass", "sink_mass_from_qk"]


def sink_mass(attention: Tensor, seen: Tensor, row_valid: Tensor) -> Tensor:
    """The attention a_is of each row on the sink s: the first key that a valid row may see.

    With padding on the left that is the first token, and not the first place. A row that does not
    see it, as beyond a sliding window, puts 0 there. A sequence that a cache reads in parts has
    lost it once a window has moved on: then it is the first token that the part still sees.

    Parameters
    ----------
    attention : Tensor, shape (B, H, Tq, Tk)
    seen : Tensor of bool, broadcastable to attention's shape
    row_valid : Tensor of bool, shape (B, Tq)

    Returns
    -------
    Tensor, shape (B, H, Tq)

    References
    ----------
    G. Xiao et al., "Efficient streaming language models with attention sinks", ICLR 2024.

    Examples
    --------
    >>> attention = torch.tensor([[[[1.0, 0.0], [0.9, 0.1]]]])
    >>> sink_mass(attention, torch.ones(2, 2, dtype=bool).tril(), torch.ones(1, 2, dtype=bool))
    tensor([[[1.0000, 0.9000]]])
    """
    seen = seen.expand(attention.shape)
    shown = (seen & row_valid[:, None, :, None]).flatten(1, 2).any(1)
    first = shown.int().argmax(-1)
    column = first[:, None, None, None].expand(*attention.shape[:3], 1)
    mass = attention.gather(-1, column).squeeze(-1)
    return mass.masked_fill(~seen.gather(-1, column).squeeze(-1), 0.0)


def sink_mass_from_qk(
    q: Tensor, k: Tensor, mask: AttentionMask, log_normalizer: Tensor, row_valid: Tensor
) -> Tensor:
    r"""As `sink_mass`, :math:`a_{is} = e^{s_{is} - \log \sum_j e^{s_{ij}}}`, of scaled queries.

    Parameters
    ----------
    q : Tensor, shape (B, H, Tq, d)
        From `scaled_queries`.
    k : Tensor, shape (B, G, Tk, d)
    mask : AttentionMask
    log_normalizer : Tensor, shape (B, H, Tq)
        From `streaming_rows`.
    row_valid : Tensor of bool, shape (B, Tq)

    Returns
    -------
    Tensor, shape (B, H, Tq)
        NaN for a row that sees no key.

    Examples
    --------
    >>> from infometer.attention.streaming_entropy import streaming_rows
    >>> q = torch.zeros(1, 1, 4, 2)
    >>> causal = AttentionMask.of(None, True, q, q)
    >>> normalizer = streaming_rows(q, q, causal).log_normalizer
    >>> sink_mass_from_qk(q, q, causal, normalizer, torch.ones(1, 4, dtype=bool))
    tensor([[[1.0000, 0.5000, 0.3333, 0.2500]]])
    """
    first = mask.first_seen(row_valid)
    sink = k.to(q.dtype)[torch.arange(len(k), device=k.device), :, first]
    by_group = q.reshape(*k.shape[:2], -1, q.shape[-1])
    logits = (by_group @ sink[..., None]).view(q.shape[:3])
    mass = (mask.apply_to_key(logits, first) - log_normalizer).exp()
    return mass.masked_fill(log_normalizer == -math.inf, math.nan)
