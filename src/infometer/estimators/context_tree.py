"""Context-tree weighting: predictive laws of a sequence, mixed over all trees of its past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from infometer.estimators.samples import require_count

__all__ = ["ContextTree", "context_tree"]

LARGEST_LAW = 2**26
"""Numbers in one array of laws, 512 MiB of doubles; `directed_information` holds ten of them."""

LARGEST_TREE = 2**27
"""Nodes at all steps; three such arrays are kept."""


@dataclass(frozen=True, eq=False, repr=False)
class ContextTree:
    r"""The mixture of all context trees of at most a depth, as it predicts each symbol in turn.

    Of a node s, which is a suffix of the past, and the symbols that have followed it so far,

    .. math:: P_w(s) = \tfrac12 P_e(s) + \tfrac12 \prod_c P_w(cs), \qquad
        P_e(a \mid s) = \frac{n_a(s) + 1/2}{n(s) + M/2},

    and P_w = P_e at the deepest nodes. A symbol may have several parts, such as the symbols of two
    sequences at one time; all parts of the past are the context. Made by `context_tree`.

    Parameters
    ----------
    symbols : ndarray of int, shape (m, parts)
        What was predicted, from the first symbol with a whole past on.
    sizes : tuple of int
        Of the alphabets of the parts; M is their product.
    nodes : ndarray of int, shape (depth + 1, m)
        The node of each depth that each symbol follows.
    visits : ndarray, shape (depth + 1, m)
        How often each had been visited before.
    weights : ndarray, shape (depth, m)
        What its own counts then weigh in the law of the node, beside those of its children.

    References
    ----------
    F. M. J. Willems, Y. M. Shtarkov and T. J. Tjalkens, "The context-tree weighting method: basic
    properties", IEEE Trans. Inf. Theory 41, 653 (1995).
    """

    symbols: np.ndarray
    sizes: tuple[int, ...]
    nodes: np.ndarray
    visits: np.ndarray
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.symbols)

    def __repr__(self) -> str:
        return f"ContextTree({len(self)} steps of {self.sizes} symbols; depth {self.depth})"

    @property
    def depth(self) -> int:
        """The most symbols of the past that count."""
        return len(self.weights)

    def law(self, asked: Sequence[int] | None = None, shown: Sequence[int] = ()) -> np.ndarray:
        """Q(a, shown parts as they came | past) for each symbol a of the parts that are asked.

        Parameters
        ----------
        asked : sequence of int, optional
            Parts; all where nothing is said. The symbols of several are numbered row by row.
        shown : sequence of int
            Parts whose present is known. The parts that are neither are summed out.

        Returns
        -------
        ndarray, shape (m, M of the parts that are asked)
            Each row sums to Q(shown | past), which is 1 where nothing is shown.

        Raises
        ------
        ValueError
            Where the laws would take more than 512 MiB.

        Examples
        --------
        >>> tree = context_tree(np.array([0, 1, 0, 1, 0, 1, 0, 1]), depth=1)
        >>> tree.law().round(3)[[0, -1]].tolist()
        [[0.5, 0.5], [0.143, 0.857]]
        """
        asked = range(len(self.sizes)) if asked is None else asked
        symbols, size = _joined(self.symbols, self.sizes, asked)
        known, n_known = _joined(self.symbols, self.sizes, shown)
        if len(self) * size > LARGEST_LAW:
            raise ValueError(
                f"laws of {size} symbols at {len(self)} steps are {len(self) * size:,} numbers, "
                f"more than {LARGEST_LAW:,}: merge rare symbols, or cut the sequence"
            )
        total = np.prod(self.sizes, dtype=float)
        present = np.zeros((len(self), size))
        present[np.arange(len(self)), symbols] = 1.0
        law = np.empty(0)
        for depth in reversed(range(self.depth + 1)):
            counts = _earlier(present, self.nodes[depth] * n_known + known)
            counts += total / (2 * size * n_known)
            counts /= (self.visits[depth] + total / 2)[:, None]
            if depth == self.depth:
                law = counts
            else:
                counts -= law
                law += self.weights[depth][:, None] * counts
        return law

    def log_probability(self) -> float:
        """Log P_w of the whole sequence after its first ``depth`` symbols, in nats."""
        parts = range(len(self.sizes))
        return float(np.log(self.law((), shown=parts)).sum())


def context_tree(
    symbols: np.ndarray, depth: int, sizes: Sequence[int] | None = None
) -> ContextTree:
    """The context-tree weighting of a sequence of symbols, the tree with its counts at every step.

    The first `depth` symbols are only past: prediction starts where every context is whole. Takes
    time and memory proportional to n · depth.

    Parameters
    ----------
    symbols : ndarray of int, shape (n,) or (n, parts)
        Numbered from 0.
    depth : int
        The most symbols of the past that count, at least 0.
    sizes : sequence of int, optional
        Of the alphabets of the parts; else one more than the largest symbol.

    Returns
    -------
    ContextTree

    Raises
    ------
    ValueError
        For symbols that are no integers from 0 on, or no more of them than `depth`.

    Examples
    --------
    Of a sequence that alternates, one symbol of the past is soon known to tell the next:

    >>> tree = context_tree(np.tile([0, 1], 50), depth=2)
    >>> round(tree.log_probability(), 3)
    -5.735
    """
    parts, found = _read(symbols, depth, sizes)
    joint, size = _joined(parts, found, range(len(found)))
    nodes = _nodes(joint, size, depth)
    joint = joint[depth:]
    visits = np.array([_earlier(np.ones(len(joint)), node) for node in nodes])
    weights = np.empty((depth, len(joint)))
    law = np.empty(0)
    for level in reversed(range(depth + 1)):
        counts = _earlier(np.ones(len(joint)), nodes[level] * size + joint)
        estimated = (counts + 0.5) / (visits[level] + size / 2)
        if level == depth:
            law = estimated
        else:
            log_ratio = _earlier(np.log(estimated / law), nodes[level])  # of P_e to Π P_w(child)
            weights[level] = expit(log_ratio)
            law += weights[level] * (estimated - law)
    return ContextTree(parts[depth:], found, nodes, visits, weights)


def _read(symbols: Any, depth: int, sizes: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    require_count(depth, "depth", 0)
    parts = np.asarray(symbols)
    if parts.ndim not in (1, 2) or parts.dtype.kind not in "iu" or parts.size == 0:
        raise ValueError(
            f"symbols are {parts.dtype} of shape {parts.shape}; expected integers from 0 on, shape "
            "(n,) or (n, parts): symbol_codes numbers labels of any type"
        )
    parts = parts.reshape(len(parts), -1)
    if len(parts) <= depth:
        raise ValueError(
            f"symbols are {len(parts)} and depth is {depth}; expected more symbols than that: the "
            "first are only past"
        )
    found = tuple(int(most) + 1 for most in parts.max(axis=0))
    given = found if sizes is None else tuple(int(size) for size in sizes)
    if parts.min() < 0 or len(given) != len(found) or any(np.less(given, found)):
        raise ValueError(
            f"symbols lie between {parts.min()} and {parts.max(axis=0).tolist()}; expected from 0 "
            f"to below sizes {list(given)}, one for each part"
        )
    if (depth + 1) * len(parts) > LARGEST_TREE:
        raise ValueError(
            f"depth {depth} at {len(parts):,} steps asks for {(depth + 1) * len(parts):,} nodes, "
            f"more than {LARGEST_TREE:,}: lower depth, or cut the sequence"
        )
    if math.prod(given) * len(parts) > np.iinfo(np.int64).max:
        raise ValueError(
            f"symbols of the sizes {list(given)} at {len(parts)} steps have no numbers of 64 bits: "
            "number those that occur from 0 on, as symbol_codes does"
        )
    return parts.astype(np.int64), given


def _joined(
    parts: np.ndarray, sizes: Sequence[int], which: Sequence[int]
) -> tuple[np.ndarray, int]:
    """Some parts of each symbol as one, and the size of their alphabet."""
    joined, size = np.zeros(len(parts), dtype=np.int64), 1
    for part in which:
        joined, size = joined * sizes[part] + parts[:, part], size * sizes[part]
    return joined, size


def _nodes(symbols: np.ndarray, size: int, depth: int) -> np.ndarray:
    """The node of each depth in which each symbol from `depth` on stands, numbered from 0."""
    n = len(symbols)
    nodes = np.zeros((depth + 1, n - depth), dtype=np.int64)
    for back in range(1, depth + 1):
        past = symbols[depth - back : n - back]
        nodes[back] = pd.factorize(nodes[back - 1] * size + past)[0]
    return nodes


def _earlier(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """For each row the sum of the values of the rows before it that are of the same group."""
    small = groups.astype(np.min_scalar_type(int(groups.max())))  # two bytes are sorted by radix
    order = np.argsort(small, kind="stable")
    sorted_groups = small[order]
    moved = values[order]
    sums = np.cumsum(moved, axis=0)
    sums -= moved
    first = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    sums -= np.repeat(sums[first], np.diff(first, append=len(order)), axis=0)
    result = np.empty_like(sums)
    result[order] = sums
    return result
