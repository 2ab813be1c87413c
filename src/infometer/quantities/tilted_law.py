"""A law tilted by a reward: what every KL-regularised optimum is made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import special

__all__ = ["TiltedLaw", "highest_reward", "tilted_law"]


class TiltedLaw(NamedTuple):
    """What `tilted_law` gives; the law along the last axis.

    Parameters
    ----------
    policy : ndarray, shape (..., v)
        π ∝ p e^{r/β}.
    log_ratio : ndarray, shape (..., v)
        log π/p, 0 where π is 0.
    value : ndarray, shape (...)
        β log E_p e^{r/β}, in units of reward.
    """

    policy: np.ndarray
    log_ratio: np.ndarray
    value: np.ndarray


def tilted_law(law: np.ndarray, reward: np.ndarray, beta: Any) -> TiltedLaw:
    r"""The law p e^{r/β} / Z, with no digits lost as β → 0 or β → ∞.

    .. math:: \beta \log Z = r_{max} + \beta \log \sum_y p(y)\, e^{(r(y) - r_{max})/\beta}

    where the sum is 1 + Σ p (e^{...} − 1) as long as this is near 1.

    Parameters
    ----------
    law : ndarray, shape (..., v)
        p: each row has the sum 1.
    reward : ndarray, shape (..., v)
        Finite.
    beta : float or ndarray that broadcasts to (..., 1)
        Above 0.

    Returns
    -------
    TiltedLaw

    Examples
    --------
    At β = 10¹² the value is still the mean reward and half its variance over β:

    >>> found = tilted_law(np.array([0.5, 0.5]), np.array([0.0, 1.0]), 1e12)
    >>> (float(found.value) - 0.5) * 1e12
    0.125...
    """
    highest = highest_reward(law, reward)[..., None]
    with np.errstate(over="ignore", divide="ignore"):
        tilt = np.where(law > 0, np.minimum(reward - highest, 0.0), 0.0) / beta
        log_law = np.log(law)
    shift = (law * np.expm1(tilt)).sum(-1, keepdims=True)
    direct = special.logsumexp(log_law + tilt, axis=-1, keepdims=True)
    log_z = np.where(shift > -0.5, np.log1p(np.maximum(shift, -0.5)), direct)
    policy = special.softmax(log_law + tilt, axis=-1)
    log_ratio = np.where(policy > 0, tilt - log_z, 0.0)
    return TiltedLaw(policy, log_ratio, (highest + beta * log_z)[..., 0])


def highest_reward(law: np.ndarray, reward: np.ndarray) -> np.ndarray:
    """The highest reward that has a probability, along the last axis."""
    return np.where(law > 0, reward, -np.inf).max(-1)
