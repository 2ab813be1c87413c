"""Whether what is shown first is preferred because it is shown first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.outcomes import FIRST, SECOND

__all__ = ["PositionBias", "position_bias"]


@dataclass(frozen=True)
class PositionBias:
    """How often the first won, over all comparisons and over pairs that were shown both ways.

    Parameters
    ----------
    first_wins, decided : int
        Comparisons that the first won, and those that either won.
    share : float
        first_wins / decided: ½ where the order was drawn at random and nobody minds it.
    interval : (float, float)
        Wilson's, for that share.
    level : float
        Of the interval.
    balanced_share : float
        The mean of the first's wins in both orders of a pair: ½ without bias, however good items
        were placed; NaN where no pair was shown both ways.
    balanced_pairs : int
        Pairs that were shown both ways.
    """

    first_wins: int
    decided: int
    share: float
    interval: tuple[float, float]
    level: float
    balanced_share: float
    balanced_pairs: int

    @property
    def one_sided(self) -> bool:
        """Whether the same place won every time: then the table lists winners, not an order."""
        return self.decided > 1 and self.first_wins in (0, self.decided)

    @property
    def excludes_half(self) -> bool:
        """Whether the interval lies off ½, and the order was one in which items were shown."""
        low, high = self.interval
        return not self.one_sided and not low <= 0.5 <= high


def position_bias(graph: ComparisonGraph, level: float = 0.95) -> PositionBias:
    r"""Win rate of the first place, with Wilson's interval; ties and skips apart.

    .. math:: \text{balanced} = \frac{\sum_e h_e \frac12 (p_{uv} + p_{vu})}{\sum_e h_e}, \qquad
        h_e = \frac{n_{uv} n_{vu}}{n_{uv} + n_{vu}}

    with p_uv the win rate of u where u is shown first, n_uv times (weights of Mantel and Haenszel).

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes; each comparison counts once. Of cardinal ones the sign decides.
    level : float

    Returns
    -------
    PositionBias

    Examples
    --------
    >>> graph = ComparisonGraph(n_items=2, pairs=[(0, 1), (1, 0)] * 4, outcomes=[1, 1, 1, 0] * 2)
    >>> found = position_bias(graph)
    >>> found.share, found.balanced_share, [round(end, 3) for end in found.interval]
    (0.75, 0.75, [0.409, 0.929])
    """
    if graph.outcomes is None:
        raise ValueError("graph has no outcomes; position bias is seen in answers only")
    answers = graph.outcomes
    if graph.kind == "cardinal":
        answers = np.select([answers > 0, answers < 0], [FIRST, SECOND], np.nan)
    kept = (answers == FIRST) | (answers == SECOND)
    won, pairs = answers[kept], graph.pairs[kept]
    wins, n = int(won.sum()), len(won)
    if not n:
        nan = float("nan")
        return PositionBias(0, 0, nan, (0.0, 1.0), level, nan, 0)
    found = binomtest(wins, n).proportion_ci(level, method="wilson")
    share, both = _balanced(pairs, won)
    interval = (float(found.low), float(found.high))
    return PositionBias(wins, n, wins / n, interval, level, share, both)


def _balanced(pairs: np.ndarray, won: np.ndarray) -> tuple[float, int]:
    """Mean of the first's wins over both orders of the pairs that have both, and their number."""
    edges, of = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    order = 2 * of.ravel() + (pairs[:, 0] > pairs[:, 1])
    counts = np.bincount(order, minlength=2 * len(edges)).reshape(-1, 2)
    wins = np.bincount(order, won, minlength=2 * len(edges)).reshape(-1, 2)
    both = counts.all(axis=1)
    if not both.any():
        return float("nan"), 0
    counts, wins = counts[both], wins[both]
    weights = counts.prod(axis=1) / counts.sum(axis=1)
    return float(np.average((wins / counts).mean(axis=1), weights=weights)), int(both.sum())
