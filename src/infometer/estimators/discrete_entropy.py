"""The entropy of symbols, from their counts: of rows at once, in batches, or with weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import validate_data

from infometer.contracts import Estimate
from infometer.estimators.contingency_table import ContingencyTable
from infometer.estimators.count_bias import FEWEST_ROWS, count_bias_note, few_rows_note
from infometer.estimators.count_entropy import (
    EntropyMethod,
    chao_shen_entropy,
    count_entropy,
    distinct_entropy,
    grassberger_entropy,
    miller_madow_entropy,
    plug_in_entropy,
)
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.row_weights import row_weights
from infometer.estimators.samples import require_finite
from infometer.estimators.sandwich import SandwichError, counted_error, sandwich_error
from infometer.estimators.stream_estimator import StreamEstimator
from infometer.estimators.symbols import symbol_codes
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


def _noncentral_interval(
    value: float, counts: np.ndarray, spread: SandwichError, level: float
) -> tuple[float, float]:
    """That of log m − H, whose least value is 0, turned round and put about the figure."""
    n, symbols = int(counts.sum()), len(counts)
    plug_in, most = plug_in_entropy(counts), float(np.log(symbols))
    variance = n * (spread.standard_error or 0.0) ** 2
    low, high = noncentral_interval(most - plug_in, variance, n, symbols - 1, level)
    top = most + value - (plug_in + (symbols - 1) / (2 * n))
    return top - high, top - low


class DiscreteEntropy(StreamEstimator):
    r"""H(X) of labels of any type, several columns together being one symbol.

    The standard error is that of the delta method, √(Var[log p] / n + (m − 1) / 2n²), the second
    term being that of equally frequent symbols. The interval is that of the noncentral χ² for
    log m − H ≥ 0, see `noncentral_interval`, for 5 rows a symbol and more; else, and for
    Grassberger's, it is the figure ± 1.96 errors. With weights or groups the first term is the
    sandwich of the pointwise terms, and n the effective number of rows, (Σ w)² / Σ w².

    Counts are sums: `partial_fit` takes the rows in batches, `merge` adds those of another machine,
    and Dask arrays are counted chunk by chunk.

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
    >>> DiscreteEntropy().partial_fit(x[:200]).partial_fit(x[200:]).estimate_
    1.384 ± 0.005 nats (95 % 1.371 to 1.389; miller-madow n_symbols=4, n=500)
    """

    def __init__(self, method: EntropyMethod = "miller-madow", *, level: float = 0.95) -> None:
        self.method = method
        self.level = level

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Estimate H(X).

        Parameters
        ----------
        X : array-like or Dask array of any type, shape (n, d)
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
        if sample_weight is None and groups is None:
            return self._fit_sum(X, None)
        codes = symbol_codes(self._labels(X))
        weights, members = row_weights(sample_weight, len(codes)), group_codes(groups, len(codes))
        if weights is members is None:
            return self._fit_sum(X, None)
        self._keep(None)
        self.estimate_ = self._of_rows(codes, weights, members)
        return self

    def _labels(self, X: Any, reset: bool = True) -> np.ndarray:
        require_finite(X, "X")
        return np.asarray(validate_data(self, X, dtype=None, reset=reset))

    def _batch_sum(self, X: Any, y: Any = None, *, reset: bool) -> ContingencyTable:
        return ContingencyTable.of(self._labels(X, reset))

    def _of_sum(self, total: ContingencyTable) -> Estimate:
        counts = total.cell_counts().first
        spread = counted_error(np.log(total.n / counts), counts)
        value, ceiling = count_entropy(counts, self.method), distinct_entropy(total.n, self.method)
        found = self._told(value, ceiling, total.n, len(counts), total.n, spread)
        if self.method != "grassberger" and 1 < len(counts) <= total.n / FEWEST_ROWS:
            interval = _noncentral_interval(value, counts, spread, self.level)
            found = replace(found, interval=interval)
        return replace(found, warnings=self._doubts(found, counts))

    def _of_rows(
        self, codes: np.ndarray, weights: np.ndarray | None, groups: np.ndarray | None
    ) -> Estimate:
        n, masses = len(codes), np.bincount(codes, weights)
        if weights is None:
            size, value = float(n), count_entropy(masses, self.method)
            ceiling = distinct_entropy(n, self.method)
        else:
            size = effective_size(weights)
            value, ceiling = (weighted_entropy(m, size, self.method) for m in (masses, weights))
        share = masses / masses.sum()
        terms = -np.log(share, where=share > 0, out=np.zeros(len(share)))[codes]
        spread = sandwich_error(terms, weights=weights, groups=groups)
        found = self._told(value, ceiling, n, int(np.count_nonzero(masses)), size, spread)
        return (
            found
            if weights is not None
            else replace(found, warnings=(*found.warnings, *self._doubts(found, masses)))
        )

    def _told(
        self,
        value: float,
        ceiling: float,
        n: int,
        symbols: int,
        size: float,
        spread: SandwichError,
    ) -> Estimate:
        error = interval = None
        if spread.standard_error is not None:
            error = float(np.hypot(spread.standard_error, np.sqrt((symbols - 1) / 2) / size))
            interval = student_interval(value, error, spread.degrees_of_freedom, self.level)
        return Estimate(
            "H(X)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            ceiling=ceiling,
            n_samples=n,
            method=self.method,
            parameters={"n_symbols": symbols},
            warnings=tuple(filter(None, [spread.reason])),
        )

    def _doubts(self, found: Estimate, counts: np.ndarray) -> tuple[str, ...]:
        """What whole counts say against a figure with an interval."""
        if found.interval is None:
            return ()
        half, corrected = (found.interval[1] - found.interval[0]) / 2, miller_madow_entropy(counts)
        notes = (
            few_rows_note(int(counts.sum()), len(counts)),
            count_bias_note(self.method, found.value, corrected, half),
        )
        return tuple(filter(None, notes))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
