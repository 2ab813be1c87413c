"""What a search for neighbours costs, to take the cheapest.

The constants are seconds on one core of a 2023 server, measured for 2000 to 40 000 rows; only their
ratios matter. ``make bench-estimators`` draws the measured cost of the search that is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

import numpy as np

__all__ = ["cheapest", "search_seconds"]

Compiled = Literal["tree", "window", "blocks"]
MOST_PARTS_BY_TREE = 0.6


def search_seconds(n: int, d: int, splits: int) -> dict[Compiled, float]:
    r"""Seconds for n rows of d columns in all, in the whole and in the parts of all splits.

    Trees take about :math:`n^{1 + 0.2 (d/3)^{0.8}}`, and nearly as much again for every split;
    blocks n² (1 + 0.03 d) and windows n √n, and little more for splits.

    Parameters
    ----------
    n, d : int
    splits : int
        1 for the whole alone.

    Returns
    -------
    dict
        Of "tree", "blocks", and where d is 2 "window".

    Examples
    --------
    >>> cost = search_seconds(10_000, 40, 1)
    >>> min(cost, key=cost.get)
    'blocks'
    """
    scale = n / 1e4
    tree = 0.04 * (d / 3) ** 2.3 * scale ** (1 + 0.2 * (d / 3) ** 0.8)
    found: dict[Compiled, float] = {
        "tree": tree * (1 + MOST_PARTS_BY_TREE * (splits - 1)),
        "blocks": 0.1 * scale**2 * (1 + 0.035 * d) + (splits > 1) * 0.15 * scale**1.5,
    }
    if d == 2:
        found["window"] = 0.012 * scale**1.5 * (1 + 0.2 * (splits - 1))
    return found


def cheapest(n: int, widths: Sequence[int], splits: int, *, can_split: bool = True) -> Compiled:
    """The quickest search for n rows of views of these widths; trees without the ``speed`` extra.

    Parameters
    ----------
    n : int
    widths : sequence of int
        Columns of each view.
    splits : int
    can_split : bool
        Whether the compiled searches can tell the parts apart.

    Examples
    --------
    >>> cheapest(10_000, [20, 20], 1, can_split=False)
    'tree'
    """
    if not can_split or find_spec("numba") is None:
        return "tree"
    seconds = search_seconds(n, int(np.sum(widths)), splits)
    if list(widths) != [1, 1]:
        seconds.pop("window", None)
    return min(seconds, key=lambda name: seconds[name])
