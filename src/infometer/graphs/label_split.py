"""Labelled rows for training, validation and test, every class alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.resampling import generator

__all__ = ["split_labels"]


def split_labels(
    labels: np.ndarray, *, fractions: Sequence[float] = (0.6, 0.2, 0.2), random_state: Any = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Part labelled rows into training, validation and test, every class alike.

    Parameters
    ----------
    labels : ndarray, shape (n,)
    fractions : three floats
        With the sum 1. Each class has at least one row in training.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    train, validation, test : ndarray of int
        Numbers of rows, in order.

    Raises
    ------
    ValueError
        If the fractions do not fit.

    Examples
    --------
    >>> [len(part) for part in split_labels(np.repeat(["a", "b"], 10), random_state=0)]
    [12, 4, 4]
    """
    shares = np.asarray(fractions, dtype=float)
    if shares.shape != (3,) or (shares < 0).any() or abs(shares.sum() - 1.0) > 1e-9:
        raise ValueError(
            f"fractions is {tuple(fractions)}; expected the shares of training, validation and "
            "test, with the sum 1"
        )
    parts: list[list[np.ndarray]] = [[], [], []]
    rng = generator(random_state, "labels")
    classes, codes = np.unique(labels, return_inverse=True)
    for code in range(len(classes)):
        rows = rng.permutation(np.flatnonzero(codes == code))
        ends = np.round(np.cumsum(shares) * len(rows)).astype(int)
        for part, own in zip(parts, np.split(rows, np.maximum(ends[:2], 1)), strict=True):
            part.append(own)
    train, validation, test = (np.sort(np.concatenate(part)) for part in parts)
    return train, validation, test
