"""The law of one label given the difference of rewards, averaged over a Gaussian difference."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import entr, expit, ndtr, roots_hermitenorm

__all__ = ["LabelAverages", "averaged_label", "label_information", "label_probabilities"]

HERMITE_POINTS = 64
NARROW = 1.0
"""Standard deviations of β(r_u − r_v) up to here go by Gauss–Hermite, wider ones by trapezoids."""
STEP, REACH = 0.6, 42.0
PROBIT_SCALE = 1.7
BLOCK = 8192


def label_probabilities(difference: np.ndarray, log_tie: float = -np.inf) -> np.ndarray:
    r"""P(first), P(tie), P(second) of one label (Davidson; Bradley–Terry where no label is a tie).

    .. math:: P(\text{first}) = \frac{e^{d/2}}{Z},\quad P(\text{tie}) = \frac{\nu}{Z},\quad
        Z = e^{d/2} + e^{-d/2} + \nu

    Parameters
    ----------
    difference : ndarray, any shape
        d = β(r_u − r_v).
    log_tie : float
        log ν; −∞ where labels are never ties.

    Returns
    -------
    ndarray, shape (3, …)

    References
    ----------
    Davidson, "On extending the Bradley–Terry model to accommodate ties in paired comparison
    experiments", JASA 65, 1970, eq. 2.

    Examples
    --------
    >>> label_probabilities(np.array(0.0), log_tie=0.0).round(4).tolist()
    [0.3333, 0.3333, 0.3333]
    """
    d = np.asarray(difference, dtype=float)
    if log_tie == -np.inf:
        return np.stack([expit(d), np.zeros_like(d), expit(-d)])
    powers = np.stack([d / 2.0, np.full_like(d, log_tie), -d / 2.0])
    powers = np.exp(powers - powers.max(axis=0))
    return np.asarray(powers / powers.sum(axis=0))


def label_information(difference: np.ndarray, log_tie: float = -np.inf) -> np.ndarray:
    r"""Fisher information of one label about d = β(r_u − r_v): the variance of its score.

    .. math:: I(d) = \tfrac14 \bigl(P(\text{first}) + P(\text{second})
        - (P(\text{first}) - P(\text{second}))^2\bigr), \qquad p (1 - p) \text{ without ties}

    Examples
    --------
    >>> label_information(np.array([0.0, 2.0])).round(4).tolist()
    [0.25, 0.105]
    """
    first, tie, second = label_probabilities(difference, log_tie)
    return np.asarray(first * second + tie * (first + second) / 4.0)


class LabelAverages(NamedTuple):
    """Of labels whose difference is Gaussian; every field has the shape of the differences.

    Parameters
    ----------
    probabilities : ndarray, shape (3, …)
        Of first, tie, second: E p.
    entropy : ndarray
        E H(p): what a label leaves open where the difference is known, nats.
    information : ndarray
        E I(d): the expected Fisher information about d.
    """

    probabilities: np.ndarray
    entropy: np.ndarray
    information: np.ndarray


def averaged_label(
    location: np.ndarray, scale: np.ndarray, log_tie: float = -np.inf
) -> LabelAverages:
    r"""Averages of the label's law over d ~ N(location, scale²).

    Scales up to 1 by Gauss–Hermite of 64 points. Wider ones by trapezoids on a fixed line, exact to
    rounding because entropy, tie and :math:`P(\text{first}) - \Phi(d/c)` are analytic and vanish
    fast, and the average of Φ is known.

    Parameters
    ----------
    location, scale : ndarray, shape (p,)
        Of d = β(r_u − r_v).
    log_tie : float
        log ν of Davidson's ties; −∞ for none.

    Returns
    -------
    LabelAverages

    Examples
    --------
    >>> averages = averaged_label(np.array([0.5]), np.array([3.0]))
    >>> averages.probabilities[0].round(6).tolist(), averages.entropy.round(6).tolist()
    ([0.557218], [0.357074])
    """
    a, s = (np.asarray(x, dtype=float) for x in np.broadcast_arrays(location, scale))
    averages = np.empty((5, a.size))
    flat_a, flat_s = a.ravel(), s.ravel()
    wide = flat_s > NARROW
    for rows, rule in ((np.flatnonzero(~wide), _hermite), (np.flatnonzero(wide), _trapezoid)):
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            averages[:, block] = rule(flat_a[block], flat_s[block], log_tie)
    probabilities, (entropy, information) = np.split(averages.reshape(5, *a.shape), [3])
    return LabelAverages(np.maximum(probabilities, 0.0), entropy, information)


def _functions(d: np.ndarray, log_tie: float) -> np.ndarray:
    """P(first), P(tie), P(second), H and I of one label. Shape (5, …)."""
    p = label_probabilities(d, log_tie)
    return np.stack([*p, entr(p).sum(axis=0), label_information(d, log_tie)])


def _hermite(a: np.ndarray, s: np.ndarray, log_tie: float) -> np.ndarray:
    nodes, weights = _hermite_rule()
    return np.asarray(_functions(a[:, None] + s[:, None] * nodes, log_tie) @ weights)


def _trapezoid(a: np.ndarray, s: np.ndarray, log_tie: float) -> np.ndarray:
    nodes, values = _vanishing(log_tie)
    density = np.exp(-0.5 * ((nodes - a[:, None]) / s[:, None]) ** 2)
    averages = values @ density.T * (STEP / (s * np.sqrt(2.0 * np.pi)))
    probit = a / np.hypot(s, PROBIT_SCALE)
    averages[0] += ndtr(probit)
    averages[2] += ndtr(-probit)
    return np.asarray(averages)


@lru_cache(maxsize=1)
def _hermite_rule() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = roots_hermitenorm(HERMITE_POINTS)
    return nodes, weights / weights.sum()


@lru_cache(maxsize=4)
def _vanishing(log_tie: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes on a line, and the functions there, first and second without their probits."""
    reach = REACH if log_tie == -np.inf else 2.0 * (REACH + max(log_tie, 0.0))
    nodes = np.arange(-reach, reach + STEP, STEP)
    values = _functions(nodes, log_tie)
    values[0] -= ndtr(nodes / PROBIT_SCALE)
    values[2] -= ndtr(-nodes / PROBIT_SCALE)
    return nodes, values
