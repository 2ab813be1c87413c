"""The commands, and how their errors end."""

from __future__ import annotations

import sys

import typer

from infometer import __version__
from infometer.cli.attention import attention
from infometer.cli.comparisons import comparisons
from infometer.cli.difficulty import difficulty
from infometer.cli.graph import graph
from infometer.cli.measure import measure
from infometer.cli.plane import plane
from infometer.cli.private_cost import private_cost
from infometer.cli.questions import questions

__all__ = ["app", "run"]

INTERRUPTED = 130

app = typer.Typer(
    help="Infometer, the information meter for machine learning.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(attention)
app.command()(difficulty)
app.command()(measure)
app.command()(plane)
app.command()(private_cost)
app.add_typer(comparisons, name="comparisons")
app.add_typer(graph, name="graph")
app.add_typer(questions, name="questions")


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def run() -> None:
    """Run the command line; what a user can mend ends in one line and exit 2."""
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"infometer: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # click's own
            if message := error.format_message():  # none beside the help of a bare call
                typer.echo(f"infometer: {message}", err=True)
            sys.exit(2)
        raise
    if status == INTERRUPTED:  # typer turns Ctrl-C into this, older ones into Abort
        raise KeyboardInterrupt
    sys.exit(status)
