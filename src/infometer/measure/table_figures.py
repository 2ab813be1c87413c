"""The pictures of a measured table: each function draws on the Axes that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["draw_columns", "draw_pairs", "draw_together"]

TELLS, SILENT, CHANCE, TEXT = "#0072b2", "#9aa0a9", "#e2e4e8", "#5b616b"
COLUMNS_CAPTION = (
    "Blue: tells something; grey: no more than chance may show. Whiskers are intervals. The pale "
    "block at the foot of a bar is what a column without information stays within in 95 of 100 "
    "samples. A percentage is the share of all there is to know about the target."
)
TOGETHER_CAPTION = (
    "Each column is added to those on its left, and the curve is what all of them tell together. "
    "Dashed: the sum of what each tells alone. A curve below it: the columns tell the same. A "
    "hollow point: no gain could be shown, and the search stopped there."
)
PAIRS_CAPTION = (
    "Off the diagonal: what two columns tell together less what each tells alone, as far as it "
    "goes beyond what an unrelated column would show. Orange, +: synergy prevails, they tell more "
    "together; blue, −: redundancy prevails, they tell the same. Bold: beyond chance. It is "
    "synergy less redundancy, so that near 0 there may be as much of both. On the diagonal: the "
    "column alone."
)
LONGEST_NAME = 28
PALE = 0.5
"""Of the best single: interactions that are small beside it stay pale."""
BOTH = ("low", "high")


def draw_columns(frame: pd.DataFrame, ax: Any, *, alpha: float = 0.05, unit: str = "nats") -> Any:
    """Draw a bar for every column with its interval, and a tick for what chance would show.

    Parameters
    ----------
    frame : DataFrame
        Of `TableMeasurement`, its information in `unit`.
    ax : matplotlib Axes
    alpha : float
    unit : str
    """
    rows = frame[frame["rank"].notna()]
    places, values = np.arange(len(rows)), rows["value_nats"].to_numpy(dtype=float)
    tells = (rows["adjusted_p_value"] <= alpha).to_numpy()
    ax.barh(places, rows["null_upper_nats"], color=CHANCE, height=0.94, zorder=0)
    ax.barh(places, values, color=np.where(tells, TELLS, SILENT), height=0.62)
    low, high = (rows[side].fillna(rows["value_nats"]).to_numpy(dtype=float) for side in BOTH)
    ax.hlines(places, low, high, color="#1d2127", lw=1.2)
    shares = rows["share_of_target"].where(tells)
    for place, value, top, share in zip(places, values, high, shares, strict=True):
        text = f"{value:.2f}".replace("-", "−")
        text += "" if np.isnan(share) else f" ({100 * share:.0f} %)"
        ax.annotate(
            text, (max(top, 0.0), place), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=8, color="#333840",
        )  # fmt: skip
    ax.axvline(0.0, color="#8a8f98", lw=0.8)
    ax.set_yticks(places, [_short(name) for name in rows["column"]], parse_math=False)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(right=1.14 * max(high.max(initial=0.0), 1e-3))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(f"I(X;Y), {unit}")
    return ax


def draw_together(
    steps: pd.DataFrame, singles: pd.Series, entropy: float, ax: Any, *, unit: str = "nats"
) -> Any:
    """Draw the joint information along the greedy order, beside the sum of the singles and H(Y).

    Parameters
    ----------
    steps : DataFrame
        ``together`` of `TableMeasurement`, its information in `unit`.
    singles : Series
        What each column tells alone.
    entropy : float
        H(Y), or NaN.
    ax : matplotlib Axes
    unit : str
    """
    x, values = np.arange(len(steps)), steps["value_nats"].to_numpy(dtype=float)
    kept = steps["kept"].to_numpy(dtype=bool)
    low, high = (steps[side].fillna(steps["value_nats"]).to_numpy(dtype=float) for side in BOTH)
    ax.fill_between(x[kept], low[kept], high[kept], color=TELLS, alpha=0.2, lw=0)
    ax.plot(x[kept], values[kept], color=TELLS, marker="o", lw=2, label="together")
    ax.plot(x[~kept], values[~kept], "o", mfc="white", mec=TELLS, label="no gain shown")
    sums = singles.loc[steps["column"]].cumsum().to_numpy()
    ax.plot(x, sums, color=TEXT, ls="--", lw=1.2, label="sum of each alone")
    top = max(high.max(), sums.max())
    if np.isfinite(entropy):
        ax.axhline(entropy, color="#8a8f98", lw=1, ls=":")
        ax.annotate("H(Y)", (0, entropy), xytext=(2, 3), textcoords="offset points", color=TEXT)
        top = max(min(top, 1.5 * entropy), entropy)
    names = [("+ " if i else "") + _short(name) for i, name in enumerate(steps["column"])]
    ax.set_xticks(x, names, rotation=20, ha="right", parse_math=False)
    ax.set_ylim(0.0, 1.1 * top)
    ax.set_ylabel(f"I(X₁,…,Xₘ;Y), {unit}")
    ax.legend(loc="lower right", frameon=False)
    return ax


def draw_pairs(
    pairs: pd.DataFrame,
    names: Sequence[str],
    ax: Any,
    *,
    alpha: float = 0.05,
    unit: str = "nats",
) -> Any:
    """Draw the interaction information of all pairs as a matrix, synergy orange, redundancy blue.

    Parameters
    ----------
    pairs : DataFrame
        Of `TableMeasurement`, its information in `unit`.
    names : sequence of str
    ax : matplotlib Axes
    alpha : float
    unit : str
    """
    place = {name: index for index, name in enumerate(names)}
    matrix, alone = np.full((len(names), len(names)), np.nan), np.full(len(names), np.nan)
    singles = float(pairs[["first_nats", "second_nats"]].to_numpy().max())
    largest = max(float(pairs["beyond_nats"].abs().max()), PALE * singles, 1e-9)
    for row in pairs.sort_values("n", kind="stable").to_dict("records"):
        i, j = place[row["first"]], place[row["second"]]
        matrix[i, j] = matrix[j, i] = row["beyond_nats"]
        alone[i], alone[j] = row["first_nats"], row["second_nats"]
        bold = "bold" if row["adjusted_p_value"] <= alpha else "normal"
        for a, b in ((i, j), (j, i)):
            color = "white" if abs(matrix[a, b]) > 0.6 * largest else "#1d2127"
            text = f"{matrix[a, b]:+.2f}".replace("-", "−")
            text = text[1:] if text.endswith("0.00") else text
            ax.text(b, a, text, ha="center", va="center", weight=bold, color=color)
    for i, value in enumerate(alone):
        ax.text(i, i, f"{value:.2f}", ha="center", va="center", color=TEXT, style="italic")
    image = ax.imshow(matrix, cmap=_diverging(), vmin=-largest, vmax=largest, aspect="auto")
    ax.set_xticks(range(len(names)), [_short(n) for n in names], rotation=20, ha="right")
    ax.set_yticks(range(len(names)), [_short(n) for n in names])
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    ax.grid(visible=False)
    ax.figure.colorbar(image, ax=ax, pad=0.02, label=f"redundancy − | + synergy, {unit}")
    return ax


def _diverging() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    colours = ["#0072b2", "#ffffff", "#d55e00"]
    return LinearSegmentedColormap.from_list("pairs", colours).with_extremes(bad="#f1f2f4")


def _short(name: str) -> str:
    """A long name without its middle: what tells it from others often stands at its end."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[1 - half :]}"
