"""Items, and sets of items, that only ever win or only ever lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.victories import strong_components, victories
from infometer.resampling.groups import group_members

__all__ = ["OneSided", "one_sided"]


@dataclass(frozen=True)
class OneSided:
    """Where the answers alone put no end to a reward; see `one_sided`.

    Parameters
    ----------
    only_win, only_lose : tuple of int
        Items that won, or lost, every comparison of theirs.
    unbeaten, winless : tuple of tuple of int
        Sets of two and more items that beat each other, but were beaten by nobody else, or beat
        nobody else, of those that they are connected with.
    """

    only_win: tuple[int, ...]
    only_lose: tuple[int, ...]
    unbeaten: tuple[tuple[int, ...], ...]
    winless: tuple[tuple[int, ...], ...]


def one_sided(graph: ComparisonGraph) -> OneSided:
    """Find what never loses and what never wins.

    Without a prior their rewards have no end: the Bradley-Terry likelihood has a maximum where, and
    only where, wins lead from every item of a component to every other.

    Parameters
    ----------
    graph : ComparisonGraph
        Binary, with outcomes; a tie counts as a win of both.

    Returns
    -------
    OneSided
        Nothing one-sided where the comparisons are cardinal: strengths put an end to rewards.

    References
    ----------
    Ford (1957), Solution of a ranking problem from binary comparisons.

    Examples
    --------
    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (2, 1)], outcomes=[1, 1, 1])
    >>> found = one_sided(graph)
    >>> found.only_win, found.winless
    ((0,), ((1, 2),))
    """
    if graph.kind == "cardinal":
        return OneSided((), (), (), ())
    winners, losers = victories(graph)
    part = strong_components(winners, losers, graph.n_items)
    parts = int(part.max()) + 1
    across = part[winners] != part[losers]
    beaten, beating = np.zeros(parts, dtype=bool), np.zeros(parts, dtype=bool)
    beaten[part[losers[across]]] = beating[part[winners[across]]] = True
    sets = [tuple(items.tolist()) for items in group_members(part)]

    def of(chosen: np.ndarray, single: bool) -> tuple[tuple[int, ...], ...]:
        which = np.flatnonzero(chosen)
        return tuple(sorted(sets[s] for s in which if (len(sets[s]) == 1) == single))

    top, bottom = beating & ~beaten, beaten & ~beating
    return OneSided(
        only_win=tuple(item for (item,) in of(top, single=True)),
        only_lose=tuple(item for (item,) in of(bottom, single=True)),
        unbeaten=of(top, single=False),
        winless=of(bottom, single=False),
    )
