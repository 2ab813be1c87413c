"""A graph of comparisons drawn: the better to the right, thick where much was compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.extras import require
from infometer.preferences.ranking_figures import short

__all__ = ["draw_comparisons", "shown_items", "spread_heights"]

BRIDGE, NEXT, ITEM = "#d55e00", "#009e73", "#0072b2"
MOST_ITEMS = 150
MOST_NAMES = 45
STEPS = 150
CAPTION = (
    "Each dot is an item, the better the further right; its height only keeps items apart. Lines: "
    "pairs that were compared, darker the more often. Red: a bridge, the only tie of two parts. "
    "Green and dashed: pairs to compare next."
)


def shown_items(n_items: int, order: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The items that are drawn: all, or those that are wanted first, and then the best.

    Parameters
    ----------
    n_items : int
    order : ndarray of int, shape (n_items,)
        Items, the best first.
    wanted : ndarray of int
        Items that should be seen, such as the ends of the pairs to compare next.

    Returns
    -------
    ndarray of int, at most 150, sorted

    Examples
    --------
    >>> shown_items(3, np.array([2, 0, 1]), np.array([1])).tolist()
    [0, 1, 2]
    """
    if n_items <= MOST_ITEMS:
        return np.arange(n_items)
    ranked = np.concatenate([wanted[: MOST_ITEMS // 2], order])
    first = np.sort(np.unique(ranked, return_index=True)[1])[:MOST_ITEMS]
    return np.sort(ranked[first])


def spread_heights(x: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Heights that part items of like x and keep pairs together: springs and charges, x held.

    Parameters
    ----------
    x : ndarray, shape (n,)
    pairs : ndarray of int, shape (e, 2)

    Returns
    -------
    ndarray, shape (n,)
        From 0 to 1.

    Examples
    --------
    >>> heights = spread_heights(np.array([0.0, 0.0, 1.0]), np.array([[0, 2], [1, 2]]))
    >>> float(abs(heights[0] - heights[1])) > 0.5
    True
    """
    n = len(x)
    if n == 1:
        return np.array([0.5])
    across = (x - x.min()) / (np.ptp(x) or 1.0)
    y = (np.arange(n) * 0.6180339887) % 1.0  # the golden ratio: even, and no seed to give
    gaps = across[:, None] - across
    u, v = pairs.T
    degree = np.maximum(np.bincount(pairs.ravel(), minlength=n), 1)
    for step in range(STEPS):
        apart = y[:, None] - y
        push = (apart / (gaps**2 + apart**2 + 1e-3)).sum(axis=1) / n
        pull = np.bincount(u, y[v] - y[u], n) + np.bincount(v, y[u] - y[v], n)
        move = 0.05 * push + 0.1 * pull / degree
        most = 0.1 * (1.0 - step / STEPS)
        y = y + np.clip(move, -most, most)
    even = np.argsort(np.argsort(y)) / (n - 1)  # a dense middle is spread out
    return np.asarray(0.3 * (y - y.min()) / (np.ptp(y) or 1.0) + 0.7 * even)


def draw_comparisons(
    rewards: np.ndarray,
    names: list[str],
    pairs: np.ndarray,
    counts: np.ndarray,
    bridges: np.ndarray,
    purchases: np.ndarray,
    ax: Any,
) -> Any:
    """Draw items by reward, the pairs that were compared, and those to compare next.

    Parameters
    ----------
    rewards : ndarray, shape (n,)
    names : list of str
    pairs : ndarray of int, shape (e, 2)
        Each pair that was compared, once.
    counts : ndarray, shape (e,)
        How often.
    bridges : ndarray of bool, shape (e,)
        Which of them alone ties two parts.
    purchases : ndarray of int, shape (b, 2)
        Pairs to compare next.
    ax : matplotlib Axes
    """
    x, y = rewards, spread_heights(rewards, pairs)
    points = np.stack([x, y], axis=1)
    strength = np.sqrt(counts / max(counts.max(initial=1.0), 1.0))[~bridges]
    shades = (0.1 + 0.5 * strength) * min(1.0, np.sqrt(150 / max(len(pairs), 1)))
    grey = [(0.3, 0.3, 0.3, shade) for shade in shades]
    _lines(ax, points[pairs[~bridges]], colors=grey, linewidths=0.5 + 1.5 * strength)
    _lines(ax, points[pairs[bridges]], colors=BRIDGE, linewidths=1.6)
    _lines(ax, points[purchases], colors=NEXT, linewidths=1.2, linestyles="dashed")
    ax.scatter(x, y, s=46 if len(x) <= 60 else 20, color=ITEM, zorder=3, edgecolor="white", lw=0.6)
    if len(x) <= MOST_NAMES:
        halo = require("matplotlib.patheffects", "report").withStroke(linewidth=2.5, foreground="w")
        for place, name in zip(points, names, strict=True):
            ax.annotate(short(name), place, xytext=(0, 6), textcoords="offset points", fontsize=8,
                        ha="center", parse_math=False, zorder=4, path_effects=[halo])  # fmt: skip
    ax.set_yticks([])
    ax.set(ylim=(-0.06, 1.1), xlabel="reward against the average item")
    ax.spines["left"].set_visible(False)
    ax.margins(x=0.08)
    return ax


def _lines(ax: Any, segments: np.ndarray, **style: Any) -> None:
    if len(segments):
        collections = require("matplotlib.collections", "report")
        ax.add_collection(collections.LineCollection(segments, zorder=1, **style))
