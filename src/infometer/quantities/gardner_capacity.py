"""The Gardner capacity: how many random patterns a perceptron of n weights can store, over n."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

__all__ = ["gardner_capacity"]

CANCELS_BELOW = -1.0
"""Below this margin the two terms of the closed form cancel: a parabolic cylinder function."""


def gardner_capacity(kappa: Any) -> Any:
    r"""Random patterns per weight that a perceptron can learn with the margin κ.

    .. math:: \alpha_c(\kappa) = \Bigl[\int_{-\kappa}^\infty (t + \kappa)^2 \varphi(t)\, dt
              \Bigr]^{-1} = \frac{1}{(1 + \kappa^2)\, \Phi(\kappa) + \kappa\, \varphi(\kappa)}

    In the limit of many weights: with P = α n patterns of independent fair signs and labels,
    weights with :math:`y^\mu\, w \cdot x^\mu \ge \kappa \|w\|` exist as long as α < α_c.

    Parameters
    ----------
    kappa : float or array-like of any shape
        The margin. For κ ≥ 0 the formula is the capacity; for κ < 0, where the space of solutions
        falls into pieces, it is an upper bound on it.

    Returns
    -------
    float or ndarray of the shape of `kappa`
        2 at margin 0. Below κ ≈ −37.4 it exceeds every float and is infinity.

    Raises
    ------
    ValueError
        If a margin is not finite.

    Notes
    -----
    For κ < −1 the integral is computed as :math:`2 e^{-\kappa^2/4} D_{-3}(-\kappa) /
    \sqrt{2\pi}`, in which nothing cancels.

    References
    ----------
    E. Gardner, "The space of interactions in neural network models", Journal of Physics A 21
    (1988) 257; proof for κ ≥ 0: M. Shcherbina and B. Tirozzi, Communications in
    Mathematical Physics 234 (2003); upper bound for κ < 0: M. Stojnic, arXiv:1306.3979 (2013).

    Examples
    --------
    >>> gardner_capacity(0.0)
    2.0
    >>> gardner_capacity([0.5, 1.0]).round(7).tolist()
    [0.9612051, 0.5195722]
    """
    margin = np.asarray(kappa, dtype=float)
    if not np.isfinite(margin).all():
        raise ValueError(f"kappa is {kappa!r}; a margin is a finite number")
    with np.errstate(divide="ignore", over="ignore"):
        found = 1.0 / np.where(
            margin < CANCELS_BELOW,
            _tail_moment(np.minimum(margin, CANCELS_BELOW)),
            _closed_form(np.maximum(margin, CANCELS_BELOW)),
        )
    return float(found) if found.ndim == 0 else found


def _closed_form(kappa: np.ndarray) -> np.ndarray:
    density = np.exp(-0.5 * kappa**2) / np.sqrt(2.0 * np.pi)
    return (1.0 + kappa**2) * special.ndtr(kappa) + kappa * density


def _tail_moment(kappa: np.ndarray) -> np.ndarray:
    cylinder, _ = special.pbdv(-3.0, -kappa)
    return 2.0 * np.exp(-0.25 * kappa**2) * cylinder / np.sqrt(2.0 * np.pi)
