"""Means of skewed figures, cell by cell, with intervals that allow for the skewness."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

__all__ = ["CellMeans", "cell_means", "independent_sums"]

LEAST_SKEWNESS = 1e-4  # below it the transformation is the identity


class CellMeans(NamedTuple):
    """Items, mean, standard error and interval of each cell, all of shape (cells,)."""

    n: np.ndarray
    mean: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray


def cell_means(
    values: np.ndarray,
    cells: np.ndarray,
    n_cells: int,
    *,
    groups: np.ndarray | None = None,
    level: float = 0.95,
) -> CellMeans:
    r"""Mean of the values of each cell, with Hall's interval.

    With U = (v̄ - μ)/s and γ the skewness of the n values of a cell,

    .. math:: T = \sqrt n \Big(U + \frac{\gamma U^2}{3} + \frac{\gamma^2 U^3}{27}
        + \frac{\gamma}{6 n}\Big)

    is nearly Student's t, and monotone in μ, so that the interval is got by inverting it. Pointwise
    V-information has an upper bound and a long tail below. On the published values of BERT (SNLI
    and CoLA), samples of 30 items were covered by Student's 95 % interval 84 to 91 times in a
    hundred, by the bootstrap's percentiles 83 to 92 and by this one 91 to 95; samples of 10, 71 to
    86, 74 to 78 and 73 to 88.

    Parameters
    ----------
    values : ndarray, shape (n,)
    cells : ndarray of int, shape (n,)
        The cell of each value, from 0.
    n_cells : int
    groups : ndarray of int, shape (n,), optional
        Values of one group depend on each other: sums of a group stand for single values.
    level : float

    Returns
    -------
    CellMeans
        NaN as error of a cell with fewer than two independent values, and as interval of one with
        fewer than three.

    References
    ----------
    P. Hall, "On the removal of skewness by transformation", J. R. Stat. Soc. B 54, 221 (1992).

    Examples
    --------
    >>> found = cell_means(np.array([0.0, 1.0, 1.0, 1.0]), np.zeros(4, dtype=int), 1)
    >>> [round(float(figure[0]), 3) for figure in (found.mean, found.low, found.high)]
    [0.75, -0.997, 1.192]
    """
    n = np.bincount(cells, minlength=n_cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(cells, values, minlength=n_cells) / n
        parts, sums, sizes = independent_sums(values - mean[cells], cells, groups)
        count = np.bincount(parts, minlength=n_cells)
        effective = n**2 / np.bincount(parts, sizes**2, minlength=n_cells)
        second = np.bincount(parts, sums**2, minlength=n_cells)
        third = np.bincount(parts, sums**3, minlength=n_cells)
        error = np.where(count > 1, np.sqrt(count / (count - 1) * second) / n, np.nan)
        skewness = np.sqrt(count * (count - 1)) / (count - 2) * third / count
        skewness = np.where(second > 0, skewness / (second / count) ** 1.5, 0.0)
        quantile = np.asarray(student.ppf(0.5 + level / 2, np.maximum(effective - 1, 1e-6)))
        scale = np.where(count > 2, error * np.sqrt(effective), np.nan)
    low = mean - scale * _inverse(quantile, skewness, effective)
    high = mean - scale * _inverse(-quantile, skewness, effective)
    return CellMeans(n, mean, error, low, high)


def independent_sums(
    values: np.ndarray, cells: np.ndarray, groups: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell, sum of values and number of values of each group in each cell."""
    if groups is None:
        return cells, values, np.ones(len(cells))
    width = int(groups.max()) + 1 if len(groups) else 1
    pairs, place = np.unique(cells * width + groups, return_inverse=True)
    return pairs // width, np.bincount(place, values), np.bincount(place).astype(float)


def _inverse(t: np.ndarray, skewness: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The U of which the transformed statistic is t."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shifted = t / np.sqrt(n) - skewness / (6 * n)
        bent = 3 / skewness * (np.cbrt(1 + skewness * shifted) - 1)
    return np.where(np.abs(skewness) < LEAST_SKEWNESS, shifted, bent)
