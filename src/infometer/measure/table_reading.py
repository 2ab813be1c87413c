"""A table made ready to be measured: its target, its columns, its rows, its missing values."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from infometer.contracts import Finding
from infometer.measure.rare_labels import merge_rare_labels
from infometer.measure.table_columns import ReadColumn, read_columns
from infometer.resampling import generator
from infometer.tables import require_no_missing

__all__ = ["Missing", "ReadTable", "read_table_columns"]

Missing = Literal["error", "pairwise", "category"]

FEWEST_ROWS = 20
"""Fewer rows show nothing."""
NAMES_ROWS = 0.5
"""A target with more labels than this share of the rows names the rows."""
MISSING = "(missing)"
SHOWN = 6


@dataclass(frozen=True, eq=False)
class ReadTable:
    """The columns and the target of the rows that are measured.

    Parameters
    ----------
    columns : dict of str to ReadColumn
        All of them, also those that are not measured.
    target : ReadColumn
        Without missing values.
    findings : tuple of Finding
    """

    columns: dict[str, ReadColumn]
    target: ReadColumn
    findings: tuple[Finding, ...]

    @property
    def measured(self) -> list[str]:
        """The names of the columns that are measured."""
        return [name for name, column in self.columns.items() if column.is_measured]


def read_table_columns(
    frame: pd.DataFrame,
    target: str,
    columns: Sequence[str] | None = None,
    *,
    missing: Missing = "pairwise",
    k: int = 3,
    max_rows: int | None = None,
    random_state: int = 0,
) -> ReadTable:
    """Read the target and the columns of a table, as far as they can be measured.

    Parameters
    ----------
    frame : DataFrame, shape (n, m)
    target : str
    columns : sequence of str, optional
        By default all but the target.
    missing : {"error", "pairwise", "category"}
        See `measure_table`.
    k : int
        Labels that at most k rows have are merged, for they have no k-th neighbour.
    max_rows : int, optional
        Of more rows, so many are drawn at random.
    random_state : int

    Returns
    -------
    ReadTable

    Raises
    ------
    ValueError
        For a target or column that is not there, a target that tells nothing, fewer than 20 rows,
        or no column left.

    Examples
    --------
    >>> x = [0.5, None, 0.7, None] * 10
    >>> frame = pd.DataFrame({"id": range(40), "x": x, "y": list("ab") * 20})
    >>> table = read_table_columns(frame, "y")
    >>> table.measured, table.columns["id"].kind, int(table.columns["x"].present.sum())
    (['x'], 'identifier', 20)
    """
    if missing not in get_args(Missing):
        raise ValueError(f"missing is {missing!r}; it must be 'error', 'pairwise' or 'category'")
    frame = frame.rename(columns=str)
    wanted = _wanted(frame, target, columns)
    read = read_columns(frame[[target, *wanted]], asked=[target, *(columns or ())])
    _require_target(read[target], frame[target])
    if missing == "error":
        require_no_missing(pd.DataFrame({name: column.values for name, column in read.items()}))
    rows, told = _rows(read[target], max_rows, random_state)
    findings = [*told, *(finding for column in read.values() for finding in column.findings)]
    merged: list[str] = []
    for name, column in read.items():
        if missing == "category" and name != target:
            column = _with_category(column)
        column = _restricted(column, rows)
        read[name], rare = _merged(column, k)
        merged += [rare] if rare else []
    findings += _rare(merged, k)
    answer = read.pop(target)
    if not answer.is_measured:
        raise ValueError(f"target {target!r} has {answer.why}: it names the rows")
    if answer.is_discrete and len(answer.values) - answer.values.value_counts().iloc[0] < 2:
        raise ValueError(f"target {target!r} has one value in all rows but 1: nothing to tell of")
    if not any(column.is_measured for column in read.values()):
        found = "; ".join(
            f"{name!r}: {column.kind}, {column.why}" for name, column in list(read.items())[:5]
        )
        raise ValueError(f"no column is left to measure beside the target ({found or 'none'})")
    return ReadTable(read, answer, tuple(findings))


def _wanted(frame: pd.DataFrame, target: str, columns: Sequence[str] | None) -> list[str]:
    names = list(frame.columns)
    if isinstance(columns, str):
        raise ValueError(f"columns is the string {columns!r}; give a list, such as [{columns!r}]")
    for role, name in (("target", target), *(("columns", name) for name in columns or ())):
        if name not in names:
            close = difflib.get_close_matches(name, names, 3, 0.5) or names[:5]
            told = f"{role} names {name!r}, which is no column of the table; there are"
            one = " (one column in all: is the table separated by commas?)" * (len(names) == 1)
            raise ValueError(f"{told} {', '.join(map(repr, close))}{one}")
    chosen = names if columns is None else dict.fromkeys(columns)
    return [name for name in chosen if name != target]


def _require_target(target: ReadColumn, given: pd.Series) -> None:
    name, values = target.name, target.values.dropna()
    if not target.is_measured:
        raise ValueError(f"target {name!r} has {target.why}: expected a column that varies")
    if target.is_discrete and values.nunique() > NAMES_ROWS * len(values):
        raise ValueError(
            f"target {name!r} has {values.nunique()} labels in {len(values)} rows: it names the "
            "rows, and any column would seem to tell it; give a target whose values repeat"
        )
    if len(values) < FEWEST_ROWS:
        raise ValueError(
            f"target {name!r} is known in {len(values)} of {len(given)} rows; expected at least "
            f"{FEWEST_ROWS}, for fewer show nothing"
        )


def _rows(
    target: ReadColumn, max_rows: int | None, random_state: int
) -> tuple[np.ndarray, list[Finding]]:
    """The rows that are measured: the target is known, and they are not too many."""
    rows, findings = np.flatnonzero(target.present), []
    if left := len(target.values) - len(rows):
        evidence = f"{left} of {len(target.values)} rows."
        what = "Rows without the target were left out."
        findings.append(Finding("info", target.name, what, evidence))
    if max_rows is not None and len(rows) > max_rows:
        finding = Finding(
            "info", "rows", "Some of the rows were measured, drawn at random.",
            f"{max_rows} of {len(rows)} rows: the time grows with the square of their number.",
            "More of them (--rows) give closer intervals.",
        )  # fmt: skip
        findings.append(finding)
        drawn = generator(random_state, "rows").choice(rows, max_rows, replace=False)
        rows = np.sort(drawn)
    return rows, findings


def _restricted(column: ReadColumn, rows: np.ndarray) -> ReadColumn:
    """The column in these rows, where less may be left of it."""
    values = column.values.iloc[rows].reset_index(drop=True)
    known, n = values.nunique(), int(values.notna().sum())
    column = replace(column, values=values)
    if column.is_measured and n < FEWEST_ROWS:
        return replace(column, kind="nearly empty", why=f"{n} values beside a known target")
    if column.is_measured and known < 2:
        return replace(column, kind="constant", why="a single value beside a known target")
    return column


def _with_category(column: ReadColumn) -> ReadColumn:
    """Missing as a label of its own; of numbers as one more value, above all others.

    Numbers are measured by their ranks with ties in random order, so that this value is an atom
    as any other, and I(X;Y) = I(M;Y) + P(M=0) I(X;Y|M=0) for M = 1 where X is missing.
    """
    gaps = int((~column.present).sum())
    single = column.kind == "constant" and gaps < len(column.values)
    if not gaps or not (column.is_measured or single):
        return column
    why = f"{column.why}; missing in {gaps} rows is one more"
    if column.is_discrete or single:
        filled = column.values.astype(object).where(column.present, MISSING)
        return replace(column, kind="discrete", values=filled, why=why)
    largest = column.values.max()
    return replace(column, values=column.values.fillna(largest + 1.0 + abs(largest)), why=why)


def _merged(column: ReadColumn, k: int) -> tuple[ReadColumn, str]:
    """The column with labels of at most k rows as one, and what was merged."""
    if not column.is_discrete:
        return column, ""
    labels, merged = merge_rare_labels(column.values, k + 1)
    if not merged:
        return column, ""
    counts = column.values.value_counts()
    if labels.nunique() < 2:
        why = f"{len(counts)} values in {int(counts.sum())} rows, nearly all in at most {k}"
        return replace(column, kind="nearly an identifier", why=why), ""
    rare = counts[counts <= k]
    told = f"“{column.name}” {len(rare)} of {len(counts)} values, {int(rare.sum())} rows"
    if len(merged) > len(rare):
        told += f", with {merged[-1]!r}"
    why = f"{column.why}, {len(rare)} rare ones as one"
    return replace(column, values=labels, why=why), told


def _rare(told: list[str], k: int) -> list[Finding]:
    """One finding for all columns with rare labels."""
    if not told:
        return []
    more = f"; and {len(told) - SHOWN} more columns" if len(told) > SHOWN else ""
    finding = Finding(
        "info", "rare labels", "Rare labels were read as one, which can only lose information.",
        f"{'; '.join(told[:SHOWN])}{more}. At most k = {k} rows have each, too few for a "
        "neighbour.",
        "Group the values by what they mean.",
    )  # fmt: skip
    return [finding]
