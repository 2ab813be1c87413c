"""Short random walks: how often a node is visited from another within two steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from infometer.graphs.graph import Graph
from infometer.resampling import generator

__all__ = ["expected_walks", "sampled_walks", "walk_operator"]

MOST_PAIRS = 50_000_000
"""Pairs of nodes two steps apart, 12 bytes each, that `expected_walks` writes down."""


def _steps(graph: Graph) -> tuple[np.ndarray, sparse.csr_array, np.ndarray]:
    r"""The scale :math:`1 / s`, the odds :math:`C_{ij} = A_{ij} / (s_j - A_{ij})`, the returns.

    From i to j with probability :math:`A_{ij} / s_i`, then to k ≠ i with
    :math:`A_{jk} / (s_j - A_{ij})`; from i back to i would be :math:`\sum_j C_{ij} A_{ij} / s_i`.
    """
    adjacency = graph.adjacency
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    columns, weights = adjacency.indices, adjacency.data
    left = np.where(graph.degrees[columns] > 1, strength[columns] - weights, np.inf)
    odds = sparse.csr_array((weights / left, columns, adjacency.indptr), shape=adjacency.shape)
    inverse = np.divide(1.0, strength, out=np.zeros(len(strength)), where=strength > 0)
    rows = np.repeat(np.arange(graph.n_nodes), graph.degrees)
    returns = np.bincount(rows, odds.data * weights, minlength=graph.n_nodes)
    return inverse, odds, inverse * returns


def walk_operator(graph: Graph, *, dtype: Any = np.float64) -> LinearOperator:
    r"""Expected visits of a walk of two steps that does not turn back, as an operator.

    .. math:: W = S^{-1} \left(A + \operatorname{offdiag}(C A)\right), \quad
              C_{ij} = \frac{A_{ij}}{s_j - A_{ij}},

    with the strength :math:`s = A 1`. Two sparse products, :math:`(I + C) A x`, multiply it to a
    matrix; pairs two steps apart are never listed, so that hubs cost no memory.

    Parameters
    ----------
    graph : Graph
        Weighted where its edges are: a walk takes an edge in proportion to its weight.
    dtype : numpy dtype
        Of the products. Where one weight of a node is many times the sum of its others, walks that
        turn back are subtracted from as many times more: take double precision there.

    Returns
    -------
    LinearOperator, shape (n, n)
        With its transpose.

    Examples
    --------
    A star: from a leaf always to the centre, and then to each other leaf with one half.

    >>> from infometer.graphs import graph_from_edges
    >>> star = graph_from_edges([[0, 1], [0, 2], [0, 3]])
    >>> (walk_operator(star) @ np.eye(4)).round(2).tolist()[1]
    [1.0, 0.0, 0.5, 0.5]
    """
    inverse, odds, returns = _steps(graph)
    scale, back = inverse.astype(dtype)[:, None], returns.astype(dtype)[:, None]
    adjacency = graph.adjacency.astype(dtype, copy=False)
    odds = odds.astype(dtype, copy=False)

    def forward(x: np.ndarray) -> np.ndarray:
        once = adjacency @ x
        once += odds @ once
        once *= scale
        once -= back * x
        return once

    def backward(y: np.ndarray) -> np.ndarray:
        once = scale * y
        once += odds.T @ once
        found = adjacency @ once
        found -= back * y
        return np.asarray(found)

    made: Any = LinearOperator(
        shape=adjacency.shape,
        dtype=np.dtype(dtype),
        matvec=lambda x: forward(x.reshape(-1, 1)).ravel(),
        rmatvec=lambda y: backward(y.reshape(-1, 1)).ravel(),
        matmat=forward,
        rmatmat=backward,
    )
    return made


def expected_walks(graph: Graph) -> sparse.csr_array:
    """The matrix of `walk_operator`, written down: one entry for each pair two steps apart.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    csr_array of float, shape (n, n)
        Visits per walk, nothing on the diagonal.

    Raises
    ------
    ValueError
        If hubs make more than 5·10⁷ pairs; the operator has no such limit.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> path = graph_from_edges([[0, 1], [1, 2], [2, 3]])
    >>> expected_walks(path).toarray().tolist()[1]
    [0.5, 0.0, 0.5, 0.5]
    """
    pairs = int(graph.degrees.astype(np.int64) @ graph.degrees)
    if pairs > MOST_PAIRS:
        raise ValueError(
            f"the graph has up to {pairs} pairs of nodes two steps apart; expected_walks lists at "
            f"most {MOST_PAIRS}: multiply with walk_operator, or take sampled_walks"
        )
    inverse, odds, _ = _steps(graph)
    both = graph.adjacency + odds @ graph.adjacency
    found = sparse.csr_array(sparse.diags_array(inverse) @ both)
    found.setdiag(0.0)
    found.eliminate_zeros()
    return found


def sampled_walks(
    graph: Graph, *, n_walks: int = 200, fewest: int = 2, random_state: Any = None
) -> sparse.csr_array:
    """Counts of the nodes that sampled walks visit, as the paper has them.

    Parameters
    ----------
    graph : Graph
    n_walks : int
        From every node.
    fewest : int
        Counts below it are dropped.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    csr_array of float, shape (n, n)
        Visits, not divided by `n_walks`.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> star = graph_from_edges([[0, 1], [0, 2], [0, 3]])
    >>> int(sampled_walks(star, n_walks=10, random_state=0)[1, 0])
    10
    """
    if n_walks < 1:
        raise ValueError(f"n_walks is {n_walks}; expected at least 1")
    rng, n = generator(random_state, "walks"), graph.n_nodes
    adjacency, starts = graph.adjacency, np.flatnonzero(graph.degrees)
    cumulative = np.r_[0.0, np.cumsum(adjacency.data)]
    reverse = _reverse(graph)
    counts: Any = sparse.csr_array((n, n), dtype=np.float64)
    for _ in range(n_walks):
        taken = _stepped(adjacency, cumulative, starts, rng.random(len(starts)))
        once = adjacency.indices[taken]
        on = graph.degrees[once] > 1
        again = _stepped(adjacency, cumulative, once[on], rng.random(on.sum()), reverse[taken[on]])
        visited = np.concatenate([once, adjacency.indices[again]])
        origin = np.concatenate([starts, starts[on]])
        counts = counts + sparse.csr_array((np.ones(len(origin)), (origin, visited)), shape=(n, n))
    counts.data[counts.data < fewest] = 0.0
    counts.eliminate_zeros()
    return sparse.csr_array(counts)


def _reverse(graph: Graph) -> np.ndarray:
    """For each entry (i, j) of the adjacency the place of (j, i)."""
    rows = np.repeat(np.arange(graph.n_nodes), graph.degrees)
    return np.lexsort((rows, graph.adjacency.indices))


def _stepped(
    adjacency: sparse.csr_array,
    cumulative: np.ndarray,
    nodes: np.ndarray,
    uniform: np.ndarray,
    barred: np.ndarray | None = None,
) -> np.ndarray:
    """One step from each node in proportion to the weights, past one barred entry: its entry."""
    first, last = adjacency.indptr[nodes], adjacency.indptr[nodes + 1] - 1
    if barred is None:
        aim = cumulative[first] + uniform * (cumulative[last + 1] - cumulative[first])
        return np.clip(np.searchsorted(cumulative, aim, side="right") - 1, first, last)
    before = cumulative[barred] - cumulative[first]
    after = cumulative[last + 1] - cumulative[barred + 1]
    aim = uniform * (before + after)
    low = aim < before
    aim = np.where(low, cumulative[first] + aim, cumulative[barred + 1] + (aim - before))
    place = np.searchsorted(cumulative, aim, side="right") - 1
    return np.where(
        low, np.clip(place, first, np.maximum(barred - 1, first)), np.clip(place, barred + 1, last)
    )
