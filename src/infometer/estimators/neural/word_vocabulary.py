"""Words of training texts, numbered: what a model trained from scratch can tell apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["WordVocabulary", "split_words"]

WORD = re.compile(r"\w+|[^\w\s]")
PADDING, START, BETWEEN, UNKNOWN = range(4)
"""Ids that are no words: after the end, before the first text, between two, and any rare word."""


def split_words(text: str) -> list[str]:
    """Runs of letters and digits, and signs one by one, in lower case.

    Examples
    --------
    >>> split_words("Wash you!")
    ['wash', 'you', '!']
    """
    return WORD.findall(text.lower())


@dataclass(frozen=True)
class WordVocabulary:
    """Numbers for words; a word that is not known shares one number with all others.

    Parameters
    ----------
    words : tuple of str

    Examples
    --------
    >>> vocabulary = WordVocabulary.of([("the cat",), ("the dog",)], min_count=2)
    >>> vocabulary.encode([("the cat",), ("",), ("the", "dog")])
    array([[1, 4, 3, 0],
           [1, 0, 0, 0],
           [1, 4, 2, 3]], dtype=int32)
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], min_count: int = 1) -> WordVocabulary:
        """The words that stand at least `min_count` times in the texts of the rows, frequent first.

        Parameters
        ----------
        rows : iterable of sequence of str
            The texts of each item.
        min_count : int

        Returns
        -------
        WordVocabulary
        """
        counts = Counter(word for row in rows for text in row for word in split_words(text))
        kept = [(-count, word) for word, count in counts.items() if count >= min_count]
        return cls(tuple(word for _, word in sorted(kept)))

    def __len__(self) -> int:
        """How many numbers there are, those that are no words among them."""
        return len(self.words) + UNKNOWN + 1

    def encode(self, rows: Sequence[Sequence[str]]) -> np.ndarray:
        """Every item as one row of ids: a start, its first text, a sign between, its second.

        Parameters
        ----------
        rows : sequence of sequence of str, length n

        Returns
        -------
        ndarray of int32, shape (n, L)
            L is the length of the longest; shorter ones are filled up with `PADDING`.
        """
        coded = [self._encode_one(row) for row in rows]
        ids = np.full((len(coded), max(map(len, coded), default=1)), PADDING, dtype=np.int32)
        for position, one in enumerate(coded):
            ids[position, : len(one)] = one
        return ids

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words, UNKNOWN + 1)}

    def _encode_one(self, texts: Sequence[str]) -> list[int]:
        ids: list[int] = []
        for text in texts:
            ids.append(BETWEEN if ids else START)
            ids += [self._ids.get(word, UNKNOWN) for word in split_words(text)]
        return ids
