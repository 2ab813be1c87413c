r"""Exact elimination of the items with few neighbours, many at once: the series law and beyond.

What is eliminated leaves a smaller Laplacian, so nothing is ever subtracted: edges are kept as
weights W > 0 and the rest of the diagonal as row sums e >= 0 of its own, and the pivots are sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from infometer.resampling import generator

__all__ = ["Elimination", "Level", "eliminate", "reciprocal"]

SMALL = 256
"""As few items are left to dense algebra."""
SHARE = 0.3
"""Of the items, those with the fewest neighbours may go in one level."""
PRODUCT_COST = 800.0
"""An entry in a sparse product of a level takes as long as this many multiplications of dense
algebra; measured on one core of x86-64 with OpenBLAS."""
CROWDED = 64
"""From this many neighbours an item on, further levels take at most a fifth of the items."""


class Level(NamedTuple):
    """Items without edges among them, eliminated together.

    Attributes
    ----------
    items : ndarray of int, shape (k,)
    pivots : ndarray, shape (k,)
        Sum of an item's weights and row sum; 0 for the last item of a component without prior.
    neighbours : ndarray of int, shape (t,)
        The items that any of them touched.
    shares : csr_array, shape (k, t)
        Weights over pivot: an item's reward is this mean of its neighbours', and noise 1/pivot.
    grounded : ndarray, shape (k,)
        What `shares` lack of 1: the row sum over the pivot.
    kept : csr_array of bool
        Edges among the items that stayed, without those that elimination added.
    """

    items: np.ndarray
    pivots: np.ndarray
    neighbours: np.ndarray
    shares: csr_array
    grounded: np.ndarray
    kept: csr_array


@dataclass(frozen=True, eq=False)
class Elimination:
    """A Laplacian after the elimination of some items; made by `eliminate`.

    Parameters
    ----------
    levels : tuple of Level
        In the order of elimination.
    rest : ndarray of int, shape (r,)
        The items that are left.
    weights : csr_array, shape (r, r)
        Their edges, symmetric, nothing on the diagonal.
    row_sums : ndarray, shape (r,)
    """

    levels: tuple[Level, ...]
    rest: np.ndarray
    weights: csr_array
    row_sums: np.ndarray

    @classmethod
    def of(cls, weights: csr_array, row_sums: np.ndarray) -> Elimination:
        """Nothing eliminated yet.

        Parameters
        ----------
        weights : csr_array, shape (n, n)
            Symmetric, above 0, nothing on the diagonal.
        row_sums : ndarray, shape (n,)
            Of the Laplacian, at least 0.
        """
        return cls((), np.arange(len(row_sums)), weights, row_sums)

    def forward(self, b: np.ndarray) -> None:
        """Pass right-hand sides of shape (n, k) on to what is left, in place."""
        for level in self.levels:
            b[level.neighbours] += level.shares.T @ b[level.items]

    def back(self, x: np.ndarray) -> None:
        """From forwarded right-hand sides and the solution on `rest` to all of it, in place."""
        for level in reversed(self.levels):
            own = x[level.items] * reciprocal(level.pivots)[:, None]
            x[level.items] = own + level.shares @ x[level.neighbours]

    def pivots(self) -> np.ndarray:
        """Of all levels, one after the other."""
        return np.concatenate([np.empty(0), *(level.pivots for level in self.levels)])


def eliminate(
    start: Elimination, *, max_degree: int | None = None, largest: int | None = None
) -> Elimination:
    r"""Eliminate more items in levels, each of them a set without edges inside.

    .. math:: W_{jk} \leftarrow W_{jk} + \sum_i \frac{W_{ij} W_{ik}}{d_i}, \qquad
        e_j \leftarrow e_j + \sum_i \frac{W_{ij} e_i}{d_i}, \qquad d_i = e_i + \sum_j W_{ij}

    for L = diag(e + W1) − W. Every term is positive: weights, row sums and pivots come out to
    almost full precision each, whatever their span. A tree vanishes within O(log n) levels.

    Parameters
    ----------
    start : Elimination
        Where to go on, such as `Elimination.of` a graph.
    max_degree : int, optional
        Eliminate only items with at most as many neighbours. By default levels go on until dense
        algebra on what is left is quicker.
    largest : int, optional
        Stop as soon as more items than this are sure to be left.

    Returns
    -------
    Elimination

    References
    ----------
    Grassmann, Taksar, Heyman (1985), "Regenerative analysis and steady state distributions for
    Markov chains", for elimination without subtraction; Luby (1986), "A simple parallel algorithm
    for the maximal independent set problem", for the sets.

    Examples
    --------
    A path of four unit resistors vanishes; its one spanning tree is the product of the pivots:

    >>> from scipy.sparse import diags_array
    >>> path = csr_array(diags_array([np.ones(4), np.ones(4)], offsets=[-1, 1]))
    >>> gone = eliminate(Elimination.of(path, np.zeros(5)), max_degree=2)
    >>> len(gone.rest), float(np.prod([d for d in gone.pivots() if d > 0]).round(6))
    (0, 1.0)
    """
    levels, rest = list(start.levels), start.rest
    weights, row_sums = start.weights, start.row_sums
    rng = generator(0, "order of elimination")
    while len(rest) > (SMALL if max_degree is None else 0):
        degrees = np.diff(weights.indptr)
        if largest is not None and _hopeless(weights, largest):
            break
        most = max(2, int(np.quantile(degrees, SHARE))) if max_degree is None else max_degree
        chosen = _independent(weights, np.where(degrees <= most, degrees, np.inf), rng)
        k, n = int(chosen.sum()), len(rest)
        if k == 0 or (max_degree is None and k * n * n < PRODUCT_COST * weights.nnz):
            break
        level, weights, row_sums = _eliminated(weights, row_sums, chosen, rest)
        levels.append(level)
        rest = rest[~chosen]
    return Elimination(tuple(levels), rest, weights, row_sums)


def _hopeless(weights: csr_array, largest: int) -> bool:
    """Whether more than `largest` items will be left."""
    n = weights.shape[0]
    return 0.8 * n > largest and weights.nnz > CROWDED * n


def _independent(weights: csr_array, degrees: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The items of least degree among their neighbours, ties by lot; infinite degree is none."""
    keys = degrees + rng.random(len(degrees))
    filled = np.flatnonzero(np.diff(weights.indptr))
    least = np.full(len(keys), np.inf)
    if len(filled):
        least[filled] = np.minimum.reduceat(keys[weights.indices], weights.indptr[filled])
    return np.isfinite(keys) & (keys < least)


def _eliminated(
    weights: csr_array, row_sums: np.ndarray, chosen: np.ndarray, names: np.ndarray
) -> tuple[Level, csr_array, np.ndarray]:
    """One level, and the weights and row sums of what stays."""
    gone, stays = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    out, kept = weights[gone][:, stays], weights[stays][:, stays]
    degrees = np.diff(out.indptr)
    pivots = out.sum(axis=1) + row_sums[gone]
    inverse = reciprocal(pivots)
    shares = csr_array((out.data * np.repeat(inverse, degrees), out.indices, out.indptr), out.shape)
    inner = degrees > 1
    made = (out[inner].T.tocsr() @ shares[inner]).tocoo()
    off = made.row != made.col
    added = csr_array((made.data[off], (made.row[off], made.col[off])), shape=made.shape)
    neighbours = np.unique(out.indices)
    level = Level(
        names[gone],
        pivots,
        names[stays][neighbours],
        shares[:, neighbours],
        row_sums[gone] * inverse,
        csr_array((np.ones(kept.nnz, dtype=bool), kept.indices, kept.indptr), kept.shape),
    )
    return level, kept + added, row_sums[stays] + shares.T @ row_sums[gone]


def reciprocal(pivots: np.ndarray) -> np.ndarray:
    """1/d, and 0 for the pivot 0 that ends a component without prior.

    Examples
    --------
    >>> reciprocal(np.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    return np.divide(1.0, pivots, where=pivots > 0, out=np.zeros(len(pivots)))
