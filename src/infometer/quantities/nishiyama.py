"""The least Kullback-Leibler divergence that two means and two variances allow."""

from __future__ import annotations

import math

__all__ = ["nishiyama_bound"]


def nishiyama_bound(mean_p: float, mean_q: float, variance_p: float, variance_q: float) -> float:
    r"""Lower bound on KL(P‖Q) from the mean and variance of one statistic under P and under Q.

    With the gap :math:`a = m_P - m_Q`, :math:`A = a^2 + V_P + V_Q` and
    :math:`D^2 = A^2 - 4 V_P V_Q`,

    .. math:: KL(P \| Q) \ge \frac{A - 2 V_P}{D} \operatorname{artanh} \frac{D}{A}
              + \frac12 \log \frac{V_P}{V_Q}.

    No larger bound holds for all laws: where a ≠ 0, the two laws on the same two points that have
    these moments attain it. Where a = 0 it is 0, however much the variances differ.

    Parameters
    ----------
    mean_p, mean_q : float
        Means of the statistic, such as a critic's output, under P and under Q.
    variance_p, variance_q : float
        Its variances, not negative. A statistic that is constant under Q and not the same
        constant under P gives infinity.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If a number is not finite or a variance is negative.

    Notes
    -----
    Computed from :math:`u = |a| / (V_P V_Q)^{1/4}` and :math:`w = \frac12 \log(V_P / V_Q)`, in
    which :math:`A - 2 V_P` and D lose no digits as they go to 0:
    :math:`D / \sqrt{V_P V_Q} = pq` with :math:`p^2 = u^2 + 4 \sinh^2(w/2)` and
    :math:`q^2 = u^2 + 4 \cosh^2(w/2)`, and :math:`\operatorname{artanh}(D/A)` is
    :math:`2 \operatorname{arsinh}(p/2)`.

    References
    ----------
    T. Nishiyama and I. Sason, "On relations between the relative entropy and χ²-divergence,
    generalizations and applications", Entropy 22, 563 (2020), theorem 2.

    Examples
    --------
    Equal variances and a small gap: a² / 2V, as for two Gaussians.

    >>> round(nishiyama_bound(0.01, 0.0, 2.0, 2.0) / (0.01**2 / 4), 4)
    1.0

    Two Gaussians one standard deviation apart are 0.5 nats apart; two other laws are less.

    >>> round(nishiyama_bound(1.0, 0.0, 1.0, 1.0), 6)
    0.430409
    """
    _check(mean_p=mean_p, mean_q=mean_q, variance_p=variance_p, variance_q=variance_q)
    gap = abs(float(mean_p) - float(mean_q))
    deviation_p, deviation_q = math.sqrt(variance_p), math.sqrt(variance_q)
    if deviation_q == 0.0:
        return 0.0 if deviation_p == gap == 0.0 else math.inf
    if deviation_p == 0.0:
        return 2.0 * math.log(math.hypot(1.0, gap / deviation_q))
    u = gap / math.sqrt(deviation_p) / math.sqrt(deviation_q)
    if u == 0.0:
        return 0.0
    w = math.log(deviation_p / deviation_q)
    sinh, cosh = 2.0 * math.sinh(w / 2.0), 2.0 * math.cosh(w / 2.0)
    p, q = math.hypot(u, sinh), math.hypot(u, cosh)
    bound = w + 2.0 * math.asinh(p / 2.0) * ((u / p) * (u / q) - (sinh / p) * (cosh / q))
    return max(bound, 0.0)  # it is never below 0: what is there is rounding


def _check(**moments: float) -> None:
    for name, value in moments.items():
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}; it must be a finite number")
        if name.startswith("variance") and value < 0.0:
            raise ValueError(f"{name} is {value}; a variance is not negative: give its square")
