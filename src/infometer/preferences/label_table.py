"""What labels are expected to tell, read off a table: for very many pairs at once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.ndimage import map_coordinates, spline_filter

from infometer.preferences.gain import label_gain
from infometer.preferences.label_law import averaged_label

__all__ = ["LabelTable", "label_table"]

CELLS = 32
"""Grid points for every unit of log(1 + x)."""
LARGEST, SMALLEST_SCALE = 60.0, 1e-3


class LabelTable(NamedTuple):
    """Splines of `label_gain` and of the expected Fisher information, from `label_table`.

    Parameters
    ----------
    gain_ratio, information : ndarray, shape (g, g)
        Cubic spline coefficients over log(1 + β|m|) and log(1 + β√R): gain / β²R, and E I(d).
    log_tie : float
    """

    gain_ratio: np.ndarray
    information: np.ndarray
    log_tie: float

    def gain(self, mean: np.ndarray, variance: np.ndarray, beta: float) -> np.ndarray:
        """`label_gain` to 1e-7 nats, shape (p,); exact beyond the table's end, at 60."""
        squared = beta**2 * variance
        found, outside = self._read(self.gain_ratio, mean, variance, beta)
        found *= squared
        if len(outside):
            found[outside] = label_gain(mean[outside], variance[outside], beta, self.log_tie)
        return np.maximum(found, 0.0, out=found)

    def precision(self, mean: np.ndarray, variance: np.ndarray, beta: float) -> np.ndarray:
        """β² E I(d): what a label is expected to add to the precision of u − v. Shape (p,)."""
        found, outside = self._read(self.information, mean, variance, beta)
        if len(outside):
            d, scale = beta * mean[outside], beta * np.sqrt(variance[outside])
            found[outside] = averaged_label(d, scale, self.log_tie).information
        return np.asarray(beta**2 * np.maximum(found, 0.0))

    def _read(
        self, spline: np.ndarray, mean: np.ndarray, variance: np.ndarray, beta: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """The spline at every pair, and which pairs lie outside of it."""
        places = np.stack([np.abs(mean), np.sqrt(variance)])
        places *= beta
        outside = np.flatnonzero((places > LARGEST).any(axis=0))
        np.log1p(places, out=places)
        places *= CELLS
        found = map_coordinates(spline, places, order=3, mode="mirror", prefilter=False)
        return np.asarray(found), outside


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
    ratio = label_gain(location, scale**2, 1.0, log_tie) / scale**2
    information = averaged_label(location, scale, log_tie).information
    return LabelTable(
        spline_filter(ratio, order=3, mode="mirror"),
        spline_filter(information, order=3, mode="mirror"),
        log_tie,
    )
