"""Fano's inequality: how often a guess can be right at most, with so much entropy left."""

from __future__ import annotations

import math

from scipy import special
from scipy.optimize import brentq

from infometer.quantities.whole_numbers import read_count

__all__ = ["fano_accuracy_bound"]


def fano_accuracy_bound(conditional_entropy: float, n_labels: int) -> float:
    r"""The largest accuracy of any rule that guesses Y from X, with H(Y|X) = H: 1 - e, where

    .. math:: H = h(e) + e \log(k - 1), \qquad 0 \le e \le 1 - 1/k,

    with h the entropy of a coin and k labels. It is attained where, for every x, one label has the
    probability 1 - e and the others share e equally.

    Parameters
    ----------
    conditional_entropy : float
        H(Y|X) in nats, from 0 to log k.
    n_labels : int
        The labels k that Y has.

    Returns
    -------
    float
        From 1/k to 1; to some 1e-8 near 1/k, where it changes with the root of the entropy.

    Raises
    ------
    ValueError
        If the entropy is not one of k labels.

    References
    ----------
    T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed., theorem 2.10.1.

    Examples
    --------
    One bit of four labels is left.

    >>> round(fano_accuracy_bound(math.log(2), 4), 6)
    0.81071
    """
    k, entropy = read_count(n_labels, "n_labels", "labels"), float(conditional_entropy)
    if not -1e-12 <= entropy <= math.log(k) + 1e-8:
        raise ValueError(
            f"conditional_entropy is {entropy:g}; expected between 0 and log({k}) = "
            f"{math.log(k):.6g} nats (bits times log 2 are nats)"
        )

    def excess(error: float) -> float:
        coin = special.entr(error) + special.entr(1.0 - error)
        return float(coin + special.xlogy(error, k - 1) - entropy)

    if entropy <= 0.0:
        return 1.0
    worst = 1.0 - 1.0 / k
    if excess(worst) <= 0.0:
        return 1.0 / k
    return 1.0 - float(brentq(excess, 0.0, worst, xtol=1e-16))
