"""How each column of a table is read: as numbers, labels or times, or why it is not measured."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype, is_numeric_dtype

from infometer.contracts import Finding
from infometer.estimators.column_information import Column, label_column, number_column
from infometer.measure.text_columns import iso_times, text_findings
from infometer.tables import MAX_DISCRETE, column_kinds

__all__ = ["ReadColumn", "column_of", "read_column", "read_columns"]

Kind = Literal[
    "continuous", "discrete", "time",
    "identifier", "nearly an identifier", "constant", "nearly empty", "unreadable",
]  # fmt: skip
MEASURED = ("continuous", "discrete", "time")
NEARLY_ALL = 0.5
"""Text of which more than this share of the rows is distinct names the rows."""


@dataclass(frozen=True, eq=False)
class ReadColumn:
    """A column as it is measured.

    Parameters
    ----------
    name : str
    kind : str
        "continuous", "discrete" and "time" are measured; "identifier", "nearly an identifier",
        "constant", "nearly empty" and "unreadable" are not.
    why : str
        What it was read by, as a user reads it.
    values : Series, shape (n,)
        Numbers, times being seconds, or labels; NaN where missing.
    findings : tuple of Finding

    Examples
    --------
    >>> read_column("when", pd.Series(["2024-01-01", "2024-01-02", None])).values.tolist()
    [0.0, 86400.0, nan]
    """

    name: str
    kind: Kind
    why: str
    values: pd.Series
    findings: tuple[Finding, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether there is something to measure."""
        return self.kind in MEASURED

    @property
    def is_discrete(self) -> bool:
        """Whether its values are labels."""
        return self.kind == "discrete"

    @property
    def present(self) -> np.ndarray:
        """The rows that have a value, shape (n,)."""
        return self.values.notna().to_numpy()


def read_columns(frame: pd.DataFrame, asked: Collection[str] = ()) -> dict[str, ReadColumn]:
    """Read every column of a table, see `read_column`; two columns of one name raise ValueError.

    Parameters
    ----------
    frame : DataFrame, shape (n, m)
    asked : collection of str
        Columns that the user named, which are measured even if they look like identifiers.

    Returns
    -------
    dict of str to ReadColumn

    Examples
    --------
    >>> frame = pd.DataFrame({"id": [7, 8, 9], "x": [0.1, 0.2, 0.2], "y": ["a", "b", "a"]})
    >>> {name: column.kind for name, column in read_columns(frame).items()}
    {'id': 'identifier', 'x': 'continuous', 'y': 'discrete'}
    """
    names = [str(name) for name in frame.columns]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"frame has more than one column {', '.join(map(repr, repeated))}; rename them"
        )
    return {
        name: read_column(name, frame.iloc[:, j], name in asked) for j, name in enumerate(names)
    }


def read_column(name: str, column: pd.Series, asked: bool = False) -> ReadColumn:
    """Read one column by the rule of `tables.column_kinds`, and what text or objects may hold.

    Parameters
    ----------
    name : str
    column : Series, shape (n,)
    asked : bool
        Whether the user named it: numbers or labels that are all distinct are then measured.

    Returns
    -------
    ReadColumn

    Examples
    --------
    >>> column = read_column("size", pd.Series(["s", "m", None, "s"]))
    >>> column.kind, column.why
    ('discrete', 'text, 2 values')
    """
    column = column.reset_index(drop=True)
    read = _plain(name, column)
    if read is None:
        found = type(column.dropna().iloc[0]).__name__
        why = f"holds {found} objects, not numbers, text or times"
        return ReadColumn(name, "unreadable", why, column)
    kind, why = _kind(read.values, read.what, asked)
    values = read.values.astype(float) if kind in ("continuous", "time") else read.values
    return ReadColumn(name, kind, why, values, read.findings)


def column_of(read: ReadColumn, rows: np.ndarray, random_state: Any, role: str) -> Column:
    """The rows of a column, none of them missing, made ready for the estimators.

    Parameters
    ----------
    read : ReadColumn
    rows : ndarray of int or bool
    random_state : int, None, RandomState or Generator
        For the order of ties.
    role : str

    Returns
    -------
    Column

    Examples
    --------
    >>> side = read_column("side", pd.Series(["left", "right", "left", "right"]))
    >>> column_of(side, np.arange(4), 0, "feature").labels.tolist()
    [0, 1, 0, 1]
    """
    values = read.values[rows]
    if read.is_discrete:
        return label_column(pd.factorize(values)[0])
    return number_column(values.to_numpy(dtype=float), random_state, role)


class _Plain(NamedTuple):
    """Plain numbers or labels, what they were, and what to tell of it."""

    values: pd.Series
    what: str
    findings: tuple[Finding, ...] = ()


def _plain(name: str, column: pd.Series) -> _Plain | None:
    """Numbers, seconds or labels of a column; None where it holds anything else."""
    column = column.infer_objects()
    if column.dtype.kind == "O" and not isinstance(column.dtype, pd.CategoricalDtype):
        holds = infer_dtype(column, skipna=True)
        if holds in ("decimal", "integer", "floating", "mixed-integer-float"):
            column = pd.to_numeric(column).astype(float)
        elif holds in ("date", "datetime"):
            column = pd.to_datetime(column)
        elif holds not in ("string", "boolean", "mixed-integer", "categorical", "empty", "bytes"):
            return None
    if column.dtype.kind == "c":
        return None
    if column.dtype.kind in "mM":
        return _Plain(_seconds(column), "times")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _Plain(column.astype(object), "categories")
    if pd.api.types.is_bool_dtype(column.dropna()):
        return _Plain(column.astype(object), "truth values")
    if not is_numeric_dtype(column):
        return _text(name, column)
    infinite = column.isin([np.inf, -np.inf])
    what = "whole numbers" if _is_whole(column[~infinite]) else "numbers"
    if not infinite.any():
        return _Plain(column, what)
    told = Finding(
        "warning", name, "Infinite values were read as missing.", f"{int(infinite.sum())} rows.",
        "Write the number that is meant, or leave it empty.",
    )  # fmt: skip
    return _Plain(column.mask(infinite), what, (told,))


def _text(name: str, column: pd.Series) -> _Plain:
    values = column.dropna()
    column = column.astype(object)
    if not values.map(lambda value: isinstance(value, str)).all():
        return _Plain(column, "text and numbers")
    times = iso_times(values) if len(values) else None
    if times is None:
        return _Plain(column, "text", text_findings(name, values))
    return _Plain(_seconds(times.reindex(column.index)), "text of ISO dates and times")


def _seconds(times: pd.Series) -> pd.Series:
    """Times as seconds since the first of them, spans of time as seconds."""
    spans = times - times.min() if times.dtype.kind == "M" else times
    return spans.dt.total_seconds()


def _kind(values: pd.Series, what: str, asked: bool) -> tuple[Kind, str]:
    """The kind of plain values, and why it is that."""
    found, distinct = column_kinds(values.to_frame("values"))["values"], values.nunique()
    if found == "constant":
        return "constant", "a single value" if distinct else "no value at all"
    if "times" in what:
        return "time", f"{what}, read as seconds"
    rows, numeric = int(values.notna().sum()), is_numeric_dtype(values)
    nearly = not numeric and distinct > max(MAX_DISCRETE, NEARLY_ALL * rows)
    told = f"{what}, {distinct} values in {rows} rows"
    if (found == "identifier" or nearly) and not asked:
        every = found == "identifier"
        return "identifier" if every else "nearly an identifier", told
    if found == "discrete" or not numeric:
        return "discrete", f"{what}, {distinct} values"
    return "continuous", f"{told}, measured as it was named" if found == "identifier" else told


def _is_whole(values: pd.Series) -> bool:
    numbers = values.dropna().to_numpy(dtype=float)
    return bool((numbers == np.round(numbers)).all())
