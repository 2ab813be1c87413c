"""Sequences of symbols of any type, as a front door is given them: numbered, their labels told."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from infometer.estimators.samples import require_finite
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.views import as_frame
from infometer.tables import MAX_DISCRETE

__all__ = ["SymbolSequence", "read_sequence", "read_sequences"]


class SymbolSequence(NamedTuple):
    """Symbols numbered from 0 in the order of appearance, and the label of each number."""

    symbols: np.ndarray
    labels: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.symbols)


def read_sequence(values: Any, name: str) -> SymbolSequence:
    """Read a sequence of labels of any type; several columns are one symbol together.

    Parameters
    ----------
    values : array-like, Series or DataFrame, shape (n,) or (n, d)
        Text, truth values, categories or whole numbers, however many; fractions of at most 20
        values.
    name : str
        The argument, for messages.

    Returns
    -------
    SymbolSequence

    Raises
    ------
    ValueError
        For missing values, and for continuous columns.

    Examples
    --------
    >>> read_sequence(["b", "a", "b"], "x")
    SymbolSequence(symbols=array([0, 1, 0]), labels=('b', 'a'))
    """
    frame = as_frame(values, name)
    require_finite(frame, name)
    for column in frame:
        if _is_continuous(frame[column]):
            raise ValueError(
                f"column {column!r} of {name} holds fractions of {frame[column].nunique()} values, "
                "such as continuous quantities have; expected symbols: infometer.transfer_entropy "
                "takes numbers (estimator='gaussian' for linear ones), or cut them into a few "
                "classes with pandas.qcut"
            )
    symbols = symbol_codes(frame.to_numpy(), name)
    first = np.unique(symbols, return_index=True)[1]
    rows = frame.iloc[first].to_numpy(dtype=object).tolist()
    return SymbolSequence(symbols, tuple(row[0] if len(row) == 1 else tuple(row) for row in rows))


def read_sequences(**given: Any) -> dict[str, SymbolSequence]:
    """Read several sequences by name, of which None is left out, and refuse unequal lengths.

    Examples
    --------
    >>> list(read_sequences(x=[0, 1], y="ab", condition_on=None))
    Traceback (most recent call last):
    ValueError: y is the single value 'ab'; expected rows, shape (n,) or (n, d)
    """
    found = {name: read_sequence(s, name) for name, s in given.items() if s is not None}
    if len({len(sequence) for sequence in found.values()}) > 1:
        told = ", ".join(f"{name} has {len(sequence)}" for name, sequence in found.items())
        raise ValueError(f"{told} symbols; expected as many of each: one at every step")
    return found


def _is_continuous(column: pd.Series) -> bool:
    if not is_float_dtype(column.dtype):
        return False
    values = column.to_numpy(dtype=float)
    return bool((values % 1 != 0).any()) and column.nunique() > MAX_DISCRETE
