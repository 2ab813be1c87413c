"""Tables with labels: a Series or DataFrame as an array with one axis for each level of labels.

pandas is not imported: who gives such a table has it.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from infometer.quantities.probabilities import real_array

__all__ = ["is_labelled", "read_labelled", "refuse_other_labels", "short_list"]

LARGEST = 2**26
"""Cells of a table, half a gigabyte: a short Series of many levels can ask for any number."""


def is_labelled(table: Any) -> bool:
    """Whether this is a Series or a DataFrame.

    Examples
    --------
    >>> is_labelled([[0.5, 0.5]])
    False
    """
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(table, pandas.DataFrame | pandas.Series)


def read_labelled(table: Any, name: str = "table") -> tuple[np.ndarray, tuple[Any, ...]]:
    """Cells with one axis for every level of the index and of the columns, and their names.

    Parameters
    ----------
    table : Series or DataFrame
        Of numbers. Labels that are not there are cells of 0; those that are there twice add up.
    name : str
        The argument, for messages.

    Returns
    -------
    cells : ndarray, shape (m1, ..., mk)
        Along each axis the labels are sorted.
    names : tuple, length k
        Of the levels; the number of the axis where a level has none.

    Raises
    ------
    ValueError
        If a label or a number is missing, if the last row and column are the sums of the others,
        if the cells are text or whole numbers in rows that only a number names, which are samples,
        or if the levels make more than 2²⁶ cells.

    Examples
    --------
    >>> import pandas as pd
    >>> rain = pd.Series(["yes", "yes", "no"], name="rain")
    >>> cells, names = read_labelled(pd.crosstab(rain, pd.Series([1, 1, 0], name="wet")))
    >>> cells.tolist(), names
    ([[1, 0], [0, 2]], ('rain', 'wet'))
    """
    if bool(table.isna().to_numpy().any()):
        raise ValueError(f"{name} has missing values; expected a number in every cell: fill with 0")
    values = _numbers(table, name)
    _refuse_samples(table, values, name)
    _refuse_margins(table, values, name)
    sides = [table.index] if table.ndim == 1 else [table.index, table.columns]
    places: list[np.ndarray] = []
    sizes: list[int] = []
    names: list[Any] = []
    for side, index in enumerate(sides):
        for level in range(index.nlevels):
            codes, labels = index.get_level_values(level).factorize(sort=True)
            named = index.names[level]
            names.append(len(names) if named is None else named)
            if (codes < 0).any():
                raise ValueError(f"{name} has a missing label in {names[-1]!r}; give it a label")
            places.append(codes[:, None] if side == 0 and len(sides) == 2 else codes)
            sizes.append(len(labels))
    if math.prod(sizes) > LARGEST:
        raise ValueError(
            f"the levels of {name} make a table of {' × '.join(map(str, sizes))} cells; at most "
            f"{LARGEST:,} are enumerated: leave out levels, or merge rare labels"
        )
    cells = np.zeros(sizes, dtype=values.dtype)
    np.add.at(cells, tuple(places), values)
    return cells, tuple(names)


def refuse_other_labels(**tables: tuple[Any, int | None]) -> None:
    """Raise where two tables with labels do not have the same ones, in the same order.

    Numbers are paired by their place: a label that stands elsewhere would be paired with another.

    Parameters
    ----------
    **tables : tuple of array-like and int or None
        By the name of the argument: the table, which need not have labels, and the axis along which
        it is paired with the others; None is every axis.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> import pandas as pd
    >>> p, q = pd.Series([0.9, 0.1], index=["a", "b"]), pd.Series([0.1, 0.9], index=["b", "a"])
    >>> refuse_other_labels(p=(p, -1), q=(q, -1))
    Traceback (most recent call last):
    ...
    ValueError: p has the labels ('a', 'b') and q ('b', 'a'); expected the same in the same order...
    """
    found = {
        name: table.axes if axis is None else [table.axes[axis]]
        for name, (table, axis) in tables.items()
        if is_labelled(table)
    }
    (first, labels), *others = found.items() or [("", [])]
    for name, given in others:
        for one, other in zip(labels, given, strict=True):
            if not one.equals(other):
                raise ValueError(
                    f"{first} has the labels {short_list(one)} and {name} {short_list(other)}; "
                    f"expected the same in the same order: {name}.reindex puts them there, with "
                    "fill_value=0 for what is missing"
                )


def short_list(labels: Any, most: int = 6) -> str:
    """The first labels, for messages.

    Examples
    --------
    >>> short_list("abcdefgh", most=2)
    "('a', 'b', …)"
    """
    shown = ", ".join(repr(label) for label in labels[:most])
    return f"({shown}{', …' if len(labels) > most else ''})"


def _numbers(table: Any, name: str) -> np.ndarray:
    """The cells; whole numbers in 64 bits, that those which are added up do not overflow."""
    values = table.to_numpy()
    if values.dtype.kind == "O":  # also of the integers of pandas that may be missing
        values = np.array(values.tolist())
    if values.dtype.kind in "US":
        raise ValueError(
            f"{name} holds text; expected counts or probabilities: pandas.crosstab(x, y) counts "
            "the rows of the columns x and y"
        )
    values = real_array(values, name)
    wide = {"i": np.int64, "u": np.int64, "b": float}.get(values.dtype.kind, values.dtype)
    return values.astype(wide, copy=False)


def _refuse_samples(table: Any, values: np.ndarray, name: str) -> None:
    """Refuse a frame with names of columns alone: a row of it is one of a sample, not a symbol."""
    from pandas import RangeIndex

    numbered = [isinstance(axis, RangeIndex) and axis.name is None for axis in table.axes]
    if table.ndim == 2 and values.dtype.kind == "i" and numbered == [True, False]:
        raise ValueError(
            f"{name} has named columns and numbered rows of whole numbers, as samples have; "
            "expected counts or probabilities: pandas.crosstab(x, y) counts the rows of the "
            "columns x and y; of counts, name the rows too"
        )


def _refuse_margins(table: Any, cells: np.ndarray, name: str) -> None:
    """Refuse what ``pandas.crosstab(..., margins=True)`` makes: it counts every row four times."""
    if table.ndim == 1 or min(table.shape) < 2:
        return
    row, column = (labels[-1] for labels in (table.index, table.columns))
    row, column = (label[0] if isinstance(label, tuple) else label for label in (row, column))
    sums = np.allclose(cells[:-1].sum(axis=0), cells[-1], rtol=1e-9, atol=0.0) and np.allclose(
        cells[:, :-1].sum(axis=1), cells[:, -1], rtol=1e-9, atol=0.0
    )
    if isinstance(row, str) and row == column and sums:
        raise ValueError(
            f"the last row and column of {name}, {row!r}, are the sums of the others; "
            "give the table without its margins"
        )
