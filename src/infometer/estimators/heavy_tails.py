"""Rows far out spoil distances: whether a figure stays when every column becomes its ranks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infometer.estimators.normal_scores import normal_scores
from infometer.estimators.samples import standardize

__all__ = ["heavy_tails", "heavy_tails_note"]

FAR = 6.0
"""Standard deviations. A million normal rows do not come that far."""

BEYOND = 0.5
"""Of half the interval: a move that is larger is told."""


def heavy_tails(view: np.ndarray) -> bool:
    """Whether a row of the view (n, d) stands 6 standard deviations out in a column.

    Examples
    --------
    >>> heavy_tails(np.arange(100.0)[:, None]), heavy_tails(np.exp(np.arange(100.0))[:, None])
    (False, True)
    """
    return bool(np.abs(standardize(view)).max() > FAR) if view.shape[1] else False


def heavy_tails_note(
    figure: Callable[[np.ndarray, np.ndarray], float],
    x: np.ndarray,
    y: np.ndarray,
    value: float,
    half_width: float,
) -> str:
    """What to say where heavy tails move the figure; I(X;Y) itself no monotone map can move.

    Parameters
    ----------
    figure : callable
        Of two views; labels stay as they are.
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy), or labels of shape (n,)
    value : float
        The figure of x and y.
    half_width : float
        Half the width of its interval.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_cauchy((500, 1))
    >>> heavy_tails_note(lambda x, y: 0.5, x, x, 0.3, 0.1)
    'rows far out distort distances: from ranks, which tell as much, the figure is 0.500; ...'
    >>> heavy_tails_note(lambda x, y: 0.3, x, x, 0.3, 0.1)
    ''
    """
    continuous = y.ndim == 2
    if not (heavy_tails(x) or (continuous and heavy_tails(y))):
        return ""
    moved = figure(normal_scores(x), normal_scores(y) if continuous else y)
    if abs(moved - value) <= BEYOND * half_width:
        return ""
    return (
        "rows far out distort distances: from ranks, which tell as much, the figure is "
        f"{moved:.3f}; give X and y as normal_scores of each, or their logarithms"
    )
