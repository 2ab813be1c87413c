"""How far the nearest neighbours of every row are, and how crowded each view is within that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from joblib import effective_n_jobs

from infometer.estimators.neighbors import count_within, nearest
from infometer.estimators.search_cost import cheapest
from infometer.extras import require

__all__ = ["Algorithm", "Neighborhoods", "neighborhoods"]

Algorithm = Literal["auto", "tree", "window", "blocks"]

MOST_PARTS = 4
"""Of a split that the one-pass searches can tell apart."""

LARGEST = 1e300
"""Beyond it distances may leave the range of floats."""


class Neighborhoods(NamedTuple):
    """What was found for n rows in T splits, of which the first is the whole.

    ``radii`` (T, n): distance to the k-th neighbour in the row's own part. ``near`` (T, n): k, or,
    where the radius is 0, the number of rows at that point, itself among them. ``counts``
    (T, M, n): the other rows of the part nearer than the radius in each margin, or at the same
    place if it is 0. ``algorithm``: how.
    """

    radii: np.ndarray
    near: np.ndarray
    counts: np.ndarray
    algorithm: str


def neighborhoods(
    views: Sequence[np.ndarray],
    margins: Sequence[Sequence[int]],
    k: int,
    *,
    classes: np.ndarray | None = None,
    splits: np.ndarray | None = None,
    algorithm: Algorithm = "auto",
    n_jobs: int | None = None,
    device: Any = None,
) -> Neighborhoods:
    """Radii to the k-th neighbour in the largest of the views' max-norms, and counts within them.

    Parameters
    ----------
    views : sequence of ndarray, shape (n, d_v)
    margins : sequence of sequence of int
        Each a set of views: rows nearer than the radius in all of them are counted.
    k : int
        Neighbours; a class with k rows or fewer takes all its other rows.
    classes : ndarray of int, shape (n,), optional
        Neighbours, but not counts, are of the row's own class.
    splits : ndarray of int, shape (S, n), optional
        The part of each row in S splits: the same again within the parts.
    algorithm : {"auto", "tree", "window", "blocks"}
        "auto" takes what is quickest by `search_cost`; "window" is for two columns in all, and
        this one and "blocks" need the ``speed`` extra. All give the same numbers.
    n_jobs : int, optional
        Threads.
    device : torch.device or str, optional
        Search on this device with torch, in 64-bit blocks of all pairs.

    Returns
    -------
    Neighborhoods

    Raises
    ------
    ValueError
        For an unknown algorithm, a row that is alone in its class, or values beyond 1e300.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [3.0], [7.0]]), np.array([[0.0], [2.0], [1.0], [0.0]])
    >>> found = neighborhoods([x, y], [[0], [1]], k=1)
    >>> found.radii.tolist(), found.counts.tolist()
    ([[2.0, 2.0, 2.0, 4.0]], [[[1, 1, 0, 0], [2, 1, 3, 3]]])
    """
    n = len(views[0])
    if (largest := max(np.abs(view).max(initial=0.0) for view in views)) > LARGEST:
        raise ValueError(
            f"views hold {largest:g}; distances of such values are no numbers any more: bring the "
            f"columns below {LARGEST:g}, as standardize=True does"
        )
    parts = np.zeros((1 if splits is None else 1 + len(splits), n), dtype=np.uint8)
    if splits is not None:
        parts[1:] = splits
    groups = np.zeros(n, dtype=np.int64) if classes is None else np.asarray(classes, np.int64)
    wanted = _wanted(parts, groups, k)
    widths = [view.shape[1] for view in views]
    if device is not None:
        algorithm = "torch"  # type: ignore[assignment]
    elif algorithm == "auto":
        algorithm = cheapest(n, widths, len(parts), can_split=parts.max() < MOST_PARTS)
    if algorithm in ("tree", "torch"):
        return _by_parts(views, margins, groups, parts, wanted, algorithm, device)
    if algorithm == "window" and widths != [1, 1]:
        raise ValueError(
            f"algorithm is 'window' and the views have {widths} columns; it is for two views of "
            "one column: take 'auto'"
        )
    if algorithm not in ("window", "blocks"):
        raise ValueError(
            f"algorithm is {algorithm!r}; it must be 'auto', 'tree', 'window' or 'blocks'"
        )
    if parts.max() >= MOST_PARTS:
        raise ValueError(
            f"splits have {parts.max() + 1} parts and {algorithm!r} tells {MOST_PARTS} apart: take "
            "'auto' or 'tree'"
        )
    require("numba", "speed")
    from infometer.estimators.one_pass import search

    radii, near, counts = search(
        views, margins, groups if classes is not None else None, parts, wanted, k,
        windows=algorithm == "window", n_jobs=effective_n_jobs(n_jobs),
    )  # fmt: skip
    return Neighborhoods(radii, near, counts, algorithm)


def _wanted(parts: np.ndarray, classes: np.ndarray, k: int) -> np.ndarray:
    """Neighbours that each row looks for in each split, (T, n): k, or all others of its kind."""
    wanted = np.empty(parts.shape, dtype=np.int64)
    most = int(classes.max()) + 1
    for t, part in enumerate(parts):
        kind = part.astype(np.int64) * most + classes
        wanted[t] = np.minimum(k, np.bincount(kind)[kind] - 1)
    if not wanted.all():
        t, row = np.argwhere(wanted == 0)[0]
        raise ValueError(
            f"row {row} is alone in its class{'' if t == 0 else ' of a part'}; each class needs at "
            "least 2 rows for a neighbour: merge rare classes or leave their rows out"
        )
    return wanted


def _by_parts(
    views: Sequence[np.ndarray],
    margins: Sequence[Sequence[int]],
    classes: np.ndarray,
    parts: np.ndarray,
    wanted: np.ndarray,
    algorithm: str,
    device: Any,
) -> Neighborhoods:
    """Search every part by itself."""
    radii = np.empty(parts.shape)
    near = wanted.copy()
    counts = np.empty((len(parts), len(margins), parts.shape[1]), dtype=np.int64)
    for t, part in enumerate(parts):
        for label in np.unique(part):
            rows = np.flatnonzero(part == label)
            found = _search_part(
                [view[rows] for view in views], margins, classes[rows], wanted[t, rows], device
            )
            radii[t, rows], counts[t][:, rows] = found[0], found[2]
            near[t, rows] = np.where(found[0] == 0, found[1], near[t, rows])
    return Neighborhoods(radii, near, counts, algorithm)


def _search_part(
    views: Sequence[np.ndarray],
    margins: Sequence[Sequence[int]],
    classes: np.ndarray,
    wanted: np.ndarray,
    device: Any,
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    if device is not None:
        from infometer.estimators.torch_blocks import search_blocks

        return search_blocks(views, margins, classes, wanted, device)
    joint = np.hstack(views)
    n = len(joint)
    radii, near = np.empty(n), np.zeros(n, dtype=np.int64)
    for label in np.unique(classes):
        rows = np.flatnonzero(classes == label)
        radii[rows] = nearest(joint[rows], int(wanted[rows[0]]))[0][:, -1]
        if not radii[rows].all():
            near[rows] = 1 + count_within(joint[rows], np.zeros(len(rows)), strict=False)
    reach = np.maximum(radii, np.nextafter(0.0, 1.0))
    counts = [
        count_within(np.hstack([views[v] for v in margin]), reach, strict=True)
        for margin in margins
    ]
    return radii, near, counts
