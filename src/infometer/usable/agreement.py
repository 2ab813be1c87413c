"""How far annotators agree beyond chance: Krippendorff's alpha for labels without an order."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.contracts import Estimate
from infometer.resampling import jackknife, student_interval

__all__ = ["krippendorff_alpha"]


def krippendorff_alpha(counts: Any, *, level: float = 0.95) -> Estimate:
    r"""Krippendorff's alpha of nominal labels, any number of annotators an item.

    With n_uk labels k on item u, n_u of them in all, n of all items with two or more, and n_k,

    .. math:: \alpha = 1 - \frac{D_o}{D_e}, \qquad
        D_o = \frac1n \sum_u \frac{n_u^2 - \sum_k n_{uk}^2}{n_u - 1}, \qquad
        D_e = \frac{n^2 - \sum_k n_k^2}{n (n - 1)}.

    1 is full agreement, 0 what chance gives. Items with one label say nothing of agreement.

    Parameters
    ----------
    counts : array-like of int, shape (items, K)
        How many annotators gave each item each label.
    level : float
        Of the interval, Student's around the jackknife over items.

    Returns
    -------
    Estimate
        In the unit "alpha". No interval of fewer than three items.

    Raises
    ------
    ValueError
        If no item has two labels, or all labels are the same: then alpha is not defined.

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's alpha-reliability", University of Pennsylvania
    (2011), section C.

    Examples
    --------
    >>> krippendorff_alpha([[2, 0], [2, 0], [1, 1], [0, 2]]).value.__round__(3)
    0.533
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or (table < 0).any() or (table % 1).any():
        raise ValueError(f"counts has shape {table.shape}; expected whole numbers (items, K)")
    table = table[table.sum(axis=1) >= 2]
    if not len(table):
        raise ValueError(
            "no item has two labels; agreement takes items that several annotators saw"
        )
    if (table.sum(axis=0) > 0).sum() < 2:
        raise ValueError("all labels are the same; alpha is not defined without two in use")
    value = _alpha(table)
    fields: dict[str, Any] = {"unit": "alpha", "level": level, "n_samples": len(table)}
    if len(table) < 3:
        return Estimate("Krippendorff's alpha", value, **fields)
    found = jackknife(_alpha, table)
    error = float(found.standard_error or 0.0)
    interval = student_interval(value, error, found.degrees_of_freedom, level)
    return Estimate(
        "Krippendorff's alpha", value, standard_error=error, interval=interval, **fields
    )


def _alpha(table: np.ndarray) -> float:
    given, used = table.sum(axis=1), table.sum(axis=0)
    n = given.sum()
    observed = ((given**2 - (table**2).sum(axis=1)) / (given - 1)).sum() / n
    expected = (n**2 - (used**2).sum()) / (n * (n - 1))
    return float(1 - observed / expected) if expected > 0 else 1.0
