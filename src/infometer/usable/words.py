"""Where the words of a text stand, and the text without one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

__all__ = ["WORD", "Tokenizer", "token_spans", "without_spans", "words"]

WORD = r"\w+(?:[-'’]\w+)*"
"""Letters and digits, joined by single hyphens or apostrophes: ``don't`` is one word."""

Tokenizer = str | Callable[[str], Iterable[str]]
"""A regular expression, or what cuts a text into pieces of itself in their order."""


def words(text: str) -> list[str]:
    """The words of a text in their order.

    Examples
    --------
    >>> words("Nobody's here -- don't ask.")
    ["Nobody's", 'here', "don't", 'ask']
    """
    return re.findall(WORD, text)


def token_spans(text: str, tokenizer: Tokenizer = WORD) -> dict[str, list[tuple[int, int]]]:
    """Start and end of every occurrence of every token of a text.

    Raises
    ------
    ValueError
        For a token that the text does not hold after the token before it.

    Examples
    --------
    >>> token_spans("to be or not to be")["be"]
    [(3, 5), (16, 18)]
    """
    found: dict[str, list[tuple[int, int]]] = {}
    if isinstance(tokenizer, str):
        for match in re.finditer(tokenizer, text):
            if match[0]:
                found.setdefault(match[0], []).append(match.span())
        return found
    end = 0
    for token in tokenizer(text):
        start = text.find(token, end)
        if start < 0 or not token:
            raise ValueError(
                f"tokenizer gave {token!r} for {text!r}; expected pieces of the text as they stand "
                "in it, in their order (without marks such as '##' or '▁')"
            )
        end = start + len(token)
        found.setdefault(token, []).append((start, end))
    return found


def without_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without these parts, each with the space before it, or after it at the beginning.

    Parameters
    ----------
    text : str
    spans : sequence of (start, end)
        In their order.

    Examples
    --------
    >>> without_spans("Not a cat, not a dog.", [(4, 5), (15, 16)])
    'Not cat, not dog.'
    """
    kept, last = "", 0
    for start, end in spans:
        kept = (kept + text[last:start]).rstrip()
        last = end
    rest = text[last:]
    return kept + rest if kept else rest.lstrip()
