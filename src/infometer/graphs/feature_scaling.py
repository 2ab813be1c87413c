"""Features of nodes on one scale: by rows, as counts of words, or by columns, as measurements."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import sparse

__all__ = ["FeatureScaling", "chosen_scaling", "scaled_features"]

FeatureScaling = Literal["auto", "rows", "columns", "none"]
ROUNDING = 1e-12
"""A column that spreads by less than this part of its largest value is constant."""
WHOLE = 1e-9
"""How far from whole multiples of the smallest value counts may be, relatively."""


def scaled_features(features: Any, scaling: FeatureScaling = "auto") -> Any:
    """Features by rows, divided by their sums, or by columns, of mean 0 and variance 1.

    Parameters
    ----------
    features : ndarray or csr_array of float, shape (n, f)
    scaling : {"auto", "rows", "columns", "none"}
        By rows, first less the smallest value of all; a single column is only shifted. By columns,
        sparse features are not centred. "auto": rows of sparse features and, in any unit, of whole
        numbers from 0 on, as counts are; else columns.

    Returns
    -------
    ndarray or csr_array, shape (n, f)
        Rows of 0 stay 0; sparse features stay sparse; constant columns are 0 by columns.

    Raises
    ------
    ValueError
        If sparse features that hold negative values are asked by rows: they would become dense.

    Examples
    --------
    >>> scaled_features(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    >>> scaled_features(np.array([[1.7, 3000.0], [0.5, 1000.0]])).round(6).tolist()
    [[1.0, 1.0], [-1.0, -1.0]]
    """
    if scaling not in ("auto", "rows", "columns", "none"):
        raise ValueError(
            f"feature_scaling is {scaling!r}; it must be 'auto', 'rows', 'columns' or 'none'"
        )
    how = chosen_scaling(features) if scaling == "auto" else scaling
    if how == "none":
        return features
    return _by_rows(features) if how == "rows" else _by_columns(features)


def chosen_scaling(features: Any) -> Literal["rows", "columns"]:
    """What "auto" takes for these features.

    Parameters
    ----------
    features : ndarray or csr_array of float, shape (n, f)

    Returns
    -------
    {"rows", "columns"}

    Examples
    --------
    >>> chosen_scaling(np.array([[0.0, 2.0]])), chosen_scaling(np.array([[0.3, 0.5]]))
    ('rows', 'columns')
    """
    is_sparse = bool(sparse.issparse(features))
    values = features.data if is_sparse else features
    if values.size and values.min() < 0:
        return "columns"
    counts = values[values > 0] / values[values > 0].min(initial=np.inf)
    return (
        "rows"
        if is_sparse or np.allclose(counts, counts.round(), rtol=WHOLE, atol=0.0)
        else "columns"
    )


def _by_rows(features: Any) -> Any:
    is_sparse = bool(sparse.issparse(features))
    values = features.data if is_sparse else features
    lowest = float(values.min()) if values.size else 0.0
    if is_sparse and lowest < 0:
        raise ValueError(
            f"features are sparse and hold {lowest:g}; expected values from 0 on: give "
            "feature_scaling='columns', or dense features"
        )
    lowest = 0.0 if is_sparse else lowest
    above = features - lowest if lowest else features
    if above.shape[1] == 1:  # divided by itself it would tell nothing
        return above
    total = np.asarray(above.sum(axis=1)).ravel()
    inverse = 1.0 / np.where(total > 0, total, 1.0)
    if is_sparse:
        return sparse.csr_array(sparse.diags_array(inverse) @ above)
    return above * inverse[:, None]


def _by_columns(features: Any) -> Any:
    is_sparse = bool(sparse.issparse(features))
    largest = abs(features).max(axis=0)
    largest = np.asarray(largest.toarray() if is_sparse else largest, dtype=float).ravel()
    inverse = 1.0 / np.where(largest > 0, largest, 1.0)  # squares do not overflow
    if is_sparse:
        small = features @ sparse.diags_array(inverse)
        mean = np.asarray(small.mean(axis=0)).ravel()
        square = np.asarray(small.multiply(small).mean(axis=0)).ravel()
        spread = np.sqrt(np.maximum(square - mean**2, 0.0))
        return sparse.csr_array(small @ sparse.diags_array(_inverse_spread(spread)))
    small = features * inverse
    small = small - small.mean(axis=0)
    return small * _inverse_spread(small.std(axis=0))


def _inverse_spread(spread: np.ndarray) -> np.ndarray:
    """1/σ of columns whose largest value is 1, and 0 of constant ones."""
    varies = spread > ROUNDING
    return np.where(varies, 1.0 / np.where(varies, spread, 1.0), 0.0)
