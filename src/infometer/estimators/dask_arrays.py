"""Sums over the rows of Dask arrays: one chunk at a time, merged as a tree on the workers.

Nothing here imports Dask before it is given one of its arrays.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

__all__ = ["is_dask", "refuse_dask", "sum_over_chunks"]

BRANCHES = 8
"""So many sums are merged at once."""


def is_dask(values: Any) -> bool:
    """Whether `values` is a collection of Dask, by Dask's own protocol.

    Examples
    --------
    >>> is_dask([1, 2])
    False
    """
    graph = getattr(values, "__dask_graph__", None)
    return callable(graph) and not isinstance(values, type)


def refuse_dask(values: Any, name: str) -> None:
    """Raise where `values` is of Dask, which NumPy would bring into memory without a word.

    Raises
    ------
    ValueError
    """
    if is_dask(values):
        raise ValueError(
            f"{name} is a Dask {type(values).__name__}; expected rows in memory: {name}.compute() "
            "where they fit. The estimators of counts and GaussianInformation take Dask arrays, "
            "without weights and groups"
        )


def sum_over_chunks(estimator: Any, X: Any, y: Any = None) -> Any:
    """The sum over all rows, of one chunk of `X` and of `y` in a task, by the active scheduler.

    Parameters
    ----------
    estimator : StreamEstimator
    X : dask.array.Array or dask.dataframe.DataFrame, shape (n, dx)
    y : dask.array.Array, DataFrame or Series, shape (n,) or (n, dy), optional
        Cut into the chunks of `X`, as are arrays in memory.

    Returns
    -------
    RowSum

    Raises
    ------
    ValueError
        For other collections, unequal lengths, chunks of unknown size, no rows, and what the
        estimator refuses in a chunk.
    """
    from dask import compute, delayed
    from sklearn.base import clone

    x = _rows(X, "X")
    if x.ndim != 2:
        raise ValueError(f"X has shape {x.shape}; expected (n, dx): give X[:, None] for one column")
    parts = [_chunks(x)]
    if y is not None:
        other = _rows(y, "y")
        if other.shape[0] != x.shape[0]:
            raise ValueError(
                f"X has {x.shape[0]} rows and y has {other.shape[0]}; expected as many of each"
            )
        parts.append(_chunks(other.rechunk({0: x.chunks[0]})))
    one = delayed(_chunk_sum, pure=False)
    sizes = x.chunks[0]
    sums = [one(clone(estimator), *pair) for n, *pair in zip(sizes, *parts, strict=True) if n]
    if not sums:
        raise ValueError("X has 0 rows in all its chunks; expected at least one")
    merged = delayed(_merged, pure=False)
    while len(sums) > 1:
        sums = [merged(sums[i : i + BRANCHES]) for i in range(0, len(sums), BRANCHES)]
    return compute(sums[0])[0]


def _rows(values: Any, name: str) -> Any:
    """Any rows as a Dask array."""
    from dask import array

    if hasattr(values, "to_dask_array"):
        with warnings.catch_warnings():  # text becomes objects, as labels of any type do
            warnings.filterwarnings("ignore", "Dask currently has limited support", UserWarning)
            values = values.to_dask_array(lengths=True)
    elif is_dask(values) and not isinstance(values, array.Array):
        raise ValueError(
            f"{name} is a Dask {type(values).__name__}; expected a dask.array of rows, or a "
            "dask.dataframe"
        )
    rows = array.asarray(values)
    if any(map(math.isnan, rows.shape)):
        raise ValueError(
            f"{name} is a Dask array with chunks of unknown size; expected known ones: call "
            f"{name}.compute_chunk_sizes() first"
        )
    return rows


def _chunks(rows: Any) -> list[Any]:
    """The chunks, each with all columns, as delayed arrays."""
    return list((rows if rows.ndim == 1 else rows.rechunk({1: -1})).to_delayed().ravel())


def _chunk_sum(estimator: Any, X: Any, y: Any = None) -> Any:
    from sklearn.base import clone

    return clone(estimator)._batch_sum(X, y, reset=True)


def _merged(sums: list[Any]) -> Any:
    total, *others = sums
    for other in others:
        total = total.merge(other)
    return total
