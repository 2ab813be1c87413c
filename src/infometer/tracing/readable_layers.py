"""The attention layers of a model whose calls can be read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

from torch import nn

__all__ = ["attention_layers", "eager_kernel", "uses_attention_interface"]


def attention_layers(model: nn.Module) -> dict[str, nn.Module]:
    """The attention layers that `attention_calls` can read, by name, in order of registration.

    They are the modules that look their kernel up in Transformers' attention interface, and
    torch's own `torch.nn.MultiheadAttention`.

    Parameters
    ----------
    model : torch.nn.Module

    Returns
    -------
    dict of str to torch.nn.Module
        Empty if the model computes its attention in any other way.

    Examples
    --------
    >>> list(attention_layers(nn.TransformerEncoderLayer(8, 2)))
    ['self_attn']
    >>> from transformers import GPT2Config, GPT2Model
    >>> list(attention_layers(GPT2Model(GPT2Config(n_layer=2, n_embd=8, n_head=2, vocab_size=9))))
    ['h.0.attn', 'h.1.attn']
    """
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.MultiheadAttention) or uses_attention_interface(module)
    }


def uses_attention_interface(module: nn.Module) -> bool:
    """Whether the module looks its kernel up in Transformers' attention interface.

    Examples
    --------
    >>> uses_attention_interface(nn.MultiheadAttention(8, 2))
    False
    """
    return _lookup_function(module) is not None


def eager_kernel(module: nn.Module) -> Callable[..., Any]:
    """The kernel that a module falls back to under ``attn_implementation="eager"``.

    Every modelling file of Transformers calls its own `eager_attention_forward`.

    Raises
    ------
    NotImplementedError
        If the module's file has none.

    Examples
    --------
    >>> from transformers.models.gpt2 import modeling_gpt2
    >>> attention = modeling_gpt2.GPT2Attention(modeling_gpt2.GPT2Config(n_embd=8, n_head=2))
    >>> eager_kernel(attention) is modeling_gpt2.eager_attention_forward
    True
    """
    lookup = _lookup_function(module)
    kernel = None if lookup is None else lookup.__globals__.get("eager_attention_forward")
    if kernel is None:
        raise NotImplementedError(
            f"the eager kernel of {type(module).__name__} cannot be found: its file defines no "
            'eager_attention_forward; call model.set_attn_implementation("sdpa") first'
        )
    return kernel


def _lookup_function(module: nn.Module) -> FunctionType | None:
    kind: Any = type(module)
    return _lookup_in_class(kind)


@cache
def _lookup_in_class(kind: Any) -> FunctionType | None:
    """The method that reads ALL_ATTENTION_FUNCTIONS; a subclass that replaces it reads none."""
    for name in dir(kind):
        method = inspect.getattr_static(kind, name)
        function = inspect.unwrap(method) if isinstance(method, FunctionType) else None
        if function is None or function.__module__ == "transformers.modeling_utils":
            continue  # whole models check there that an implementation exists
        if "ALL_ATTENTION_FUNCTIONS" in function.__code__.co_names:
            return function
    return None
