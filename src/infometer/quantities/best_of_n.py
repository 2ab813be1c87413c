"""Best of n: the law of the response with the highest reward among n draws of the reference."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from infometer.quantities.labelled_tables import refuse_other_labels
from infometer.quantities.laws import read_rows
from infometer.quantities.probabilities import real_array
from infometer.quantities.whole_numbers import read_count

__all__ = ["BestOfN", "best_of_n"]


class BestOfN(NamedTuple):
    """What best of n buys and costs, from `best_of_n`.

    Parameters
    ----------
    expected_reward : float
    kl : float
        From the reference to the policy, in nats: exact.
    kl_bound : float
        log n − (n − 1)/n nats: the KL in the limit where no reward has a probability of its own.
    policy : ndarray, shape (v,)
        The law of the best response.
    """

    expected_reward: float
    kl: float
    kl_bound: float
    policy: np.ndarray


def best_of_n(reference: Any, reward: Any, n: int) -> BestOfN:
    r"""Law, expected reward and exact KL of the best of n draws; ties are broken at random.

    With F(r) the probability of a reward up to r, and p(r) of r itself,

    .. math:: \pi(y) = \pi_{ref}(y) \frac{F(r_y)^n - (F(r_y) - p(r_y))^n}{p(r_y)}, \qquad
              KL(\pi \| \pi_{ref}) \le \log n - \frac{n-1}{n}.

    Parameters
    ----------
    reference : array-like, shape (v,)
        The law of one response.
    reward : array-like, shape (v,)
        Finite.
    n : int
        Draws, 1 or more.

    Returns
    -------
    BestOfN

    Raises
    ------
    ValueError
        If the reference is no law, the shapes differ, a reward is not finite, or n is not a whole
        number from 1 on.

    References
    ----------
    A. Beirami et al., "Theoretical guarantees on the best-of-n alignment policy",
    arXiv:2401.01879 (2024), theorem 1: the bound is reached only in the limit of no atoms.

    Examples
    --------
    The better of two draws: the best response is missed with probability 0.8².

    >>> found = best_of_n([0.5, 0.3, 0.2], [0.0, 1.0, 2.0], n=2)
    >>> found.policy.round(4).tolist(), round(found.expected_reward, 4)
    ([0.25, 0.39, 0.36], 1.11)
    >>> round(found.kl, 4), round(found.kl_bound, 4)
    (0.1406, 0.1931)
    """
    n = read_count(n, "n", "draws")
    refuse_other_labels(reference=(reference, -1), reward=(reward, -1))
    law, r = read_rows(reference, "reference"), real_array(reward, "reward").astype(float)
    if law.ndim != 1 or r.shape != law.shape:
        raise ValueError(
            f"reference and reward have the shapes {law.shape} and {r.shape}; expected (v,) twice"
        )
    if not np.isfinite(r).all():
        raise ValueError(
            "reward has entries that are not finite; give such responses probability 0"
        )
    possible = law > 0
    levels, level = np.unique(r[possible], return_inverse=True)
    mass = np.bincount(level, law[possible])
    log_best = _log_best(mass / mass.sum(), n)
    policy = np.zeros_like(law)
    policy[possible] = law[possible] * np.exp(log_best - np.log(mass))[level]
    best = np.exp(log_best)
    kl = max(float(best @ (log_best - np.log(mass))), 0.0)
    return BestOfN(float(best @ levels), kl, math.log(n) - (n - 1) / n, policy)


def _log_best(mass: np.ndarray, n: int) -> np.ndarray:
    """Log of F^n − (F − p)^n for masses in the order of their reward, exact at both ends."""
    upto, above = np.cumsum(mass), np.append(np.cumsum(mass[:0:-1])[::-1], 0.0)
    with np.errstate(divide="ignore"):
        log_cdf = np.where(upto < 0.5, np.log(upto), np.log1p(-np.minimum(above, 1.0)))
        log_below = np.log1p(-np.minimum(mass / np.exp(log_cdf), 1.0))
    return n * log_cdf + np.log(-np.expm1(n * log_below))
