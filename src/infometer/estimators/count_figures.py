"""All that an estimate of I(X;Y) of labels is made of, from a table of counts or from rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from infometer.estimators.contingency import (
    cell_terms,
    count_information,
    symbol_information,
    symbol_terms,
)
from infometer.estimators.contingency_table import ContingencyTable
from infometer.estimators.count_entropy import EntropyMethod
from infometer.estimators.rao_scott import rao_scott_size
from infometer.estimators.sandwich import SandwichError, counted_error, sandwich_error

__all__ = ["CountFigures", "row_figures", "table_figures"]


class CountFigures(NamedTuple):
    """I(X;Y) by some method, beside the plug-in figure and what its spread is judged by.

    Parameters
    ----------
    n : int
        Rows.
    size : float
        As many independent rows would spread 2nÎ of independent views as much.
    symbols : (int, int)
        Labels of X and of Y.
    freedom : int
        (a − 1)(b − 1) for the labels that carry weight.
    value, plug_in, corrected : float
        By the method, by none, and by Miller and Madow.
    spread : SandwichError
        Of the plug-in figure.
    ceiling : float
        The smaller entropy of the two views, by the method.
    alone : bool
        Whether each row stands alone, and none counts more than another.
    """

    n: int
    size: float
    symbols: tuple[int, int]
    freedom: int
    value: float
    plug_in: float
    corrected: float
    spread: SandwichError
    ceiling: float
    alone: bool


def table_figures(table: ContingencyTable, method: EntropyMethod) -> CountFigures:
    """The figures of rows that each stand alone, from how many there are of each pair.

    Examples
    --------
    >>> x, y = np.repeat([0, 0, 1, 1], [40, 10, 10, 40]), np.repeat([0, 1, 0, 1], [40, 10, 10, 40])
    >>> figures = table_figures(ContingencyTable.of(x, y), "miller-madow")
    >>> round(figures.value, 6), round(figures.plug_in, 6), figures.freedom
    (0.187745, 0.192745, 1)
    """
    joint, first_of_cell, second_of_cell, first, second = table.cell_counts()
    n = table.n
    terms = cell_terms(joint, first_of_cell, second_of_cell, n)
    return CountFigures(
        n=n,
        size=float(n),
        symbols=(len(first), len(second)),
        freedom=(len(first) - 1) * (len(second) - 1),
        value=count_information(first, second, joint, method),
        plug_in=float(np.average(terms, weights=joint)),
        corrected=count_information(first, second, joint),
        spread=counted_error(terms, joint),
        ceiling=min(count_information(v, v, v, method) for v in (first, second)),
        alone=True,
    )


def row_figures(
    x: np.ndarray,
    y: np.ndarray,
    method: EntropyMethod,
    weights: np.ndarray | None,
    groups: np.ndarray | None,
) -> CountFigures:
    """The figures of rows that have weights or depend on each other.

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
        Symbols, numbered from 0.
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
    weights : ndarray, shape (n,), optional
    groups : ndarray of int, shape (n,), optional

    Examples
    --------
    >>> x = np.tile([0, 0, 1, 1], 2)
    >>> row_figures(x, x, "plug-in", None, np.arange(8) % 4).size
    4.0
    """
    seen = [int(np.count_nonzero(np.bincount(view, weights))) for view in (x, y)]
    freedom = (seen[0] - 1) * (seen[1] - 1)
    terms = symbol_terms(x, y, weights)
    return CountFigures(
        n=len(x),
        size=rao_scott_size(x, y, weights=weights, groups=groups) if freedom else float(len(x)),
        symbols=(int(x.max()) + 1, int(y.max()) + 1),
        freedom=freedom,
        value=symbol_information(x, y, method, weights),
        plug_in=float(np.average(terms, weights=weights)),
        corrected=symbol_information(x, y, weights=weights),
        spread=sandwich_error(terms, weights=weights, groups=groups),
        ceiling=min(symbol_information(v, v, method, weights) for v in (x, y)),
        alone=False,
    )
