"""Clusters made tighter by items that the worst one gives away or exchanges."""

from __future__ import annotations

import numpy as np

__all__ = ["exchange_items"]

LEAST_GAIN = 1e-9


def exchange_items(distances: np.ndarray, labels: np.ndarray, bounds: tuple[int, int]) -> float:
    """The largest mean distance within a cluster, after all steps that lower it.

    A step takes the cluster with the largest mean, and of all ways to give an item to another
    cluster, or to exchange two, the one that leaves the smaller worst of both.

    Parameters
    ----------
    distances : ndarray, shape (n, n)
        Finite.
    labels : ndarray of int, shape (n,)
        The cluster of each item, 0 to m − 1, m at least 2.
    bounds : (int, int)
        The least and the most items of a cluster.

    Returns
    -------
    float

    Examples
    --------
    >>> places = np.array([0.0, 1.0, 5.0, 6.0])
    >>> exchange_items(np.abs(places[:, None] - places), np.array([0, 1, 0, 1]), (1, 4))
    0.5
    """
    labels = labels.copy()
    to_cluster = distances @ np.eye(labels.max() + 1)[labels]
    while True:
        sizes = np.bincount(labels)
        totals = np.bincount(labels, to_cluster[np.arange(len(labels)), labels])
        costs = totals / sizes**2
        worst = int(costs.argmax())
        inside, outside = np.flatnonzero(labels == worst), np.flatnonzero(labels != worst)
        gifts = _after_gifts(to_cluster[inside], worst, totals, sizes, bounds)
        swaps = _after_swaps(
            to_cluster[inside], to_cluster[outside], distances[np.ix_(inside, outside)],
            worst, labels[outside], totals, sizes,
        )  # fmt: skip
        if min(gifts.min(), swaps.min()) >= costs[worst] * (1.0 - LEAST_GAIN):
            return float(costs[worst])
        if gifts.min() < swaps.min():
            row, other = np.unravel_index(gifts.argmin(), gifts.shape)
        else:
            row, column = np.unravel_index(swaps.argmin(), swaps.shape)
            other = labels[outside[column]]
            labels[outside[column]] = worst
        labels[inside[row]] = other
        for changed in (worst, other):
            to_cluster[:, changed] = distances[:, labels == changed].sum(axis=1)


def _after_gifts(
    inside: np.ndarray,
    worst: int,
    totals: np.ndarray,
    sizes: np.ndarray,
    bounds: tuple[int, int],
) -> np.ndarray:
    """The larger mean of both clusters after an item of the worst went to another. Shape (i, m)."""
    left = (totals[worst] - 2.0 * inside[:, [worst]]) / max(sizes[worst] - 1, 1) ** 2
    after = np.maximum(left, (totals + 2.0 * inside) / (sizes + 1) ** 2)
    after[:, (sizes >= bounds[1]) | (sizes[worst] <= bounds[0])] = np.inf
    after[:, worst] = np.inf
    return after


def _after_swaps(
    inside: np.ndarray,
    outside: np.ndarray,
    between: np.ndarray,
    worst: int,
    others: np.ndarray,
    totals: np.ndarray,
    sizes: np.ndarray,
) -> np.ndarray:
    """The larger mean of both clusters after an item of the worst was exchanged. Shape (i, o)."""
    theirs = outside[np.arange(len(others)), others]
    here = totals[worst] + 2.0 * (outside[:, worst] - inside[:, [worst]] - between)
    there = totals[others] + 2.0 * (inside[:, others] - theirs - between)
    return np.maximum(here / sizes[worst] ** 2, there / sizes[others] ** 2)
