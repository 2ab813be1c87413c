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


def _steps(graph: Graph) -> tuple[sparse.csr_array, sparse.csr_array, np.ndarray]:
    r"""First step P, second step B A without its diagonal, and that diagonal.

    From i to j with probability :math:`P_{ij} = A_{ij} / s_i`, then to k ≠ i with
    :math:`A_{jk} / (s_j - A_{ij})`, so that :math:`B_{ij} = P_{ij} / (s_j - A_{ij})`.
    """
    adjacency = graph.adjacency
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(graph.n_nodes), graph.degrees)
    columns, weights = adjacency.indices, adjacency.data
    first = weights / strength[rows]
    left = np.where(graph.degrees[columns] > 1, strength[columns] - weights, np.inf)
    second = first / left
    returns = np.bincount(rows, second * weights, minlength=graph.n_nodes)

    def like(values: np.ndarray) -> sparse.csr_array:
        return sparse.csr_array((values, columns, adjacency.indptr), shape=adjacency.shape)

    return like(first), like(second), returns


def walk_operator(graph: Graph, *, dtype: Any = np.float64) -> LinearOperator:
    r"""Expected visits of a walk of two steps that does not turn back, as an operator.

    .. math:: W = P + \operatorname{offdiag}(B A), \quad
              P_{ij} = \frac{A_{ij}}{s_i}, \quad B_{ij} = \frac{P_{ij}}{s_j - A_{ij}},

    with the strength :math:`s = A 1`. Three sparse products multiply it to a matrix; pairs two
    steps apart are never listed, so that hubs cost no memory.

    Parameters
    ----------
    graph : Graph
        Weighted where its edges are: a walk takes an edge in proportion to its weight.
    dtype : numpy dtype
        Of the products.

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
    first, second, returns = (part.astype(dtype) for part in _steps(graph))
    adjacency = graph.adjacency.astype(dtype)
    first_back, second_back = sparse.csr_array(first.T), sparse.csr_array(second.T)

    def forward(x: np.ndarray) -> np.ndarray:
        x = x.reshape(graph.n_nodes, -1)
        return first @ x + second @ (adjacency @ x) - returns[:, None] * x

    def backward(x: np.ndarray) -> np.ndarray:
        x = x.reshape(graph.n_nodes, -1)
        return first_back @ x + adjacency @ (second_back @ x) - returns[:, None] * x

    made: Any = LinearOperator(
        shape=adjacency.shape,
        dtype=np.dtype(dtype),
        matvec=lambda x: forward(x).ravel(),
        rmatvec=lambda x: backward(x).ravel(),
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
    first, second, _ = _steps(graph)
    found = sparse.csr_array(first + second @ graph.adjacency)
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
    cumulative = np.cumsum(graph.adjacency.data)
    counts: Any = sparse.csr_array((n, n), dtype=np.float64)
    starts = np.flatnonzero(graph.degrees)
    for _ in range(n_walks):
        once = _stepped(graph, cumulative, starts, rng)
        twice = _stepped(graph, cumulative, once, rng)
        back = (twice == starts) & (graph.degrees[once] > 1)
        while back.any():
            twice[back] = _stepped(graph, cumulative, once[back], rng)
            back = (twice == starts) & (graph.degrees[once] > 1)
        gone = twice != starts
        visited = np.concatenate([once, twice[gone]])
        origin = np.concatenate([starts, starts[gone]])
        counts = counts + sparse.csr_array((np.ones(len(origin)), (origin, visited)), shape=(n, n))
    counts.data[counts.data < fewest] = 0.0
    counts.eliminate_zeros()
    return sparse.csr_array(counts)


def _stepped(
    graph: Graph, cumulative: np.ndarray, nodes: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One step from each node, to a neighbour in proportion to the edge's weight."""
    starts, ends = graph.adjacency.indptr[nodes], graph.adjacency.indptr[nodes + 1]
    before = np.where(starts > 0, cumulative[starts - 1], 0.0)
    aim = before + rng.random(len(nodes)) * (cumulative[ends - 1] - before)
    place = np.searchsorted(cumulative, aim, side="right")
    return np.asarray(graph.adjacency.indices[np.clip(place, starts, ends - 1)])
