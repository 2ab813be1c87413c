"""Entropy of frequencies that James and Stein shrink to the uniform law."""

from __future__ import annotations

import numpy as np

from infometer.estimators.symbols import whole_counts

__all__ = ["shrinkage_entropy", "shrinkage_intensity"]


def shrinkage_intensity(counts: np.ndarray, n_symbols: int | None = None) -> float:
    r"""How far James and Stein pull the frequencies to uniform ones over m symbols.

    .. math:: \lambda = \frac{1 - \sum_i p_i^2}{(n - 1) \sum_i (1/m - p_i)^2},
        \qquad 0 \le \lambda \le 1.

    Parameters
    ----------
    counts : array-like of int, shape (m,)
    n_symbols : int, optional
        The number m of symbols where not all stand in `counts`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(shrinkage_intensity([3, 1]), 6)
    1.0
    >>> round(shrinkage_intensity([30, 10]), 6)
    0.076923
    """
    found = whole_counts(counts)
    n, m = found.sum(), n_symbols or len(found)
    squares = float(((found / n) ** 2).sum())
    distance = (n - 1) * (squares - 1 / m)
    return 1.0 if distance <= 1 - squares else float((1 - squares) / distance)


def shrinkage_entropy(counts: np.ndarray) -> float:
    r"""Entropy of frequencies that are shrunk to the uniform law, λ/m + (1 − λ) n_i/n.

    Parameters
    ----------
    counts : array-like of int, shape (m,)
        Zeros are symbols that could have occurred, and change the figure.

    Returns
    -------
    float
        In nats.

    References
    ----------
    J. Hausser and K. Strimmer, "Entropy inference and the James-Stein estimator, with application
    to nonlinear gene association networks", JMLR 10, 1469 (2009), section 2.

    Examples
    --------
    >>> round(shrinkage_entropy([30, 10]), 6)
    0.582492
    """
    found = whole_counts(counts)
    pull = shrinkage_intensity(found)
    share = pull / len(found) + (1 - pull) * found / found.sum()
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())
