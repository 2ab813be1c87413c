"""The picture of a partial information decomposition: one bar, and what each view covers of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infometer.contracts import nats_per
from infometer.extras import axes

__all__ = ["draw_atoms"]

COLORS = ("C0", "0.6", "C1", "C2")
NARROW = 0.07
"""Parts of the bar below this share of it carry no figure of their own."""


def draw_atoms(ax: Any, atoms: Sequence[float], names: Sequence[str], unit: str = "nats") -> Any:
    """Draw the atoms as one stacked bar, and below it the span of each mutual information.

    The unique parts stand on either side of the redundancy, so that what each view tells alone,
    I(X1;Y) and I(X2;Y), is one stretch, and all four are I(X1,X2;Y).

    Parameters
    ----------
    ax : matplotlib Axes, optional
        A new figure where None.
    atoms : sequence of 4 floats
        Unique 1, redundancy, unique 2 and synergy, in nats; those below 0 are drawn as 0.
    names : sequence of 3 str
        Of X1, X2 and Y.
    unit : {"nats", "bits"}

    Returns
    -------
    matplotlib Axes
    """
    nats = nats_per(unit)
    ax = axes(ax, 7, 2.4)
    first, second, target = names
    labels = (f"unique {first}", "redundancy", f"unique {second}", "synergy")
    widths = [max(atom, 0.0) / nats for atom in atoms]
    edges = [sum(widths[:number]) for number in range(5)]
    for label, color, left, width in zip(labels, COLORS, edges, widths, strict=False):
        ax.barh(0, width, left=left, color=color, height=0.7, label=f"{label} {width:.3f}")
        if width > NARROW * edges[-1]:
            ax.text(left + width / 2, 0, f"{width:.3f}", ha="center", va="center", color="w")
    spans = ((0, 2, first), (1, 3, second), (0, 4, f"{first}, {second}"))
    for row, (start, end, view) in enumerate(spans):
        height = -0.75 - 0.5 * row
        ax.plot([edges[start], edges[end]], [height] * 2, color="k", lw=1.5, marker="|")
        ax.annotate(f"I({view};{target})", (edges[end], height), (5, 0),
                    textcoords="offset points", va="center", fontsize="small")  # fmt: skip
    ax.set(xlabel=unit, yticks=[], ylim=(-2.1, 0.5))
    ax.set_xlim(0.0, 1.25 * edges[-1] or 1.0)
    ax.spines[["left", "top", "right"]].set_visible(False)
    ax.legend(
        ncols=4, loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, fontsize="small",
        columnspacing=1.0, handlelength=0.8, borderpad=0.0, alignment="left",
    )  # fmt: skip
    return ax
