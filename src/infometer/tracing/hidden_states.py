"""The hidden states of a language model, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from infometer.tracing.token_batches import TokenBatches, model_outputs

__all__ = ["HiddenStates", "record_hidden_states"]


@dataclass(frozen=True, eq=False)
class HiddenStates:
    """The hidden states of one batch.

    Parameters
    ----------
    layers : mapping of int to Tensor, shapes (B, T, d)
        0 is the embedding, l the output of block l; of the last one Transformers gives what the
        final normalisation makes of it.
    valid : Tensor of bool, shape (B, T)
        False for padding.

    Examples
    --------
    >>> valid = torch.tensor([[1, 1, 1], [1, 0, 0]]).bool()
    >>> HiddenStates({0: torch.zeros(2, 3, 4)}, valid).tokens(0).shape
    torch.Size([4, 4])
    """

    layers: Mapping[int, Tensor]
    valid: Tensor

    def tokens(self, layer: int) -> Tensor:
        """The states of a layer at all tokens that are no padding, (n, d)."""
        states = self.layers[layer]
        return states[self.valid.to(states.device)]


def record_hidden_states(
    model: nn.Module,
    batches: TokenBatches,
    *,
    layers: Sequence[int] | None = None,
    dtype: torch.dtype | None = torch.float32,
) -> Iterator[HiddenStates]:
    """The hidden states of a model of Transformers on each batch; never more than one at a time.

    The language-model head does not run. The model is left bit for bit as it was, and is so also
    between two batches. For other modules, or arrays, see `infometer.tracing.record_activations`.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        With one stack of blocks; of an encoder–decoder give ``model.get_encoder()``.
    batches : mapping, or iterable of mappings
        What the tokeniser gives: ``input_ids`` and ``attention_mask`` as tensors.
    layers : sequence of int, optional
        Which layers to hand on, 0 for the embedding, −1 for the last; default: all.
    dtype : torch.dtype, optional
        Of what is handed on; None keeps the model's.

    Yields
    ------
    HiddenStates

    Raises
    ------
    ValueError
        An unknown layer, a model that gives no hidden states, or a batch without tokens.

    Examples
    --------
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> model = GPT2LMHeadModel(GPT2Config(n_layer=2, n_embd=8, n_head=2, vocab_size=9))
    >>> (states,) = record_hidden_states(model, {"input_ids": torch.tensor([[1, 2, 3]])})
    >>> [tuple(state.shape) for state in states.layers.values()]
    [(1, 3, 8), (1, 3, 8), (1, 3, 8)]
    """
    stack: nn.Module = getattr(model, "base_model", model)
    for output, valid in model_outputs(stack, batches, output_hidden_states=True):
        states = getattr(output, "hidden_states", None)
        if not states:
            raise ValueError(
                f"model {type(model).__name__} gives no hidden_states; expected a model of "
                "Transformers with one stack of blocks, such as model.get_encoder() of an "
                "encoder–decoder"
            )
        yield HiddenStates(
            {layer: _as(states[layer], dtype) for layer in _chosen(layers, len(states))}, valid
        )


def _chosen(layers: Sequence[int] | None, n: int) -> list[int]:
    if layers is None:
        return list(range(n))
    unknown = [layer for layer in layers if not -n <= layer < n]
    if unknown or not layers:
        raise ValueError(
            f"layers is {list(layers)}; expected 0 (the embedding) to {n - 1} (the last), or from "
            "the end, −1 and down"
        )
    return [layer % n for layer in layers]


def _as(states: Tensor, dtype: torch.dtype | None) -> Tensor:
    return states if dtype is None else states.to(dtype)
