"""Random splits of the rows in disjoint parts, which keep classes in proportion or groups whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.resampling.groups import group_codes
from infometer.resampling.seeds import generator, root_seed

__all__ = ["subsampling_splits"]


def subsampling_splits(
    n: int,
    *,
    strata: np.ndarray | None = None,
    groups: Any = None,
    parts: Sequence[int] = (2, 3),
    repeats: int = 10,
    random_state: Any = None,
) -> np.ndarray:
    """Random splits of the rows in disjoint parts: row i of split s lies in part ``[s, i]``.

    Every class of `strata` is dealt out evenly. With groups each lies whole in one part: in a
    random order they go, one by one, to the part that has fewest rows, whatever the strata.

    Parameters
    ----------
    n : int
        Rows.
    strata : ndarray of int, shape (n,), optional
    groups : array-like of any type, shape (n,), optional
    parts : sequence of int
        Numbers of parts to split into.
    repeats : int
        Random splits for each number of parts.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int8, shape (S, n)
        S = len(parts) × repeats.

    Raises
    ------
    ValueError
        For fewer than 2 or more than 127 parts, or more parts than groups or rows.

    Examples
    --------
    >>> subsampling_splits(6, groups=list("aabbcc"), parts=(3,), repeats=2, random_state=0)
    array([[2, 2, 0, 0, 1, 1],
           [1, 1, 0, 0, 2, 2]], dtype=int8)
    """
    codes, root = group_codes(groups, n), root_seed(random_state)
    sizes = np.ones(n, dtype=np.int64) if codes is None else np.bincount(codes)
    if not 2 <= min(parts) <= max(parts) <= min(len(sizes), 127):
        raise ValueError(
            f"parts are {tuple(parts)} of {len(sizes)} {'rows' if codes is None else 'groups'}; "
            "expected numbers from 2 to 127, and no more parts than there is to deal out"
        )
    classes = np.zeros(n, dtype=int) if strata is None else np.asarray(strata)
    names = [(m, repeat) for m in parts for repeat in range(repeats)]
    splits = np.empty((len(names), n), dtype=np.int8)
    for split, (m, repeat) in zip(splits, names, strict=True):
        rng = generator(root, "subsample", m, repeat)
        split[:] = _deal(classes, m, rng) if codes is None else _deal_groups(sizes, m, rng)[codes]
    return splits


def _deal(strata: np.ndarray, parts: int, rng: np.random.Generator) -> np.ndarray:
    """The part of every row, each stratum dealt out evenly."""
    order = rng.permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    dealt = np.empty(len(strata), dtype=np.int8)
    dealt[order] = np.arange(len(strata)) % parts
    return dealt


def _deal_groups(sizes: np.ndarray, parts: int, rng: np.random.Generator) -> np.ndarray:
    """The part of every group."""
    rows, dealt = np.zeros(parts, dtype=np.int64), np.empty(len(sizes), dtype=np.int8)
    for group in rng.permutation(len(sizes)):
        dealt[group] = rows.argmin()
        rows[dealt[group]] += sizes[group]
    return dealt
