"""The pictures of a network probe: each function draws on the Axes that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import NATS_PER_UNIT

__all__ = ["draw_label_shares", "draw_link_shares", "draw_sources"]

TELLS, SIMPLE, SILENT, CHANCE, TEXT = "#0072b2", "#009e73", "#9aa0a9", "#e2e4e8", "#5b616b"
SOURCES_CAPTION = (
    "Bars start at chance. Blue: an embedding tells something; green: what needs nothing learned; "
    "grey: no more than chance may show, which in 95 of 100 samples stays within the pale block. "
    "Whiskers are intervals. A score is a lower bound on the accuracy of the best rule for the "
    "bins or clusters that it is read off."
)
RAW_CAPTION = (
    " Hollow diamonds: the same embedding by plain dot products; where they stand far left of the "
    "end of the bar, only the compatibility matrix sees which nodes attract each other."
)
LINKS_CAPTION = (
    "Pairs of nodes by the best source's score, lowest bin first: how many of each bin are links. "
    "Flat at one half would tell nothing; 0 and 1 would tell all."
)
LABELS_CAPTION = "Each row is a cluster of the best source: how its nodes' labels are shared out."


def draw_sources(frame: pd.DataFrame, ax: Any, *, alpha: float = 0.05, unit: str = "bits") -> Any:
    """Draw a bar from chance to the score of every source, with what it tells written beside.

    Parameters
    ----------
    frame : DataFrame
        Of `ProbeResult`.
    ax : matplotlib Axes
    alpha : float
    unit : str
    """
    rows = frame.reset_index(drop=True)
    chance, places = float(rows["chance"].iloc[0]), np.arange(len(rows))
    ends = rows[["score_high", "score"]].max(axis=1).to_numpy(dtype=float)
    colours = [_colour(row, alpha) for _, row in rows.iterrows()]
    ax.barh(places, rows["null_score"] - chance, left=chance, color=CHANCE, height=0.94, zorder=0)
    ax.barh(places, rows["score"] - rows["chance"], left=rows["chance"], color=colours, height=0.6)
    ax.hlines(places, rows["score_low"], rows["score_high"], color="#1d2127", lw=1.2)
    if "raw_score" in rows:
        ax.plot(rows["raw_score"], places, "D", mfc="white", mec="#d55e00", mew=1.5, ms=6,
                ls="none", label="plain dot product", clip_on=False)  # fmt: skip
        ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.99))
    for place, end, nats in zip(places, ends, rows["information_nats"], strict=True):
        text = f"{nats / NATS_PER_UNIT[unit]:.2f} {unit}"
        ax.annotate(text, (end, place), xytext=(6, 0), textcoords="offset points", va="center",
                    fontsize=9, color="#333840")  # fmt: skip
    ax.axvline(chance, color="#8a8f98", lw=0.8)
    ax.set_yticks(places, [_name(row) for _, row in rows.iterrows()], parse_math=False)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    low = float(rows["raw_score"].min()) if "raw_score" in rows else chance
    span = max(ends.max() - chance, 0.02)
    ax.set_xlim(min(low, chance) - 0.03 * span, ends.max() + 0.18 * span)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("score: what accuracy is at least, 2 to the −H(Y|X) bits")
    return ax


def draw_link_shares(table: np.ndarray, ax: Any) -> Any:
    """Draw the share of links in every bin of a score.

    Parameters
    ----------
    table : ndarray of int, shape (b, 2)
        Of `ProbeResult`.
    ax : matplotlib Axes
    """
    total = table.sum(axis=1)
    share, places = table[:, 1] / total, np.arange(1, len(table) + 1)
    ax.bar(places, share, color=TELLS, width=0.8)
    for place, height, count in zip(places, share, total, strict=True):
        ax.annotate(f"{height:.2f}\nn={count}", (place, height), xytext=(0, 3), ha="center",
                    textcoords="offset points", fontsize=8, color="#333840")  # fmt: skip
    ax.axhline(0.5, color="#8a8f98", lw=1, ls="--")
    ax.set_xticks(places)
    ax.set(ylim=(0, 1.15), xlabel="bin of the score", ylabel="share of links")
    ax.grid(visible=False, axis="x")
    return ax


def draw_label_shares(table: np.ndarray, classes: Sequence[str], ax: Any) -> Any:
    """Draw how the labels of every cluster are shared out.

    Parameters
    ----------
    table : ndarray of int, shape (b, c)
        Of `ProbeResult`.
    classes : sequence of str
    ax : matplotlib Axes
    """
    counts = table[table.any(axis=1)]
    order = np.lexsort((-counts.max(axis=1), counts.argmax(axis=1)))
    shares = (counts / counts.sum(axis=1, keepdims=True))[order]
    image = ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    if shares.size <= 400:
        for (i, j), share in np.ndenumerate(shares):
            colour = "white" if share > 0.6 else "#1d2127"
            ax.text(j, i, f"{share:.2f}", ha="center", va="center", color=colour, fontsize=8)
    ax.set_xticks(range(len(classes)), classes, rotation=20, ha="right", parse_math=False)
    ax.set_yticks(range(len(counts)), [f"n={n}" for n in counts.sum(axis=1)[order]])
    ax.grid(visible=False)
    ax.set(ylabel="cluster")
    ax.figure.colorbar(image, ax=ax, pad=0.02, label="share of the cluster")
    return ax


def _colour(row: pd.Series, alpha: float) -> str:
    if row["kind"] == "heuristic":
        unsure = row["adjusted_p_value"] > alpha  # without an interval there is no p-value
        return SILENT if unsure else SIMPLE
    return TELLS if row["adjusted_p_value"] <= alpha else SILENT


def _name(row: pd.Series) -> str:
    return f"{row['meaning']}: {row['source']}" if row["kind"] == "component" else row["source"]
