"""Figures of a report: drawn on a figure of their own, inline in a page or as files."""

from __future__ import annotations

import hashlib
import io
import os
import re
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from infometer.contracts import Report
from infometer.extras import require

__all__ = ["inline_svg", "save_figures"]

FIGSIZE = (8.0, 4.5)
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d")
"""Okabe and Ito's colours for readers with any colour vision, those that show on white."""
STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#8a8f98",
    "axes.grid": True,
    "axes.labelcolor": "#333840",
    "axes.prop_cycle": f"cycler('color', {list(COLOURS)})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.size": 10.0,
    "grid.color": "#e6e8eb",
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "text.color": "#1d2127",
    "xtick.color": "#5b616b",
    "ytick.color": "#5b616b",
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def save_figures(report: Report, folder: str | os.PathLike[str]) -> list[Path]:
    """Write every figure of a report as SVG and PNG, named after its title.

    Parameters
    ----------
    report : Report
    folder : path
        Made where there is none.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import tempfile
    >>> tea = Report("?", "!", figures={"Strength & time": lambda ax: ax.plot([0, 1])})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save_figures(tea, folder)]
    ['strength-time.svg', 'strength-time.png']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for title, draw in report.figures.items():
        stem = _free_stem(_slug(title), {path.stem for path in written})
        written += [folder / f"{stem}.svg", folder / f"{stem}.png"]
        for path in written[-2:]:
            path.write_bytes(_drawn(title, draw, path.suffix[1:]))
    return written


def inline_svg(title: str, draw: Callable[[Any], object]) -> str:
    """Draw a figure as an ``<svg>`` element for a page, every id its own.

    Parameters
    ----------
    title : str
        What a screen reader says; the ids carry its hash.
    draw : callable
        Draws on the ``Axes`` it is given; ``draw.figsize``, in inches, is 8 by 4.5 by default.

    Returns
    -------
    str

    Examples
    --------
    >>> inline_svg("Strength", lambda ax: ax.plot([0, 1]))[:42]
    '<svg viewBox="0 0 576 324" version="1.1" r'
    """
    root = ElementTree.fromstring(_drawn(title, draw, "svg"))
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.attrib |= {"role": "img", "aria-label": title}
    prefix = f"f{_salt(title)}-"
    for parent in root.iter():
        for child in [child for child in parent if child.tag.endswith("}style")]:
            parent.remove(child)  # it would style the whole page; the page's own has these rules
        parent.tag = _local(parent.tag)
        parent.attrib = {
            _local(name): _own(_local(name), value, prefix) for name, value in parent.attrib.items()
        }
    return ElementTree.tostring(root, encoding="unicode")


def _drawn(title: str, draw: Callable[[Any], object], form: str) -> bytes:
    figure_class = require("matplotlib.figure", "report").Figure
    style = {**STYLE, "svg.hashsalt": _salt(title)}
    with (
        require("matplotlib", "report").rc_context(style),
        io.BytesIO() as buffer,
        warnings.catch_warnings(),
    ):
        # a browser has fonts of its own; in a PNG file a box stands for the letter, to be seen
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure = figure_class(figsize=getattr(draw, "figsize", FIGSIZE), layout="constrained")
        try:
            draw(figure.subplots())
            metadata = NO_METADATA if form == "svg" else None
            figure.savefig(buffer, format=form, dpi=200, metadata=metadata)
        except Exception as error:
            error.add_note(f"in the figure {title!r} of the report")
            raise
        return buffer.getvalue()


def _salt(title: str) -> str:
    return hashlib.sha256(title.encode()).hexdigest()[:8]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _own(name: str, value: str, prefix: str) -> str:
    """Make what an attribute says or asks of an id the figure's own."""
    if name == "id":
        return prefix + value
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    return value.replace("url(#", f"url(#{prefix}") if name != "aria-label" else value


def _slug(title: str) -> str:
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:80] or "figure"


def _free_stem(stem: str, taken: set[str]) -> str:
    names = (stem, *(f"{stem}-{i}" for i in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
