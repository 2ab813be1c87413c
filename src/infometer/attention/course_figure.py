"""The picture of attention entropy over a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.attention.head_entropy_table import HeadEntropyTable

__all__ = ["draw_course"]

NAMED = 12
"""Of more layers the legend names the first, the middle and the last."""
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000)


def draw_course(steps: Sequence[int], tables: Sequence[HeadEntropyTable], ax: Any) -> Any:
    """Draw each layer's mean share of its ceiling over the steps; thin: its heads.

    Parameters
    ----------
    steps : sequence of int
    tables : sequence of HeadEntropyTable
    ax : matplotlib Axes
    """
    from matplotlib import colormaps

    shares = np.ma.masked_invalid(np.stack([table.normalized for table in tables]))
    layers = tables[0].layers
    colours = colormaps["viridis"](np.linspace(0.85, 0.0, len(layers)))
    x = np.array(steps) + 1
    for i, layer in enumerate(layers):
        colour = colours[i]
        if len(layers) <= NAMED:
            ax.plot(x, shares[:, i], color=colour, lw=0.8, alpha=0.6)
        mean = shares[:, i].mean(axis=1)
        ax.plot(x, mean, color=colour, lw=2.5, marker="o", ms=5, label=f"layer {layer}")
    for quarter in (0.25, 0.75):
        ax.axhline(quarter, color="0.6", lw=1, ls=":", zorder=0)
    ax.set_xscale("log")
    ticks = [tick for tick in TICKS if steps[0] <= tick <= steps[-1]]
    ax.set_xticks([tick + 1 for tick in ticks], [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_ylim(0, 1.03)
    ax.set_xlabel("training step")
    ax.set_ylabel("entropy, of the largest")
    ax.legend(*_named(ax), loc="lower left", frameon=False, ncols=2)
    return ax


def _named(ax: Any) -> tuple[list[Any], list[str]]:
    """The handles and names of all layers, or of the first, the middle and the last of many."""
    handles, names = ax.get_legend_handles_labels()
    last = len(names) - 1
    shown = range(len(names)) if len(names) <= NAMED else (0, last // 2, last)
    return [handles[i] for i in shown], [names[i] for i in shown]
