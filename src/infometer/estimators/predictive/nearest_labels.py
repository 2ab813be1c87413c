"""The nearest-neighbour family: label shares among the nearest items, never exactly 0 or 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from infometer.estimators.predictive.inner_split import held_out_losses, inner_splits
from infometer.estimators.predictive.probe_classifier import ProbeClassifier

__all__ = ["NearestLabels", "neighbor_shares"]

NEIGHBORS = 2 ** np.arange(9)


def neighbor_shares(labels: np.ndarray, shares: np.ndarray, k: int) -> np.ndarray:
    r"""p_c = (k_c + π_c) / (k + 1): as if one more neighbour held the classes in their shares.

    Parameters
    ----------
    labels : ndarray of int, shape (n, m)
        Of the m ≥ k nearest, nearest first.
    shares : ndarray, shape (K,)
        π, the shares of the classes among the training items.
    k : int

    Returns
    -------
    ndarray, shape (n, K)

    Examples
    --------
    >>> neighbor_shares(np.array([[0, 0, 1]]), np.array([0.5, 0.5]), 3).tolist()
    [[0.625, 0.375]]
    """
    n, classes = len(labels), len(shares)
    places = labels[:, :k] + classes * np.arange(n)[:, None]
    counts = np.bincount(places.ravel(), minlength=n * classes).reshape(n, classes)
    return np.asarray((counts + shares) / (k + 1))


class NearestLabels(ProbeClassifier):
    """Class probabilities by `neighbor_shares`, Euclidean, k by the log-loss of items held back.

    Of k = 1, 2, 4, …, 256 those that there are neighbours for are tried.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
        What is held back.

    Attributes
    ----------
    classes_ : ndarray
    n_neighbors_ : int
    shares_ : ndarray, shape (K,)

    Examples
    --------
    >>> x = np.linspace(-3, 3, 200)[:, None]
    >>> probe = NearestLabels(random_state=0).fit(x, x[:, 0] > 0)
    >>> probe.n_neighbors_, probe.predict_proba([[-1.0]]).round(3).tolist()
    (16, [[0.971, 0.029]])
    """

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def _train(self, X: Any, y: np.ndarray, groups: Any) -> None:
        self.labels_, self.shares_ = y, np.bincount(y) / len(y)
        self.n_neighbors_ = _chosen_k(X, y, groups, self.random_state)
        self.search_ = NearestNeighbors(n_neighbors=self.n_neighbors_).fit(X)

    def _probabilities(self, X: Any) -> np.ndarray:
        nearest = self.labels_[self.search_.kneighbors(X, return_distance=False)]
        return neighbor_shares(nearest, self.shares_, self.n_neighbors_)


def _chosen_k(X: Any, y: np.ndarray, groups: Any, random_state: Any) -> int:
    """The k with the least log-loss summed over the held-out items of all splits."""
    splits = list(inner_splits(y, groups, random_state))
    fewest = min((len(fitted) for fitted, _ in splits), default=1)
    tried = NEIGHBORS[: np.searchsorted(NEIGHBORS, fewest, side="right")]
    losses = np.zeros(len(tried))
    for fitted, held in splits:
        search = NearestNeighbors(n_neighbors=int(tried[-1])).fit(X[fitted])
        nearest = y[fitted][search.kneighbors(X[held], return_distance=False)]
        shares = np.bincount(y[fitted], minlength=y.max() + 1) / len(fitted)
        losses += [
            held_out_losses(neighbor_shares(nearest, shares, k), np.arange(len(shares)), y[held])
            for k in tried
        ]
    return int(tried[np.argmin(losses)])
