"""From rewards to a policy, and how far it is from the one aimed at."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import softmax

from infometer.quantities import kl_divergence, total_variation

__all__ = [
    "DistributionalConsistency",
    "boltzmann_policy",
    "distributional_consistency",
    "expected_inconsistency",
    "finite_numbers",
]


class DistributionalConsistency(NamedTuple):
    """How far a policy is from the one aimed at, from `distributional_consistency`.

    Parameters
    ----------
    kl : float or ndarray, shape (...)
        KL(p_h ‖ p_lm), nats.
    reverse_kl : float or ndarray, shape (...)
        KL(p_lm ‖ p_h), nats.
    total_variation : float or ndarray, shape (...)
        ½ Σ ``|p_h − p_lm|``, no information.
    """

    kl: Any
    reverse_kl: Any
    total_variation: Any


def boltzmann_policy(rewards: Any, temperature: float) -> np.ndarray:
    r"""The policy of highest E r + τ H, with the coefficient τ of its entropy.

    .. math:: p(y) \propto e^{r(y) / \tau}

    Labels that follow σ(β(r_u − r_v)) come from the ideal policy exp(βr)/Z: τ = 1/β gives it back,
    any other temperature does not, however good the rewards.

    Parameters
    ----------
    rewards : array-like, shape (..., v)
        Of all responses to a prompt, along the last axis; finite.
    temperature : float
        τ > 0, in units of reward.

    Returns
    -------
    ndarray, shape (..., v)

    Raises
    ------
    ValueError
        For a temperature that is not above 0, and rewards that are not finite.

    Examples
    --------
    Labels of β = 2 and the temperature ½:

    >>> boltzmann_policy([0.0, 1.0, 2.0], temperature=0.5).round(6).tolist()
    [0.015876, 0.11731, 0.866813]
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature is {temperature}; it must be above 0, as in 1/beta")
    return np.asarray(softmax(finite_numbers(rewards, "rewards") / temperature, axis=-1))


def distributional_consistency(p_h: Any, p_lm: Any) -> DistributionalConsistency:
    """How far the policy p_lm that was made is from the ideal p_h of the people who were asked.

    Parameters
    ----------
    p_h, p_lm : array-like, shape (..., v)
        Laws of the response along the last axis.

    Returns
    -------
    DistributionalConsistency

    Raises
    ------
    ValueError
        If a row is no law, or if the shapes do not belong together.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    (2025), section 3.

    Examples
    --------
    Rewards that are right, decoded at temperature 1 in place of ½:

    >>> ideal = boltzmann_policy([0.0, 1.0, 2.0], temperature=0.5)
    >>> made = boltzmann_policy([0.0, 1.0, 2.0], temperature=1.0)
    >>> round(distributional_consistency(ideal, made).kl, 6)
    0.115611
    """
    return DistributionalConsistency(
        kl_divergence(p_h, p_lm), kl_divergence(p_lm, p_h), total_variation(p_h, p_lm)
    )


def expected_inconsistency(p: Any, covariance: Any, beta: float) -> float:
    r"""KL(p_h ‖ p_lm) that is expected of uncertain rewards, to second order, in nats.

    .. math:: E\, KL \approx \frac{\beta^2}{2}
        \Big( \sum_y p(y)\, \Sigma_{yy} - p^\top \Sigma\, p \Big)

    A constant added to all rewards cancels, so a covariance of rewards up to a constant will do.

    Parameters
    ----------
    p : array-like, shape (v,)
        The ideal law of the response.
    covariance : array-like, shape (v, v)
        Σ of the rewards, such as a posterior's.
    beta : float
        Inverse temperature of the policy.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If p is no law, shapes do not fit, the covariance is not finite, or β is not above 0.

    Examples
    --------
    >>> round(expected_inconsistency([0.5, 0.5], [[0.02, 0.0], [0.0, 0.02]], beta=1.0), 6)
    0.005
    """
    law, sigma = np.asarray(p, dtype=float), finite_numbers(covariance, "covariance")
    if law.ndim != 1 or not (np.all(law >= 0) and abs(law.sum() - 1) < 1e-9):
        raise ValueError(f"p has shape {law.shape} and sum {law.sum():.6g}; expected a law (v,)")
    if sigma.shape != (len(law), len(law)):
        raise ValueError(f"covariance has shape {sigma.shape}; expected {(len(law), len(law))}")
    if not (np.isfinite(beta) and beta > 0):
        raise ValueError(f"beta is {beta}; it must be above 0")
    return float(beta**2 / 2 * (law @ np.diag(sigma) - law @ sigma @ law))


def finite_numbers(values: Any, name: str) -> np.ndarray:
    """Values as an array of float; an error where one is not finite."""
    given = np.asarray(values, dtype=float)
    if not np.isfinite(given).all():
        wrong = int((~np.isfinite(given)).sum())
        raise ValueError(f"{name} has {wrong} entries that are not finite; expected numbers")
    return given
