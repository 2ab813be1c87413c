"""An interval for information that may be 0, where a figure plus and minus its error is no law."""

from __future__ import annotations

import numpy as np
from scipy.special import chndtrinc
from scipy.stats import chi2

from infometer.resampling import student_interval

__all__ = ["noncentral_interval"]

NORMAL = 2000.0
"""Beyond this statistic χ² is normal to three digits, and its inverse no longer exact."""


def noncentral_interval(
    information: float, variance: float, n: float, freedom: int, level: float = 0.95
) -> tuple[float, float]:
    r"""The information I ≥ 0 for which twice that of the sample is not unlikely.

    A maximum-likelihood figure Î with ν parameters more than independence has the variance
    σ²/n far from independence, where it is normal, while near it 2nÎ follows χ² of ν degrees of
    freedom. The noncentral χ² has both limits:

    .. math:: 2 m \Bigl(\hat I - \frac{\nu}{2n}\Bigr) + \nu \sim \chi^2_\nu(2 m I),
        \qquad m = 2 n \hat I / \sigma^2,

    and σ² = 2I near independence, so that m is n. The ends have the probabilities (1 ± level)/2.

    Parameters
    ----------
    information : float
        Î, without a correction of its bias.
    variance : float
        σ², of the pointwise terms.
    n : float
        Rows.
    freedom : int
        ν, at least 1.
    level : float

    Returns
    -------
    low, high : float
        In nats; −ν/2n in place of 0, which is what is left of Î = 0 once ν/2n is subtracted.

    Examples
    --------
    Two fair coins in 100 rows that tell nothing, and two that tell much:

    >>> low, high = noncentral_interval(0.005, 0.01, 100, 1)
    >>> round(low, 3), round(high, 3)
    (-0.005, 0.044)
    >>> low, high = noncentral_interval(0.3, 0.2, 1000, 1)
    >>> round(low, 3), round(high, 3)
    (0.273, 0.328)
    """
    least = -freedom / (2 * n)
    size = 2 * n * information / variance if variance > 0 and information > 0 else n
    observed = max(2 * size * (information + least) + freedom, 0.0)
    if observed > NORMAL:
        error = np.sqrt(variance / n + freedom / (2 * n**2))
        return student_interval(information + least, float(error), np.inf, level)
    upper = max(observed, float(chi2.median(freedom)))  # no sample is so poor that it proves I = 0
    high = float(chndtrinc(upper, freedom, (1 - level) / 2)) / (2 * size)
    if chi2.cdf(observed, freedom) <= (1 + level) / 2:
        return least, high
    return float(chndtrinc(observed, freedom, (1 + level) / 2)) / (2 * size), high
