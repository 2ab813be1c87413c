"""A contingency table that grows by batches: how often each pair of symbols was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
import pandas as pd

from infometer.estimators.symbols import symbol_codes

__all__ = ["CellCounts", "ContingencyTable"]

FEWEST_CELLS = 2**16
"""So many cells, or as many as there are rows, are counted in a dense array."""

HALF = 32
"""Bits of a cell's number that hold that of its second symbol."""

Symbols = Mapping[tuple, int]


class CellCounts(NamedTuple):
    """Rows of each cell that was seen, (m,), and of each of its symbols, in an order of their own.

    The order is that of the counts, so that a figure does not depend on the order of the rows.
    """

    joint: np.ndarray
    first_of_cell: np.ndarray
    second_of_cell: np.ndarray
    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True, eq=False)
class ContingencyTable:
    """Whole numbers of rows, of the pairs of symbols that occur alone: a sum over the rows.

    Parameters
    ----------
    first, second : mapping of symbol to int
        Symbols are tuples of labels, numbered from 0 in the order of the mapping. Labels are the
        same where Python finds them equal, so that 1 is 1.0 and True.
    cells : ndarray of int64, shape (m,)
        Increasing; the number of the first symbol times 2³² plus that of the second.
    counts : ndarray of int64, shape (m,)
        Rows of each cell.
    columns : (int, int)
        Labels in a symbol of each view.

    Examples
    --------
    >>> table = ContingencyTable.of(np.array(["a", "b", "a"]), np.array([0, 1, 0]))
    >>> whole = table.merge(ContingencyTable.of(np.array(["a", "c"]), np.array([0.0, 1.0])))
    >>> whole.n, whole.cell_counts().joint.tolist()
    (5, [1, 1, 3])
    """

    first: Symbols
    second: Symbols
    cells: np.ndarray
    counts: np.ndarray
    columns: tuple[int, int]

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray | None = None) -> ContingencyTable:
        """Count rows of labels `x` (n, dx) and `y` (n, dy), or (n,) each; of `x` alone, I is H.

        Raises
        ------
        ValueError
            Where a label is missing.
        """
        x = x[:, None] if x.ndim == 1 else x
        y = np.empty((len(x), 0)) if y is None else y[:, None] if y.ndim == 1 else y
        codes, symbols_x, n_x = _numbered(x, "X")
        codes_y, symbols_y, n_y = _numbered(y, "y")
        codes *= n_y
        codes += codes_y
        cells, counts = _counted(codes, n_x * n_y)
        (seen_x, row), (seen_y, column) = (
            np.unique(numbers, return_inverse=True) for numbers in divmod(cells, n_y)
        )
        return cls(
            {symbol: number for number, symbol in enumerate(symbols_x(seen_x))},
            {symbol: number for number, symbol in enumerate(symbols_y(seen_y))},
            row << HALF | column,
            counts,
            (x.shape[1], y.shape[1]),
        )

    @classmethod
    def of_table(cls, table: np.ndarray) -> ContingencyTable:
        """A dense table (a, b) of counts, whose labels are the numbers of its rows and columns."""
        row, column = np.nonzero(table)
        first, second = ({(label,): label for label in range(size)} for size in table.shape)
        return cls(first, second, row << HALF | column, table[row, column], (1, 1))

    @property
    def n(self) -> int:
        """Rows counted."""
        return int(self.counts.sum())

    def merge(self, other: ContingencyTable) -> ContingencyTable:
        """The table of the rows of both; neither changes."""
        if self.columns != other.columns:
            raise ValueError(
                f"X and y have {other.columns[0]} and {other.columns[1]} columns where "
                f"{self.columns[0]} and {self.columns[1]} were seen before; expected as many"
            )
        first, row = _united(self.first, other.first)
        second, column = _united(self.second, other.second)
        cells = row[other.cells >> HALF] << HALF | column[other.cells & (2**HALF - 1)]
        place = np.searchsorted(self.cells, cells)
        known = np.isin(cells, self.cells, assume_unique=True)
        counts = self.counts.copy()
        counts[place[known]] += other.counts[known]
        fresh = np.flatnonzero(~known)[np.argsort(cells[~known])]
        return ContingencyTable(
            first,
            second,
            np.insert(self.cells, place[fresh], cells[fresh]),
            np.insert(counts, place[fresh], other.counts[fresh]),
            self.columns,
        )

    def cell_counts(self) -> CellCounts:
        """What a formula needs: the counts of cells and of symbols, and none of the labels."""
        row, column = self.cells >> HALF, self.cells & (2**HALF - 1)
        first, second = (np.bincount(symbol, self.counts) for symbol in (row, column))
        order = np.lexsort((second[column], first[row], self.counts))
        return CellCounts(
            self.counts[order],
            first[row][order],
            second[column][order],
            np.sort(first[first > 0]),
            np.sort(second[second > 0]),
        )


def _numbered(
    view: np.ndarray, name: str
) -> tuple[np.ndarray, Callable[[np.ndarray], Iterable[tuple]], int]:
    """A number for each row (n,), what gives the symbols of numbers, and how many may occur."""
    n = len(view)
    if view.shape[1] == 1 and view.dtype.kind in "biu":
        low, high = int(view.min()), int(view.max())
        if high - low < max(FEWEST_CELLS, n):
            whole = (
                view[:, 0] if view.dtype.kind == "u" else view[:, 0].astype(np.int64, copy=False)
            )
            codes = (whole - whole.dtype.type(low)).astype(np.int64, copy=False)
            return codes, lambda seen: [(low + code,) for code in seen.tolist()], high - low + 1
    codes = symbol_codes(view, name)
    found = int(codes.max()) + 1
    example = np.empty(found, dtype=np.int64)
    example[codes] = np.arange(n)

    def symbols(seen: np.ndarray) -> Iterable[tuple]:
        rows = view[example[seen]]
        columns = (pd.Series(rows[:, j]).astype(object) for j in range(view.shape[1]))
        return zip(*columns, strict=True) if view.shape[1] else [()]  # zip of nothing

    return codes, symbols, found


def _counted(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct codes, increasing, and the rows of each."""
    if size > max(FEWEST_CELLS, len(codes)):
        return np.unique(codes, return_counts=True)
    counts = np.bincount(codes)
    cells = np.flatnonzero(counts)
    return cells, counts[cells]


def _united(ours: Symbols, theirs: Symbols) -> tuple[Symbols, np.ndarray]:
    """The symbols of both, ours keeping their numbers, and the numbers of theirs there."""
    fresh = [symbol for symbol in theirs if symbol not in ours]
    united = {**ours, **dict(zip(fresh, count(len(ours)), strict=False))} if fresh else ours
    return united, np.fromiter(map(united.__getitem__, theirs), np.int64, len(theirs))
