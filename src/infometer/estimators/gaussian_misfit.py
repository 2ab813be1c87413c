"""What a Gaussian does not see of two views: squares that depend on each other, and more."""

from __future__ import annotations

import numpy as np
from scipy.linalg import svd
from scipy.stats import chi2

from infometer.estimators.gao import gao_terms
from infometer.estimators.pair import MOST_DIMENSIONS

__all__ = ["misfit_notes", "missed_information", "neighbor_excess"]

NEIGHBORS = 5
LEAST_ROWS, MOST_ROWS = 50, 2000
"""Of the check: the search for neighbours is slower than all that the Gaussian needs."""

SURE = 0.01
ERRORS = 3.0
"""A finding is told where its p-value is smaller, or it is so many of its errors from 0."""

BEYOND = 0.5
"""Of half the interval: what is missed, if larger, is told."""


def misfit_notes(x: np.ndarray, y: np.ndarray, terms: np.ndarray, half_width: float) -> list[str]:
    """What a Gaussian figure misses by more than its interval explains.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
        Normal scores.
    terms : ndarray, shape (n,)
        Pointwise, whose mean is the figure.
    half_width : float
        Half the width of its interval.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((500, 1))
    >>> misfit_notes(x, np.random.default_rng(1).standard_normal((500, 1)), np.zeros(500), 0.01)
    []
    """
    if len(x) < LEAST_ROWS:
        return []
    told, bar = [], BEYOND * half_width
    missed, p_value = missed_information(x, y)
    if p_value < SURE and missed > bar:
        told.append(
            "the squares of the columns depend on each other as those of no Gaussian do, by about "
            f"{missed:.2f} nats that are not in this figure; {_REMEDY}"
        )
    if x.shape[1] + y.shape[1] <= MOST_DIMENSIONS:
        excess, error = neighbor_excess(x, y, terms)
        if excess > max(bar, ERRORS * error):
            told.append(f"nearest neighbours see about {excess:.2f} nats more; {_REMEDY}")
    return told


_REMEDY = "the views are not Gaussian: take KSG"


def _white(view: np.ndarray) -> np.ndarray:
    """Coordinates (n, d) with mean 0 and covariance 1."""
    u = svd(view - view.mean(axis=0), full_matrices=False)[0]
    return np.asarray(u * np.sqrt(len(view)))


def missed_information(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    r"""What the squares of X and of the residual of Y tell of each other, and its p-value.

    With a the white coordinates of X, e those of what linear regression on X leaves of Y, and the
    Hermite polynomials :math:`h_1 = z`, :math:`h_2 = (z^2 - 1)/\sqrt 2`,

    .. math:: \hat M = \tfrac12 \sum_{i,l} \sum_{(j,m) \ne (1,1)} c_{jm,il}^2 - \frac{\nu}{2n},
        \qquad c_{jm,il} = \bigl\langle h_j(a_i) h_m(e_l) \bigr\rangle,

    the first term of I(a;e), which the Gaussian takes for 0. Of Gaussian views a and e are
    independent and 2n M̂ + ν follows χ² of ν = 3 dx dy degrees of freedom.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
        Such as normal scores, which have no far rows.

    Returns
    -------
    missed : float
        In nats; about 0 for Gaussian views.
    p_value : float

    References
    ----------
    J. Neyman, "'Smooth' test for goodness of fit", Skandinavisk Aktuarietidskrift 20, 149 (1937).

    Examples
    --------
    A common scale, which no correlation shows:

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.standard_normal((2, 1000, 1)) * rng.choice([0.5, 1.0], (1000, 1))
    >>> missed, p_value = missed_information(x, y)
    >>> round(missed, 2), p_value < 1e-9
    (0.03, True)
    """
    n = len(x)
    a, b = _white(x), _white(y)
    e = _white(b - a @ (a.T @ b) / n)
    (a1, a2), (e1, e2) = (((z), (z**2 - 1) / np.sqrt(2)) for z in (a, e))
    squares = sum(float(((f.T @ g / n) ** 2).sum()) for f, g in ((a1, e2), (a2, e1), (a2, e2)))
    freedom = 3 * x.shape[1] * y.shape[1]
    return (squares - freedom / n) / 2, float(chi2.sf(n * squares, freedom))


def neighbor_excess(x: np.ndarray, y: np.ndarray, terms: np.ndarray) -> tuple[float, float]:
    """How much more neighbours see in these rows than the pointwise terms, and its error.

    Of more than 2000 rows, 2000 evenly spaced ones are asked. Nothing follows where neighbours see
    less, for in several dimensions they lose information.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    terms : ndarray, shape (n,)

    Returns
    -------
    excess : float
        In nats.
    standard_error : float

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((500, 1))
    >>> excess, error = neighbor_excess(x, x**2, np.zeros(500))
    >>> round(excess), error < 0.1
    (3, True)
    """
    rows = np.linspace(0, len(x) - 1, min(len(x), MOST_ROWS)).astype(int)
    differences = gao_terms(x[rows], y[rows], NEIGHBORS) - terms[rows]
    return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(rows)))
