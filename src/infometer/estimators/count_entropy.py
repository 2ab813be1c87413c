"""The entropy of symbols from their counts: the plug-in figure and four that mend its bias."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.special import digamma

from infometer.estimators.shrinkage import shrinkage_entropy
from infometer.estimators.symbols import whole_counts

__all__ = [
    "EntropyMethod",
    "chao_shen_entropy",
    "count_entropy",
    "distinct_entropy",
    "grassberger_entropy",
    "miller_madow_entropy",
    "plug_in_entropy",
]

EntropyMethod = Literal["plug-in", "miller-madow", "grassberger", "chao-shen", "shrinkage"]


def plug_in_entropy(counts: np.ndarray) -> float:
    r"""Entropy of the observed frequencies; it is too small by about (m − 1) / 2n.

    .. math:: \hat H = -\sum_i \frac{n_i}{n} \log \frac{n_i}{n}.

    Parameters
    ----------
    counts : array-like of int, shape (m,)
        Rows of each symbol; zeros count for nothing.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        For anything but whole counts.

    Examples
    --------
    >>> round(plug_in_entropy([3, 1]), 6)
    0.562335
    """
    share = whole_counts(counts)
    share = share[share > 0] / share.sum()
    return float(-(share * np.log(share)).sum())


def miller_madow_entropy(counts: np.ndarray) -> float:
    r"""The plug-in entropy and the first term of its bias, Ĥ + (m − 1) / 2n for m seen symbols.

    Parameters
    ----------
    counts : array-like of int, shape (m,)

    Returns
    -------
    float
        In nats.

    References
    ----------
    G. A. Miller, "Note on the bias of information estimates", in H. Quastler (ed.), Information
    Theory in Psychology, Free Press (1955).

    Examples
    --------
    >>> round(miller_madow_entropy([3, 1]), 6)
    0.687335
    """
    seen = int(np.count_nonzero(counts))
    return plug_in_entropy(counts) + (seen - 1) / (2 * float(np.sum(counts)))


def grassberger_entropy(counts: np.ndarray) -> float:
    r"""Entropy with the logarithm of a count replaced by a function whose mean is nearly right.

    .. math:: \hat H = \log n - \frac1n \sum_i n_i G(n_i), \qquad
        G(m) = \psi(m) + \tfrac12 (-1)^m \bigl[\psi(\tfrac{m+1}2) - \psi(\tfrac m2)\bigr].

    A single symbol gives log n − G(n), of the order of 1/n, and not 0.

    Parameters
    ----------
    counts : array-like of int, shape (m,)

    Returns
    -------
    float
        In nats.

    References
    ----------
    P. Grassberger, "Entropy estimates from insufficient samplings", arXiv:physics/0307138 (2003).

    Examples
    --------
    >>> round(grassberger_entropy([3, 1]), 6)
    1.156657
    """
    seen = whole_counts(counts)
    seen = seen[seen > 0]
    sign = np.where(seen % 2 == 0, 0.5, -0.5)
    moments = digamma(seen) + sign * (digamma((seen + 1) / 2) - digamma(seen / 2))
    return float(np.log(seen.sum()) - (seen * moments).sum() / seen.sum())


def chao_shen_entropy(counts: np.ndarray) -> float:
    r"""Entropy with the symbols that were not seen: coverage and a Horvitz-Thompson sum.

    Of n rows f₁ hold a symbol that occurs once, so C = 1 − f₁/n of the law was seen:

    .. math:: \hat H = -\sum_i \frac{C p_i \log (C p_i)}{1 - (1 - C p_i)^n}, \qquad
        p_i = n_i / n.

    Where every symbol occurs once, C is taken as 1/n: the data say no more than that it is small.

    Parameters
    ----------
    counts : array-like of int, shape (m,)

    Returns
    -------
    float
        In nats.

    References
    ----------
    A. Chao and T.-J. Shen, "Nonparametric estimation of Shannon's index of diversity when there
    are unseen species in sample", Environmental and Ecological Statistics 10, 429 (2003).

    Examples
    --------
    >>> round(chao_shen_entropy([3, 1]), 6)
    0.892267
    """
    seen = whole_counts(counts)
    seen = seen[seen > 0]
    n = seen.sum()
    covered = max(1 - (seen == 1).sum() / n, 1 / n) * seen / n
    with np.errstate(divide="ignore"):  # a single symbol has covered = 1 and log 0 below
        chance = -np.expm1(n * np.log1p(-covered))
    return float(-(covered * np.log(covered) / chance).sum())


_ENTROPIES: Mapping[str, Callable[[np.ndarray], float]] = MappingProxyType(
    {
        "plug-in": plug_in_entropy,
        "miller-madow": miller_madow_entropy,
        "grassberger": grassberger_entropy,
        "chao-shen": chao_shen_entropy,
        "shrinkage": shrinkage_entropy,
    }
)


def distinct_entropy(n: int, method: EntropyMethod = "miller-madow") -> float:
    """The entropy of n rows that all differ by the method of that name, in nats.

    Examples
    --------
    >>> distinct_entropy(50, "chao-shen") == count_entropy(np.ones(50), "chao-shen")
    True
    """
    if method == "chao-shen":
        covered = n**-2.0
        chance = -np.expm1(n * np.log1p(-covered)) if n > 1 else 1.0
        return float(-n * covered * np.log(covered) / chance)
    one = count_entropy(np.ones(1), method)  # for Grassberger's, −G(1)
    return float(np.log(n)) + one + ((n - 1) / (2 * n) if method == "miller-madow" else 0.0)


def count_entropy(counts: np.ndarray, method: EntropyMethod = "miller-madow") -> float:
    """The entropy of counts (m,) by the method of that name, in nats.

    Examples
    --------
    >>> round(count_entropy([3, 1], "plug-in"), 6)
    0.562335
    """
    if method not in _ENTROPIES:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(_ENTROPIES)}")
    return _ENTROPIES[method](counts)
