"""How many labels are wrong: what confident learning counts, and a bound that can be trusted."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import beta

from infometer.contracts import Estimate

__all__ = ["class_thresholds", "confident_classes", "confident_joint", "wrong_label_bound"]

CONFIDENT_SHARES = (0.1, 0.2, 0.5)
"""Of the items that a model puts in a class, the surest tenth, fifth and half are looked at."""

FEWEST_CONFIDENT = 30


def class_thresholds(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """t_c: mean probability of class c over the items labelled c.

    Parameters
    ----------
    probabilities : ndarray, shape (n, K)
        Of models that have not seen the item.
    codes : ndarray of int, shape (n,)
        The labels given, as columns; every class must occur.

    Returns
    -------
    ndarray, shape (K,)

    Examples
    --------
    >>> class_thresholds(np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]), np.array([0, 0, 1]))
    array([0.7, 0.8])
    """
    count = np.bincount(codes, minlength=probabilities.shape[1])
    own = probabilities[np.arange(len(codes)), codes]
    return np.bincount(codes, own, minlength=probabilities.shape[1]) / count


def confident_classes(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The likeliest class of those whose probability reaches its threshold; -1 where none does.

    Parameters
    ----------
    probabilities, codes
        As in `class_thresholds`.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    >>> confident_classes(p, np.array([0, 0, 1])).tolist()
    [0, -1, 1]
    """
    reached = np.where(probabilities >= class_thresholds(probabilities, codes), probabilities, -1)
    return np.where(reached.max(axis=1) >= 0, reached.argmax(axis=1), -1)


def confident_joint(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """How many items labelled k (rows) the model is confident to be of class j (columns).

    Parameters
    ----------
    probabilities, codes
        As in `class_thresholds`.

    Returns
    -------
    ndarray of int, shape (K, K)

    References
    ----------
    C. G. Northcutt, L. Jiang and I. L. Chuang, "Confident learning: estimating uncertainty in
    dataset labels", J. Artif. Intell. Res. 70, 1373 (2021), eq. 1.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    >>> confident_joint(p, np.array([0, 0, 1])).tolist()
    [[1, 0], [0, 1]]
    """
    k, told = probabilities.shape[1], confident_classes(probabilities, codes)
    sure = told >= 0
    return np.bincount(codes[sure] * k + told[sure], minlength=k * k).reshape(k, k)


def wrong_label_bound(
    probabilities: np.ndarray, codes: np.ndarray, *, level: float = 0.95
) -> Estimate:
    r"""At most so many labels are wrong, if being wrong depends on the true class alone.

    Let ρ_j be the share of items of true class j that bear another label. Among any items chosen
    without their labels, the share not labelled j is at least ρ_j (as long as no other class is
    labelled j more often than j is). The share among the items that the model is surest of in
    class j, with its Clopper-Pearson limit, bounds ρ_j; the tightest of three such sets is taken
    (level shared out over sets and classes). With true shares π_j ≤ q_j / (1 - ρ_j) of observed
    ones q_j, the bound is the largest Σ π_j ρ_j. A weak model gives a loose bound, not a wrong one;
    confident learning counts what such a model gets wrong as wrong labels.

    Parameters
    ----------
    probabilities, codes
        As in `class_thresholds`.
    level : float
        Confidence of the bound.

    Returns
    -------
    Estimate
        Items. A class that the model puts fewer than 30 items in has no bound of its own.

    References
    ----------
    C. Scott, "A rate of convergence for mixture proportion estimation", AISTATS (2015): the most
    confident region as a bound on the noise.

    Examples
    --------
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (100, 1))
    >>> codes = np.tile([0, 1], 100)
    >>> codes[::25] = 1 - codes[::25]
    >>> round(wrong_label_bound(p, codes).value, 1)
    32.3
    """
    n, k = probabilities.shape
    tail = (1 - level) / (k * len(CONFIDENT_SHARES))
    rates = np.array([_noise_limit(probabilities, codes, j, tail) for j in range(k)])
    observed = np.bincount(codes, minlength=k) / n
    with np.errstate(divide="ignore"):
        most = np.where(rates < 1, np.minimum(1.0, observed / (1 - rates)), 1.0)
    bound, left = 0.0, 1.0
    for j in np.argsort(-rates):
        share = min(most[j], left)
        bound, left = bound + share * rates[j], left - share
    return Estimate(
        "wrong labels",
        float(n * bound),
        unit="items",
        bound="upper",
        level=level,
        n_samples=n,
        method="surest items of each class",
        warnings=("holds if a label is wrong by its true class, not by its item",),
    )


def _noise_limit(probabilities: np.ndarray, codes: np.ndarray, j: int, tail: float) -> float:
    """Upper limit of the share of class j that is labelled otherwise."""
    rows = np.flatnonzero(probabilities.argmax(axis=1) == j)
    if len(rows) < FEWEST_CONFIDENT:
        return 1.0
    sure = rows[np.argsort(-probabilities[rows, j], kind="stable")]
    limits = []
    for share in CONFIDENT_SHARES:
        m = max(FEWEST_CONFIDENT, math.ceil(share * len(rows)))
        other = int((codes[sure[:m]] != j).sum())
        limits.append(float(beta.ppf(1 - tail, other + 1, m - other)) if other < m else 1.0)
    return min(limits)
