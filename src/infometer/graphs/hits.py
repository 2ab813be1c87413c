"""The share of true links that a scorer ranks above all but the best false ones."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["hits_at_k"]


def hits_at_k(positive: Any, negative: Any, k: int) -> float:
    """Share of the positive scores strictly above the k-th best negative one.

    Parameters
    ----------
    positive, negative : array-like of float, shape (p,) and (m,)
        Scores of pairs that are links, and of pairs that are none.
    k : int
        From 1 to m.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer than k negatives, no positives, or NaN among the scores.

    Examples
    --------
    >>> hits_at_k([0.9, 0.6, 0.2], [0.7, 0.5, 0.1], k=2)
    0.6666666666666666
    """
    above, below = np.asarray(positive, dtype=float), np.asarray(negative, dtype=float)
    if above.size == 0 or np.isnan(above).any() or np.isnan(below).any():
        raise ValueError(
            f"positive has {above.size} scores and {int(np.isnan(above).sum())} NaN, negative "
            f"{int(np.isnan(below).sum())} NaN; expected at least one positive and no NaN"
        )
    if not 1 <= k <= below.size:
        raise ValueError(
            f"k is {k} and there are {below.size} negative scores; expected 1 <= k <= negatives: "
            "sample more negatives or take a smaller k"
        )
    threshold = np.partition(below, below.size - k)[below.size - k]
    return float(np.mean(above > threshold))
