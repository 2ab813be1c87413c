"""A report as strict JSON, for other programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from infometer import __version__
from infometer.contracts import Report
from infometer.reporting.presentation import with_named_index

__all__ = ["SCHEMA_VERSION", "report_to_json"]

SCHEMA_VERSION = 1


def report_to_json(report: Report) -> str:
    """Write a report as strict JSON, in one order of names; the figures are not in it.

    Information is in nats. NaN and missing values become null; the infinities, which JSON lacks,
    the strings ``"Infinity"`` and ``"-Infinity"``, which Python and JavaScript read as numbers.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        An object with ``schema_version``, ``library_version``, ``input_fingerprint`` (or null),
        ``question``, ``answer``, ``estimates``, ``findings``, ``tables`` (title to records),
        ``settings`` and ``provenance``.

    Examples
    --------
    >>> document = json.loads(report_to_json(Report("How strong?", "Strong.")))
    >>> document["schema_version"], document["answer"]
    (1, 'Strong.')
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "library_version": __version__,
        "input_fingerprint": report.provenance.get("fingerprint"),
        "question": report.question,
        "answer": report.answer,
        "estimates": [estimate.to_dict() for estimate in report.estimates],
        "findings": [asdict(finding) for finding in report.findings],
        "tables": report.tables,
        "settings": report.settings,
        "provenance": report.provenance,
    }
    return json.dumps(_strict(document), indent=1, ensure_ascii=False, allow_nan=False)


def _strict(value: Any) -> Any:
    """Say the same in what JSON has; what has no JSON at all is written as its repr."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else _non_finite(value)
    if isinstance(value, Mapping):
        return {str(name): _strict(part) for name, part in value.items()}
    if isinstance(value, pd.DataFrame):
        return [_strict(row) for row in with_named_index(value).to_dict("records")]
    if isinstance(value, np.ndarray):
        return _strict(value.tolist())
    if isinstance(value, list | tuple):
        return [_strict(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def _non_finite(value: float) -> str | None:
    if math.isnan(value):
        return None
    return "Infinity" if value > 0 else "-Infinity"
