"""Responses to one prompt that share beginnings: a tree of segments of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from infometer.resampling import generator

__all__ = ["PrefixTree", "TextLengths"]


class TextLengths(NamedTuple):
    """What the responses of a tree cost to write and to read, from `PrefixTree.lengths`.

    Parameters
    ----------
    generated : float
        Of all segments: what was written for the tree.
    as_chain : float
        Of all responses, each by itself: what they would have taken without shared beginnings.
    read : float
        Of a pair of responses, the beginning that they share left out; mean over all pairs.
    read_with_prefix : float
        The same with the shared beginning, once.
    read_whole : float
        The same with both responses from their start.
    """

    generated: float
    as_chain: float
    read: float
    read_with_prefix: float
    read_whole: float


@dataclass(frozen=True, eq=False, repr=False)
class PrefixTree:
    """A prompt, and responses to it that branch: the text of a node continues that of its parent.

    Responses are the texts at which something ended, each once: `leaves`. Most are at the ends of
    the tree, but what is a whole response may also be the beginning of another.

    Parameters
    ----------
    prompt : str
    parents : array of int, shape (n,)
        Of each node; −1 of the first, the root, and of any other a node before it.
    segments : sequence of str, shape (n,)
        What each node adds to its parent's text: "" for the root, text for every other.
    complete : array of bool, shape (n,), optional
        Whether a response ended there; by default at nodes without children.

    Raises
    ------
    ValueError
        For parents that make no tree, empty segments, and a tree without a response.

    Examples
    --------
    >>> tree = PrefixTree("Why?", [-1, 0, 1, 1], ["", "It rains. ", "I stay.", "I go."])
    >>> tree
    PrefixTree(4 nodes, 2 responses, depth 2)
    >>> tree.leaves
    ('It rains. I stay.', 'It rains. I go.')
    >>> tree.shared_prefix(0, 1)
    'It rains. '
    """

    prompt: str
    parents: np.ndarray
    segments: tuple[str, ...]
    complete: np.ndarray | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "segments", tuple(self.segments))
        put(self, "parents", _read_parents(self.parents, self.segments))
        n = len(self.segments)
        if self.complete is None:
            ends = np.ones(n, dtype=bool)
            ends[self.parents[1:]] = False
            put(self, "complete", ends)
        elif np.shape(self.complete) != (n,):
            raise ValueError(
                f"complete has shape {np.shape(self.complete)}; expected ({n},), one a node"
            )
        else:
            put(self, "complete", np.asarray(self.complete, dtype=bool))
        if not self.leaves:
            raise ValueError(
                "the tree has no response: no node but the root, or none complete; give at least "
                "one complete node with text"
            )

    def __repr__(self) -> str:
        return (
            f"PrefixTree({len(self.segments)} nodes, {len(self.leaves)} responses, "
            f"depth {self.depths.max()})"
        )

    @cached_property
    def depths(self) -> np.ndarray:
        """Segments from the root to each node. Shape (n,)."""
        depths = np.zeros(len(self.segments), dtype=int)
        for node, parent in enumerate(self.parents[1:], start=1):
            depths[node] = depths[parent] + 1
        return depths

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text up to and with each node, without the prompt; n of them."""
        texts = [""]
        for parent, segment in zip(self.parents[1:], self.segments[1:], strict=True):
            texts.append(texts[parent] + segment)
        return tuple(texts)

    @cached_property
    def leaf_nodes(self) -> np.ndarray:
        """The node of each response; of several with the same text, the first. Shape (k,)."""
        first: dict[str, int] = {}
        for node in np.flatnonzero(np.asarray(self.complete)).tolist():
            if self.texts[node]:
                first.setdefault(self.texts[node], node)
        return np.array(list(first.values()), dtype=int)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The k different responses, without the prompt."""
        return tuple(self.texts[node] for node in self.leaf_nodes)

    def pairs(self, n: int, random_state: Any = None) -> np.ndarray:
        """Pairs of different responses, uniform among all ordered pairs and independent.

        Parameters
        ----------
        n : int
        random_state : int, None, RandomState or Generator

        Returns
        -------
        ndarray of int, shape (n, 2)
            Places in `leaves`.

        Raises
        ------
        ValueError
            If all responses are the same text.
        """
        k = len(self.leaves)
        if n < 1:
            raise ValueError(f"n is {n}; expected at least 1")
        if k < 2:
            raise ValueError(
                "the tree has 1 response, which cannot be compared with itself; grow it with more "
                "branching or at a higher temperature"
            )
        rng = generator(random_state, "pairs of a prefix tree")
        first = rng.integers(k, size=n)
        return np.stack([first, (first + rng.integers(1, k, size=n)) % k], axis=1)

    def shared_prefix(self, u: int, v: int) -> str:
        """The whole segments that responses `u` and `v` begin with; show what comes after them.

        Parameters
        ----------
        u, v : int
            Places in `leaves`.
        """
        ours, theirs = self._path(u), self._path(v)
        shared = [a for a, b in zip(ours, theirs, strict=False) if a == b]
        return self.texts[shared[-1]]

    def _path(self, leaf: int) -> list[int]:
        """The nodes from the root to a response."""
        if not 0 <= leaf < len(self.leaves):
            raise ValueError(f"there is no response {leaf}; expected 0 to {len(self.leaves) - 1}")
        path = [int(self.leaf_nodes[leaf])]
        while path[-1] != 0:
            path.append(int(self.parents[path[-1]]))
        return path[::-1]

    def lengths(self, count: Callable[[str], float] = len) -> TextLengths:
        """What was written, and what a reader of pairs reads.

        Parameters
        ----------
        count : callable
            The length of a text: characters by default; for tokens
            ``lambda text: len(tokenizer(text)["input_ids"])``.

        Returns
        -------
        TextLengths

        Examples
        --------
        >>> tree = PrefixTree("Why?", [-1, 0, 1, 1], ["", "It rains. ", "I stay.", "I go."])
        >>> found = tree.lengths()
        >>> found.generated, found.as_chain, found.read, found.read_whole
        (22.0, 32.0, 12.0, 32.0)
        """
        own = np.array([0.0, *(count(segment) for segment in self.segments[1:])])
        below = np.zeros(len(own))
        below[self.leaf_nodes] = 1
        for node in range(len(own) - 1, 0, -1):
            below[self.parents[node]] += below[node]
        k = below[0]
        whole = 2 * (own @ below) / k
        shared = own @ (below * (below - 1)) / (k * (k - 1)) if k > 1 else np.nan
        sizes = (own.sum(), own @ below, whole - 2 * shared, whole - shared, whole)
        return TextLengths(*map(float, sizes))


def _read_parents(parents: Any, segments: Sequence[str]) -> np.ndarray:
    given = np.asarray(parents)
    n = len(segments)
    if given.shape != (n,) or given.dtype.kind not in "iu":
        raise ValueError(
            f"parents has shape {given.shape} of {given.dtype} with {n} segments; expected one "
            "whole number a segment"
        )
    if n == 0 or given[0] != -1 or segments[0] != "":
        raise ValueError(
            "the tree has no root; expected the first node to have the parent -1 and the segment ''"
        )
    wrong = np.flatnonzero((given[1:] < 0) | (given[1:] >= np.arange(1, n))) + 1
    if len(wrong):
        raise ValueError(
            f"parents[{wrong[0]}] is {given[wrong[0]]}; expected a node before node {wrong[0]}"
        )
    empty = [node for node in range(1, n) if not segments[node]]
    if empty:
        raise ValueError(f"segments[{empty[0]}] is empty; expected text in every node but the root")
    return given.astype(int)
