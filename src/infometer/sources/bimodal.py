"""Normal coordinates brought to a law with two modes, by the quantiles of a mixture."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr

__all__ = ["bimodal_x", "bimodal_y", "normal_to_mixture"]

MOST_STEPS = 80
TOLERANCE = 1e-13
"""Of the quantile, beside its own size."""


def normal_to_mixture(
    x: np.ndarray, weights: tuple[float, ...], means: tuple[float, ...]
) -> np.ndarray:
    """F⁻¹(Φ(x)) with F(q) = Σ w_i Φ(q − m_i): N(0, 1) becomes the mixture of the N(m_i, 1).

    Newton's steps on the logarithm of the nearer tail, which keep their digits where Φ(x) rounds
    to 0 or 1; a step that leaves the bracket x + min m ≤ q ≤ x + max m is replaced by its middle.

    Parameters
    ----------
    x : ndarray
    weights : tuple of float
        w, positive, of sum 1.
    means : tuple of float
        m, one for each weight.

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> q = normal_to_mixture(np.array([0.0, 1.0]), (0.5, 0.5), (-2.0, 2.0))
    >>> (q + 0.0).round(6).tolist()
    [0.0, 2.475244]
    """
    x = np.asarray(x, dtype=float)
    w, m = np.log(weights), np.asarray(means, dtype=float)
    side = np.where(x < 0, 1.0, -1.0)  # the tail below, or the tail above
    target = log_ndtr(side * x)
    low, high = x + m.min(), x + m.max()
    q = (low + high) / 2
    for _ in range(MOST_STEPS):
        away = q[..., None] - m
        tail = np.logaddexp.reduce(w + log_ndtr(side[..., None] * away), axis=-1)
        density = np.logaddexp.reduce(w - away**2 / 2, axis=-1) - np.log(2 * np.pi) / 2
        excess = side * (tail - target)
        low, high = np.where(excess < 0, q, low), np.where(excess < 0, high, q)
        step = q - excess * np.exp(tail - density)
        moved = np.where((low <= step) & (step <= high), step, (low + high) / 2)
        done = np.all(np.abs(moved - q) <= TOLERANCE * (1 + np.abs(q)))
        q = moved
        if done:
            break
    return np.asarray(q)


def bimodal_x(x: np.ndarray) -> np.ndarray:
    """N(0, 1) becomes the mixture 0.3 N(0, 1) + 0.7 N(5, 1).

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> round(float(bimodal_x(np.array(0.0))), 6)
    4.434057
    """
    return normal_to_mixture(x, (0.3, 0.7), (0.0, 5.0))


def bimodal_y(y: np.ndarray) -> np.ndarray:
    """N(0, 1) becomes the mixture 0.5 N(−1, 1) + 0.5 N(3, 1).

    Parameters
    ----------
    y : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> round(float(bimodal_y(np.array(0.0))), 6)
    1.0
    """
    return normal_to_mixture(y, (0.5, 0.5), (-1.0, 3.0))
