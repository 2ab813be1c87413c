"""Every call of a live model's attention layers, with the model's own kernels left to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from infometer.tracing.attention_call import AttentionCall
from infometer.tracing.attention_interface import listening
from infometer.tracing.kernel_arguments import read_arguments
from infometer.tracing.multihead_attention import read_multihead_attention, unfused
from infometer.tracing.readable_layers import attention_layers

__all__ = ["attention_calls"]

OTHER_SEQUENCE = ("key_value_states", "encoder_hidden_states")
"""The arguments by which Transformers' layers take the sequence that cross-attention looks at."""


@contextmanager
def attention_calls(
    model: nn.Module,
    on_call: Callable[[AttentionCall], None],
    *,
    layers: Sequence[int] | None = None,
) -> Iterator[None]:
    """Inside the block each attention layer hands what it is about to compute to `on_call`.

    The layer then computes with the model's own kernel, from the same arguments: outputs of
    Transformers' models are those of the unread model bit for bit. Outside the block nothing of
    this is there, so that a step that is not read costs nothing. Blocks may nest and may read
    several models at once, from one thread.

    A layer that runs twice in a forward pass, as shared ones do, is handed on twice. `on_call` runs
    outside autocast, within the graph of the forward pass: what it computes with gradients can be
    part of a loss, also under gradient checkpointing, whose second forward pass is not handed on
    (reentrant checkpointing gives tensors without gradients). What `torch.compile` made runs
    uncompiled inside the block.

    Of `torch.nn.MultiheadAttention` queries and keys are projected a second time, and the fused
    kernel of evaluation mode steps aside: outputs agree to rounding there. What calls
    ``F.scaled_dot_product_attention`` itself cannot be read.

    Parameters
    ----------
    model : torch.nn.Module
        With layers in `attention_layers`.
    on_call : callable
        Takes an `AttentionCall`; its tensors are the model's own: do not change them in place.
    layers : sequence of int, optional
        Only these, by their place in `attention_layers`; default: all.

    Raises
    ------
    ValueError
        A model without attention layers that can be read, or an unknown layer.
    RuntimeError
        In a forward pass of `model` in which no layer called its kernel through the interface.
    NotImplementedError
        In a forward pass, where a layer's weights are no softmax over keys that are at hand, or
        its kernel does not say who sees whom. Nothing is guessed.

    Examples
    --------
    >>> from transformers import GPT2Config, GPT2Model
    >>> model = GPT2Model(GPT2Config(n_layer=2, n_embd=8, n_head=2, vocab_size=9))
    >>> seen = []
    >>> with attention_calls(model, seen.append):
    ...     _ = model(torch.tensor([[1, 2, 3]]))
    >>> [(call.layer, call.name, call.sizes, call.causal) for call in seen]
    [(0, 'h.0.attn', (1, 2, 2, 3, 3), True), (1, 'h.1.attn', (1, 2, 2, 3, 3), True)]
    """
    reader = _Reader(attention_layers(model), on_call, layers)
    torch_layers, others = reader.split()
    with ExitStack() as stack:
        stack.callback(model.register_forward_pre_hook(reader.start_forward).remove)
        if others:
            stack.enter_context(listening(others, reader.hear))
        for module in others.values():
            hook = module.register_forward_pre_hook(reader.note_cross, with_kwargs=True)
            stack.callback(hook.remove)
        if torch_layers:
            stack.enter_context(unfused())
        for module in torch_layers.values():
            hook = module.register_forward_pre_hook(reader.read_torch, with_kwargs=True)
            stack.callback(hook.remove)
        stack.callback(model.register_forward_hook(reader.end_forward).remove)
        yield


class _Reader:
    """What one block knows: its layers, whom to tell, and how many calls this forward pass had."""

    def __init__(
        self,
        modules: dict[str, nn.Module],
        on_call: Callable[[AttentionCall], None],
        layers: Sequence[int] | None,
    ) -> None:
        if not modules:
            raise ValueError(
                "model has no attention layer that can be read; expected a model of Transformers "
                "whose layers look their kernel up in AttentionInterface, or one made of "
                "torch.nn.MultiheadAttention"
            )
        self.modules = modules
        self.on_call = on_call
        self.wanted = _wanted(layers, len(modules))
        self.places = {module: (i, name) for i, (name, module) in enumerate(modules.items())}
        self.cross: dict[nn.Module, bool] = {}
        self.n_calls = 0

    def split(self) -> tuple[dict[str, nn.Module], dict[str, nn.Module]]:
        """The layers that are torch's own, and those of Transformers."""
        torch_layers: dict[str, nn.Module] = {}
        others: dict[str, nn.Module] = {}
        for name, module in self.modules.items():
            kind = torch_layers if isinstance(module, nn.MultiheadAttention) else others
            kind[name] = module
        return torch_layers, others

    def hear(self, implementation: str, module: nn.Module, arguments: Mapping[str, Any]) -> None:
        """Read a call of a kernel of Transformers."""
        self.n_calls += 1
        layer, name = self.places[module]
        if layer in self.wanted and not _recomputing():
            cross = self.cross.get(module, False) or bool(
                getattr(module, "is_cross_attention", False)
            )
            with _exactly(arguments["query"]):
                self.on_call(
                    read_arguments(
                        implementation, module, arguments, layer=layer, name=name, cross=cross
                    )
                )

    def read_torch(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Read a call of a `torch.nn.MultiheadAttention`."""
        self.n_calls += 1
        layer, name = self.places[module]
        if layer in self.wanted and not _recomputing():
            with _own_graph():
                call = read_multihead_attention(module, args, kwargs, layer=layer, name=name)
            with _exactly(call.query):
                self.on_call(call)

    def note_cross(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Remember whether a layer is about to look at another sequence."""
        self.cross[module] = any(kwargs.get(name) is not None for name in OTHER_SEQUENCE)

    def start_forward(self, model: nn.Module, args: tuple[Any, ...]) -> None:
        """A forward pass of the whole model begins."""
        self.n_calls = 0

    def end_forward(self, model: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """A forward pass in which nothing was heard is an error, not an empty answer."""
        if self.n_calls == 0:
            raise RuntimeError(
                f"no attention layer of {type(model).__name__} called its kernel through the "
                "interface in this forward pass, so nothing could be read; try "
                'model.set_attn_implementation("sdpa") before the block'
            )


@contextmanager
def _exactly(tensor: Tensor) -> Iterator[None]:
    """What is computed here has the dtypes of its tensors and a graph of its own."""
    with torch.autocast(tensor.device.type, enabled=False), _own_graph():
        yield


@contextmanager
def _own_graph() -> Iterator[None]:
    """What is computed here keeps its tensors for the backward pass itself.

    Gradient checkpointing drops what a layer saves and finds it again in a second forward pass, in
    which this is not computed.
    """
    with torch.autograd.graph.saved_tensors_hooks(Tensor.detach, lambda saved: saved):
        yield


def _recomputing() -> bool:
    """Whether this forward pass is gradient checkpointing's second, made by a backward pass."""
    return int(torch._C._current_graph_task_id()) != -1


def _wanted(layers: Sequence[int] | None, n_layers: int) -> frozenset[int]:
    if layers is None:
        return frozenset(range(n_layers))
    unknown = [layer for layer in layers if layer not in range(n_layers)]
    if unknown or not layers:
        raise ValueError(
            f"layers is {list(layers)}; expected places among the model's {n_layers} attention "
            f"layers, 0 to {n_layers - 1}"
        )
    return frozenset(layers)
