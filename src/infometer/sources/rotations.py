"""Maps that turn space: a line rolled up, and balls twisted by their radius. Both can be undone."""

from __future__ import annotations

import math

import numpy as np

from infometer.sources.arguments import check_uniforms

__all__ = ["spiral_x", "spiral_y", "swiss_roll"]


def swiss_roll(x: np.ndarray) -> np.ndarray:
    """(t cos t, t sin t) / 21 with t = 3π/2 (1 + 2x): the interval [0, 1] as a curve in the plane.

    Parameters
    ----------
    x : ndarray, shape (n, 1)
        In [0, 1].

    Returns
    -------
    ndarray, shape (n, 2)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> (swiss_roll([[0.0], [0.5]]).round(6) + 0.0).tolist()
    [[0.0, -0.224399], [-0.448799, 0.0]]
    """
    t = 1.5 * math.pi * (1 + 2 * check_uniforms("x", x, 1))
    return np.hstack([t * np.cos(t), t * np.sin(t)]) / 21


def spiral_x(x: np.ndarray) -> np.ndarray:
    """exp(‖x‖²/d A) x: the plane of the first two coordinates turns by the angle ‖x‖²/d.

    A is the skew matrix that turns the first axis towards the second. Norms stay as they are.

    Parameters
    ----------
    x : ndarray, shape (n, d)
        d at least 2.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError

    Examples
    --------
    A quarter of a turn:

    >>> (spiral_x(np.sqrt([[np.pi, 0.0]])).round(6) + 0.0).tolist()
    [[0.0, 1.772454]]
    """
    return _twisted("x", x, 0)


def spiral_y(y: np.ndarray) -> np.ndarray:
    """exp(‖y‖²/d A) y: the plane of the second and third coordinate turns by the angle ‖y‖²/d.

    Parameters
    ----------
    y : ndarray, shape (n, d)
        d at least 3.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> (spiral_y(np.sqrt([[0.0, 1.5 * np.pi, 0.0]])).round(6) + 0.0).tolist()
    [[0.0, 0.0, 2.170804]]
    """
    return _twisted("y", y, 1)


def _twisted(name: str, values: np.ndarray, first: int) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or values.shape[1] < first + 2:
        raise ValueError(f"{name} has shape {values.shape}; it must be (n, d), d ≥ {first + 2}")
    angle = np.square(values).mean(axis=1)
    a, b = values[:, first], values[:, first + 1]
    turned = values.copy()
    turned[:, first] = np.cos(angle) * a - np.sin(angle) * b
    turned[:, first + 1] = np.sin(angle) * a + np.cos(angle) * b
    return turned
