"""Pairs that may be bought, and their variances while they are being bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.resampling.groups import group_members, group_places

__all__ = [
    "Candidates",
    "comparable_groups",
    "comparable_pairs",
    "covariance_difference",
    "leading_pairs",
    "least_known_neighbours",
]


def comparable_pairs(n_items: int, prompts: np.ndarray | None = None) -> np.ndarray:
    """All pairs of items, of the same prompt where there are prompts; the lower item first.

    Parameters
    ----------
    n_items : int
    prompts : ndarray, shape (n_items,), optional

    Returns
    -------
    ndarray of int, shape (p, 2)

    Examples
    --------
    >>> comparable_pairs(4, np.array(["a", "a", "b", "b"])).tolist()
    [[0, 1], [2, 3]]
    """
    if prompts is None:
        return np.stack(np.triu_indices(n_items, 1), axis=1)
    items = group_members(pd.factorize(prompts, use_na_sentinel=False)[0])
    pairs = np.concatenate([group[comparable_pairs(len(group))] for group in items])
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


def leading_pairs(mean: np.ndarray, top: int, prompts: np.ndarray | None = None) -> np.ndarray:
    """All pairs among the items with the highest means, of every prompt where there are prompts.

    Parameters
    ----------
    mean : ndarray, shape (n_items,)
        Of the rewards.
    top : int
        How many items, of every prompt.
    prompts : ndarray, shape (n_items,), optional

    Returns
    -------
    ndarray of int, shape (t, 2)

    Examples
    --------
    >>> leading_pairs(np.array([0.3, 0.9, -1.0, 0.5]), 3).tolist()
    [[0, 1], [0, 3], [1, 3]]
    """
    codes = (
        np.zeros(len(mean), np.int64)
        if prompts is None
        else pd.factorize(prompts, use_na_sentinel=False)[0]
    )
    ranked = np.lexsort((-mean, codes))
    leading = np.sort(ranked[group_places(codes[ranked]) < top])
    return np.asarray(leading[comparable_pairs(len(leading), codes[leading])])


def comparable_groups(prompts: np.ndarray | None, components: np.ndarray) -> np.ndarray:
    """Items of one prompt, and of prompts that prior edges join, have one number.

    Parameters
    ----------
    prompts : ndarray, shape (n,) or None
    components : ndarray of int, shape (n,)
        Of the graph with its prior edges.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> comparable_groups(np.array(["a", "a", "b", "b", "c"]), np.array([0, 1, 1, 2, 3])).tolist()
    [0, 0, 0, 0, 1]
    """
    if prompts is None:
        return np.zeros(len(components), np.int64)
    codes = pd.factorize(prompts, use_na_sentinel=False)[0]
    # Prompts and components are the nodes, each item joins its two.
    n = int(codes.max()) + 1
    size = n + int(components.max()) + 1
    joins = coo_array((np.ones(len(codes)), (codes, n + components)), shape=(size, size))
    return np.asarray(connected_components(joins, directed=False)[1][codes])


def covariance_difference(covariance: np.ndarray, first: int, second: int) -> np.ndarray:
    """Σ (e_first − e_second): how all rewards vary with this difference. Shape (n,)."""
    return np.asarray(covariance[first] - covariance[second])


def least_known_neighbours(
    graph: ComparisonGraph, mean: np.ndarray, precisions: np.ndarray, *, reach: int, most: int
) -> np.ndarray:
    r"""Of pairs that are close in the ranking, those that least is known about.

    .. math:: R_{uv} \approx 1 / L_{uu} + 1 / L_{vv}

    Parameters
    ----------
    graph : ComparisonGraph
    mean : ndarray, shape (n_items,)
        Of the rewards.
    precisions : ndarray, shape (m,)
        Of the comparisons.
    reach : int
        How far apart in the ranking of their prompt.
    most : int
        How many pairs to return at most.

    Returns
    -------
    ndarray of int, shape (p, 2)

    References
    ----------
    von Luxburg, Radl and Hein, "Hitting and commute times in large random neighborhood graphs",
    JMLR 15, 2014, Theorem 4: where the approximation holds.
    """
    n, codes = graph.n_items, graph.prompt_codes
    ranked = np.lexsort((-mean, codes))
    pairs = np.concatenate(
        [np.stack([ranked[:-k], ranked[k:]], axis=1) for k in range(1, min(reach, n - 1) + 1)]
    )
    pairs = np.sort(pairs[codes[pairs[:, 0]] == codes[pairs[:, 1]]], axis=1)
    with np.errstate(divide="ignore"):
        alone = 1.0 / graph.laplacian(precisions).diagonal()
    known = alone[pairs].sum(axis=1)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -known))[:most]])


@dataclass(eq=False)
class Candidates:
    r"""Means and variances of the differences of pairs, brought up to date as pairs are bought.

    .. math:: R \leftarrow R - \frac{w\, (b^\top \Sigma b_*)^2}{1 + w R_*}

    Parameters
    ----------
    pairs : ndarray of int, shape (p, 2)
    mean : ndarray, shape (p,)
        Of r_u − r_v.
    variance : ndarray, shape (p,)
        R, changed in place.
    column : callable
        (u, v) → Σ (e_u − e_v) before anything was bought, shape (n,).
    """

    pairs: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    column: Callable[[int, int], np.ndarray]
    _bought: list[tuple[float, np.ndarray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._u, self._v = (np.ascontiguousarray(end) for end in self.pairs.T)

    def differences(self, values: np.ndarray) -> np.ndarray:
        """Of the values (n,) of the items of each pair. Shape (p,)."""
        return np.asarray(values[self._u] - values[self._v])

    def less_bought(self, product: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Σ x after what was bought, from the product Σ x before. Shape (n,)."""
        for shrink, bought in self._bought:
            product = product - shrink * (bought @ x) * bought
        return product

    def buy(self, row: int, precision: float) -> tuple[float, np.ndarray]:
        """Take a comparison of this precision as made.

        Returns
        -------
        shrink : float
            w / (1 + w R): Σ lost shrink · c cᵀ.
        column : ndarray, shape (n,)
            c.
        """
        u, v = self.pairs[row].tolist()
        column = self.column(u, v)
        for shrink, bought in self._bought:
            column = column - shrink * (bought[u] - bought[v]) * bought
        shrink = precision / (1.0 + precision * float(self.variance[row]))
        shared = self.differences(column)
        shared *= shared
        shared *= shrink
        self.variance -= shared
        np.maximum(self.variance, 0.0, out=self.variance)
        self._bought.append((shrink, column))
        return shrink, column
