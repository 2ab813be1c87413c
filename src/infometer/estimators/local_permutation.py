"""Permutations that keep a condition: every row goes to a row with nearly the same Z."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import KDTree

__all__ = ["local_permutation", "rows_nearby"]


def rows_nearby(z: np.ndarray, k: int = 5) -> list[np.ndarray]:
    """The rows as near to each row as its k-th nearest, itself and all that tie included.

    Parameters
    ----------
    z : ndarray, shape (n, dz)
    k : int
        At most n.

    Returns
    -------
    list of ndarray of int
        One for each row, at least k long.

    Examples
    --------
    >>> [rows.tolist() for rows in rows_nearby(np.array([[0.0], [1.0], [5.0], [7.0]]), 2)]
    [[0, 1], [0, 1], [2, 3], [2, 3]]
    """
    tree = KDTree(z, metric="chebyshev")
    reach = tree.query(z, k=k)[0][:, -1]
    return [np.sort(rows) for rows in tree.query_radius(z, reach)]


def local_permutation(nearby: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """A random row nearby for each row, no row twice as long as one nearby is free.

    Shuffling y by it breaks what x and y share beyond Z, and keeps what each shares with Z.

    Parameters
    ----------
    nearby : list of ndarray of int
        From `rows_nearby`.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (n,)

    References
    ----------
    J. Runge, "Conditional independence testing based on a nearest-neighbor estimator of
    conditional mutual information", AISTATS 2018, algorithm 1.

    Examples
    --------
    >>> nearby = rows_nearby(np.array([[0.0], [1.0], [5.0], [7.0]]), 2)
    >>> local_permutation(nearby, np.random.default_rng(1)).tolist()
    [0, 1, 3, 2]
    """
    order = np.empty(len(nearby), dtype=int)
    taken = np.zeros(len(nearby), dtype=bool)
    for row in rng.permutation(len(nearby)):
        candidates = rng.permutation(nearby[row])
        free = candidates[~taken[candidates]]
        order[row] = free[0] if len(free) else candidates[-1]
        taken[order[row]] = True
    return order
