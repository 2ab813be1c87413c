"""``infometer graph``: the commands on graphs."""

from __future__ import annotations

import typer

from infometer.cli.graph_fit import fit, predict
from infometer.cli.graph_probe import probe

__all__ = ["graph"]

graph = typer.Typer(
    help="How much structure and features tell about links or labels, and a model that uses it.",
    no_args_is_help=True,
)
graph.command()(probe)
graph.command()(fit)
graph.command()(predict)
