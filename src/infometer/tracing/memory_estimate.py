"""How many bytes a language model takes, before it is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from infometer.tracing.model_folder import folder_config, model_class, model_folder

__all__ = ["ModelMemory", "model_memory"]

HEADER_LENGTH_BYTES = 8
FLOATING = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
"""Bytes of an element of the dtypes that loading converts; quantised ones stay as they are."""


@dataclass(frozen=True)
class ModelMemory:
    """The memory of a model that reads, in bytes.

    Parameters
    ----------
    weights : int
    activations : int
        Of one forward pass without gradients, its logits among them.
    cache : int
        Of the keys and values of all tokens.

    Examples
    --------
    >>> print(ModelMemory(weights=2 * 10**9, activations=3 * 10**8, cache=2 * 10**8))
    2.5 GB: weights 2.00, activations 0.30, key–value cache 0.20
    """

    weights: int
    activations: int
    cache: int

    @property
    def total(self) -> int:
        """All three together."""
        return self.weights + self.activations + self.cache

    def __str__(self) -> str:
        parts = [f"{part / 1e9:.2f}" for part in (self.weights, self.activations, self.cache)]
        return (
            f"{self.total / 1e9:.1f} GB: weights {parts[0]}, activations {parts[1]}, "
            f"key–value cache {parts[2]}"
        )


def model_memory(
    model: str | Path | Any,
    *,
    batch_size: int = 1,
    length: int = 1,
    dtype: torch.dtype | None = None,
) -> ModelMemory:
    r"""The bytes that a model takes to read `batch_size` texts of `length` tokens; loads nothing.

    With b bytes an element, n = `batch_size` · `length` tokens, width d, feed-forward width f,
    vocabulary V and L layers of G key heads of width k,

    .. math:: \text{activations} = b n (10 d + 4 f + V), \qquad \text{cache} = 2 b n L G k.

    Weights are exact: the sizes in the heads of the safetensors files, or those of the model that
    the configuration describes. Activations are a rule, good to about a quarter, for kernels that
    keep no T × T weights;
    the cache of a sliding window may be smaller.

    Parameters
    ----------
    model : path or PretrainedConfig
        The folder of a model, or its configuration.
    batch_size, length : int
    dtype : torch.dtype, optional
        Of the loaded model; default: that of its weights.

    Returns
    -------
    ModelMemory

    Raises
    ------
    ValueError
        For what is no model folder, or one without safetensors.

    Examples
    --------
    >>> from transformers import GPT2Config
    >>> memory = model_memory(GPT2Config(), length=1024)  # GPT-2, 124 million weights
    >>> memory.weights, memory.cache
    (497759232, 75497472)
    """
    if batch_size < 1 or length < 1:
        raise ValueError(f"batch_size is {batch_size} and length {length}; expected at least 1")
    if isinstance(model, str | Path):
        folder = model_folder(model)
        config = folder_config(folder)
        weights = sum(_tensor_bytes(entry, dtype) for entry in _tensor_entries(folder))
    else:
        config = model
        weights = _described_bytes(config, dtype)
    text = config.get_text_config()
    itemsize = (dtype or _config_dtype(config)).itemsize
    n = batch_size * length
    heads = text.num_attention_heads
    head_width = getattr(text, "head_dim", None) or text.hidden_size // heads
    key_heads = getattr(text, "num_key_value_heads", None) or heads
    inner = getattr(text, "intermediate_size", None) or 4 * text.hidden_size
    states = 10 * text.hidden_size + 4 * inner + text.vocab_size
    cache = 2 * text.num_hidden_layers * key_heads * head_width
    return ModelMemory(weights, itemsize * n * states, itemsize * n * cache)


def _tensor_entries(folder: Path) -> Iterator[dict[str, Any]]:
    """Each tensor's dtype, shape and place, from the heads of the files."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        files = {folder / name for name in json.loads(index.read_text())["weight_map"].values()}
    elif (folder / "model.safetensors").is_file():
        files = {folder / "model.safetensors"}
    else:
        files = set(folder.glob("*.safetensors"))
    for path in sorted(files):
        with path.open("rb") as file:
            size = int.from_bytes(file.read(HEADER_LENGTH_BYTES), "little")
            head = json.loads(file.read(size))
        yield from (entry for name, entry in head.items() if name != "__metadata__")


def _tensor_bytes(entry: dict[str, Any], dtype: torch.dtype | None) -> int:
    start, end = entry["data_offsets"]
    if dtype is None or entry["dtype"] not in FLOATING:
        return int(end - start)
    return int(end - start) // FLOATING[entry["dtype"]] * dtype.itemsize


def _described_bytes(config: Any, dtype: torch.dtype | None) -> int:
    """The weights of the model that a configuration describes, made without memory."""
    with torch.device("meta"):
        model = model_class(config)._from_config(config, dtype=dtype or _config_dtype(config))
    return sum(weight.numel() * weight.element_size() for weight in model.parameters())


def _config_dtype(config: Any) -> torch.dtype:
    named = getattr(config, "dtype", None)
    if isinstance(named, str):
        named = getattr(torch, named.removeprefix("torch."))
    return named if isinstance(named, torch.dtype) else torch.get_default_dtype()
