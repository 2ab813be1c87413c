"""What labels are expected to tell, read off a table: for very many pairs at once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.ndimage import map_coordinates, maximum_filter, spline_filter

from infometer.preferences.gain import label_gain
from infometer.preferences.label_law import averaged_label

__all__ = ["SAME", "LabelTable", "label_table"]

CELLS = 32
"""Grid points for every unit of log(1 + x)."""
LARGEST, SMALLEST_SCALE = 60.0, 1e-3
SAME = 1e-9
"""What differs by less than this share of the best is a tie: the first pair wins."""


class LabelTable(NamedTuple):
    """Splines of `label_gain` and of the expected Fisher information, from `label_table`.

    Parameters
    ----------
    gain_ratio, information : ndarray, shape (g, g)
        Cubic spline coefficients over log(1 + β|m|) and log(1 + β√R): gain / β²R, and E I(d).
    bound : ndarray, shape (g, g)
        The largest gain at a grid point and those around it.
    log_tie : float
    """

    gain_ratio: np.ndarray
    information: np.ndarray
    bound: np.ndarray
    log_tie: float

    def gain(self, mean: np.ndarray, variance: np.ndarray, beta: float) -> np.ndarray:
        """`label_gain` to 5e-7 nats, shape (p,); exact beyond the table's end, at 60."""
        places = self._places(mean, variance, beta)
        outside = self._outside(places)
        found = self._read(self.gain_ratio, places) * beta**2 * variance
        found[outside] = label_gain(mean[outside], variance[outside], beta, self.log_tie)
        return np.maximum(found, 0.0, out=found)

    def best(
        self, mean: np.ndarray, variance: np.ndarray, beta: float, is_open: np.ndarray
    ) -> int | None:
        """The first open pair of the largest `gain`; None if none is open.

        Pairs whose cell of the table has less than some pair's gain are passed over.
        """
        places = self._places(mean, variance, beta)
        cells = np.minimum(places, len(self.bound) - 1, out=places).astype(np.intp)
        bound = self.bound.take(cells[0] * len(self.bound) + cells[1])
        bound[~is_open] = -1.0
        if not is_open.any():
            return None
        top = slice((i := int(bound.argmax())), i + 1)
        rows = np.flatnonzero(bound >= self.gain(mean[top], variance[top], beta)[0] * (1.0 - SAME))
        gains = self.gain(mean[rows], variance[rows], beta)
        return int(rows[(gains >= gains.max() * (1.0 - SAME)).argmax()])

    def precision(self, mean: np.ndarray, variance: np.ndarray, beta: float) -> np.ndarray:
        """β² E I(d): what a label is expected to add to the precision of u − v. Shape (p,)."""
        places = self._places(mean, variance, beta)
        outside = self._outside(places)
        found = self._read(self.information, places)
        d, scale = beta * mean[outside], beta * np.sqrt(variance[outside])
        found[outside] = averaged_label(d, scale, self.log_tie).information
        return np.asarray(beta**2 * np.maximum(found, 0.0))

    def _places(self, mean: np.ndarray, variance: np.ndarray, beta: float) -> np.ndarray:
        """Where every pair stands on the grid. Shape (2, p)."""
        places = np.stack([np.abs(mean), np.sqrt(variance)])
        places *= beta
        np.log1p(places, out=places)
        places *= CELLS
        return places

    def _outside(self, places: np.ndarray) -> np.ndarray:
        return np.flatnonzero((places > np.log1p(LARGEST) * CELLS).any(axis=0))

    def _read(self, spline: np.ndarray, places: np.ndarray) -> np.ndarray:
        read = map_coordinates(spline, places, order=3, mode="mirror", prefilter=False)
        return np.asarray(read)


@lru_cache(maxsize=4)
def label_table(log_tie: float = -np.inf) -> LabelTable:
    """Tabulate what a label tells, for locations and scales up to 60.

    Parameters
    ----------
    log_tie : float
        log ν of Davidson's ties; −∞ for none.

    Returns
    -------
    LabelTable

    Examples
    --------
    >>> label_table().gain(np.array([0.0]), np.array([0.5]), beta=1.0).round(6).tolist()
    [0.053196]
    """
    cells = int(np.log1p(1.25 * LARGEST) * CELLS) + 2
    grid = np.expm1(np.arange(cells) / CELLS)
    location, scale = np.meshgrid(grid, np.maximum(grid, SMALLEST_SCALE), indexing="ij")
    gain = label_gain(location, scale**2, 1.0, log_tie)
    information = averaged_label(location, scale, log_tie).information
    bound = maximum_filter(gain, size=3, mode="nearest")
    bound[-1], bound[:, -1] = np.inf, np.inf
    return LabelTable(
        spline_filter(gain / scale**2, order=3, mode="mirror"),
        spline_filter(information, order=3, mode="mirror"),
        bound,
        log_tie,
    )
