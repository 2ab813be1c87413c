"""Mutual information of two discrete views, from the counts of their joint symbols."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.stats import chi2
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from infometer.contracts import Estimate
from infometer.estimators.contingency import symbol_information, symbol_terms
from infometer.estimators.count_bias import count_bias_note
from infometer.estimators.discrete_entropy import EntropyMethod
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.rao_scott import rao_scott_size
from infometer.estimators.row_weights import row_weights
from infometer.estimators.samples import require_finite
from infometer.estimators.sandwich import sandwich_error
from infometer.estimators.symbols import symbol_codes
from infometer.resampling import (
    PermutationNull,
    group_codes,
    permutation_null,
    student_interval,
)

__all__ = ["DiscreteInformation", "symbol_information", "symbol_terms"]

FEWEST_EXPECTED = 5
"""Below so many rows a cell on average, 2nI is not yet distributed as chi-square."""


class DiscreteInformation(BaseEstimator):
    r"""I(X;Y) of two views of labels, H(X) + H(Y) − H(X,Y).

    Every value is a label, whatever its type, and several columns are one symbol together. The
    standard error is that of the delta method, √(Var[log p(x,y)/p(x)p(y)] / n + ν / 2n²) with
    ν = (a − 1)(b − 1) for a and b symbols, the second term being that of independent views. The
    interval is that of the noncentral χ², see `noncentral_interval`, which knows that I ≥ 0, for
    5 rows a cell and more; else, for Grassberger's and with weights or groups, it is the figure
    ± 1.96 errors. The p-value is that of 2n Î ~ χ²_ν for the plug-in Î (the G-test), or of
    permutations.

    With weights or groups the first term of the error is the sandwich of the pointwise terms, and
    n elsewhere the size of Rao and Scott, see `rao_scott_size`; only the correction of Miller and
    Madow takes (Σ w)² / Σ w², and no notice of groups.

    Parameters
    ----------
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
        Of the three entropies. The plug-in figure is too large by about ν / 2n.
    level : float
        Of the interval.
    n_permutations : int
        Permutations of y for the null and for a p-value that also holds where counts are small;
        0 for the chi-square p-value. The weights stay with X, or go with y where labels of y, and
        not those of X, have one weight each; the p-value holds where they depend on that view
        alone.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
        Its ceiling is the smaller entropy of the two views.
    local_information_ : ndarray, shape (n,)
        The plug-in terms, moved by a constant so that their mean is the figure.

    Examples
    --------
    >>> x = np.repeat(["left", "right"], 50)[:, None]
    >>> y = np.repeat(["up", "down", "up", "down"], [40, 10, 10, 40])
    >>> DiscreteInformation("plug-in").fit(x, y).estimate_
    0.193 ± 0.056 nats (95 % 0.104 to 0.320; p=5.34e-10; plug-in, n=100)
    """

    estimate_: Estimate
    local_information_: np.ndarray

    def __init__(
        self,
        method: EntropyMethod = "miller-madow",
        *,
        level: float = 0.95,
        n_permutations: int = 0,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.method = method
        self.level = level
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Estimate I(X;Y).

        Parameters
        ----------
        X : array-like of any type, shape (n, dx)
        y : array-like of any type, shape (n,) or (n, dy)
        sample_weight : array-like, shape (n,), optional
            0 or more, of any scale: how much each row counts, not how often it was seen. For the
            methods "miller-madow" and "plug-in".
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other.

        Returns
        -------
        self
            With ``estimate_`` and ``local_information_``, shape (n,).

        Raises
        ------
        ValueError
            For missing labels, an unknown method, bad weights or missing groups.
        """
        require_finite(X, "X")
        if y is not None:
            require_finite(y, "y")
        X, y = validate_data(self, X, y, multi_output=True, dtype=None)
        x, y = symbol_codes(X, "X"), symbol_codes(y, "y")
        weights, members = row_weights(sample_weight, len(x)), group_codes(groups, len(x))
        value = symbol_information(x, y, self.method, weights)
        terms = symbol_terms(x, y, weights)
        self.local_information_ = terms + (value - np.average(terms, weights=weights))
        self.estimate_ = self._estimate(x, y, value, weights, members)
        return self

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        value: float,
        weights: np.ndarray | None,
        groups: np.ndarray | None,
    ) -> Estimate:
        freedom, size = _freedom(x, y, weights), float(len(x))
        if freedom and (weights is not None or groups is not None):
            size = rao_scott_size(x, y, weights=weights, groups=groups)
        found = sandwich_error(self.local_information_, weights=weights, groups=groups)
        error, interval, null = found.standard_error, None, None
        if not freedom:
            error, interval = 0.0, (value, value)
        elif error is not None:
            error = float(np.hypot(error, np.sqrt(freedom / 2) / size))
            interval = student_interval(value, error, found.degrees_of_freedom, self.level)
            if self._regular(weights, groups) and not _few(size, x, y):
                interval = self._noncentral_interval(x, y, value, freedom)
        if self.n_permutations:
            null = self._null(x, y, weights, groups, value)
            p_value, note = null.p_value, null.reason
        else:
            p_value, note = self._chi_square(x, y, weights, size)
        return Estimate(
            "I(X;Y)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            p_value=None if found.reason and not null else p_value,
            null=None if null is None else (null.mean, null.upper),
            ceiling=min(symbol_information(v, v, self.method, weights) for v in (x, y)),
            n_samples=len(x),
            method=self.method,
            parameters={"p_value": "permutation" if null else "chi-square"},
            warnings=tuple(filter(None, (found.reason, note, self._bias(x, y, value, interval)))),
        )

    def _regular(self, weights: np.ndarray | None, groups: np.ndarray | None) -> bool:
        """Whether χ² is the law of the figure; Grassberger's turns on whether counts are even."""
        return weights is groups is None and self.method != "grassberger"

    def _noncentral_interval(
        self, x: np.ndarray, y: np.ndarray, value: float, freedom: int
    ) -> tuple[float, float]:
        """About the figure as that of Miller and Madow is about its own."""
        terms, n = symbol_terms(x, y), len(x)
        plug_in = float(terms.mean())
        low, high = noncentral_interval(plug_in, float(terms.var()), n, freedom, self.level)
        shift = value - (plug_in - freedom / (2 * n))
        return low + shift, high + shift

    def _bias(
        self, x: np.ndarray, y: np.ndarray, value: float, interval: tuple[float, float] | None
    ) -> str:
        if interval is None or self.method == "miller-madow":
            return ""
        corrected = symbol_information(x, y)
        return count_bias_note(self.method, value, corrected, (interval[1] - interval[0]) / 2)

    def _chi_square(
        self, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None, size: float
    ) -> tuple[float, str]:
        """The p-value of 2 size Î, and what stands against it."""
        freedom, symbols = _freedom(x, y, weights), (int(x.max()) + 1, int(y.max()) + 1)
        if not freedom:
            return 1.0, ""
        few = _few(size, x, y)
        plug_in = np.average(symbol_terms(x, y, weights), weights=weights)
        return float(chi2.sf(2 * size * plug_in, freedom)), _few_rows(size, symbols) if few else ""

    def _null(
        self,
        x: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray | None,
        groups: np.ndarray | None,
        value: float,
    ) -> PermutationNull:
        moves = weights is not None and _fixed(weights, y) and not _fixed(weights, x)

        def shuffled(order: np.ndarray) -> float:
            moved = weights[order] if moves and weights is not None else weights
            return symbol_information(x, y[order], self.method, moved)

        return permutation_null(
            shuffled,
            len(x),
            value,
            groups=groups,
            n_permutations=self.n_permutations,
            level=self.level,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _freedom(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> int:
    """(a − 1)(b − 1) for the symbols that carry weight."""
    seen = [int(np.count_nonzero(np.bincount(view, weights))) for view in (x, y)]
    return (seen[0] - 1) * (seen[1] - 1)


def _fixed(weights: np.ndarray, symbols: np.ndarray) -> bool:
    """Whether all rows of a symbol have the weight of its first."""
    _, first = np.unique(symbols, return_index=True)
    return bool((weights == weights[first][symbols]).all())


def _few(size: float, x: np.ndarray, y: np.ndarray) -> bool:
    return bool(size < FEWEST_EXPECTED * (x.max() + 1) * (y.max() + 1))


def _few_rows(size: float, symbols: tuple[int, int]) -> str:
    return (
        f"{size:.0f} rows for {symbols[0]} × {symbols[1]} cells, fewer than {FEWEST_EXPECTED} a "
        "cell: the chi-square p-value is rough and the bias is not small; merge rare labels, or "
        "give n_permutations"
    )
