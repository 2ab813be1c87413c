"""How likely an answer is, given the difference of the rewards: value, slope and curvature."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit

from infometer.preferences.label_law import label_information, label_probabilities
from infometer.preferences.outcomes import TIE

__all__ = ["Likelihood", "LikelihoodTerms", "davidson", "gaussian", "likelihood_terms", "logistic"]

Likelihood = Literal["davidson", "logistic", "gaussian"]


class LikelihoodTerms(NamedTuple):
    """Of each answer, as a function of the difference d and of θ = log ν.

    Parameters
    ----------
    log_likelihood : ndarray, shape (k,)
        ℓ, nats.
    score : ndarray, shape (k,)
        ∂ℓ/∂d.
    information : ndarray, shape (k,)
        −∂²ℓ/∂d².
    tie_score, cross_information, tie_information : ndarray, shape (k,)
        ∂ℓ/∂θ, −∂²ℓ/∂d∂θ and −∂²ℓ/∂θ²; 0 where there are no ties.
    """

    log_likelihood: np.ndarray
    score: np.ndarray
    information: np.ndarray
    tie_score: np.ndarray
    cross_information: np.ndarray
    tie_information: np.ndarray


def davidson(
    outcomes: np.ndarray, difference: np.ndarray, log_tie: float = -np.inf
) -> LikelihoodTerms:
    r"""A choice between two, with ties (Davidson), or without (Bradley–Terry).

    .. math:: \ell = (y - \tfrac12) d + \theta\, 1[y = \tfrac12]
        - \log(e^{d/2} + e^{-d/2} + e^\theta)

    An exponential family: ℓ is concave in (d, θ), and its curvature is the Fisher information.

    Parameters
    ----------
    outcomes : ndarray
        y: 1 the first, 0 the second, ½ a tie.
    difference : ndarray, of the same shape
        d.
    log_tie : float
        θ = log ν; −∞ where a tie cannot be.

    Returns
    -------
    LikelihoodTerms

    References
    ----------
    Davidson, "On extending the Bradley–Terry model to accommodate ties in paired comparison
    experiments", JASA 65, 1970, eq. 2.

    Examples
    --------
    >>> terms = davidson(np.array([1.0, 0.0]), np.array([1.0, 1000.0]))
    >>> terms.log_likelihood.round(4).tolist(), terms.score.round(4).tolist()
    ([-0.3133, -1000.0], [0.2689, -1.0])
    """
    y, d = np.broadcast_arrays(np.asarray(outcomes, float), np.asarray(difference, float))
    tied = y == TIE
    first, tie, second = label_probabilities(d, log_tie)
    return LikelihoodTerms(
        _davidson_log_likelihood(y, d, log_tie),
        y * (second + tie / 2.0) - (1.0 - y) * (first + tie / 2.0),
        label_information(d, log_tie),
        np.where(tied, 1.0, 0.0) - tie,
        tie * (second - first) / 2.0,
        tie * (1.0 - tie),
    )


def logistic(
    strengths: np.ndarray, difference: np.ndarray, sharpness: np.ndarray | float = 1.0
) -> LikelihoodTerms:
    r"""A strength with logistic noise around the difference.

    .. math:: \ell = \log\kappa - z - 2\log(1 + e^{-z}), \qquad z = \kappa (y - d)

    Parameters
    ----------
    strengths : ndarray
        y = βδ.
    difference : ndarray, of the same shape
        d.
    sharpness : ndarray or float
        κ: one over the scale of the noise.

    Returns
    -------
    LikelihoodTerms

    Examples
    --------
    >>> logistic(np.array([0.5]), np.array([0.5])).log_likelihood.round(4).tolist()
    [-1.3863]
    """
    z = sharpness * (np.asarray(strengths, float) - difference)
    zero = np.zeros_like(z)
    return LikelihoodTerms(
        np.log(sharpness) - np.abs(z) - 2.0 * np.log1p(np.exp(-np.abs(z))),
        sharpness * np.tanh(z / 2.0),
        sharpness**2 * 2.0 * expit(z) * expit(-z),
        *(zero, zero, zero),
    )


def gaussian(
    strengths: np.ndarray, difference: np.ndarray, sharpness: np.ndarray | float = 1.0
) -> LikelihoodTerms:
    r"""A strength with Gaussian noise around the difference.

    .. math:: \ell = \log\kappa - \tfrac12 z^2 - \tfrac12 \log 2\pi, \qquad z = \kappa (y - d)

    Parameters
    ----------
    strengths : ndarray
        y = βδ.
    difference : ndarray, of the same shape
        d.
    sharpness : ndarray or float
        κ: one over the standard deviation of the noise.

    Returns
    -------
    LikelihoodTerms

    Examples
    --------
    >>> gaussian(np.array([0.5]), np.array([0.5])).log_likelihood.round(4).tolist()
    [-0.9189]
    """
    z = sharpness * (np.asarray(strengths, float) - difference)
    zero = np.zeros_like(z)
    return LikelihoodTerms(
        np.log(sharpness) - 0.5 * z**2 - 0.5 * np.log(2.0 * np.pi),
        sharpness * z,
        np.broadcast_to(np.square(sharpness), z.shape),
        *(zero, zero, zero),
    )


def likelihood_terms(
    likelihood: Likelihood,
    outcomes: np.ndarray,
    difference: np.ndarray,
    *,
    sharpness: np.ndarray | float = 1.0,
    log_tie: float = -np.inf,
) -> LikelihoodTerms:
    """`davidson`, `logistic` or `gaussian`, by name."""
    if likelihood == "davidson":
        return davidson(outcomes, difference, log_tie)
    law = logistic if likelihood == "logistic" else gaussian
    return law(outcomes, difference, sharpness)


def log_likelihood(
    likelihood: Likelihood,
    outcomes: np.ndarray,
    difference: np.ndarray,
    *,
    sharpness: np.ndarray | float = 1.0,
    log_tie: float = -np.inf,
) -> np.ndarray:
    """The first of `likelihood_terms` alone; outcomes and differences are broadcast."""
    if likelihood == "davidson":
        return _davidson_log_likelihood(outcomes, difference, log_tie)
    return likelihood_terms(likelihood, outcomes, difference, sharpness=sharpness).log_likelihood


def _davidson_log_likelihood(y: np.ndarray, d: np.ndarray, log_tie: float) -> np.ndarray:
    """Log of the chosen power's share; without ties by one logarithm."""
    if log_tie == -np.inf:
        decided = -np.logaddexp(0.0, (1.0 - 2.0 * y) * d)
        return np.where(y == TIE, -np.inf, decided)
    log_z = np.logaddexp(np.logaddexp(d / 2.0, -d / 2.0), log_tie)
    return np.where(y == TIE, log_tie, (y - 0.5) * d) - log_z
