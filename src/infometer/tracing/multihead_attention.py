"""A call of `torch.nn.MultiheadAttention`, read as an `AttentionCall`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from infometer.tracing.attention_call import AttentionCall
from infometer.tracing.attention_masks import as_sdpa_mask, own_key_seen

__all__ = ["read_multihead_attention", "unfused"]

SIGNATURE = inspect.signature(nn.MultiheadAttention.forward)

_open_blocks: list[object] = []
_undo = ExitStack()


@contextmanager
def unfused() -> Iterator[None]:
    """Inside the block torch calls its attention layers also where one kernel does a whole encoder.

    Blocks may nest and close in any order.

    Examples
    --------
    >>> with unfused():
    ...     torch.backends.mha.get_fastpath_enabled()
    False
    >>> torch.backends.mha.get_fastpath_enabled()
    True
    """
    if not _open_blocks:
        _undo.callback(
            torch.backends.mha.set_fastpath_enabled, torch.backends.mha.get_fastpath_enabled()
        )
        torch.backends.mha.set_fastpath_enabled(False)
    block = object()
    _open_blocks.append(block)
    try:
        yield
    finally:
        _open_blocks.remove(block)
        if not _open_blocks:
            _undo.close()


def read_multihead_attention(
    module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], *, layer: int, name: str
) -> AttentionCall:
    """What the layer is about to compute; its queries and keys are projected for it here.

    Parameters
    ----------
    module : torch.nn.MultiheadAttention
    args, kwargs : tuple, dict
        What its `forward` is called with.
    layer : int
    name : str

    Raises
    ------
    NotImplementedError
        For nested tensors, and for layers that add keys of their own.

    Examples
    --------
    >>> attention, x = nn.MultiheadAttention(8, 2, batch_first=True), torch.zeros(3, 5, 8)
    >>> read_multihead_attention(attention, (x, x, x), {}, layer=0, name="attention").sizes
    (3, 2, 2, 5, 5)
    """
    assert isinstance(module, nn.MultiheadAttention)
    given = SIGNATURE.bind(module, *args, **kwargs).arguments
    query, key = given["query"], given["key"]
    if module.bias_k is not None or module.add_zero_attn or query.is_nested:
        raise NotImplementedError(
            f"layer {name!r} attends to keys that it adds itself (add_bias_kv, add_zero_attn) or "
            "to nested tensors, which cannot be read; leave it out with layers="
        )
    cross = query is not key
    projected_query, projected_key = _project(module, query, key)
    mask = _merged_mask(given, projected_query, projected_key)
    sizes = (len(projected_query), projected_query.shape[2], projected_key.shape[2])
    return AttentionCall(
        layer=layer,
        query=projected_query,
        key=projected_key,
        scale=float(module.head_dim**-0.5),
        mask=mask,
        dropout=module.dropout if module.training else 0.0,
        row_valid=None if cross or mask is None else own_key_seen(mask, *sizes),
        name=name,
        cross=cross,
    )


def _project(module: nn.MultiheadAttention, query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
    """Queries and keys of every head, (B, H, T, d)."""
    if module._qkv_same_embed_dim:
        weights = module.in_proj_weight.chunk(3)
    else:
        weights = (module.q_proj_weight, module.k_proj_weight)
    biases = (None, None) if module.in_proj_bias is None else module.in_proj_bias.chunk(3)

    def heads(tokens: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if tokens.ndim == 2:
            tokens = tokens[None]
        elif not module.batch_first:
            tokens = tokens.transpose(0, 1)
        wide = F.linear(tokens, weight, bias)
        return wide.unflatten(-1, (module.num_heads, module.head_dim)).transpose(1, 2)

    return heads(query, weights[0], biases[0]), heads(key, weights[1], biases[1])


def _merged_mask(given: dict[str, Any], query: Tensor, key: Tensor) -> Tensor | None:
    """Both masks of the layer in one; its boolean ones are True for what is hidden."""
    batch, heads, n_queries, _ = query.shape
    pattern, padding = given.get("attn_mask"), given.get("key_padding_mask")
    masks = []
    if pattern is not None:
        masks.append(
            pattern.reshape(-1, heads, n_queries, key.shape[2]) if pattern.ndim == 3 else pattern
        )
    if padding is not None:
        masks.append(padding.reshape(batch, 1, 1, -1))
    seen = [~mask if mask.dtype == torch.bool else as_sdpa_mask(mask) for mask in masks]
    if not seen:
        return None
    if all(mask.dtype == torch.bool for mask in seen):
        return seen[0] if len(seen) == 1 else seen[0] & seen[1]
    total = query.new_zeros(())
    for mask in seen:
        added = torch.where(mask, 0.0, -torch.inf) if mask.dtype == torch.bool else mask
        total = total + added
    return total
