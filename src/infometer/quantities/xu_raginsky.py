"""The Xu-Raginsky bound: what a learner does not take from its sample it cannot overfit."""

from __future__ import annotations

import math

from infometer.quantities.whole_numbers import read_count

__all__ = ["xu_raginsky_bound"]


def xu_raginsky_bound(information: float, n: int, sigma: float = 0.5) -> float:
    r"""Bound on the expected gap between the risk on new data and that on the sample.

    .. math:: \bigl| E[\, L_\mu(W) - L_S(W)\, ] \bigr| \le \sqrt{2 \sigma^2\, I(S; W) / n}

    Parameters
    ----------
    information : float
        I(S; W) in nats, between the whole sample and the hypothesis learned from it. Infinity,
        as of a deterministic learner of continuous weights, gives infinity: no statement.
    n : int
        Independent draws in the sample: of token sequences, the number of sequences.
    sigma : float
        The loss of every hypothesis is σ-sub-Gaussian; ½ holds for losses in [0, 1], half the
        width of the range for any other.

    Returns
    -------
    float
        In the unit of the loss.

    Raises
    ------
    ValueError
        If the information is negative or NaN, n no whole number from 1, or σ not positive.

    References
    ----------
    A. Xu and M. Raginsky, "Information-theoretic analysis of generalization capability of learning
    algorithms", NeurIPS (2017), theorem 1.

    Examples
    --------
    One draw, two hypotheses with independent fair 0/1 losses; the better is taken, of two equal
    ones the first. It reveals h(¼) nats, and the gap is ¼.

    >>> round(xu_raginsky_bound(0.5623351, n=1), 6)
    0.530252
    """
    if not information >= 0.0:
        raise ValueError(
            f"information is {information!r}; expected nats from 0: a negative estimate says that "
            "the information is not told from 0"
        )
    n = read_count(n, "n", "independent draws")
    if not 0.0 < sigma < math.inf:
        raise ValueError(f"sigma is {sigma!r}; expected a positive number")
    return sigma * math.sqrt(2.0 * information / n)
