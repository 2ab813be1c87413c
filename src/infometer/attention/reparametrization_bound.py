"""The least entropy that attention can have with logits of a given norm."""

from __future__ import annotations

import math

from infometer.quantities.whole_numbers import read_count

__all__ = ["attention_entropy_lower_bound"]


def attention_entropy_lower_bound(logit_norm: float, n: int) -> float:
    r"""The least entropy of a row of attention over T keys, in nats.

    .. math:: \log(1 + (T-1) b) + \frac{\sigma \sqrt{T(T-1)}\, b}{1 + (T-1) b},
              \qquad b = e^{-\sigma \sqrt{T / (T-1)}},

    for logits of the norm ‖z‖₂ ≤ σ; attained where one is σ√((T−1)/T) and all others are
    −σ/√(T(T−1)). A bound on the spectral norm of the query and key weights bounds σ: this is why
    σReparam keeps attention from collapsing.

    Parameters
    ----------
    logit_norm : float
        σ, not negative.
    n : int
        T, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a norm below 0 or not finite, or no whole number of keys.

    References
    ----------
    S. Zhai et al., "Stabilizing transformer training by preventing attention entropy collapse",
    ICML 2023, Theorem 3.1, with its constants worked out for finite T.

    Examples
    --------
    >>> round(attention_entropy_lower_bound(5.0, 128), 6)
    2.899461
    >>> round(attention_entropy_lower_bound(10.0, 128), 6)
    0.060876
    """
    if not 0.0 <= logit_norm < math.inf:
        raise ValueError(f"logit_norm is {logit_norm}; expected a finite norm of at least 0")
    if read_count(n, "n", "keys") == 1:
        return 0.0
    b = math.exp(-logit_norm * math.sqrt(n / (n - 1)))
    others = (n - 1) * b
    return math.log1p(others) + logit_norm * math.sqrt(n * (n - 1)) * b / (1 + others)
