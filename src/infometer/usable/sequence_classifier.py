"""Class probabilities of texts by a local Transformers classifier."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from infometer.extras import require

__all__ = ["load_sequence_classifier"]


def load_sequence_classifier(
    folder: str | os.PathLike[str], *, batch_size: int = 32, device: str | None = None
) -> tuple[Callable[[Any], np.ndarray], list[str]]:
    """A fine-tuned classifier from a folder, as what gives class probabilities of texts.

    Parameters
    ----------
    folder : path
        As ``save_pretrained`` of a sequence classifier and its tokeniser wrote it; safetensors.
    batch_size : int
    device : str, optional
        Default: a GPU where there is one.

    Returns
    -------
    predict_proba : callable
        Takes texts, or pairs of texts (a frame or array of two columns); gives (n, K).
    classes : list of str
        The names of the labels in the model's configuration, in the order of the columns.

    Raises
    ------
    ValueError
        If the folder holds no classifier in safetensors; in the call, for a text that is longer
        than the model can read.

    Examples
    --------
    >>> load_sequence_classifier("no/such/folder")
    Traceback (most recent call last):
    ValueError: folder 'no/such/folder' is not there; give one that save_pretrained wrote
    """
    path = Path(folder)
    if not path.is_dir():
        raise ValueError(
            f"folder {str(folder)!r} is not there; give one that save_pretrained wrote"
        )
    transformers = require("transformers", "language")
    torch = require("torch", "torch")
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            path, use_safetensors=True, **local
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(path, **local)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"folder {str(folder)!r} holds no sequence classifier in safetensors with its "
            f"tokeniser: {error}"
        ) from error
    model.eval().to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    names = [str(model.config.id2label[k]) for k in range(model.config.num_labels)]

    def predict_proba(texts: Any) -> np.ndarray:
        rows = texts.tolist() if isinstance(texts, np.ndarray) else texts
        rows = rows.to_numpy().tolist() if hasattr(rows, "to_numpy") else list(rows)
        sides = list(zip(*rows, strict=True)) if not isinstance(rows[0], str) else [rows]
        parts = [
            _batch(model, tokenizer, [list(side[i : i + batch_size]) for side in sides], torch)
            for i in range(0, len(rows), batch_size)
        ]
        return np.concatenate(parts)

    return predict_proba, names


def _batch(model: Any, tokenizer: Any, sides: list[list[str]], torch: Any) -> np.ndarray:
    read = tokenizer(*sides, padding=True, return_tensors="pt")
    most = getattr(model.config, "max_position_embeddings", None)
    length = read["input_ids"].shape[1]
    if most is not None and length > most:
        raise ValueError(
            f"a text has {length} tokens and the model reads {most}; shorten it yourself, so that "
            "nothing is cut unseen"
        )
    with torch.inference_mode():
        logits = model(**read.to(model.device)).logits.float()
    probabilities: np.ndarray = logits.softmax(dim=-1).cpu().numpy().astype(float)
    return probabilities
