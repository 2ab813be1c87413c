"""``infometer measure``: what each column of a table knows about one of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import (
    Jobs,
    Json,
    Missing,
    MissingOption,
    Out,
    Seed,
    Unit,
    UnitOption,
)
from infometer.cli.progress import progress_bar
from infometer.extras import require

__all__ = ["measure"]


def measure(
    table: Annotated[Path, typer.Argument(help="A table: .csv, .csv.gz, .parquet or .npz.")],
    target: Annotated[str, typer.Option(help="The column that the others may know about.")],
    columns: Annotated[
        str | None, typer.Option(help="Columns, separated by commas. Default: all others.")
    ] = None,
    without: Annotated[
        str | None, typer.Option(help="Columns to leave out, separated by commas.")
    ] = None,
    missing: MissingOption = Missing.pairwise,
    top: Annotated[
        int, typer.Option(min=1, help="So many of the best columns in pairs and together.")
    ] = 6,
    rows: Annotated[
        int, typer.Option(min=0, help="Of more rows, so many are drawn at random; 0 for all.")
    ] = 5000,
    out: Out = Path("infometer-measure"),
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    unit: UnitOption = Unit.bits,
) -> None:
    """What does each column know about the target, alone, in pairs and together?

    Run it again on the same folder to go on after an interruption.
    """
    require("matplotlib", "report")
    from infometer.measure import measure_table
    from infometer.reporting import provenance
    from infometer.tables import read_table

    frame = read_table(table)
    frame = frame.drop(columns=_known(_names(without), frame))
    with progress_bar("measuring") as show:
        result = measure_table(
            frame,
            target,
            columns=None if columns is None else _names(columns),
            missing=missing.value,
            top=top,
            max_rows=rows or None,
            path=out / "rows.sqlite",
            random_state=seed,
            n_jobs=jobs,
            progress=show,
        )
    report = dataclasses.replace(result.report(unit.value), provenance=provenance(table=frame))
    tables = {"measure": result.frame, "pairs": result.pairs, "together": result.together}
    deliver(report, out, tables=tables, json=json, unit=unit.value)


def _names(text: str | None) -> list[str]:
    return [] if text is None else [name.strip() for name in text.split(",")]


def _known(names: list[str], frame: Any) -> list[str]:
    if absent := [name for name in names if name not in frame]:
        raise ValueError(f"--without names {absent[0]!r}, which is no column of the table")
    return names
