"""The report of head entropies: the answer, its figures and what to do."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from infometer.attention.diagnosis import diagnose
from infometer.attention.head_answer import head_answer
from infometer.attention.head_entropy_figures import draw_bands, draw_heat_map
from infometer.attention.head_entropy_table import LEVEL, HeadEntropyTable, Reference
from infometer.contracts import Estimate, Report, nats_per
from infometer.resampling import student_interval

__all__ = ["head_entropy_report"]

QUESTION = "How spread is the attention of each head, and does any collapse or overload?"


def head_entropy_report(
    table: HeadEntropyTable, reference: Reference = "causal", *, unit: str = "nats"
) -> Report:
    """What a table of head entropies says, for a page, tables and JSON.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.
    unit : {"nats", "bits"}
        Of what is shown.

    Returns
    -------
    Report

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.8, 3.8], [2.1, 2.2]], n_tokens=128)
    >>> report = head_entropy_report(table)
    >>> print(report.answer)
    2 of 4 heads are well-behaved; 2 overloaded in layer 0; none collapsed; none is a sink. The mean
    entropy is 2.975 nats, of at most 3.878 under the mask.
    """
    nats_per(unit)
    bands = table.bands(reference)
    heat_map = partial(draw_heat_map, table, unit=unit)
    stacked = partial(draw_bands, bands)
    for draw in (heat_map, stacked):
        rows = min(max(0.3 * len(table.layers) + 1.6, 3.0), 9.0)
        draw.figsize = (8.0, rows)  # type: ignore[attr-defined]
    return Report(
        question=QUESTION,
        answer=_answer(table, reference, unit),
        estimates=(_overall(table, unit),) if table.n_rows.any() else (),
        findings=tuple(diagnose(table, reference)),
        tables={"Bands by layer": bands.to_frame(), "All heads": table.to_frame()},
        figures={
            "Mean attention entropy of every head": heat_map,
            "Heads in each quarter of the largest entropy": stacked,
        },
        settings={"reference": reference, "unit": unit},
    )


def _answer(table: HeadEntropyTable, reference: Reference, unit: str) -> str:
    told, scale = head_answer(table, reference), nats_per(unit)
    if not np.isfinite(table.mean).any() or not np.nanmax(table.maximum(reference)) > 0:
        return told
    mean = f"The mean entropy is {np.nanmean(table.mean) / scale:.3f} {unit}"
    if np.isfinite(table.ceiling).any():
        mean += f", of at most {np.nanmean(table.ceiling) / scale:.3f} under the mask"
    return f"{told} {mean}."


def _overall(table: HeadEntropyTable, unit: str) -> Estimate:
    """The mean over heads; its error is at most the mean of theirs, however they go together."""
    known = np.isfinite(table.mean)
    value, error = float(table.mean[known].mean()), float(table.standard_error[known].mean())
    n = int(table.n_sequences[known].min())
    sure: dict[str, Any] = {}
    if np.isfinite(error):
        sure = {
            "standard_error": error,
            "interval": student_interval(value, error, n - 1, LEVEL),
        }
    return Estimate(
        "mean attention entropy of all heads",
        value,
        unit,
        **sure,
        level=LEVEL,
        n_samples=int(table.n_rows[known].max()),
        method="mean over rows and heads",
        parameters={"sequences": n},
    )
