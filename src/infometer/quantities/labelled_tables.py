"""Tables with labels: a Series or DataFrame as an array with one axis for each level of labels.

pandas is not imported: who gives such a table has it.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

__all__ = ["is_labelled", "read_labelled"]


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
        If a label or a number is missing, or the last row and column are the sums of the others.

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
    _refuse_margins(table, name)
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
    values = table.to_numpy()
    cells = np.zeros(sizes, dtype=values.dtype)
    np.add.at(cells, tuple(places), values)
    return cells, tuple(names)


def _refuse_margins(table: Any, name: str) -> None:
    """Refuse what ``pandas.crosstab(..., margins=True)`` makes: it counts every row four times."""
    if table.ndim == 1 or min(table.shape) < 2:
        return
    row, column = (labels[-1] for labels in (table.index, table.columns))
    row, column = (label[0] if isinstance(label, tuple) else label for label in (row, column))
    cells = table.to_numpy()
    sums = (cells[:-1].sum(axis=0) == cells[-1]).all() and (
        cells[:, :-1].sum(axis=1) == cells[:, -1]
    ).all()
    if isinstance(row, str) and row == column and sums:
        raise ValueError(
            f"the last row and column of {name}, {row!r}, are the sums of the others; "
            "give the table without its margins"
        )
