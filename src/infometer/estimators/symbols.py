"""Rows of labels as symbols: any type, any number of columns, one integer a row."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["symbol_codes", "whole_counts"]


def symbol_codes(values: np.ndarray, name: str = "X") -> np.ndarray:
    """One integer for every distinct row of labels, numbered from 0 in the order of appearance.

    Parameters
    ----------
    values : ndarray of any type, shape (n,) or (n, d)
        Several columns are one symbol together.
    name : str
        The argument, for the message.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        Where a label is missing (None or NaN).

    Examples
    --------
    >>> symbol_codes(np.array([["a", "x"], ["a", "y"], ["a", "x"]])).tolist()
    [0, 1, 0]
    """
    columns = values[:, None] if values.ndim == 1 else values
    joined = np.zeros(len(columns), dtype=np.int64)
    for column in range(columns.shape[1]):
        codes, labels = pd.factorize(columns[:, column])
        if (codes < 0).any():
            raise ValueError(
                f"column {column} of {name} has {int((codes < 0).sum())} missing labels; expected "
                "a label in every row: drop those rows or give missing a label of its own"
            )
        joined = pd.factorize(joined * len(labels) + codes)[0].astype(np.int64)
    return joined


def whole_counts(counts: np.ndarray) -> np.ndarray:
    """The counts as floats, refused where they are a law or no counts at all."""
    found = np.asarray(counts, dtype=float)
    if found.ndim != 1 or not found.sum() > 0 or (found < 0).any() or (found % 1 != 0).any():
        raise ValueError(
            f"counts are {np.array2string(found, threshold=6, precision=3)}; expected whole "
            "numbers of rows, shape (m,), not all 0: give the counts that a law was made from "
            "(the entropy of a law p itself is infometer.quantities.entropy(p))"
        )
    return found
