"""The options that commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Jobs", "Json", "Missing", "MissingOption", "Out", "Seed", "Unit", "UnitOption"]


class Unit(StrEnum):
    """What information is shown in."""

    nats = "nats"
    bits = "bits"


class Missing(StrEnum):
    """What is done where a value is missing."""

    error = "error"
    pairwise = "pairwise"
    category = "category"


Out = Annotated[Path, typer.Option("--out", help="Folder for the page, tables and figures.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything that is drawn.")]
UnitOption = Annotated[Unit, typer.Option("--unit", help="Unit that is shown.")]
MissingOption = Annotated[
    Missing,
    typer.Option(
        "--missing",
        help="Missing values: refuse them, take the rows that have what each figure needs, or "
        "read missing as one more value.",
    ),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", help="Processes; -1 for all cores. Default: one.")
]
