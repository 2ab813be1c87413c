"""A report on a terminal, through rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infometer.contracts import Report
from infometer.extras import require
from infometer.reporting.presentation import ShownEstimate, by_severity, require_unit

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_report"]

COLOURS = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}


def print_report(report: Report, console: Console, unit: str | None = None) -> None:
    """Print the question, the answer, the estimates and the findings.

    Parameters
    ----------
    report : Report
    console : rich.console.Console
    unit : {"nats", "bits"}, optional
        What information is shown in; by default each estimate's own unit.

    Raises
    ------
    MissingExtraError
        If rich is not installed.

    Examples
    --------
    >>> import sys
    >>> from rich.console import Console
    >>> print_report(Report("How strong?", "Strong."), Console(file=sys.stdout))
    How strong?
    Strong.
    """
    require_unit(unit)
    text = require("rich.text", "cli").Text
    console.print(text(report.question, "dim"))
    console.print(text(report.answer, "bold"))
    if report.estimates:
        console.print()
        _print_estimates([ShownEstimate(estimate, unit) for estimate in report.estimates], console)
    for finding in by_severity(report.findings):
        console.print()
        severity = (finding.severity, COLOURS[finding.severity])
        console.print(text.assemble(severity, "  ", finding.where, ": ", finding.what))
        for part in filter(None, (finding.evidence, finding.remedy)):
            _print_indented(part, console)


def _print_estimates(shown: list[ShownEstimate], console: Console) -> None:
    text = require("rich.text", "cli").Text
    table = require("rich.table", "cli").Table(box=None, pad_edge=False)
    for heading in ("quantity", "value", "interval", "method"):
        table.add_column(text(heading, "dim"))
    for one in shown:
        error = f" ± {one.error}" if one.error else ""
        value = f"{one.sign}{one.value}{error} {one.unit_name}"
        cells = (one.estimate.quantity, value, one.interval.replace(" interval", ""), one.source)
        table.add_row(*(text(cell) for cell in cells))
    console.print(table)
    for one in shown:
        notes = "; ".join(filter(None, (*one.flags, one.null, *one.estimate.warnings)))
        if notes:
            _print_indented(f"{one.estimate.quantity}: {notes}", console)


def _print_indented(line: str, console: Console) -> None:
    text, padding = require("rich.text", "cli").Text, require("rich.padding", "cli").Padding
    console.print(padding(text(line, "dim"), (0, 0, 0, 2), expand=False))
