"""The pictures of a question set: each function draws on the Axes that it is given."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["draw_positions", "draw_yields", "figures_of"]

COLOURS = {
    "pass": "#0072b2",
    "fail": "#d55e00",
    "not_run": "#e9c46a",
    "rejected_before": "#c9cdd3",
    "does_not_apply": "#eceef1",
}
YIELDS_CAPTION = (
    "Every gate on every question. Yellow is no pass: the gate lacked a backend or a document. "
    "Grey questions had been rejected before, or are not of the kind that the gate judges."
)
POSITIONS_CAPTION = "At which place the key stands, of accepted multiple-choice questions."


def draw_yields(yields: pd.DataFrame, ax: Any) -> Any:
    """Draw how many questions pass and fail each gate, and how many it did not judge.

    Parameters
    ----------
    yields : DataFrame
        Of `QuestionSetReport`.
    ax : matplotlib Axes
    """
    left = np.zeros(len(yields))
    for name, colour in COLOURS.items():
        counts = yields[name].to_numpy(dtype=float)
        if counts.any():
            ax.barh(yields["gate"], counts, left=left, color=colour, label=name.replace("_", " "))
        left += counts
    ax.invert_yaxis()
    ax.set_xlabel("questions")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, fontsize=8, frameon=False)
    return ax


def draw_positions(counts: dict[int, np.ndarray], ax: Any) -> Any:
    """Draw how often the key stands at each place, one group of bars for each number of options.

    Parameters
    ----------
    counts : dict of int to ndarray of int
        Of `position_counts`.
    ax : matplotlib Axes
    """
    width = 0.8 / len(counts)
    for group, (size, found) in enumerate(counts.items()):
        ax.bar(np.arange(size) + group * width, found, width, label=f"{size} options")
    most = max(counts)
    ax.set_xticks(np.arange(most) + 0.4 - width / 2, [f"option {i + 1}" for i in range(most)])
    ax.set_ylabel("questions")
    ax.grid(visible=False, axis="x")
    ax.legend()
    return ax


def figures_of(yields: pd.DataFrame, counts: dict[int, np.ndarray]) -> dict[str, Any]:
    """The figures of a report, by their titles; none of what there is not."""
    figures: dict[str, Any] = {}
    if len(yields):
        drawn: Any = partial(draw_yields, yields)
        drawn.caption, drawn.figsize = YIELDS_CAPTION, (8.0, 1.4 + 0.3 * len(yields))
        figures["What each gate says"] = drawn
    if counts:
        drawn = partial(draw_positions, counts)
        drawn.caption = POSITIONS_CAPTION
        figures["Where the key stands"] = drawn
    return figures
