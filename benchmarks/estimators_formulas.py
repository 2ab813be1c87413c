"""The peers' formulas where they are not ours, written out to see that nothing else differs.

The first line of each docstring is what the table of agreement gives as the reason.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma

from infometer.estimators import kozachenko_leonenko_terms, symbol_codes
from infometer.estimators.neighbors import nearest
from infometer.estimators.shrinkage import shrinkage_intensity


def entropy_in_cubes(x: np.ndarray, k: int) -> float:
    """Maximum norm for the Euclidean one, ψ(n) for log(n − 1)."""
    n, d = x.shape
    return float(digamma(n) - digamma(k) + d * np.log(2 * _kth(x, k)).mean())


def entropy_in_balls(x: np.ndarray, k: int) -> float:
    """ψ(n) for log(n − 1)."""
    n = len(x)
    return float(kozachenko_leonenko_terms(x, k).mean() + digamma(n) - np.log(n - 1))


def entropy_less_entropy_by_class(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Not Ross, but h(X) less the mean h(X|y) by Kozachenko-Leonenko, its sign removed."""
    labels, counts = np.unique(y, return_counts=True)
    within = [entropy_in_cubes(x[y == label], k) for label in labels]
    return abs(entropy_in_cubes(x, k) - float(counts @ within) / len(x))


def divergence_in_cubes(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Maximum norm for the Euclidean one."""
    n, d = x.shape
    ratio = np.log(_kth_in(y, x, k) / _kth(x, k)).mean()
    return float(d * ratio + np.log(len(y) / (n - 1)))


def cross_entropy_less_entropy(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Maximum norm; ψ(m) − ψ(n) for log m/(n − 1); a sum of n terms divided by m."""
    m, d = y.shape
    cross = digamma(m) - digamma(k) + d * np.log(2 * _kth_in(y, x, k)).sum() / m
    return float(cross - entropy_in_cubes(x, k))


def _kth(x: np.ndarray, k: int) -> np.ndarray:
    return nearest(x, k)[0][:, -1]


def _kth_in(y: np.ndarray, x: np.ndarray, k: int) -> np.ndarray:
    return np.asarray(cKDTree(y).query(x, k=[k], p=np.inf)[0])[:, 0]


def grassberger_1988(x: np.ndarray, y: np.ndarray | None = None) -> float:
    """Grassberger of 1988, (−1)ᵐ/(m + 1) beside ψ(m); ours is that of 2003, with less bias."""

    def entropy(view: np.ndarray) -> float:
        counts = _counts(view)
        moments = digamma(counts) + (-1.0) ** counts / (counts + 1)
        return float(np.log(counts.sum()) - counts @ moments / counts.sum())

    if y is None:
        return entropy(x)
    return entropy(x) + entropy(y) - entropy(np.column_stack([x, y]))


def cross_entropies_with_shrunk(x: np.ndarray, y: np.ndarray) -> float:
    """Three laws shrunk apart, and frequencies in place of the laws before the logarithm."""

    def cross_entropy(view: np.ndarray) -> float:
        counts = _counts(view)
        pull, share = shrinkage_intensity(counts), counts / counts.sum()
        return -float(share @ np.log(pull / len(counts) + (1 - pull) * share))

    return cross_entropy(x) + cross_entropy(y) - cross_entropy(np.column_stack([x, y]))


def _counts(view: np.ndarray) -> np.ndarray:
    return np.bincount(symbol_codes(view.reshape(len(view), -1)))
