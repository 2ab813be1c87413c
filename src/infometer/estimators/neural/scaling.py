"""Columns brought to one scale before a network sees them, which changes no information."""

from __future__ import annotations

from typing import Literal

import numpy as np
from sklearn.preprocessing import StandardScaler

from infometer.estimators.normal_scores import normal_scores

__all__ = ["Scale", "scaled"]

LOST = 1e-3
"""Of a column's range: more than this may not go by rounding."""

Scale = Literal["rank", "standard"] | None


def scaled(view: np.ndarray, scale: Scale, name: str = "X") -> np.ndarray:
    """The columns (n, d) by their normal scores, by mean and variance, or as they are, in float32.

    Examples
    --------
    >>> view = np.array([[1.0], [10.0], [1000.0]])
    >>> scaled(view, "rank").ravel().round(3).tolist()
    [-0.6740000247955322, 0.0, 0.6740000247955322]
    """
    if scale == "rank":
        found = normal_scores(view)
    elif scale == "standard":
        found = StandardScaler().fit_transform(view)
    elif scale is None:
        found = view
    else:
        raise ValueError(f"scale is {scale!r}; it must be 'rank', 'standard' or None")
    if not np.abs(found).max() <= np.finfo(np.float32).max:
        raise ValueError(
            f"{name} holds values that a network in single precision does not take (beyond "
            f"±{np.finfo(np.float32).max:.2g}); give scale='rank'"
        )
    single = np.asarray(found, dtype=np.float32)
    spread = np.ptp(found, axis=0)
    lost = np.flatnonzero(np.abs(single - found).max(axis=0) > LOST * spread)
    if len(lost):
        raise ValueError(
            f"the columns {lost.tolist()} of {name} lie so far from 0 that single precision loses "
            "their differences; give scale='standard' or scale='rank'"
        )
    return single
