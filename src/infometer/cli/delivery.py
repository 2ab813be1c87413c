"""What a command leaves: a page, pictures and tables in a folder, the answer on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import pandas as pd

    from infometer.contracts import Report

__all__ = ["deliver"]


def deliver(
    report: Report,
    out: Path,
    *,
    tables: Mapping[str, pd.DataFrame],
    json: bool,
    unit: str | None = None,
) -> None:
    """Write ``report.html``, ``figures`` and every table as parquet and CSV; say where they are.

    Parameters
    ----------
    report : Report
    out : path
        Made where it is not there.
    tables : mapping of name to DataFrame
        Those without rows are left out.
    json : bool
        The report as JSON on stdout; then everything else is on stderr.
    unit : {"nats", "bits"}, optional
        What information is shown in.
    """
    from rich.console import Console

    from infometer.reporting import print_report, report_to_json, save_figures, write_html
    from infometer.tables import write_table

    shown = () if unit is None else (unit,)
    write_html(report, out / "report.html", *shown)
    save_figures(report, out / "figures")
    for name, rows in tables.items():
        for suffix in ("parquet", "csv"):
            if len(rows):
                write_table(rows, out / f"{name}.{suffix}")
    if json:
        typer.echo(report_to_json(report))
    console = Console(stderr=json)
    print_report(report, console, *shown)
    page = (out / "report.html").resolve()
    console.print(f"\nThe page: {page}", soft_wrap=True, highlight=False, markup=False)
