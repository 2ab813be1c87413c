"""The options that commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Json", "Out", "Seed", "Unit", "UnitOption"]


class Unit(StrEnum):
    """What information is shown in."""

    nats = "nats"
    bits = "bits"


Out = Annotated[Path, typer.Option("--out", help="Folder for the page, tables and figures.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything that is drawn.")]
UnitOption = Annotated[Unit, typer.Option("--unit", help="Unit that is shown.")]
