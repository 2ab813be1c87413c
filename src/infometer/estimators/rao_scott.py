"""The first-order correction of Rao and Scott: a table's effective number of rows."""

from __future__ import annotations

import numpy as np

from infometer.estimators.symbols import symbol_codes

__all__ = ["rao_scott_size"]

LEAST_EFFECT = 1e-9
"""The design effect of groups that all have the same independent table, lest it be 0."""


def rao_scott_size(
    x: np.ndarray,
    y: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> float:
    r"""Rows m for which 2 m Î of independent symbols has the mean ν = (a − 1)(b − 1) of χ²_ν.

    With p and q the weighted frequencies of x and y, and groups g that may depend within,

    .. math:: m = \nu \bigl(\sum_i w_i\bigr)^2 \Big/ \sum_g \sum_{i,j \in g} w_i w_j
        \Bigl(\frac{[x_i = x_j]}{p(x_i)} - 1\Bigr) \Bigl(\frac{[y_i = y_j]}{q(y_i)} - 1\Bigr).

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
        Symbols, numbered from 0.
    weights : ndarray, shape (n,), optional
    groups : ndarray of int, shape (n,), optional

    Returns
    -------
    float
        About n for equal weights and no groups.

    References
    ----------
    J. N. K. Rao and A. J. Scott, "On chi-squared tests for multiway contingency tables with cell
    proportions estimated from survey data", Ann. Statist. 12, 46 (1984).

    Examples
    --------
    Every row twice, named as groups, counts once:

    >>> x, y = np.tile([[0, 0, 1, 1], [0, 1, 0, 1]], 2)
    >>> rao_scott_size(x, y), rao_scott_size(x, y, groups=np.tile(np.arange(4), 2))
    (8.0, 4.0)
    """
    n = len(x)
    weight = np.ones(n) if weights is None else weights
    seen = weight > 0
    w, x, y = weight[seen], symbol_codes(x[seen]), symbol_codes(y[seen])
    g = np.arange(len(w)) if groups is None else groups[seen]
    p, q = (np.bincount(view, w)[view] / w.sum() for view in (x, y))

    def squares(*views: np.ndarray) -> np.ndarray:
        """w_i times the weight of the rows of its group that agree with row i."""
        cells = symbol_codes(np.column_stack([g, *views]))
        return np.asarray(w * np.bincount(cells, w)[cells])

    spread = squares(x, y) / (p * q) - squares(x) / p - squares(y) / q + squares()
    freedom = x.max() * y.max()
    return float(freedom * w.sum() ** 2 / max(spread.sum(), LEAST_EFFECT * w.sum() ** 2))
