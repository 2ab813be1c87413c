"""Pairs of items that are near: in a ranking so far, or in a space of embeddings.

A label tells most where its outcome is open, and that is between equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

__all__ = ["neighbor_pairs", "swiss_pairs"]


def swiss_pairs(scores: Any, played: Any = ()) -> np.ndarray:
    """The next round of a Swiss tournament: adjacent items of the ranking so far.

    From the top every item meets the next below that is free and that it has not met. One that has
    met all who are left sits this round out, as does the last of an odd number.

    Parameters
    ----------
    scores : array-like of float, shape (n,)
        Such as wins so far or a posterior's mean; equal scores stand by the number of the item.
    played : array-like of int, shape (m, 2)
        The pairs of earlier rounds.

    Returns
    -------
    ndarray of int, shape (at most n // 2, 2)
        The higher ranked first.

    Raises
    ------
    ValueError
        If scores are not finite, or `played` names an item that has none.

    Examples
    --------
    >>> swiss_pairs([3, 1, 2, 0]).tolist()
    [[0, 2], [1, 3]]
    >>> swiss_pairs([3, 1, 2, 0], played=[(2, 0)]).tolist()
    [[0, 1], [2, 3]]
    """
    values = np.asarray(scores, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"scores has shape {values.shape}; expected a finite number for each item")
    before = np.asarray(played).reshape(-1, 2)
    if len(before) and not (before.min() >= 0 and before.max() < len(values)):
        raise ValueError(
            f"played names items {before.min()} to {before.max()}; expected 0 to {len(values) - 1}"
        )
    met = {(u, v) for pair in before.tolist() for u, v in (pair, pair[::-1])}
    free = np.argsort(-values, kind="stable").tolist()
    pairs = []
    while free:
        item = free.pop(0)
        rival = next((other for other in free if (item, other) not in met), None)
        if rival is not None:
            free.remove(rival)
            pairs.append((item, rival))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def neighbor_pairs(X: Any, k: int = 10) -> np.ndarray:
    """Every item with its k nearest in Euclidean distance, each pair once.

    To compare what is alike; as edges of a prior, see `neighbor_edges`.

    Parameters
    ----------
    X : array-like of float, shape (n, d)
        Embeddings of the items.
    k : int
        From 1 to n − 1.

    Returns
    -------
    ndarray of int, shape (m, 2)
        In rising order, the smaller number first; n k / 2 ≤ m ≤ n k.

    Raises
    ------
    ValueError
        If embeddings are not finite numbers in rows, or k is out of range.

    Examples
    --------
    >>> neighbor_pairs([[0.0], [1.0], [1.5], [9.0]], k=1).tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    points = np.asarray(X, dtype=float)
    if points.ndim != 2:
        raise ValueError(f"X has shape {points.shape}; expected (n, d), a row for an item")
    if (broken := ~np.isfinite(points).all(axis=1)).any():
        raise ValueError(
            f"X holds NaN or infinity in {int(broken.sum())} rows, the first row "
            f"{int(broken.argmax())}; expected finite numbers: leave those items out"
        )
    if not 1 <= k < len(points):
        raise ValueError(f"k is {k} for {len(points)} items; expected 1 to {len(points) - 1}")
    nearest = NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)
    pairs = np.column_stack([np.repeat(np.arange(len(points)), k), nearest.ravel()])
    return np.unique(np.sort(pairs, axis=1), axis=0)
