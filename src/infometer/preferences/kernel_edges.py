"""Inductive bias from embeddings: items that lie near each other have similar rewards."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

__all__ = ["nearest_neighbour_edges"]


def nearest_neighbour_edges(
    X: Any, k: int = 10, length_scale: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Edges from every item to its k nearest, with the variance of their difference of rewards.

    .. math:: \sigma_{uv}^2 = 2 \left(1 - e^{-\lVert x_u - x_v \rVert^2 / 2 \ell^2}\right)

    This is Var[r_u − r_v] of a Gaussian process of variance 1 with a squared exponential kernel.
    The edges count as independent, which makes a Markov field of it: on the whole graph rewards are
    tied a little more tightly than the process ties them.

    Parameters
    ----------
    X : array-like, shape (n, d)
        Embeddings of the items.
    k : int
        Neighbours of each item; all others where there are fewer.
    length_scale : float, optional
        ℓ. Default: the median distance to the k-th neighbour.

    Returns
    -------
    edges : ndarray of int, shape (e, 2)
        Each pair once, the lower item first.
    variances : ndarray, shape (e,)

    Raises
    ------
    ValueError
        Embeddings that are NaN, infinite or equal, k below 1, and ℓ that is not above 0.

    Examples
    --------
    >>> edges, variances = nearest_neighbour_edges([[0.0], [1.0], [3.0]], k=1, length_scale=1.0)
    >>> edges.tolist(), variances.round(4).tolist()
    ([[0, 1], [1, 2]], [0.7869, 1.7293])
    """
    points = np.asarray(X, dtype=float)
    if points.ndim != 2 or len(points) < 2:
        raise ValueError(f"X has shape {points.shape}; expected (n, d), an embedding an item")
    if (bad := ~np.isfinite(points).all(axis=1)).any():
        raise ValueError(
            f"X has {int(bad.sum())} embeddings that are not finite, the first in row "
            f"{int(bad.argmax())}; leave those items out or embed them again"
        )
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    k = min(k, len(points) - 1)
    distances, neighbours = NearestNeighbors(n_neighbors=k).fit(points).kneighbors()
    if (same := distances[:, 0] == 0).any():
        u = int(same.argmax())
        raise ValueError(
            f"X has the same embedding in rows {u} and {neighbours[u, 0]} ({int(same.sum())} rows "
            "have a twin); make one item of each such group"
        )
    scale = float(np.median(distances[:, -1])) if length_scale is None else length_scale
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"length_scale is {scale}; it must be above 0")
    pairs = np.stack([np.repeat(np.arange(len(points)), k), neighbours.ravel()], axis=1)
    edges, rows = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    return edges, -2.0 * np.expm1(-0.5 * (distances.ravel()[rows] / scale) ** 2)
