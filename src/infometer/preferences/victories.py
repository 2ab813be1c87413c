"""Who beat whom, and the sets in which everybody can be reached from everybody by wins."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.comparison_graph import ComparisonGraph

__all__ = ["strong_components", "victories"]


def victories(
    graph: ComparisonGraph, *, prior_edges: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The winner and the loser of every choice; a tie is a win of both.

    Parameters
    ----------
    graph : ComparisonGraph
        Binary, with outcomes.
    prior_edges : bool
        Whether they count as ties.

    Returns
    -------
    winner, loser : ndarray of int, shape (k,)

    Examples
    --------
    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (0, 2)],
    ...                         outcomes=["second", "tie", "skip"])
    >>> [ends.tolist() for ends in victories(graph)]
    [[1, 1, 2], [2, 0, 1]]
    """
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes; who beat whom is seen in answers only")
    first, second = graph.pairs[graph.outcomes >= 0.5], graph.pairs[graph.outcomes <= 0.5]
    alike = graph.prior_edges if prior_edges else graph.prior_edges[:0]
    winner, loser = np.concatenate([first, second[:, ::-1], alike, alike[:, ::-1]]).T
    return winner, loser


def strong_components(winner: np.ndarray, loser: np.ndarray, n_items: int) -> np.ndarray:
    """Which set each item is in: within one, wins lead from everybody to everybody.

    Parameters
    ----------
    winner, loser : ndarray of int, shape (k,)
    n_items : int

    Returns
    -------
    ndarray of int, shape (n_items,)

    References
    ----------
    Ford, "Solution of a ranking problem from binary comparisons", American Mathematical Monthly
    64, 1957: the likelihood has a maximum where there is one such set.

    Examples
    --------
    >>> len(set(strong_components(np.array([0, 1, 2, 0]), np.array([1, 2, 0, 3]), 4)))
    2
    """
    beats = coo_array((np.ones(len(winner)), (winner, loser)), shape=(n_items, n_items))
    return np.asarray(connected_components(beats, directed=True, connection="strong")[1])
