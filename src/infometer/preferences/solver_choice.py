"""How to solve with a Laplacian: by the size of what elimination leaves, and how narrow it is."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components, dijkstra

from infometer.preferences.conjugate_gradients import IterativeFactor
from infometer.preferences.elimination import Elimination, eliminate
from infometer.preferences.grounded_lu import SparseFactor, factor_sparse
from infometer.preferences.subtraction_free import DenseFactor, factor_dense

__all__ = ["METHODS", "Factor", "Method", "prepare"]

Method = Literal["auto", "dense", "lu", "cg"]
Factor = DenseFactor | SparseFactor | IterativeFactor
METHODS = ("auto", "dense", "lu", "cg")

DENSE = 2_000
"""Items that `method="dense"` takes."""
DENSE_REST = 8_000
"""What "auto" leaves to dense algebra at most: half a gigabyte, ten seconds."""
LARGEST_REST = 20_000
"""What "lu" leaves to dense algebra at most: three gigabytes, minutes."""
NARROW = 2_000
"""Separators up to this size are SuperLU's."""


def prepare(start: Elimination, method: Method) -> tuple[str, Elimination, Factor]:
    """The elimination to begin with, and a factor of what it leaves; first the factor's name.

    Parameters
    ----------
    start : Elimination
    method : {"auto", "dense", "lu", "cg"}
        As `laplacian_solver` describes them.

    Raises
    ------
    ValueError
        If the method would need too much memory; it says how much.

    Examples
    --------
    >>> from scipy.sparse import diags_array
    >>> path = csr_array(diags_array([np.ones(4), np.ones(4)], offsets=[-1, 1]))
    >>> name, gone, _ = prepare(Elimination.of(path, np.zeros(5)), "auto")
    >>> name, len(gone.rest)
    ('lu', 0)
    """
    n = len(start.rest)
    if method == "dense":
        if n > DENSE:
            raise ValueError(
                f"method is 'dense' with {n} items, {8 * n * n / 1e9:.1f} GB; it takes {DENSE}: "
                "use 'lu' or 'cg'"
            )
        return "dense", start, factor_dense(start.weights.toarray(), start.row_sums)
    thin = eliminate(start, max_degree=2)
    if method == "cg":
        return "cg", thin, IterativeFactor(_laplacian(thin))
    if len(thin.rest) > DENSE and _width(thin.weights) < min(NARROW, len(thin.rest) / 10):
        return "lu", thin, factor_sparse(_laplacian(thin), _grounded(thin))
    largest = DENSE_REST if method == "auto" else LARGEST_REST
    less = eliminate(thin, largest=largest)
    r = len(less.rest)
    if r <= largest:
        return "lu", less, factor_dense(less.weights.toarray(), less.row_sums)
    if method == "auto":
        return "cg", thin, IterativeFactor(_laplacian(thin))
    raise ValueError(
        f"method is 'lu' with {n} items, of which about {r} would be left to dense algebra, "
        f"{8 * r * r / 1e9:.0f} GB; it takes {LARGEST_REST}: use 'cg'"
    )


def _laplacian(left: Elimination) -> csr_array:
    degrees = np.asarray(left.weights.sum(axis=1)) + left.row_sums
    return csr_array(diags_array(degrees) - left.weights)


def _width(weights: csr_array) -> int:
    """The most items at one distance from an end of the graph: no separator need be larger."""
    crowded = int(np.diff(weights.indptr).argmax())
    far = dijkstra(weights, indices=[crowded], unweighted=True)[0]
    end = int(np.where(np.isfinite(far), far, -1.0).argmax())
    steps = dijkstra(weights, indices=[end], unweighted=True)[0]
    return int(np.bincount(steps[np.isfinite(steps)].astype(int)).max())


def _grounded(left: Elimination) -> np.ndarray:
    """The first item of each component without prior."""
    n_parts, parts = connected_components(left.weights, directed=False)
    held = np.bincount(parts, left.row_sums, minlength=n_parts) > 0
    return np.unique(parts, return_index=True)[1][~held]
