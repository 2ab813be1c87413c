"""The compiled searches put together: columns in, radii and counts of all splits out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from infometer.estimators.block_distances import BLOCK
from infometer.estimators.neighbor_blocks import scan_rows
from infometer.estimators.neighbor_lines import count_on_line, tally_parts, window_rows

__all__ = ["float_columns", "integer_columns", "search"]

LARGEST = 16383
"""Columns go into −16383 … 16383, so that a difference of two fits in 16 bits."""

PAIRS = 10**8
"""At a time, between which Python hears Ctrl-C."""

ERROR = 1e-3
"""Of a unit: what rounding of the columns may add to an integer's own error."""

FINEST = 40
"""Integers serve while a typical radius spans this many of their units for each column."""


def search(
    views: Sequence[np.ndarray],
    margins: Sequence[Sequence[int]],
    classes: np.ndarray | None,
    parts: np.ndarray,
    wanted: np.ndarray,
    k: int,
    *,
    windows: bool,
    n_jobs: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radii (T, n), neighbours (T, n) and counts (T, M, n), as `neighborhoods` has them.

    Parameters
    ----------
    views, margins, classes
        As of `neighborhoods`.
    parts : ndarray of uint8, shape (T, n)
        The first is all 0, none is above 3.
    wanted : ndarray of int, shape (T, n)
    k : int
    windows : bool
        Search two lines by windows instead of all pairs.
    n_jobs : int
        Threads.
    """
    splits, n = parts.shape
    radii, near = np.empty((splits, n)), np.empty((splits, n), dtype=np.int64)
    counts = np.empty((splits, len(margins), n), dtype=np.int64)
    labels = np.zeros((n, 24 * -(-splits // 24)), dtype=np.uint8)
    labels[:, :splits] = parts.T
    words, labels = labels.view(np.uint64), np.ascontiguousarray(labels[:, :splits])
    most = int(parts.max()) + 1
    longest = k if splits == 1 else int(most * (k + 2.5 * np.sqrt(k) + 3))
    own = np.empty(0, dtype=np.int64) if classes is None else classes
    rows = (own, wanted, labels)
    is_line = [len(margin) == 1 and views[margin[0]].shape[1] == 1 for margin in margins]
    if windows:
        x, y = views[0][:, 0], views[1][:, 0]
        order = np.argsort(x, kind="stable")
        _in_threads(
            n_jobs, n, window_rows, x[order], y[order], order, *rows, min(longest, n - 1),
            radii, near,
        )  # fmt: skip
    else:
        wide = [m for m, line in enumerate(is_line) if not line]
        members = np.zeros((len(wide), len(views)), dtype=np.uint8)
        for row, m in enumerate(wide):
            members[row, list(margins[m])] = 1
        found = np.empty((splits, len(wide), n), dtype=np.int64)
        exact = np.ascontiguousarray(np.hstack(views))
        starts = np.cumsum([0, *(view.shape[1] for view in views)])
        columns, *scale = integer_columns(exact, k)
        _in_threads(
            n_jobs, n, scan_rows, columns, exact, starts, members, *rows, words,
            min(longest, n - 1), *scale, radii, near, found,
        )  # fmt: skip
        counts[:, wide] = found
    for m in (m for m, line in enumerate(is_line) if line):
        line = views[margins[m][0]][:, 0]
        order = np.argsort(line, kind="stable")
        tallies = tally_parts(labels[:, : splits if splits > 1 else 0], order, most)
        found = np.empty((splits, n), dtype=np.int64)
        _in_threads(n_jobs, n, count_on_line, line[order], order, labels, tallies, radii, found)
        counts[:, m] = found
    return radii, near, counts


def _in_threads(n_jobs: int, n: int, kernel: Callable[..., None], *arguments: Any) -> None:
    """Run the kernel in threads, on so few rows at a time that Ctrl-C is heard within a second."""
    ends = np.linspace(0, n, max(n_jobs, n * n // PAIRS) + 1).astype(int)
    Parallel(n_jobs=n_jobs, require="sharedmem")(
        delayed(kernel)(begin, end, *arguments) for begin, end in pairwise(ends.tolist())
    )


def integer_columns(exact: np.ndarray, k: int) -> tuple[np.ndarray, float, float, float, float]:
    """Columns (D, padded n), their unit, the error, the most and more than the most of a distance.

    In 16-bit integers, where they are fine enough for a typical radius, else in 64-bit floats.
    """
    centred = exact - (exact.max(axis=0) + exact.min(axis=0)) / 2
    unit = float(np.abs(centred).max()) / LARGEST
    rounding = float(np.spacing(np.abs(exact).max()))
    if _typical_radius(exact, k) < FINEST * exact.shape[1] * unit or rounding > ERROR * unit:
        return float_columns(exact)
    columns = np.zeros((exact.shape[1], _padded(len(exact))), dtype=np.int16)
    columns[:, : len(exact)] = np.rint(centred.T / unit)
    return columns, unit, 1 + 4 * ERROR, 2 * LARGEST, 2 * LARGEST + 1


def float_columns(exact: np.ndarray) -> tuple[np.ndarray, float, float, float, float]:
    """The same in 64-bit floats, which need no unit and make no error."""
    columns = np.zeros((exact.shape[1], _padded(len(exact))))
    columns[:, : len(exact)] = exact.T
    farthest = float(np.ptp(exact, axis=0).max())
    return columns, 1.0, 0.0, farthest, max(1.5 * farthest, 1e-300)


def _padded(n: int) -> int:
    return -(-n // BLOCK) * BLOCK


def _typical_radius(exact: np.ndarray, k: int) -> float:
    """The median distance to the k-th neighbour of a few rows."""
    few = np.linspace(0, len(exact) - 1, 5).astype(int)
    radii = [np.partition(np.abs(exact - exact[row]).max(axis=1), k)[k] for row in few]
    return float(np.median(radii))
