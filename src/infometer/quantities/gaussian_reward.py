"""What reward a KL budget buys where the reward of the reference is normal; and what best-of-n."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import integrate, special

from infometer.quantities.whole_numbers import read_count

__all__ = ["GaussianBestOfN", "gaussian_best_of_n", "gaussian_reward_frontier"]


class GaussianBestOfN(NamedTuple):
    """The best of n draws of a normal reward, from `gaussian_best_of_n`.

    Parameters
    ----------
    expected_reward : float
        In standard deviations above the mean of the reference.
    kl : float
        From the law of one draw to that of the best, in nats.
    """

    expected_reward: float
    kl: float


def gaussian_reward_frontier(kl: Any, mean: float = 0.0, deviation: float = 1.0) -> Any:
    r"""The largest expected reward within a KL budget, where the reference's is N(μ, σ²).

    .. math:: W(K) = \mu + \sigma \sqrt{2K}

    Parameters
    ----------
    kl : float or array-like
        The budget K in nats, not negative.
    mean, deviation : float
        μ and σ ≥ 0 of the reward under the reference.

    Returns
    -------
    float or ndarray, of the shape of kl

    Raises
    ------
    ValueError
        If a budget or the deviation is negative or NaN.

    Notes
    -----
    The tilted law exp(r/β) of N(μ, σ²) is N(μ + σ²/β, σ²), with K = σ²/2β².

    Examples
    --------
    >>> round(gaussian_reward_frontier(0.5), 6)
    1.0
    """
    budget = np.asarray(kl, dtype=float)
    if not (budget >= 0).all():
        raise ValueError(f"kl is {kl}; expected nats, which are not negative")
    if not deviation >= 0:
        raise ValueError(f"deviation is {deviation}; expected a number that is not negative")
    reward = mean + deviation * np.sqrt(2.0 * budget)
    return reward if reward.ndim else float(reward)


def gaussian_best_of_n(n: int) -> GaussianBestOfN:
    r"""Expected maximum of n standard normals, and its KL from one.

    .. math:: E \max_i Z_i = \int_0^\infty 1 - \Phi(z)^n\, dz - \int_{-\infty}^0 \Phi(z)^n\, dz,
              \qquad KL = \log n - \frac{n-1}{n}

    Parameters
    ----------
    n : int
        Draws, 1 or more.

    Returns
    -------
    GaussianBestOfN

    Raises
    ------
    ValueError
        If n is not a whole number from 1 on.

    Examples
    --------
    >>> gain, kl = gaussian_best_of_n(4)
    >>> round(gain, 7), round(kl, 7), round(gaussian_reward_frontier(kl), 7)
    (1.0293754, 0.6362944, 1.1280907)
    """
    n = read_count(n, "n", "draws")

    def below(z: float) -> float:
        return float(np.exp(n * special.log_ndtr(z)))

    def above(z: float) -> float:
        return float(-np.expm1(n * special.log_ndtr(z)))

    middle = -float(special.ndtri(-math.expm1(-math.log(2.0) / n)))  # the median of the maximum
    low, high = min(middle, 0.0), max(middle, 0.0) + 10.0
    gain = integrate.quad(above, 0.0, high, points=[max(middle, 0.0)], epsabs=1e-12, limit=200)[0]
    loss = integrate.quad(below, low - 40.0, 0.0, points=[-8.0], epsabs=1e-12, limit=200)[0]
    return GaussianBestOfN(float(gain - loss), math.log(n) - (n - 1) / n)
