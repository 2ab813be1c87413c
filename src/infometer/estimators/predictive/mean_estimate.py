"""The mean of one figure an item as an `Estimate`, with an interval that groups of items widen."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import t as student

from infometer.contracts import Estimate
from infometer.resampling import effective_size, group_codes, student_interval

__all__ = ["mean_estimate"]


def mean_estimate(
    values: np.ndarray,
    quantity: str,
    *,
    groups: Any = None,
    level: float = 0.95,
    tested: bool = False,
    **fields: Any,
) -> Estimate:
    r"""The mean of independent items, or of items that are independent between groups.

    With r_i = v_i - v̄ and G groups,

    .. math:: \widehat{se}^2 = \frac{G}{G-1} \frac{1}{n^2} \sum_g \Big(\sum_{i \in g} r_i\Big)^2,

    where every item is its own group unless `groups` says otherwise: then it is sd² / n. The
    interval is Student's with the effective number of groups less one as degrees of freedom.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Nats.
    quantity : str
    groups : array-like, shape (n,), optional
        Items of one group depend on each other.
    level : float
    tested : bool
        Whether to give the p-value of a mean of at most 0 (one-sided).
    **fields
        Further fields of the `Estimate`.

    Returns
    -------
    Estimate
        One item, or one group, has no standard error and no interval.

    Examples
    --------
    >>> mean_estimate(np.array([0.0, 1.0, 2.0, 3.0]), "H(Y)")
    1.500 ± 0.645 nats (95 % -0.554 to 3.554; n=4)
    """
    n, mean = len(values), float(np.mean(values))
    codes = group_codes(groups, n)
    sizes = np.ones(n) if codes is None else np.bincount(codes)
    residuals = values - mean
    sums = residuals if codes is None else np.bincount(codes, residuals)
    freedom = effective_size(sizes) - 1
    fields = {"n_samples": n, "level": level, **fields}
    if len(sums) < 2 or freedom <= 0:
        return Estimate(quantity, mean, **fields)
    se = float(np.sqrt(len(sums) / (len(sums) - 1) * np.sum(sums**2)) / n)
    p_value = None
    if tested:
        p_value = float(student.sf(mean / se, freedom)) if se > 0 else float(mean <= 0)
    return Estimate(
        quantity,
        mean,
        standard_error=se,
        interval=student_interval(mean, se, freedom, level),
        p_value=p_value,
        **fields,
    )
