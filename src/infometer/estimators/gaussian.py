"""Mutual information of Gaussian views through their canonical correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.canonical_correlations import (
    canonical_correlations,
    gaussian_bias,
    gaussian_terms,
    moment_correlations,
    require_undetermined,
)
from infometer.estimators.dask_arrays import is_dask
from infometer.estimators.gaussian_pair import GaussianPair, correlation_estimate, require_rows
from infometer.estimators.moments import Moments
from infometer.estimators.stream_estimator import StreamEstimator
from infometer.estimators.wilks import wilks_p_value

__all__ = [
    "GaussianInformation",
    "canonical_correlations",
    "gaussian_bias",
    "gaussian_terms",
    "wilks_p_value",
]


class GaussianInformation(StreamEstimator, GaussianPair):  # type: ignore[override]
    r"""I(X;Y) = −½ Σ log(1−ρ_i²) of jointly Gaussian views, free of bias, with its exact error.

    It sees linear dependence only: for Gaussian data nothing is better, for other data it is
    neither an upper nor a lower bound, and ``estimate_.warnings`` says so where squares, ranks or
    neighbours show more (`gaussian_misfit`). The standard error is √(Σ ρ_i² / n + dx dy / 2n²), the
    second term being that of independent views. For a pair of columns the interval is that of
    Fisher's z = artanh ρ ± 1.96 / √(n − 3), exact near independence too; for more columns it is
    that of the noncentral χ², see `noncentral_interval`.

    With weights the n of the bias is the effective number of rows, (Σ w)² / Σ w². With weights or
    groups the first term of the error is the sandwich of the pointwise terms, and of z.

    Moments are sums: `partial_fit` takes the rows in batches, `merge` adds those of another
    machine, and Dask arrays are reduced chunk by chunk. No row is looked at again then:
    ``local_information_`` and the warnings that views are not Gaussian, or labels, are of `fit`.

    Parameters
    ----------
    level : float
    n_permutations : int
        Permutations of y for the null and the p-value; 0 for the p-value of Wilks' Λ, of which
        there is none with weights or groups. Weights stay with X where y is permuted: the p-value
        holds where they depend on X alone, so exchange the views where they depend on y.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
    local_information_ : ndarray, shape (n,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((2000, 1))
    >>> y = 0.6 * x + 0.8 * rng.standard_normal((2000, 1))  # I(X;Y) = 0.2231 nats
    >>> GaussianInformation().fit(x, y).estimate_
    0.216 ± 0.013 nats (95 % 0.191 to 0.243; p=...; canonical correlations, n=2000)
    >>> GaussianInformation().partial_fit(x[:700], y[:700]).partial_fit(x[700:], y[700:]).estimate_
    0.216 ± 0.013 nats (95 % 0.191 to 0.243; p=...; canonical correlations, n=2000)
    """

    _method = "canonical correlations"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Estimate I(X;Y).

        Parameters
        ----------
        X : array-like or Dask array, shape (n, dx)
        y : array-like or Dask array, shape (n,) or (n, dy)
        sample_weight : array-like, shape (n,), optional
            0 or more, of any scale: how much each row counts, not how often it was seen.
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other.

        Returns
        -------
        self
            With ``estimate_`` and, of rows in memory, the pointwise terms ``local_information_``,
            shape (n,).

        Raises
        ------
        ValueError
            For NaN or infinity, too few rows, bad weights, linearly dependent columns or views.
        """
        if (is_dask(X) or is_dask(y)) and sample_weight is groups is None:
            return self._fit_sum(X, y)
        self._fit(X, y, sample_weight=sample_weight, groups=groups)
        if self._weights is not None or self._groups is not None:
            self._sum = None
        return self

    def _validated(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray, bool]:
        x, y, discrete = super()._validated(X, y)
        self._keep(Moments.of(x, y))
        return x, y, discrete

    def _correlations(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        if self._weights is not None:
            return super()._correlations(x, y)
        return moment_correlations(self._sum)

    def _batch_sum(self, X: Any, y: Any, *, reset: bool) -> Moments:
        x, y = self._rows(X, y, reset)
        y = self._as_numbers(y)
        return Moments.of(x, y if y.ndim == 2 else y[:, None])

    def _of_sum(self, total: Moments) -> Estimate:
        dx, dy = total.n_varying
        if dx == 0 or dy == 0:
            return self._constant(total.n)
        require_rows(total.n, dx, dy)
        rho = moment_correlations(total)
        require_undetermined(rho)
        found = correlation_estimate(rho, total.n, dx, dy, self.level)
        return replace(found, method=self._method, parameters=self._parameters())
