"""How far V-information on a sample can lie from that of the law: the PAC bound of Xu et al."""

from __future__ import annotations

import math
from typing import NamedTuple

from infometer.estimators.samples import require_count

__all__ = ["LinearSoftmaxComplexity", "linear_softmax_complexity", "v_information_bound"]


class LinearSoftmaxComplexity(NamedTuple):
    """What bounds a family: its Rademacher complexity, and ``|log f[x](y)|``; nats."""

    rademacher: float
    log_bound: float


def v_information_bound(n: int, rademacher: float, log_bound: float, delta: float = 0.025) -> float:
    r"""With probability 1 - 2δ or more, ``|I_V - Î_V|`` is at most

    .. math:: 4 \mathfrak R_n(G_V) + 2 B \sqrt{2 \log(1/\delta) / n},

    where Î_V has both infima over V taken on the n items themselves.

    Each of the two entropies moves by at most sup ``|E g - Ê g|`` over g = log f[x](y). It exceeds
    its mean, at most 2 R_n, by more than B √(2 log(1/δ)/n) with probability δ (McDiarmid). The sup
    is of absolute values, so R_n = E sup ``|Σ σ_i g_i|`` / n has to be so too.

    It bounds a family whose models are chosen on these very items. A fixed pair of models that is
    asked about items held out needs no such bound: see the interval of `v_information`.

    Parameters
    ----------
    n : int
        Items.
    rademacher : float
        R_n(G_V), nats, such as `linear_softmax_complexity` gives.
    log_bound : float
        B: largest ``|log f[x](y)|``, nats.
    delta : float
        0.025 for a level of 0.95.

    Returns
    -------
    float
        Nats.

    Raises
    ------
    ValueError

    References
    ----------
    Y. Xu, S. Zhao, J. Song, R. Stewart and S. Ermon, "A theory of usable information under
    computational constraints", ICLR (2020), theorem 1.

    Examples
    --------
    >>> round(v_information_bound(10_000, rademacher=0.01, log_bound=2.0), 4)
    0.1486
    """
    require_count(n, "n", 1)
    if not (rademacher >= 0 and log_bound > 0):
        raise ValueError(
            f"rademacher is {rademacher} and log_bound {log_bound}; neither can be below 0"
        )
    if not 0 < delta < 0.5:
        raise ValueError(f"delta is {delta}; expected a number between 0 and 0.5, such as 0.025")
    return 4 * rademacher + 2 * log_bound * math.sqrt(2 * math.log(1 / delta) / n)


def linear_softmax_complexity(
    n: int, n_classes: int, *, norm: float, radius: float
) -> LinearSoftmaxComplexity:
    r"""Of f[x] = softmax(Wx) with a Frobenius norm of W up to w and ‖x‖ up to r:

    .. math:: \mathfrak R_n \le 4 w r \sqrt{K / n}, \qquad B = \log K + \sqrt2\, w r.

    The gradient of log softmax(z)_y is e_y - p, no longer than √2, so that by the contraction
    inequality for vectors E sup Σ σ_i g_i ≤ √2 · √2 · w E‖Σ_ik σ_ik x_i e_kᵀ‖ ≤ 2 w r √(nK); the
    absolute value costs another 2, once log K is added to every g. A constant column of x makes
    the family one with an intercept.

    Parameters
    ----------
    n, n_classes : int
    norm : float
        w.
    radius : float
        r; for the complexity alone the root mean square of ‖x‖ is enough.

    Returns
    -------
    LinearSoftmaxComplexity

    References
    ----------
    A. Maurer, "A vector-contraction inequality for Rademacher complexities", ALT (2016), corollary
    1.

    Examples
    --------
    >>> linear_softmax_complexity(10_000, 4, norm=1.0, radius=1.0)
    LinearSoftmaxComplexity(rademacher=0.08, log_bound=2.800507923...)
    """
    require_count(n, "n", 1)
    require_count(n_classes, "n_classes", 2)
    if not (norm > 0 and radius > 0):
        raise ValueError(f"norm is {norm} and radius {radius}; expected positive numbers")
    return LinearSoftmaxComplexity(
        4 * norm * radius * math.sqrt(n_classes / n),
        math.log(n_classes) + math.sqrt(2) * norm * radius,
    )
