"""The arguments of an attention kernel of Transformers, read as an `AttentionCall`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from infometer.extras import require
from infometer.tracing.attention_call import AttentionCall
from infometer.tracing.attention_masks import (
    as_sdpa_mask,
    flash_mask,
    flex_mask,
    own_key_seen,
    softcap_correction,
)

__all__ = ["read_arguments"]

STANDARD_KERNELS = ("sdpa", "eager", "flash_attention_2", "flex_attention")


def read_arguments(
    implementation: str,
    module: nn.Module,
    arguments: Mapping[str, Any],
    *,
    layer: int,
    name: str,
    cross: bool,
) -> AttentionCall:
    """What the kernel of this name computes from these arguments, with its mask written out.

    A soft cap on the logits and a position bias become part of the mask.

    Parameters
    ----------
    implementation : str
        As in ``config._attn_implementation``.
    module : torch.nn.Module
        The attention layer.
    arguments : mapping
        ``query``, ``key``, ``attention_mask`` and the kernel's keyword arguments.
    layer : int
    name : str
    cross : bool

    Raises
    ------
    NotImplementedError
        Where the weights are no softmax over the keys (learned sinks), where the keys are not at
        hand (paged caches), or where the kernel does not say who sees whom.
    """
    _refuse_what_is_no_softmax(module, arguments, name)
    query, key = arguments["query"], arguments["key"]
    scale = arguments.get("scaling")
    scale = float(query.shape[-1] ** -0.5 if scale is None else scale)
    key, mask, causal = _who_sees_whom(implementation, module, arguments, name)
    sizes = (query.shape[0], query.shape[2], key.shape[2])
    row_valid = None if cross or mask is None else own_key_seen(mask, *sizes)
    added: list[Tensor] = []
    if arguments.get("softcap") is not None:
        added.append(softcap_correction(query, key, scale, float(arguments["softcap"])))
    if arguments.get("position_bias") is not None:
        added.append(arguments["position_bias"][..., : key.shape[2]])
    if added:
        mask, causal = _with_added(mask, causal, added, query, key), False
    return AttentionCall(
        layer=layer,
        query=query,
        key=key,
        scale=scale,
        mask=mask,
        causal=causal,
        dropout=float(arguments.get("dropout") or 0.0),
        row_valid=row_valid,
        name=name,
        cross=cross,
    )


def _who_sees_whom(
    implementation: str, module: nn.Module, arguments: Mapping[str, Any], name: str
) -> tuple[Tensor, Tensor | None, bool]:
    """The keys that take part, the mask and whether it is the causal one."""
    query, key, given = arguments["query"], arguments["key"], arguments["attention_mask"]
    n_queries, n_keys = query.shape[2], key.shape[2]
    kernel = _kernel_like(implementation)
    causal = arguments.get("is_causal")
    causal = bool(getattr(module, "is_causal", True) if causal is None else causal)
    if kernel == "flash_attention_2":
        return _flash(arguments, causal, name)
    if given is not None and not isinstance(given, Tensor):
        return key, flex_mask(given, query.shape[0], query.shape[1], n_queries, n_keys), False
    if given is not None:
        if given.ndim != 4:
            raise NotImplementedError(
                f"layer {name!r}: the kernel {implementation!r} was given a mask of shape "
                f"{tuple(given.shape)}, which does not say what each query sees; call "
                'model.set_attn_implementation("sdpa") first'
            )
        return key, as_sdpa_mask(given[..., :n_keys]), False
    if kernel in ("eager", "flex_attention") or n_queries == 1 or not causal:
        return key, None, False
    if kernel is None:
        raise NotImplementedError(
            f"layer {name!r}: the kernel {implementation!r} was given no mask, and no mask "
            "function of Transformers stands for it, so what a query sees is unknown; register one "
            f'with transformers.AttentionMaskInterface.register("{implementation}", ...)'
        )
    return key[:, :, :n_queries], None, True


def _flash(
    arguments: Mapping[str, Any], causal: bool, name: str
) -> tuple[Tensor, Tensor | None, bool]:
    query, key, padding = arguments["query"], arguments["key"], arguments["attention_mask"]
    packed = padding is None and _restarts(arguments.get("position_ids"))
    if packed or arguments.get("cu_seq_lens_q") is not None:
        raise NotImplementedError(
            f"layer {name!r}: several sequences are packed into one row for FlashAttention; call "
            'model.set_attn_implementation("sdpa") first, or pad the sequences'
        )
    if padding is not None:
        key = key[:, :, : padding.shape[-1]]
    n_queries, n_keys = query.shape[2], key.shape[2]
    window = arguments.get("sliding_window")
    windowed = window is not None and n_keys > window
    if padding is None and causal and n_queries == n_keys > 1 and not windowed:
        return key, None, True
    mask = flash_mask(padding, n_queries, n_keys, causal=causal, window=window, device=query.device)
    return key, mask, False


def _restarts(positions: Any) -> bool:
    """Whether positions tell FlashAttention of several sequences in the one row that there is."""
    if not isinstance(positions, Tensor) or positions.shape[:-1] != (1,):
        return False
    return bool((positions.diff(dim=-1) != 1).any())


def _kernel_like(implementation: str) -> str | None:
    """The standard kernel that reads masks as this one does; None if nothing says which."""
    if implementation.startswith("flash_attention"):
        return "flash_attention_2"
    if implementation in STANDARD_KERNELS:
        return implementation
    masks = require("transformers.masking_utils", "language").ALL_MASK_ATTENTION_FUNCTIONS
    own = masks.get(implementation)
    alike = [name for name in STANDARD_KERNELS if own is not None and masks.get(name) is own]
    return alike[0] if alike else None


def _with_added(
    mask: Tensor | None, causal: bool, added: list[Tensor], query: Tensor, key: Tensor
) -> Tensor:
    total = sum(added[1:], added[0])
    if causal:
        mask = torch.ones(
            query.shape[2], key.shape[2], dtype=torch.bool, device=query.device
        ).tril()
    if mask is None:
        return total
    if mask.dtype == torch.bool:
        return torch.where(mask, total, -torch.inf)
    return total + mask


def _refuse_what_is_no_softmax(module: nn.Module, arguments: Mapping[str, Any], name: str) -> None:
    sinks = [arguments.get("s_aux"), arguments.get("sinks"), getattr(module, "sinks", None)]
    if any(sink is not None for sink in sinks):
        raise NotImplementedError(
            f"layer {name!r} has learned attention sinks: its weights over the keys do not sum to "
            "1, so they are no distribution whose entropy could be told. Leave the layer out with "
            "layers="
        )
    if arguments.get("cache") is not None:
        raise NotImplementedError(
            f"layer {name!r} reads its keys from a paged cache, out of reach; use a DynamicCache "
            "or StaticCache"
        )
