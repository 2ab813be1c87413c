"""Rates of users who share one band and cancel each other's signals: downlink and uplink."""

from __future__ import annotations

import numpy as np

__all__ = ["downlink_rates", "least_powers", "two_user_outage", "uplink_rates", "weak_to_strong"]


def weak_to_strong(gains: np.ndarray) -> np.ndarray:
    """The users from the lowest gain to the highest: the order of decoding in the downlink.

    Examples
    --------
    >>> weak_to_strong(np.array([1.0, 0.2])).tolist()
    [1, 0]
    """
    return np.argsort(gains, kind="stable")


def downlink_rates(gains: np.ndarray, powers: np.ndarray, noise: float) -> np.ndarray:
    """R_k = log2(1 + p_k g_k / (g_k Σ_{j stronger} p_j + N0)): the weaker are cancelled first.

    Parameters
    ----------
    gains, powers : ndarray, shape (K,)
        Linear power gains, and W, in any order of the users.
    noise : float
        W.

    Returns
    -------
    ndarray, shape (K,)
        Bit/s/Hz.

    Examples
    --------
    >>> downlink_rates(np.array([0.2, 1.0]), np.array([7.5, 2.5]), 1.0).round(6).tolist()
    [1.0, 1.807355]
    """
    order = weak_to_strong(gains)
    p, g = powers[order], gains[order]
    stronger = p[::-1].cumsum()[::-1] - p
    rates = np.empty(len(gains))
    rates[order] = np.log2(1 + p * g / (g * stronger + noise))
    return rates


def least_powers(gains: np.ndarray, rates: np.ndarray, noise: float) -> np.ndarray:
    """The least powers that give each user its rate: from the strongest, p_K, to the weakest.

    p_k = (2^{R_k} - 1) (Σ_{j stronger} p_j + N0 / g_k), in W.

    Examples
    --------
    >>> least_powers(np.array([0.2, 1.0]), np.array([1.0, 2.0]), 1.0).tolist()
    [8.0, 3.0]
    """
    powers, stronger = np.empty(len(gains)), 0.0
    for user in weak_to_strong(gains)[::-1]:
        powers[user] = np.expm1(rates[user] * np.log(2)) * (stronger + noise / gains[user])
        stronger += powers[user]
    return powers


def uplink_rates(gains: np.ndarray, powers: np.ndarray, noise: float) -> np.ndarray:
    """R_k = log2(1 + p_k g_k / (Σ_{j weaker} p_j g_j + N0)): the base station decodes strong first.

    The rates add up to log2(1 + Σ p_k g_k / N0) in any order of decoding.

    Parameters
    ----------
    gains, powers : ndarray, shape (K,)
    noise : float

    Returns
    -------
    ndarray, shape (K,)
        Bit/s/Hz.

    Examples
    --------
    >>> uplink_rates(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 1.0).round(6).tolist()
    [1.0, 1.321928]
    """
    received = powers * gains
    order = np.argsort(received, kind="stable")
    weaker = received[order].cumsum() - received[order]
    rates = np.empty(len(gains))
    rates[order] = np.log2(1 + received[order] / (weaker + noise))
    return rates


def two_user_outage(
    mean_gains: tuple[float, float],
    powers: tuple[float, float],
    rates: tuple[float, float],
    noise: float,
) -> tuple[float, float]:
    r"""Outage of two downlink users under Rayleigh fading, the weak one first.

    With θ_k = 2^{R_k} - 1 the weak user's signal is decodable at gain g where
    g > x_w = θ_w N0 / (p_w - θ_w p_s), by either user; the strong one also needs
    g > x_s = θ_s N0 / p_s. With exponential gains of means Ω,

    .. math:: P_w = 1 - e^{-x_w / Ω_w}, \qquad P_s = 1 - e^{-\max(x_w, x_s) / Ω_s}.

    Parameters
    ----------
    mean_gains, powers, rates : (float, float)
        Linear, W and bit/s/Hz: of the weak user, then of the strong.
    noise : float
        W.

    Returns
    -------
    (float, float)
        Both 1 where p_w ≤ θ_w p_s: no gain is enough.

    Examples
    --------
    >>> [round(p, 6) for p in two_user_outage((0.2, 1.0), (8.0, 2.0), (1.0, 1.0), 1.0)]
    [0.565402, 0.393469]
    """
    weak, strong = (float(np.expm1(rate * np.log(2))) for rate in rates)
    left = powers[0] - weak * powers[1]
    if left <= 0 or powers[1] <= 0:
        return 1.0, 1.0
    first, second = weak * noise / left, strong * noise / powers[1]
    return (
        float(-np.expm1(-first / mean_gains[0])),
        float(-np.expm1(-max(first, second) / mean_gains[1])),
    )
