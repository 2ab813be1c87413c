"""Where the likelihood of choices has a maximum without a prior, and an error where it has none."""

from __future__ import annotations

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.victories import strong_components, victories

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
    within = graph.prompt_codes
    pieces = np.unique(np.stack([within, parts]), axis=1)
    if pieces.shape[1] > len(np.unique(within)):
        raise ValueError(
            f"the comparisons fall into {parts.max() + 1} components that nothing joins: "
            f"{_listed(graph, parts)}. Their rewards cannot be compared: give prior_precision=, "
            "or compare items of one with items of another"
        )
    winner, loser = victories(graph, prior_edges=True)
    strong = strong_components(winner, loser, graph.n_items)
    if strong.max() == parts.max():
        return
    unbeaten = _never_lose(strong, winner, loser)
    raise ValueError(
        "without a prior some rewards are infinite, because these never lose to the other items "
        f"that they are compared with: {_listed(graph, strong, unbeaten)}. Give prior_precision=, "
        "or compare more"
    )


def _never_lose(strong: np.ndarray, winner: np.ndarray, loser: np.ndarray) -> np.ndarray:
    """Strong components that win some comparison with the rest and lose none."""
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
