"""A part of the training items held back, on which a probe chooses how flexible to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from infometer.resampling import group_codes, subsampling_splits

__all__ = ["held_out_losses", "inner_splits"]

PARTS = 5
ENOUGH = 10_000
"""Items of which one part alone tells log-losses apart to about a hundredth of a nat."""


def inner_splits(
    y: np.ndarray, groups: Any = None, random_state: Any = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to fit to and rows to choose on: each fifth in turn, or one fifth of 10 000 or more.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Classes, which are dealt out evenly unless there are groups.
    groups : array-like, shape (n,), optional
        Kept whole.
    random_state : int, None, RandomState or Generator

    Yields
    ------
    (ndarray, ndarray) of int
        Nothing where there are too few rows or groups to hold any back.

    Examples
    --------
    >>> [len(held) for _, held in inner_splits(np.arange(100) % 2, random_state=0)]
    [20, 20, 20, 20, 20]
    """
    codes = group_codes(groups, len(y))
    units = len(y) if codes is None else int(codes.max()) + 1
    parts = min(PARTS, units)
    if parts < 2:
        return
    (part,) = subsampling_splits(
        len(y), strata=y, groups=codes, parts=(parts,), repeats=1, random_state=random_state
    )
    for held in range(1 if len(y) >= ENOUGH else parts):
        fitted = np.flatnonzero(part != held)
        known = np.isin(y, np.unique(y[fitted]))
        if len(np.unique(y[fitted])) > 1:
            yield fitted, np.flatnonzero((part == held) & known)


def held_out_losses(probabilities: np.ndarray, classes: np.ndarray, y: np.ndarray) -> float:
    """Sum of -log p of the labels, nats; classes are sorted and hold every label."""
    own = probabilities[np.arange(len(y)), np.searchsorted(classes, y)]
    return float(-np.log(np.maximum(own, np.finfo(float).tiny)).sum())
