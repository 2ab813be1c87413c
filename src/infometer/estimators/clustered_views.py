"""Views of numbers as few symbols: standardised, on their principal components, in clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from infometer.estimators.samples import require_count, standardize
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.views import View
from infometer.resampling import integer_seed

__all__ = ["cluster_view"]

STARTS = 4
"""Of k-means; the best is kept."""


def cluster_view(
    view: View, n_clusters: int = 20, n_components: int = 5, random_state: Any = None
) -> np.ndarray:
    """One symbol a row: that of its labels, and of the cluster that its numbers are in.

    The symbols are a function of the view, so they tell no more of anything than the view does.

    Parameters
    ----------
    view : View
    n_clusters : int
        At most, of the columns of numbers together.
    n_components : int
        Of the standardised columns, at most; the clusters are found on these.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        For numbers of clusters or components that are none.

    Examples
    --------
    >>> from infometer.estimators.views import read_view
    >>> view = read_view([0.11, 0.12, 0.13, 5.1, 5.2, 5.3], "x", "continuous")
    >>> codes = cluster_view(view, n_clusters=2, random_state=0)
    >>> len(set(codes[:3].tolist())), len(set(codes.tolist()))
    (1, 2)
    """
    require_count(n_clusters, "n_clusters", 1)
    require_count(n_components, "n_components", 1)
    parts = [view.labels]
    if view.numbers.shape[1]:
        columns = standardize(view.numbers, view.name)
        kept = min(n_components, *columns.shape)
        seed = integer_seed(random_state, "clusters", view.name) % 2**32
        if kept < columns.shape[1]:
            columns = PCA(kept, random_state=seed).fit_transform(columns)
        distinct = min(n_clusters, len(np.unique(columns, axis=0)))
        found = KMeans(distinct, n_init=STARTS, random_state=seed).fit_predict(columns)
        parts.append(found[:, None])
    joined = np.concatenate(parts, axis=1)
    if joined.shape[1] == 0:
        return np.zeros(len(view), dtype=int)
    return symbol_codes(joined, view.name)
