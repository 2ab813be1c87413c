"""The entropy of symbols from their counts: the plug-in figure and four that mend its bias."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, Self

import numpy as np
from scipy.special import digamma
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from infometer.contracts import Estimate
from infometer.estimators.count_bias import FEWEST_ROWS, count_bias_note, few_rows_note
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.row_weights import row_weights
from infometer.estimators.samples import require_finite
from infometer.estimators.sandwich import sandwich_error
from infometer.estimators.shrinkage import shrinkage_entropy
from infometer.estimators.symbols import symbol_codes, whole_counts
from infometer.estimators.weighted_entropy import weighted_entropy
from infometer.resampling import effective_size, group_codes, student_interval

__all__ = [
    "DiscreteEntropy",
    "EntropyMethod",
    "chao_shen_entropy",
    "count_entropy",
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


def _noncentral_interval(
    value: float, terms: np.ndarray, symbols: int, level: float
) -> tuple[float, float]:
    """That of log m − H, whose least value is 0, turned round and put about the figure."""
    n, bias = len(terms), (symbols - 1) / (2 * len(terms))
    plug_in, most = float(terms.mean()), float(np.log(symbols))
    low, high = noncentral_interval(most - plug_in, float(terms.var()), n, symbols - 1, level)
    top = most + value - (plug_in + bias)
    return top - high, top - low


class DiscreteEntropy(BaseEstimator):
    r"""H(X) of labels of any type, several columns together being one symbol.

    The standard error is that of the delta method, √(Var[log p] / n + (m − 1) / 2n²), the second
    term being that of equally frequent symbols. The interval is that of the noncentral χ² for
    log m − H ≥ 0, see `noncentral_interval`, for 5 rows a symbol and more; else, and for
    Grassberger's, it is the figure ± 1.96 errors. With weights or groups the first term is the
    sandwich of the pointwise terms, and n the effective number of rows, (Σ w)² / Σ w².

    Parameters
    ----------
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
    level : float
        Of the interval.

    Attributes
    ----------
    estimate_ : Estimate
        Its ceiling is what the method gives for n rows that all differ: near it, rows are missing.

    Examples
    --------
    >>> x = np.random.default_rng(0).integers(0, 4, (500, 1))  # H = log 4 = 1.386294
    >>> DiscreteEntropy().fit(x).estimate_
    1.384 ± 0.005 nats (95 % 1.371 to 1.389; miller-madow n_symbols=4, n=500)
    """

    estimate_: Estimate

    def __init__(self, method: EntropyMethod = "miller-madow", *, level: float = 0.95) -> None:
        self.method = method
        self.level = level

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Estimate H(X).

        Parameters
        ----------
        X : array-like of any type, shape (n, d)
        y : ignored
        sample_weight : array-like, shape (n,), optional
            0 or more, of any scale: how much each row counts, not how often it was seen. For the
            methods "miller-madow" and "plug-in".
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other.

        Returns
        -------
        self
            With ``estimate_``.
        """
        require_finite(X, "X")
        codes = symbol_codes(validate_data(self, X, dtype=None))
        n = len(codes)
        weights, members = row_weights(sample_weight, n), group_codes(groups, n)
        masses, size = np.bincount(codes, weights), float(n)
        if weights is None:
            value, ceiling = (count_entropy(c, self.method) for c in (masses, np.ones(n)))
        else:
            size = effective_size(weights)
            value, ceiling = (weighted_entropy(m, size, self.method) for m in (masses, weights))
        share = masses / masses.sum()
        terms = -np.log(share, where=share > 0, out=np.zeros(len(share)))[codes]
        found = sandwich_error(terms, weights=weights, groups=members)
        seen = int(np.count_nonzero(masses))
        error = interval = None
        if found.standard_error is not None:
            error = float(np.hypot(found.standard_error, np.sqrt((seen - 1) / 2) / size))
            interval = student_interval(value, error, found.degrees_of_freedom, self.level)
            regular = weights is members is None and self.method != "grassberger"
            if regular and 1 < seen <= n / FEWEST_ROWS:
                interval = _noncentral_interval(value, terms, seen, self.level)
        notes = [found.reason]
        if weights is None and interval is not None:
            corrected, half = miller_madow_entropy(masses), (interval[1] - interval[0]) / 2
            notes += [few_rows_note(n, seen), count_bias_note(self.method, value, corrected, half)]
        self.estimate_ = Estimate(
            "H(X)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            ceiling=ceiling,
            n_samples=n,
            method=self.method,
            parameters={"n_symbols": seen},
            warnings=tuple(filter(None, notes)),
        )
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
