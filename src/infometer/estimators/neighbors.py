"""Nearest neighbours in the two forms that the estimators need: distances and counts."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from sklearn.neighbors import KDTree

__all__ = ["count_within", "nearest"]


def nearest(points: np.ndarray, k: int, metric: str = "chebyshev") -> tuple[np.ndarray, np.ndarray]:
    """Distances to and indices of the k nearest other rows of `points`.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    k : int
        Less than n.
    metric : {"chebyshev", "euclidean"}

    Returns
    -------
    distances, indices : ndarray, shape (n, k)
        From the nearest to the farthest.

    Examples
    --------
    >>> nearest(np.array([[0.0], [1.0], [3.0]]), 1)[0].ravel().tolist()
    [1.0, 1.0, 2.0]
    """
    order = np.inf if metric == "chebyshev" else 2
    found = cKDTree(points).query(points, k=k + 1, p=order)
    distances, indices = np.asarray(found[0]), np.asarray(found[1])
    itself = indices == np.arange(len(points))[:, None]
    itself[~itself.any(axis=1), -1] = True  # more than k twins: any of them stands for the row
    keep = ~itself
    return distances[keep].reshape(-1, k), indices[keep].reshape(-1, k)


def count_within(
    points: np.ndarray, radii: np.ndarray, *, strict: bool, metric: str = "chebyshev"
) -> np.ndarray:
    """How many other rows lie within `radii` of each row: #{j ≠ i : |x_j − x_i| < r_i}, or ≤.

    One dimension is sorted and searched, n log n and exact to the last bit; more go to a tree.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    radii : ndarray, shape (n,)
        Positive.
    strict : bool
        Count distances below the radius, else also those equal to it.
    metric : {"chebyshev", "euclidean"}

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [3.0]])
    >>> count_within(x, np.array([1.0, 2.0, 2.0]), strict=True).tolist()
    [0, 1, 0]
    """
    if points.shape[1] == 1:
        return _count_on_a_line(points[:, 0], radii, strict)
    reach = np.nextafter(radii, 0.0) if strict else radii
    tree = KDTree(points, metric=metric)
    return np.asarray(tree.query_radius(points, reach, count_only=True) - 1)


def _count_on_a_line(x: np.ndarray, radii: np.ndarray, strict: bool) -> np.ndarray:
    ordered = np.sort(x)

    def inside(position: np.ndarray) -> np.ndarray:
        gap = np.abs(ordered[np.clip(position, 0, len(x) - 1)] - x)
        within = gap < radii if strict else gap <= radii
        return within & (position >= 0) & (position < len(x))

    # x ± r is rounded, |x_j − x| is not rounded the same way: move the ends until both agree.
    high = np.searchsorted(ordered, x + radii, "left" if strict else "right")
    while (move := inside(high)).any():
        high[move] = np.searchsorted(ordered, ordered[high[move]], "right")
    while (move := ~inside(high - 1)).any():
        high[move] = np.searchsorted(ordered, ordered[high[move] - 1], "left")
    low = np.searchsorted(ordered, x - radii, "right" if strict else "left")
    while (move := inside(low - 1)).any():
        low[move] = np.searchsorted(ordered, ordered[low[move] - 1], "left")
    while (move := ~inside(low)).any():
        low[move] = np.searchsorted(ordered, ordered[low[move]], "right")
    return np.asarray(high - low - 1)
