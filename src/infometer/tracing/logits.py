"""The next-token logits of a language model, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from infometer.tracing.token_batches import TokenBatches, model_outputs

__all__ = ["TokenLogits", "stream_logits"]


class TokenLogits(NamedTuple):
    """The logits of one batch.

    Parameters
    ----------
    logits : Tensor, shape (B, T, V)
        Of a causal model, those at position t are for the token at t + 1.
    valid : Tensor of bool, shape (B, T)
        False for padding.
    """

    logits: Tensor
    valid: Tensor


def stream_logits(
    model: nn.Module, batches: TokenBatches, *, dtype: torch.dtype | None = torch.float32
) -> Iterator[TokenLogits]:
    """The logits of a language model of Transformers on each batch; never more than one at a time.

    The model is left bit for bit as it was, and is so also between two batches.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        With a language-model head.
    batches : mapping, or iterable of mappings
        What the tokeniser gives: ``input_ids`` and ``attention_mask`` as tensors.
    dtype : torch.dtype, optional
        Of what is handed on; None keeps the model's.

    Yields
    ------
    TokenLogits

    Raises
    ------
    ValueError
        A model without language-model head, or a batch without tokens.

    Examples
    --------
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> model = GPT2LMHeadModel(GPT2Config(n_layer=1, n_embd=8, n_head=2, vocab_size=9))
    >>> batch = {"input_ids": torch.ones(2, 3, dtype=torch.int)}
    >>> [tuple(each.logits.shape) for each in stream_logits(model, batch)]
    [(2, 3, 9)]
    """
    for output, valid in model_outputs(model, batches):
        logits = getattr(output, "logits", None)
        if not isinstance(logits, Tensor) or logits.shape[:2] != valid.shape:
            raise ValueError(
                f"model {type(model).__name__} gives no logits for every token; expected one with "
                "a language-model head, such as AutoModelForCausalLM loads"
            )
        yield TokenLogits(logits if dtype is None else logits.to(dtype), valid)
