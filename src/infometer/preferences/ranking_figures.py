"""The pictures of a ranking: each function draws on the Axes that it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["draw_certainty", "draw_gains", "draw_ranking"]

SURE, UNSURE, MARK, TEXT = "#0072b2", "#9aa0a9", "#d55e00", "#333840"
MOST_ROWS = 60
MOST_LETTERS = 28
RANKING_CAPTION = (
    "Rewards in log-odds against the average item, with intervals of each by itself; beside them "
    "the ranks that the item may have, by itself and, in grey, so that they hold for all items at "
    "once. Blue: surely above the next of the ranking."
)
CERTAINTY_CAPTION = (
    "Each dot is a prompt: how probable it is that its leading item is the best. Blue: the ranks "
    "say so at the level of the report."
)
GAINS_CAPTION = (
    "What the next comparisons tell, each given those before it, and all of them together. Where "
    "the bars have become flat and low, buying more teaches little about any one."
)


def short(name: str) -> str:
    """A name that fits beside a picture, on one line."""
    line = " ".join(str(name).split())
    return line if len(line) <= MOST_LETTERS else line[: MOST_LETTERS - 1] + "…"


def short_apart(first: str, second: str) -> tuple[str, str]:
    """Two names, each on one line; long ones that begin alike are shown from where they part."""
    lines = [" ".join(str(name).split()) for name in (first, second)]
    cut = (short(lines[0]), short(lines[1]))
    if cut[0] != cut[1] or lines[0] == lines[1]:
        return cut
    alike = [one == other for one, other in zip(*lines, strict=False)]
    start = lines[0].rfind(" ", 0, (*alike, False).index(False)) + 1
    return short("…" + lines[0][start:]), short("…" + lines[1][start:])


def shown_rows(table: pd.DataFrame) -> pd.DataFrame:
    """All rows, or the first and the last of them."""
    half = MOST_ROWS // 2
    return table if len(table) <= MOST_ROWS else pd.concat([table.head(half), table.tail(half)])


def draw_ranking(table: pd.DataFrame, told_apart: np.ndarray, ax: Any) -> Any:
    """Draw the reward of every item with its interval, the best on top.

    Parameters
    ----------
    table : DataFrame
        Of `Ranking`, the best first.
    told_apart : ndarray of bool, shape (n − 1,)
        Whether each is surely above the next.
    ax : matplotlib Axes
    """
    rows = shown_rows(table)
    places = np.arange(len(rows))
    gap = len(table) - len(rows)
    if gap:
        places = places + 2 * (places >= MOST_ROWS // 2)
        ax.annotate(f"… {gap} more …", (0.5, MOST_ROWS // 2 + 0.5), va="center", ha="center",
                    xycoords=("axes fraction", "data"), color="#5b616b")  # fmt: skip
    sure = np.append(told_apart, False)[rows.index.to_numpy()]
    colours = np.where(sure, SURE, UNSURE)
    ax.hlines(places, rows["low"], rows["high"], color=colours, lw=2.2)
    ax.scatter(rows["reward"], places, c=colours, s=34, zorder=3)
    right = float(rows["high"].max())
    for head, low, high, offset, colour in (
        ("rank", "own_rank_low", "own_rank_high", 8, TEXT),
        ("all at once", "rank_low", "rank_high", 52, "#5b616b"),
    ):
        texts = [head, *(_span(row[low], row[high]) for _, row in rows.iterrows())]
        for place, text in zip((-1.2, *places), texts, strict=True):
            ax.annotate(text, (right, place), xytext=(offset, 0), textcoords="offset points",
                        va="center", fontsize=8, color=colour, annotation_clip=False)  # fmt: skip
    ax.axvline(0.0, color="#8a8f98", lw=0.8)
    names = [short(name) for name in rows["name"]]
    ax.set_yticks(places, names, parse_math=False, fontsize=9 if len(rows) <= 30 else 7.5)
    ax.set_ylim(places[-1] + 0.7, -0.7)
    span = right - float(rows["low"].min())
    ax.set_xlim(float(rows["low"].min()) - 0.03 * span, right + 0.24 * span)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("reward against the average item")
    return ax


def draw_certainty(leaders: pd.DataFrame, ax: Any) -> Any:
    """Draw for every prompt how probable it is that its leading item is the best.

    Parameters
    ----------
    leaders : DataFrame
        A row for every prompt, with ``p_best`` and ``clear``.
    ax : matplotlib Axes
    """
    rows = leaders.sort_values("p_best", ascending=False)
    share = (np.arange(len(rows)) + 0.5) / len(rows)
    ax.scatter(share, rows["p_best"], c=np.where(rows["clear"], SURE, UNSURE), s=14)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="prompts, the surest first",
           ylabel="probability that the leader is the best")  # fmt: skip
    clear = float(rows["clear"].mean())
    ax.annotate(f"{rows['clear'].sum()} of {len(rows)} have a clear best", (0.03, 0.06),
                xycoords="axes fraction", color=SURE if clear else TEXT, weight="bold")  # fmt: skip
    ax.xaxis.set_major_formatter("{x:.0%}")
    return ax


def draw_gains(purchases: pd.DataFrame, ax: Any) -> Any:
    """Draw what each next comparison tells, and all up to it.

    Parameters
    ----------
    purchases : DataFrame
        With ``order`` and ``gain_nats``.
    ax : matplotlib Axes
    """
    gains = purchases["gain_nats"].to_numpy()
    ax.bar(purchases["order"], gains, color=SURE, width=0.85)
    ax.set(xlabel="comparison, in the order of buying", ylabel="nats that it tells", ylim=(0, None))
    total = ax.twinx()
    total.plot(purchases["order"], np.cumsum(gains), color=MARK, lw=1.8)
    total.set_ylim(0, None)
    total.set_ylabel("nats of all so far", color=MARK)
    total.grid(visible=False)
    return ax


def _span(low: Any, high: Any) -> str:
    if pd.isna(low):
        return ""
    return f"{low}" if low == high else f"{low}–{high}"
