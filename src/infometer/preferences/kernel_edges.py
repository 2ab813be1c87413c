"""Inductive bias from embeddings: items that lie near each other have similar rewards."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.preferences.nearby_pairs import neighbor_pairs

__all__ = ["neighbor_edges"]


def neighbor_edges(
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
        Neighbors of each item; all others where there are fewer.
    length_scale : float, optional
        ℓ. Default: the median length of the edges.

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
    >>> edges, variances = neighbor_edges([[0.0], [1.0], [3.0]], k=1, length_scale=1.0)
    >>> edges.tolist(), variances.round(4).tolist()
    ([[0, 1], [1, 2]], [0.7869, 1.7293])
    """
    points = np.asarray(X, dtype=float)
    edges = neighbor_pairs(points, min(k, max(len(points) - 1, 1)))
    distances = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    if (same := distances == 0).any():
        u, v = edges[same.argmax()]
        raise ValueError(
            f"X has the same embedding in rows {u} and {v} ({int(same.sum())} such pairs are "
            "neighbors); make one item of each such group"
        )
    scale = float(np.median(distances)) if length_scale is None else length_scale
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"length_scale is {scale}; it must be above 0")
    return edges, -2.0 * np.expm1(-0.5 * (distances / scale) ** 2)
