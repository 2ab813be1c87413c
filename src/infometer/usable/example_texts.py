"""Real labelled texts that every installation has: what SciPy's functions are said to do."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pandas as pd

__all__ = ["scipy_summaries"]

SUBPACKAGES = ("linalg", "ndimage", "optimize", "signal", "special", "stats")
SIGNATURE = re.compile(r"\s*(\w+ = )?\w+\(.*\)\s*$", re.DOTALL)


def scipy_summaries() -> pd.DataFrame:
    """First sentences of the documentation of SciPy's functions, labelled by their subpackage.

    Returns
    -------
    DataFrame
        Columns ``text``, ``label`` and ``function``; about a thousand rows, six labels.

    Examples
    --------
    >>> frame = scipy_summaries()
    >>> frame.loc[frame["function"] == "qr", ["text", "label"]].values.tolist()
    [['Compute QR decomposition of a matrix.', 'linalg']]
    """
    rows = []
    for label in SUBPACKAGES:
        package = import_module(f"scipy.{label}")
        for name in package.__all__:
            text = _summary(getattr(package, name))
            if text:
                rows.append((text, label, name))
    return pd.DataFrame(rows, columns=["text", "label", "function"])


def _summary(thing: object) -> str:
    """The first paragraph that is no signature, on one line; empty of modules."""
    if inspect.ismodule(thing):
        return ""
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    said = (text for text in paragraphs if not SIGNATURE.match(text))
    return " ".join(next(said, "").split())
