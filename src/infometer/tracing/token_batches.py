"""Batches of tokens put through a language model, one at a time, leaving it as it was."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from infometer.estimators.placement import model_device
from infometer.tracing.frozen_model import frozen_state

__all__ = ["TokenBatches", "model_outputs", "valid_tokens"]

TokenBatches = Mapping[str, Any] | Iterable[Mapping[str, Any]]
"""What a tokeniser gives, once or many times: tensors by the names of the model's arguments."""


def model_outputs(
    model: nn.Module, batches: TokenBatches, **options: Any
) -> Iterator[tuple[Any, Tensor]]:
    """The model's output on each batch, and which tokens of it are no padding.

    Every batch runs in `infometer.tracing.frozen_state`, which ends before the batch is handed on.

    Parameters
    ----------
    model : torch.nn.Module
        It stays where it is; batches go to the device of its first parameter.
    batches : mapping, or iterable of mappings
        ``input_ids`` or ``inputs_embeds``, usually with ``attention_mask``.
    **options
        More arguments of the model.

    Yields
    ------
    output : ModelOutput
    valid : Tensor of bool, shape (B, T)

    Raises
    ------
    TypeError
        For a batch that is no mapping.
    ValueError
        For a batch without tokens.

    Examples
    --------
    >>> class Doubling(nn.Module):
    ...     def forward(self, input_ids):
    ...         return 2 * input_ids
    >>> batch = {"input_ids": torch.ones(1, 2)}
    >>> [output.tolist() for output, valid in model_outputs(Doubling(), batch)]
    [[[2.0, 2.0]]]
    """
    if "use_cache" in inspect.signature(model.forward).parameters:
        options = {"use_cache": False, **options}
    device = model_device(model)
    for batch in [batches] if isinstance(batches, Mapping) else batches:
        if not isinstance(batch, Mapping):
            raise TypeError(
                f"batches holds a {type(batch).__name__}; expected mappings such as a tokeniser "
                'gives, {"input_ids": ..., "attention_mask": ...}'
            )
        valid = valid_tokens(batch)
        placed = {
            name: value.to(device) if isinstance(value, Tensor) else value
            for name, value in batch.items()
        }
        with frozen_state(model):
            output = model(**placed, **options)
        yield output, valid.to(device)


def valid_tokens(batch: Mapping[str, Any]) -> Tensor:
    """Which tokens of a batch are no padding: its attention mask, or all, bool (B, T).

    Examples
    --------
    >>> valid_tokens({"input_ids": torch.zeros(1, 3), "attention_mask": torch.tensor([[1, 1, 0]])})
    tensor([[ True,  True, False]])
    """
    tokens = batch.get("input_ids", batch.get("inputs_embeds"))
    if not isinstance(tokens, Tensor) or tokens.ndim < 2:
        raise ValueError(
            f"a batch has {sorted(batch)}; expected input_ids (B, T) or inputs_embeds (B, T, d) "
            "as tensors"
        )
    mask = batch.get("attention_mask")
    if mask is None:
        return torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
    if tuple(mask.shape) != tuple(tokens.shape[:2]):
        raise ValueError(
            f"attention_mask has shape {tuple(mask.shape)}; expected that of the tokens, "
            f"{tuple(tokens.shape[:2])}"
        )
    return mask.bool()
