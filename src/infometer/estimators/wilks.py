"""The test of independence of two Gaussian views by Wilks' Λ."""

from __future__ import annotations

import numpy as np
from scipy.stats import f as fisher_f

__all__ = ["wilks_p_value"]


def wilks_p_value(rho: np.ndarray, n: int, dx: int, dy: int) -> float:
    r"""The probability of canonical correlations as large of independent views, by Rao's F.

    .. math:: \Lambda = \prod_i (1 - \rho_i^2), \quad
        s^2 = \frac{d_x^2 d_y^2 - 4}{d_x^2 + d_y^2 - 5}, \quad
        f = s \bigl(n - \tfrac{d_x + d_y + 3}{2}\bigr) - \tfrac{d_x d_y}{2} + 1, \quad
        \frac{1 - \Lambda^{1/s}}{\Lambda^{1/s}} \frac{f}{d_x d_y} \sim F_{d_x d_y, f}.

    Exact where a view has one or two columns (for a pair it is Student's t test) and one of the
    views is Gaussian.

    Parameters
    ----------
    rho : ndarray, shape (min(dx, dy),)
    n : int
        Rows, more than dx + dy + 1.
    dx, dy : int

    Returns
    -------
    float

    References
    ----------
    C. R. Rao, "An asymptotic expansion of the distribution of Wilks' criterion", Bull. Int. Stat.
    Inst. 33, 177 (1951).

    Examples
    --------
    >>> round(wilks_p_value(np.array([0.5]), 20, 1, 1), 5)
    0.02477
    """
    freedom, squares = dx * dy, dx**2 + dy**2 - 5
    s = np.sqrt((freedom**2 - 4) / squares) if squares > 0 else 1.0
    rest = s * (n - (dx + dy + 3) / 2) - freedom / 2 + 1
    odds = np.expm1(-np.log1p(-(rho**2)).sum() / s)
    return float(fisher_f.sf(odds * rest / freedom, freedom, rest))
