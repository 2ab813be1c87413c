"""Canonical correlations of Student vectors that have no variance, over many seeds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from benchmarks.tasks_reference import REFERENCE, N, asked

SEEDS = 20
NO_VARIANCE = tuple(
    f"student-identity-{law}" for law in ("1-1-1", "2-2-1", "2-2-2", "3-3-2", "5-5-2")
)
"""The tasks whose vectors are Student with ν ≤ 2."""


def quartiles(rows: pd.DataFrame) -> pd.DataFrame:
    """The spread of the figures beside the suite's one."""
    spread = rows.groupby(["task", "true_nats"], sort=False)["value_nats"].describe()
    reference = [REFERENCE[name][0] for name in spread.index.get_level_values("task")]
    below = [
        int((rows.loc[rows["task"] == name, "value_nats"] < value).sum())
        for (name, _), value in zip(spread.index, reference, strict=True)
    ]
    shown = spread[["min", "25%", "50%", "75%", "max"]].assign(suite=reference, below=below)
    return shown.round(3).reset_index().rename(columns={"true_nats": "true"})


def draw(rows: pd.DataFrame, shown: pd.DataFrame) -> Figure:
    """A box from quartile to quartile and whiskers to the ends, for each task."""
    figure = Figure(figsize=(7.5, 3), layout="constrained")
    ax = figure.add_subplot()
    drawn = [rows.loc[rows["task"] == name, "value_nats"] for name in shown["task"]]
    ax.boxplot(drawn, orientation="horizontal", tick_labels=list(shown["task"]), whis=(0, 100))
    places = list(range(1, len(drawn) + 1))
    ax.plot(shown["true"], places, "|", color="black", ms=14, mew=2, label="truth")
    ax.plot(shown["suite"], places, "s", mfc="none", mec="C1", ms=9, label="the suite's sample")
    ax.invert_yaxis()
    ax.set_xlabel(f"CCA, nats, of {SEEDS} samples")
    ax.legend(fontsize=8, frameon=False, loc="lower right")
    return figure


TEXT = """\
`GaussianInformation` on Student vectors with ν ≤ 2 whose coordinates do not correlate, n = {n},
{seeds} seeds, in nats; `suite` is CCA on the sample of benchmark-mi, and `below` counts
the seeds whose figure is smaller. All information is in the scale that the two vectors
share, which no correlation shows. The variance is infinite: a few rows decide, and what they say
does not settle with more rows. Ranks settle, on 0; neighbours are what to take.

{table}"""


def heavy_tails(results: Path, scratch: Path) -> None:
    """Ask for all figures and write ``heavy_tails.csv``, ``.md`` and ``.svg`` to `results`."""
    rows = asked(["CCA"], NO_VARIANCE, range(SEEDS), scratch).drop(columns="seconds")
    shown = quartiles(rows)
    publish(
        results, "heavy_tails", rows,
        title="Canonical correlations without a variance",
        text=TEXT.format(n=N, seeds=SEEDS, table=markdown(shown)), figure=draw(rows, shown),
    )  # fmt: skip
