"""Which keys each query may see, from the forms in which attention kernels are told."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["as_sdpa_mask", "flash_mask", "flex_mask", "own_key_seen", "softcap_correction"]


def as_sdpa_mask(mask: Tensor) -> Tensor:
    """A mask in one of two forms: bool (True may be seen), or floating with −∞ where it may not.

    Parameters
    ----------
    mask : Tensor, shape (..., Tq, Tk)
        Bool, or added to the logits; what is below half the lowest number of its dtype hides a
        key. A mask that only hides becomes bool.

    Returns
    -------
    Tensor, shape (..., Tq, Tk)

    Raises
    ------
    ValueError
        For a mask of integers, which kernels read in more than one way.

    Examples
    --------
    >>> as_sdpa_mask(torch.tensor([[0.0, torch.finfo(torch.float32).min]]))
    tensor([[ True, False]])
    """
    if mask.dtype == torch.bool:
        return mask
    if not mask.is_floating_point():
        raise ValueError(f"the attention mask is of {mask.dtype}; expected bool or floating")
    hidden = mask <= torch.finfo(mask.dtype).min / 2
    if bool((hidden | (mask == 0)).all()):
        return ~hidden
    return mask.masked_fill(hidden, -torch.inf)


def flash_mask(
    padding: Tensor | None,
    n_queries: int,
    n_keys: int,
    *,
    causal: bool,
    window: int | None = None,
    device: torch.device | str = "cpu",
) -> Tensor | None:
    """The keys that FlashAttention lets a query see: the last query's own key is the last key.

    Parameters
    ----------
    padding : Tensor, optional, shape (B, Tk)
        1 or True for tokens, 0 for padding.
    n_queries, n_keys : int
    causal : bool
    window : int, optional
        A query sees less than this far to the left and, unless causal, to the right.
    device : torch.device or str

    Returns
    -------
    Tensor of bool, shape (B or 1, 1, Tq, Tk); or None if everything is seen

    Examples
    --------
    >>> flash_mask(None, 2, 3, causal=True, window=2)[0, 0].int()
    tensor([[1, 1, 0],
            [0, 1, 1]], dtype=torch.int32)
    """
    ahead = torch.arange(n_keys, device=device) - torch.arange(n_queries, device=device)[:, None]
    ahead = ahead - (n_keys - n_queries)
    seen = torch.ones_like(ahead, dtype=torch.bool)
    if causal:
        seen &= ahead <= 0
    if window is not None and n_keys > window:
        seen &= ahead.abs() < window
    if padding is not None:
        return seen & padding.bool()[:, None, None, :]
    return None if bool(seen.all()) else seen[None, None]


def flex_mask(block_mask: Any, batch: int, heads: int, n_queries: int, n_keys: int) -> Tensor:
    """The keys that a `BlockMask` of FlexAttention lets a query see, bool (B, H or 1, Tq, Tk).

    Examples
    --------
    >>> from torch.nn.attention.flex_attention import create_block_mask
    >>> block = create_block_mask(lambda b, h, i, j: i >= j, None, None, 2, 2, device="cpu")
    >>> flex_mask(block, 1, 1, 2, 2).int().tolist()
    [[[[1, 0], [1, 1]]]]
    """
    from torch.nn.attention.flex_attention import create_mask

    device = str(block_mask.kv_num_blocks.device)
    per_head = heads if block_mask.kv_num_blocks.shape[1] > 1 else 1
    return create_mask(block_mask.mask_mod, batch, per_head, n_queries, n_keys, device=device)


def own_key_seen(mask: Tensor, batch: int, n_queries: int, n_keys: int) -> Tensor | None:
    """Whether a query of self-attention sees its own key: one that does not is padding.

    The queries stand at the end of the keys; keys after them that no query sees are the empty
    places of a static cache.

    Parameters
    ----------
    mask : Tensor, broadcastable to (B, H, Tq, Tk)
        As from `as_sdpa_mask`.
    batch, n_queries, n_keys : int

    Returns
    -------
    Tensor of bool, shape (B, Tq); or None with more queries than keys

    Examples
    --------
    >>> padded = torch.tensor([[True, True, False]])[:, None, None, :]
    >>> own_key_seen(padded, 1, 3, 3)
    tensor([[ True,  True, False]])
    """
    if n_queries > n_keys:
        return None
    seen = mask if mask.dtype == torch.bool else ~torch.isneginf(mask)
    seen = seen.expand(*torch.broadcast_shapes(seen.shape, (batch, 1, n_queries, n_keys)))
    seen = seen.any(dim=1)
    offset = n_keys - n_queries
    if offset:
        used = seen.flatten(0, 1).any(dim=0).nonzero()
        offset = max(int(used[-1]) + 1 - n_queries, 0) if len(used) else offset
    return seen.diagonal(offset, dim1=1, dim2=2)[:, :n_queries]


def softcap_correction(query: Tensor, key: Tensor, scale: float, cap: float) -> Tensor:
    r"""What turns plain logits into capped ones: c tanh(z / c) − z, z = scale q · k.

    Parameters
    ----------
    query : Tensor, shape (B, H, Tq, d)
    key : Tensor, shape (B, G, Tk, d)
    scale, cap : float

    Returns
    -------
    Tensor of float32, shape (B, H, Tq, Tk)

    References
    ----------
    Gemma Team, "Gemma 2", 2024, section 2.

    Examples
    --------
    >>> q = k = torch.full((1, 1, 1, 1), 2.0)
    >>> round(float(softcap_correction(q, k, 1.0, 5.0)), 4)  # 5 tanh(4 / 5) − 4
    -0.6798
    """
    keys = key.repeat_interleave(query.shape[1] // key.shape[1], dim=1)
    logits = scale * query.float() @ keys.float().transpose(-1, -2)
    return cap * torch.tanh(logits / cap) - logits
