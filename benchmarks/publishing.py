"""The files that a part of a benchmark leaves: a CSV table, a summary in Markdown and a figure."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from infometer import __version__
from infometer.tables import write_table

PACKAGES = ("numpy", "scipy", "scikit-learn", "torch")


def publish(
    results: Path,
    stem: str,
    table: pd.DataFrame,
    *,
    title: str,
    text: str,
    figure: Figure | None = None,
) -> None:
    """Write ``stem.csv``, ``stem.md`` and ``stem.svg`` to `results`; the page shows the figure."""
    write_table(table, results / f"{stem}.csv")
    shown = "" if figure is None else f"![{title}]({stem}.svg)\n\n"
    page = f"# {title}\n\n{text}\n\n{shown}{machine()}\n"
    (results / f"{stem}.md").write_text(page, encoding="utf-8")
    if figure is None:
        return
    with rc_context({"svg.hashsalt": stem}):
        figure.savefig(results / f"{stem}.svg", metadata={"Date": None})


def markdown(table: pd.DataFrame) -> str:
    """The table in Markdown, floats to four decimals, what is missing left empty."""

    def cell(value: object) -> str:
        if pd.isna(value):
            return ""
        return f"{round(value, 4) + 0.0:g}" if isinstance(value, float) else str(value)

    rows = [list(table.columns), ["---"] * len(table.columns), *table.itertuples(index=False)]
    return "\n".join("| " + " | ".join(map(cell, row)) + " |" for row in rows)


def machine() -> str:
    """The processors and versions that the figures were made with."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Made with infometer {__version__}, Python {platform.python_version()}, {versions} on "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    )
