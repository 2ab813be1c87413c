"""Standing between Transformers' attention layers and their kernels, which run unchanged."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

import torch
from torch import nn

from infometer.extras import require
from infometer.tracing.readable_layers import eager_kernel

__all__ = ["Listener", "listening"]

Listener = Callable[[str, nn.Module, Mapping[str, Any]], None]
"""``listener(implementation, module, arguments)`` hears of one call of the module's kernel."""

_listeners: list[tuple[frozenset[nn.Module], Listener]] = []
_registered: set[str] = set()
_undo = ExitStack()


@contextmanager
def listening(modules: Mapping[str, nn.Module], listener: Listener) -> Iterator[None]:
    """Inside the block `listener` hears of every call of the modules' attention kernels.

    Each implementation in use is registered anew in `transformers.AttentionInterface`, under its
    own name, as a function that tells the listeners and calls the kernel that stood there with the
    same arguments. So no configuration changes, nor anything that asks for an implementation by
    its name. The last block to close puts everything back, whatever the order of closing. What is
    compiled runs as written meanwhile.

    Parameters
    ----------
    modules : mapping of str to torch.nn.Module
        Attention layers by name.
    listener : callable

    Raises
    ------
    ImportError
        For a Transformers without that interface.
    NotImplementedError
        For a layer whose eager kernel cannot be found.
    """
    entry = (frozenset(modules.values()), listener)
    _listeners.append(entry)
    try:
        if len(_listeners) == 1 and "torch._dynamo" in sys.modules:  # else nothing is compiled
            _undo.enter_context(torch.compiler.set_stance("force_eager"))
        for module in modules.values():
            _register(module)
        yield
    finally:
        _listeners.remove(entry)
        if not _listeners:
            _undo.close()
            _registered.clear()


def _register(module: nn.Module) -> None:
    name = getattr(module.config, "_attn_implementation", None) or "eager"
    if name in _registered:
        return
    interface = _interface()
    kernel = interface().get(name)
    if kernel is None:
        eager_kernel(module)  # raises where there is none
        _undo.callback(interface._global_mapping.pop, name)  # `register` has no counterpart
    else:
        _undo.callback(interface.register, name, kernel)
    interface.register(name, _telling(name, kernel))
    _registered.add(name)


def _telling(name: str, kernel: Callable[..., Any] | None) -> Callable[..., Any]:
    """The kernel of this name, or for None each module's eager one, which tells first."""

    def tell(
        module: nn.Module, query: Any, key: Any, value: Any, attention_mask: Any = None, **rest: Any
    ) -> Any:
        arguments = {"query": query, "key": key, "attention_mask": attention_mask, **rest}
        for modules, listener in tuple(_listeners):
            if module in modules:
                listener(name, module, arguments)
        run = eager_kernel(module) if kernel is None else kernel
        return run(module, query, key, value, attention_mask, **rest)

    return tell if kernel is None else wraps(kernel)(tell)


def _interface() -> Any:
    transformers = require("transformers", "language")
    if not hasattr(transformers, "AttentionInterface"):
        raise ImportError(
            f"transformers {transformers.__version__} has no AttentionInterface, through which "
            'attention is read; run: pip install --upgrade "infometer[language]"'
        )
    return transformers.AttentionInterface
