"""``infometer comparisons``: the commands on comparisons."""

from __future__ import annotations

import typer

from infometer.cli.comparisons_collect import collect
from infometer.cli.comparisons_rank import rank

__all__ = ["comparisons"]

comparisons = typer.Typer(
    help="Which of two is better: collect answers, rank, and what to compare next.",
    no_args_is_help=True,
)
comparisons.command()(collect)
comparisons.command()(rank)
