"""Where the likelihood of choices has a maximum without a prior, and an error where it has none."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.outcomes import FIRST, SECOND

__all__ = ["check_maximum_exists"]

SHOWN = 5


def check_maximum_exists(graph: ComparisonGraph) -> None:
    """Raise where choices without prior precision leave rewards infinite or unrelated.

    The likelihood has a maximum where every item of a component can be reached from every other
    by going from who lost to who won; ties and prior edges go both ways.

    Parameters
    ----------
    graph : ComparisonGraph
        Binary, with outcomes.

    Raises
    ------
    ValueError
        Naming the components that no comparison joins, or the items that never lose to the rest.

    References
    ----------
    Ford, "Solution of a ranking problem from binary comparisons", American Mathematical Monthly
    64, 1957.
    """
    if graph.prior_precision > 0:
        return
    parts = graph.components()
    within = np.zeros(graph.n_items, np.int64) if graph.prompts is None else _codes(graph.prompts)
    pieces = np.unique(np.stack([within, parts]), axis=1)
    if pieces.shape[1] > len(np.unique(within)):
        raise ValueError(
            f"the comparisons fall into {parts.max() + 1} components that nothing joins: "
            f"{_listed(graph, parts)}. Their rewards cannot be compared: give prior_precision=, "
            "or compare items of one with items of another"
        )
    strong = _strong_components(graph)
    if strong.max() == parts.max():
        return
    unbeaten = _never_lose(graph, strong)
    raise ValueError(
        "without a prior some rewards are infinite, because these never lose to the other items "
        f"that they are compared with: {_listed(graph, strong, unbeaten)}. Give prior_precision=, "
        "or compare more"
    )


def _codes(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.unique(np.asarray(labels), return_inverse=True)[1])


def _ways(graph: ComparisonGraph) -> tuple[np.ndarray, np.ndarray]:
    """From who lost to who won; both ways for ties and prior edges."""
    assert graph.outcomes is not None
    answered, y = graph.pairs[graph.answered], graph.outcomes[graph.answered]
    won, lost = answered[y != SECOND], answered[y != FIRST]
    loser = np.concatenate([won[:, 1], lost[:, 0], *graph.prior_edges.T])
    winner = np.concatenate([won[:, 0], lost[:, 1], *graph.prior_edges.T[::-1]])
    return loser, winner


def _strong_components(graph: ComparisonGraph) -> np.ndarray:
    loser, winner = _ways(graph)
    n = graph.n_items
    ways = coo_array((np.ones(len(loser)), (loser, winner)), shape=(n, n))
    return np.asarray(connected_components(ways, connection="strong")[1])


def _never_lose(graph: ComparisonGraph, strong: np.ndarray) -> np.ndarray:
    """Strong components that win some comparison with the rest and lose none."""
    loser, winner = _ways(graph)
    across = strong[loser] != strong[winner]
    return np.setdiff1d(strong[winner[across]], strong[loser[across]])


def _listed(graph: ComparisonGraph, parts: np.ndarray, only: np.ndarray | None = None) -> str:
    """The parts, each with its first few items."""
    chosen = np.unique(parts) if only is None else only
    said = []
    for part in chosen[:SHOWN]:
        items = np.flatnonzero(parts == part)
        names = ", ".join(graph.name_of(i) for i in items[:SHOWN])
        more = len(items) - SHOWN
        said.append(f"{{{names}{f' and {more} more' if more > 0 else ''}}}")
    left = len(chosen) - SHOWN
    return ", ".join(said) + (f" and {left} more" if left > 0 else "")
