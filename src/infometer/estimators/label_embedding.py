"""Labels among numbers: rows of different labels stand farther apart than any numbers do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from infometer.estimators.samples import standardize
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.views import View

__all__ = ["embed_labels", "rare_labels"]


def embed_labels(views: Sequence[View], *, standardized: bool = True) -> list[np.ndarray]:
    """The views as numbers (n, d) in which labels are farther apart than any two numbers.

    The symbols of a view are written in binary, a column for each bit, with a gap of more than
    twice the widest range in place of 1. Two symbols differ in one bit or more, so in the maximum
    norm all of them are equally far apart, however they are numbered.

    Parameters
    ----------
    views : sequence of View
    standardized : bool
        Bring the numbers to unit variance first.

    Returns
    -------
    list of ndarray of float
        One for each view, its numbers first.

    Examples
    --------
    >>> view = View("x", np.array([[0.0], [3.0], [0.0]]), np.array([[0], [1], [2]]))
    >>> embed_labels([view], standardized=False)[0].tolist()
    [[0.0, 0.0, 0.0], [3.0, 8.0, 0.0], [0.0, 0.0, 8.0]]
    """
    numbers = [
        standardize(view.numbers, view.name) if standardized and not view.is_symbol else
        view.numbers
        for view in views
    ]  # fmt: skip
    widest = max((float(np.ptp(column)) for part in numbers for column in part.T), default=1.0)
    gap = np.ldexp(1.0, np.frexp(widest)[1] + 1)  # a power of two: label distances are exact
    return [
        np.zeros((len(view), 1)) if view.kind == "constant" else
        np.hstack([part, gap * _bits(view.symbols)])
        for part, view in zip(numbers, views, strict=True)
    ]  # fmt: skip


def _bits(symbols: np.ndarray) -> np.ndarray:
    """Symbols (n,) in binary, the lowest bit first; a single symbol has no bits."""
    return (symbols[:, None] >> np.arange(int(symbols.max()).bit_length())) & 1


def rare_labels(views: Sequence[View], k: int) -> tuple[str, ...]:
    """Say how many rows have labels, of all views together, that at most k rows have."""
    cells = symbol_codes(np.column_stack([view.labels for view in views]))
    rare = int((np.bincount(cells)[cells] <= k).sum())
    if not rare:
        return ()
    return (
        f"{rare} {'row has' if rare == 1 else 'rows have'} labels that at most k={k} rows share: a "
        "k-th neighbour has other labels there and the terms are rough; merge rare labels, leave "
        "those rows out, or lower k",
    )
