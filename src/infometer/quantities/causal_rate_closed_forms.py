"""Causal rate–distortion functions in closed form: binary and Gaussian Markov sources."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

__all__ = ["binary_markov_causal_rate", "gauss_markov_causal_rate"]


def binary_markov_causal_rate(flip: float, distortion: Any) -> Any:
    r"""Causal rate of a bit that flips with probability p, at the probability D of a wrong bit.

    .. math:: R^{na}(D) = h(p(1-D) + (1-p)D) - h(D), \qquad D \le 1/2,

    and 0 beyond; the limit of many letters of `causal_rate_distortion`. Without the demand of
    causality it is h(p) − h(D) or more, and no more than this.

    Parameters
    ----------
    flip : float
        p, in [0, 1].
    distortion : float or array-like
        D, not negative: the share of wrong bits.

    Returns
    -------
    float or ndarray, of the shape of distortion
        Nats a letter.

    Raises
    ------
    ValueError
        If p is no probability or D is negative or NaN.

    References
    ----------
    C. Kourtellaris, C. Charalambous and J. Boutros, "Nonanticipative duality of sources and
    channels with memory and feedback", arXiv:1401.2295 (2014).

    Examples
    --------
    >>> round(binary_markov_causal_rate(0.2, 0.1) / math.log(2), 7)
    0.3577508
    """
    if not 0 <= flip <= 1:
        raise ValueError(f"flip is {flip}; expected a probability")
    d = np.minimum(_distortions(distortion), 0.5)
    rate = _binary_entropy(flip * (1 - d) + (1 - flip) * d) - _binary_entropy(d)
    return _as_given(np.maximum(rate, 0.0))  # it is never below 0: what is there is rounding


def gauss_markov_causal_rate(alpha: float, variance: float, distortion: Any) -> Any:
    r"""Causal rate of X_{t+1} = αX_t + W_t, W_t ~ N(0, σ²), at the mean squared error D.

    .. math:: R^{na}(D) = \frac12 \log\left(\alpha^2 + \frac{\sigma^2}{D}\right)

    where this is positive, 0 elsewhere: where ``|α| < 1``, from the source's own variance
    σ²/(1 − α²) on. An unstable source costs ``log|α|`` at any D.

    Parameters
    ----------
    alpha : float
    variance : float
        σ² > 0 of the innovations, not of the source.
    distortion : float or array-like
        D, not negative; at 0 the rate is infinite.

    Returns
    -------
    float or ndarray, of the shape of distortion
        Nats a letter.

    Raises
    ------
    ValueError
        If α is not finite, σ² is not positive, or D is negative or NaN.

    References
    ----------
    A. Gorbunov and M. Pinsker, "Prognostic epsilon entropy of a Gaussian message and a Gaussian
    source", Problems of Information Transmission 10 (1974).

    Examples
    --------
    >>> round(gauss_markov_causal_rate(0.9, 1.0, 0.5) / math.log(2), 7)
    0.7452851
    """
    if not math.isfinite(alpha):
        raise ValueError(f"alpha is {alpha}; expected a finite number")
    if not (math.isfinite(variance) and variance > 0):
        raise ValueError(f"variance is {variance}; expected that of the innovations, positive")
    with np.errstate(divide="ignore"):
        rate = 0.5 * np.log(alpha**2 + variance / _distortions(distortion))
    return _as_given(np.maximum(rate, 0.0))


def _distortions(distortion: Any) -> np.ndarray:
    found = np.asarray(distortion, dtype=float)
    if not (found >= 0).all():
        raise ValueError(f"distortion is {distortion}; expected numbers that are not negative")
    return found


def _binary_entropy(p: Any) -> Any:
    return special.entr(p) + special.entr(1.0 - p)


def _as_given(values: np.ndarray) -> Any:
    return values if values.ndim else float(values)
