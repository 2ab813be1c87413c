"""A `Report` as one self-contained page, on a terminal, as JSON and as figure files.

Nothing here knows what was measured: whatever gives a `Report` can be shown. The page and the
figures need ``pip install "infometer[report]"``, the terminal ``pip install "infometer[cli]"``.
"""

from infometer.reporting.console import print_report
from infometer.reporting.figures import save_figures
from infometer.reporting.html import render_html, write_html
from infometer.reporting.json_document import report_to_json
from infometer.reporting.provenance import provenance

__all__ = [
    "print_report",
    "provenance",
    "render_html",
    "report_to_json",
    "save_figures",
    "write_html",
]
