"""Unit costs from measured totals: non-negative least squares on relative errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from infometer.attention.cost_measurements import MeasuredCost
from infometer.attention.private_operations import unit_counts
from infometer.attention.unit_costs import UnidentifiedPair

__all__ = ["UnitCostFit", "fit_unit_costs", "operation_counts", "unidentified_pairs"]

SAME = 0.995
"""Two operations whose counts, over the totals, have this cosine are told apart by none."""


@dataclass(frozen=True, eq=False)
class UnitCostFit:
    """Unit costs, and how well they give the totals.

    Parameters
    ----------
    unit_costs : mapping of str to float
    errors, left_out_errors : ndarray, shape (m,)
        Relative: of the totals fitted to, and of each by a fit to all others.
    """

    unit_costs: Mapping[str, float]
    errors: np.ndarray
    left_out_errors: np.ndarray


def operation_counts(rows: Sequence[MeasuredCost]) -> pd.DataFrame:
    """How many of each of `UNITS` every measured model takes; those that none takes left out.

    Examples
    --------
    >>> from infometer.attention.cost_measurements import measured_costs, published_costs
    >>> operation_counts(measured_costs(published_costs())).shape
    (25, 8)
    """
    counts = pd.DataFrame([unit_counts(row.shape, row.seq_len) for row in rows], dtype=float)
    return counts.loc[:, counts.any()]


def fit_unit_costs(
    counts: pd.DataFrame,
    totals: np.ndarray,
    tied: Mapping[str, tuple[str, float]] | None = None,
) -> UnitCostFit:
    r"""Fit unit costs to totals.

    .. math:: \min_{c \ge 0} \sum_i \left( \frac{\sum_j n_{ij} c_j}{y_i} - 1 \right)^2

    Parameters
    ----------
    counts : DataFrame, shape (m, k)
        n: of each operation in each measured model.
    totals : array-like, shape (m,)
        y, above 0.
    tied : mapping of str to (str, float), optional
        Operations whose unit cost is assumed: so many times that of another.

    Returns
    -------
    UnitCostFit

    Raises
    ------
    ValueError
        If there are no more totals than unit costs, or a tie names no operation of `counts`.

    Examples
    --------
    >>> counts = pd.DataFrame({"softmax": [1.0, 2.0, 4.0], "layer_norm": [1.0, 1.0, 1.0]})
    >>> found = fit_unit_costs(counts, [5.0, 8.0, 14.0])
    >>> {name: round(cost, 6) for name, cost in found.unit_costs.items()}
    {'softmax': 3.0, 'layer_norm': 2.0}
    """
    free, wanted = counts.copy(), np.asarray(totals, dtype=float)
    ties = dict(tied or {})
    for name, (other, factor) in ties.items():
        if name not in free or other not in free or other in ties:
            raise ValueError(
                f"tied has {name!r} to {other!r}; both must be operations of the measured models, "
                f"the second one not tied itself: of {', '.join(map(str, counts))}"
            )
        free[other] += factor * free.pop(name)
    if len(free) <= free.shape[1]:
        raise ValueError(
            f"rows has {len(free)} measured costs for {free.shape[1]} unit costs "
            f"({', '.join(map(str, free))}); give more, of models that differ in these operations"
        )
    relative = free.to_numpy() / wanted[:, None]
    costs = _solve(relative)
    left_out = [relative[i] @ _solve(np.delete(relative, i, axis=0)) for i in range(len(relative))]
    found = dict(zip(map(str, free), costs.tolist(), strict=True))
    found |= {name: factor * found[other] for name, (other, factor) in ties.items()}
    ordered = {name: found[name] for name in map(str, counts)}
    return UnitCostFit(ordered, relative @ costs - 1.0, np.array(left_out) - 1.0)


def _solve(relative: np.ndarray) -> np.ndarray:
    """The unit costs whose totals over the measured ones are closest to 1."""
    scale = relative.max(axis=0)
    scale[scale == 0.0] = 1.0
    return nnls(relative / scale, np.ones(len(relative)))[0] / scale


def unidentified_pairs(counts: pd.DataFrame, totals: np.ndarray) -> tuple[UnidentifiedPair, ...]:
    """Pairs of operations that always change together, so that no total tells them apart.

    Parameters
    ----------
    counts : DataFrame, shape (m, k)
    totals : array-like, shape (m,)

    Returns
    -------
    tuple of UnidentifiedPair

    Examples
    --------
    >>> counts = pd.DataFrame({"relu": [4.0, 8.0], "layer_norm": [2.0, 4.0], "softmax": [1.0, 9.0]})
    >>> unidentified_pairs(counts, [1.0, 2.0])
    (UnidentifiedPair(first='relu', second='layer_norm', ratio=2.0),)
    """
    relative = counts.to_numpy() / np.asarray(totals, dtype=float)[:, None]
    unit = relative / np.linalg.norm(relative, axis=0)
    cosines = unit.T @ unit
    found = []
    for i, j in zip(*np.nonzero(np.triu(cosines, 1) > SAME), strict=True):
        both = (relative[:, i] > 0) & (relative[:, j] > 0)
        ratio = float(np.median(relative[both, i] / relative[both, j]))
        found.append(UnidentifiedPair(str(counts.columns[i]), str(counts.columns[j]), ratio))
    return tuple(found)
