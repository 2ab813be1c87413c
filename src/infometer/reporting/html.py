"""A report as one page that needs no network, no script and no other file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from infometer import __version__
from infometer.contracts import Report
from infometer.extras import require
from infometer.reporting.figures import inline_svg
from infometer.reporting.json_document import report_to_json
from infometer.reporting.presentation import (
    ShownEstimate,
    by_severity,
    in_unit,
    require_unit,
    rows_of,
    significant,
    with_named_index,
)

__all__ = ["render_html", "write_html"]

OPEN_ROWS = 12
"""A table of more rows is collapsed."""
MAX_ROWS = 500
"""A page holds no more rows of a table, and says so."""


def render_html(report: Report, unit: str | None = None) -> str:
    """Render a report as one self-contained HTML page.

    Parameters
    ----------
    report : Report
    unit : {"nats", "bits"}, optional
        What information is shown in, on cards and in tables; by default each estimate's own unit
        and the tables as they are. Figures are drawn as their room draws them.

    Returns
    -------
    str

    Raises
    ------
    MissingExtraError
        If jinja2, or for a report with figures matplotlib, is not installed.
    ValueError
        If `unit` is no unit of information.

    Examples
    --------
    >>> "<h1" in render_html(Report("How strong?", "Strong."))
    True
    """
    require_unit(unit)
    jinja2 = require("jinja2", "report")
    markup = require("markupsafe", "report").Markup
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("infometer", "reporting"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    short = replace(report, tables={t: frame.head(MAX_ROWS) for t, frame in report.tables.items()})
    return str(
        environment.get_template("page.html.j2").render(
            report=report,
            estimates=[ShownEstimate(estimate, unit) for estimate in report.estimates],
            figures=[_figure(t, draw, markup) for t, draw in report.figures.items()],
            findings=by_severity(report.findings),
            tables=[_ShownTable.of(t, frame, unit) for t, frame in report.tables.items()],
            settings=rows_of(report.settings),
            provenance=rows_of(report.provenance),
            version=__version__,
            document=markup(report_to_json(short).replace("<", "\\u003c")),
        )
    )


def write_html(report: Report, path: str | os.PathLike[str], unit: str | None = None) -> None:
    """Write the page of `render_html` to a file; its folder is made.

    Parameters
    ----------
    report : Report
    path : path
    unit : {"nats", "bits"}, optional

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_html(Report("How strong?", "Strong."), Path(folder) / "tea.html")
    ...     (Path(folder) / "tea.html").exists()
    True
    """
    page = render_html(report, unit)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _figure(title: str, draw: Callable[[Any], object], markup: Any) -> Mapping[str, Any]:
    caption = str(getattr(draw, "caption", "")).strip().partition("\n\n")[0]
    return {"title": title, "svg": markup(inline_svg(title, draw)), "caption": caption}


@dataclass(frozen=True)
class _ShownTable:
    title: str
    columns: list[tuple[str, bool]]
    rows: list[list[str]]
    n_rows: int

    @classmethod
    def of(cls, title: str, frame: pd.DataFrame, unit: str | None) -> _ShownTable:
        shown = with_named_index(in_unit(frame.head(MAX_ROWS), unit))
        numeric = [dtype.kind in "iuf" for dtype in shown.dtypes]
        columns = [(str(n), number) for n, number in zip(shown.columns, numeric, strict=True)]
        rows = [[significant(v) for v in row] for row in shown.itertuples(index=False, name=None)]
        return cls(title, columns, rows, len(frame))

    @property
    def is_open(self) -> bool:
        return self.n_rows <= OPEN_ROWS

    @property
    def is_cut(self) -> bool:
        return self.n_rows > len(self.rows)
