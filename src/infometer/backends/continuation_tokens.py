"""Where a continuation begins among the tokens of the text that it continues."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["ContinuationTokens", "continuation_tokens"]


class ContinuationTokens(NamedTuple):
    """A prompt and its continuation as one row of tokens.

    Attributes
    ----------
    ids : list of int
        All of them, those that the tokeniser puts in front included.
    start : int
        Place of the first token of the continuation; at least 1.
    strings : tuple of str
        The tokens of the continuation as text; joined they are the continuation.
    """

    ids: list[int]
    start: int
    strings: tuple[str, ...]


def continuation_tokens(tokenizer: Any, prompt: str, continuation: str) -> ContinuationTokens:
    """Cut prompt and continuation into tokens as one text, and find the boundary by the offsets.

    Tokens that the tokeniser itself puts in front of a text stay, those behind it go. A text that
    begins without any token before it gets the tokeniser's beginning of sequence.

    Parameters
    ----------
    tokenizer : PreTrainedTokenizerFast
    prompt, continuation : str

    Returns
    -------
    ContinuationTokens

    Raises
    ------
    ValueError
        Where one token holds the end of the prompt and the beginning of the continuation: neither
        has a probability of its own then. Also for an empty continuation, and for an empty prompt
        where the tokeniser has no beginning of sequence.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"2": 0, "+": 1, "=": 2, "4": 3, "?": 4}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> continuation_tokens(tokenizer, "2 + 2 =", " 4 ?")
    ContinuationTokens(ids=[0, 1, 0, 2, 3, 4], start=4, strings=(' 4', ' ?'))
    """
    if not continuation:
        raise ValueError("continuations hold an empty text; expected at least one character")
    read = tokenizer(
        prompt + continuation, return_offsets_mapping=True, return_special_tokens_mask=True
    )
    added = read["special_tokens_mask"]
    real = [place for place, special in enumerate(added) if not special]
    ids = list(read["input_ids"])[: real[-1] + 1]
    spans = [tuple(span) for span in read["offset_mapping"]][: len(ids)]
    boundary = len(prompt)
    start = next(place for place in real if spans[place][1] > boundary)
    _refuse_straddling(prompt, continuation, *spans[start])
    if start == 0:
        if tokenizer.bos_token_id is None:
            raise ValueError(
                "prompt is empty, and this tokeniser has no beginning of sequence that the first "
                "token could follow; give a prompt of at least one token"
            )
        ids, start = [tokenizer.bos_token_id, *ids], 1
        spans = [(0, 0), *spans]
    return ContinuationTokens(ids, start, _strings(continuation, boundary, spans[start:]))


def _refuse_straddling(prompt: str, continuation: str, begin: int, end: int) -> None:
    boundary = len(prompt)
    if begin < boundary:
        token = (prompt + continuation)[begin:end]
        raise ValueError(
            f"the token {token!r} holds the end of the prompt, {prompt[begin:]!r}, and the "
            f"beginning of the continuation, {continuation[: end - boundary]!r}; move the boundary "
            "to the edge of a token, as by ending the prompt before the space and beginning the "
            "continuation with it"
        )


def _strings(continuation: str, boundary: int, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """The text from the end of one token to the end of the next.

    A character of several byte tokens goes to the first of them.
    """
    ends = [min(max(end - boundary, 0), len(continuation)) for _, end in spans]
    ends[-1] = len(continuation)
    begins = [0, *ends[:-1]]
    return tuple(continuation[a:b] for a, b in zip(begins, ends, strict=True))
