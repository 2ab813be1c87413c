"""Texts as windows of equal length: of bytes, or of a tokeniser's tokens."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["byte_windows", "python_reference", "token_windows"]

CHARACTERS_PER_TOKEN = 16
"""So many are enough for a token, in all texts that a tokeniser was made for."""


def python_reference() -> str:
    """The chapters of Python's language reference that every installation has: 460 kB of prose.

    Examples
    --------
    >>> "lambda_expr" in python_reference()
    True
    """
    from pydoc_data.topics import topics

    return "\n\n".join(topics[name] for name in sorted(topics))


def byte_windows(text: str, length: int) -> Tensor:
    """A text's bytes in UTF-8, cut into windows; the rest at the end is left out.

    Parameters
    ----------
    text : str
    length : int
        Of a window.

    Returns
    -------
    Tensor of int64, shape (n, length)

    Raises
    ------
    ValueError
        If there is no whole window.

    Examples
    --------
    >>> byte_windows("aébc", 2).tolist()
    [[97, 195], [169, 98]]
    """
    tokens = torch.tensor(list(text.encode()), dtype=torch.int64)
    _require_window(len(tokens), length, "bytes")
    return tokens[: len(tokens) // length * length].reshape(-1, length)


def token_windows(text: str, tokenizer: Any, length: int, n_windows: int) -> Tensor:
    """The first whole windows of a text as a model reads them, special tokens included.

    Parameters
    ----------
    text : str
    tokenizer : transformers.PreTrainedTokenizerFast
    length : int
        Of a window, in tokens.
    n_windows : int
        No more than so many.

    Returns
    -------
    Tensor of int64, shape (n, length)

    Raises
    ------
    ValueError
        If there is no whole window, or the tokeniser is a slow one, which cannot cut a text.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"?": 0, "tea": 1, "and": 2}, unk_token="?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> token_windows("tea and milk and tea", tokenizer, length=2, n_windows=9).tolist()
    [[1, 2], [0, 2]]
    """
    if not tokenizer.is_fast:
        raise ValueError(
            f"the tokeniser is a {type(tokenizer).__name__}, which cannot cut a text into windows; "
            "expected one with a tokenizer.json"
        )
    found = tokenizer(
        text[: CHARACTERS_PER_TOKEN * length * n_windows],
        truncation=True,
        max_length=length,
        return_overflowing_tokens=True,
    )["input_ids"]
    whole = [window for window in found if len(window) == length]
    _require_window(length if whole else len(found[0]), length, "tokens")
    return torch.tensor(whole[:n_windows])


def _require_window(n: int, length: int, unit: str) -> None:
    if length < 2:
        raise ValueError(f"length is {length}; expected at least 2 {unit}")
    if n < length:
        raise ValueError(
            f"the text has {n} {unit}, and a window {length}; give a longer text or a smaller "
            "length"
        )
