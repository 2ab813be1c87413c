"""Maps of single coordinates that can be undone, and so keep all information I(X;Y).

Each takes an array of any shape and works on its entries. Those named for x and for y are the pair
that the suite of Czyż et al. puts on the two views.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

__all__ = ["asinh", "half_cube", "normal_cdf", "wiggly_x", "wiggly_y"]


def normal_cdf(x: np.ndarray) -> np.ndarray:
    """Φ(x), the distribution function of N(0, 1): normal coordinates become uniform on (0, 1).

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> normal_cdf(np.array([[0.0]]))
    array([[0.5]])
    """
    return np.asarray(ndtr(x))


def half_cube(x: np.ndarray) -> np.ndarray:
    """x √|x|: the tails grow longer, as with a cube, half as much in the exponent.

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> half_cube(np.array([[-4.0, 0.0, 1.0]])).tolist()
    [[-8.0, 0.0, 1.0]]
    """
    return np.asarray(x * np.sqrt(np.abs(x)))


def asinh(x: np.ndarray) -> np.ndarray:
    """log(x + √(x² + 1)): the tails of a Student variable become exponential.

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> round(float(asinh(np.array(0.75))), 6)
    0.693147
    """
    return np.asarray(np.arcsinh(x))


def wiggly_x(x: np.ndarray) -> np.ndarray:
    """x + 0.4 sin x + 0.2 sin(1.7x + 1) + 0.03 sin(3.3x − 2.5), whose slope is at least 0.161.

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> round(float(wiggly_x(np.array(0.0))), 6)
    0.15034
    """
    return np.asarray(
        x + 0.4 * np.sin(x) + 0.2 * np.sin(1.7 * x + 1) + 0.03 * np.sin(3.3 * x - 2.5)
    )


def wiggly_y(y: np.ndarray) -> np.ndarray:
    """y − 0.4 sin 0.4y + 0.17 sin(1.3y + 3.5) + 0.02 sin(4.3y − 2.5), of slope at least 0.533.

    Parameters
    ----------
    y : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> round(float(wiggly_y(np.array(0.0))), 6)
    -0.071603
    """
    return np.asarray(
        y - 0.4 * np.sin(0.4 * y) + 0.17 * np.sin(1.3 * y + 3.5) + 0.02 * np.sin(4.3 * y - 2.5)
    )
