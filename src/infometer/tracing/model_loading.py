"""A language model from a local folder: no download, no code of the folder, no pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from infometer.extras import require
from infometer.tracing.model_folder import folder_config, model_class, model_folder

__all__ = ["load_language_model"]


def load_language_model(
    folder: str | Path,
    *,
    dtype: torch.dtype | None = None,
    device_map: Any = None,
    quantization_config: Any = None,
) -> Any:
    """The model that a folder holds, of the class that it was saved from, in evaluation mode.

    See `infometer.tracing.model_memory` for what it will take, before.

    Parameters
    ----------
    folder : path
        As ``save_pretrained`` writes it.
    dtype : torch.dtype, optional
        Default: that of its weights.
    device_map : str or dict, optional
        Where its parts go, by ``accelerate``: ``"auto"`` spreads it over the GPUs, then memory.
        Default: the CPU.
    quantization_config : optional
        One of Transformers' own, to quantise while loading; its package must be installed. A folder
        that is quantised already needs none.

    Returns
    -------
    transformers.PreTrainedModel

    Raises
    ------
    MissingExtraError
        Without the extra ``language``.
    ValueError
        For what is no model folder, one whose weights are only pickled, or a model of a class that
        Transformers does not have: ``trust_remote_code`` is never set.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> model = GPT2LMHeadModel(GPT2Config(n_layer=1, n_embd=8, n_head=2, vocab_size=9))
    >>> with TemporaryDirectory() as folder:
    ...     model.save_pretrained(folder)
    ...     type(load_language_model(folder)).__name__
    'GPT2LMHeadModel'
    """
    place = model_folder(folder)
    if device_map is not None:
        require("accelerate", "language")
    config = folder_config(place)
    model = model_class(config).from_pretrained(
        place,
        config=config,
        dtype="auto" if dtype is None else dtype,
        device_map=device_map,
        quantization_config=quantization_config,
        local_files_only=True,
        use_safetensors=True,
    )
    return model.eval()
