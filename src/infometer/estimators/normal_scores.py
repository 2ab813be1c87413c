"""Normal scores: every column made standard normal by its ranks."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

__all__ = ["normal_scores"]


def normal_scores(view: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    r"""Every column made standard normal by its ranks, Φ⁻¹(rank / (n + 1)); ties share a rank.

    The rank of x is ½ + Σ w_j [x_j < x] + ½ Σ w_j [x_j = x].

    Parameters
    ----------
    view : ndarray, shape (n, d)
    weights : ndarray, shape (n,), optional
        With mean 1.

    Returns
    -------
    ndarray, shape (n, d)

    Examples
    --------
    >>> normal_scores(np.array([[1.0], [10.0], [1000.0]])).round(4).ravel().tolist()
    [-0.6745, 0.0, 0.6745]
    """
    if weights is None:
        ranks = rankdata(view, axis=0)
    else:
        ranks = np.column_stack([_weighted_ranks(column, weights) for column in view.T])
    return np.asarray(ndtri(ranks / (len(view) + 1)))


def _weighted_ranks(column: np.ndarray, weights: np.ndarray) -> np.ndarray:
    _, member = np.unique(column, return_inverse=True)
    mass = np.bincount(member, weights)
    return np.asarray((0.5 + np.cumsum(mass) - mass / 2)[member])
