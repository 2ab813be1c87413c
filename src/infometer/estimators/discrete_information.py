"""Mutual information of two discrete views, from the counts of their joint symbols."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.stats import chi2
from sklearn.utils.validation import validate_data

from infometer.contracts import Estimate
from infometer.estimators.contingency import symbol_information, symbol_terms
from infometer.estimators.contingency_table import ContingencyTable
from infometer.estimators.count_bias import count_bias_note
from infometer.estimators.count_entropy import EntropyMethod
from infometer.estimators.count_figures import CountFigures, row_figures, table_figures
from infometer.estimators.dask_arrays import is_dask
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.row_weights import row_weights
from infometer.estimators.samples import require_finite
from infometer.estimators.stream_estimator import StreamEstimator
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


class DiscreteInformation(StreamEstimator):
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

    Counts are sums: `partial_fit` takes the rows in batches, `merge` adds those of another machine,
    and Dask arrays are counted chunk by chunk. Memory grows with the pairs of labels that occur.

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
    >>> stream = DiscreteInformation("plug-in").partial_fit(x[:60], y[:60])
    >>> stream.partial_fit(x[60:], y[60:]).estimate_
    0.193 ± 0.056 nats (95 % 0.104 to 0.320; p=5.34e-10; plug-in, n=100)
    """

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
        X : array-like or Dask array of any type, shape (n, dx)
        y : array-like or Dask array of any type, shape (n,) or (n, dy)
        sample_weight : array-like, shape (n,), optional
            0 or more, of any scale: how much each row counts, not how often it was seen. For the
            methods "miller-madow" and "plug-in".
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other.

        Returns
        -------
        self
            With ``estimate_`` and, of rows in memory, ``local_information_``, shape (n,).

        Raises
        ------
        ValueError
            For missing labels, an unknown method, bad weights or missing groups.
        """
        if (is_dask(X) or is_dask(y)) and sample_weight is groups is None:
            return self._fit_sum(X, y)
        X, y = self._labels(X, y)
        x, z = symbol_codes(X, "X"), symbol_codes(y, "y")
        weights, members = row_weights(sample_weight, len(x)), group_codes(groups, len(x))
        self._keep(ContingencyTable.of(X, y) if weights is members is None else None)
        if self._sum is not None:
            figures = table_figures(self._sum, self.method)
        else:
            figures = row_figures(x, z, self.method, weights, members)
        null = None
        if self.n_permutations:
            null = self._null(x, z, weights, members, figures.value)
        self.local_information_ = symbol_terms(x, z, weights) + (figures.value - figures.plug_in)
        self.estimate_ = self._estimate(figures, null)
        return self

    def _labels(self, X: Any, y: Any, reset: bool = True) -> tuple[np.ndarray, np.ndarray]:
        require_finite(X, "X")
        require_finite(y, "y")
        return validate_data(self, X, y, multi_output=True, dtype=None, reset=reset)

    def _batch_sum(self, X: Any, y: Any, *, reset: bool) -> ContingencyTable:
        return ContingencyTable.of(*self._labels(X, y, reset))

    def _of_sum(self, total: ContingencyTable) -> Estimate:
        return self._estimate(table_figures(total, self.method), None)

    def _estimate(self, figures: CountFigures, null: PermutationNull | None) -> Estimate:
        value, freedom, size, spread = figures.value, figures.freedom, figures.size, figures.spread
        few = size < FEWEST_EXPECTED * figures.symbols[0] * figures.symbols[1]
        error, interval, doubt = spread.standard_error, None, ""
        if not freedom:
            error, interval = 0.0, (value, value)
        elif error is not None:
            error = float(np.hypot(error, np.sqrt(freedom / 2) / size))
            interval = student_interval(value, error, spread.degrees_of_freedom, self.level)
            if figures.alone and self.method != "grassberger" and not few:
                interval = _noncentral_interval(figures, self.level)
        if interval is not None and self.method != "miller-madow":
            half = (interval[1] - interval[0]) / 2
            doubt = count_bias_note(self.method, value, figures.corrected, half)
        p_value, note = _chi_square(figures, few) if null is None else (null.p_value, null.reason)
        return Estimate(
            "I(X;Y)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            p_value=None if spread.reason and not null else p_value,
            null=None if null is None else (null.mean, null.upper),
            ceiling=figures.ceiling,
            n_samples=figures.n,
            method=self.method,
            parameters={"p_value": "permutation" if null else "chi-square"},
            warnings=tuple(filter(None, (spread.reason, note, doubt))),
        )

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


def _noncentral_interval(figures: CountFigures, level: float) -> tuple[float, float]:
    """About the figure as that of Miller and Madow is about its own."""
    n, freedom, plug_in = figures.n, figures.freedom, figures.plug_in
    variance = n * (figures.spread.standard_error or 0.0) ** 2
    low, high = noncentral_interval(plug_in, variance, n, freedom, level)
    shift = figures.value - (plug_in - freedom / (2 * n))
    return low + shift, high + shift


def _chi_square(figures: CountFigures, few: bool) -> tuple[float, str]:
    """The p-value of 2 size Î, and what stands against it."""
    if not figures.freedom:
        return 1.0, ""
    p_value = float(chi2.sf(2 * figures.size * figures.plug_in, figures.freedom))
    return p_value, _few_rows(figures.size, figures.symbols) if few else ""


def _fixed(weights: np.ndarray, symbols: np.ndarray) -> bool:
    """Whether all rows of a symbol have the weight of its first."""
    _, first = np.unique(symbols, return_index=True)
    return bool((weights == weights[first][symbols]).all())


def _few_rows(size: float, symbols: tuple[int, int]) -> str:
    return (
        f"{size:.0f} rows for {symbols[0]} × {symbols[1]} cells, fewer than {FEWEST_EXPECTED} a "
        "cell: the chi-square p-value is rough and the bias is not small; merge rare labels, or "
        "give n_permutations"
    )
