"""What the Gaussian estimators share: from canonical correlations to a figure and its error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.canonical_correlations import (
    canonical_coordinates,
    canonical_correlations,
    gaussian_bias,
    gaussian_terms,
)
from infometer.estimators.gaussian_misfit import misfit_notes
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.normal_scores import normal_scores
from infometer.estimators.pair import PairEstimator, Spread
from infometer.estimators.sandwich import SandwichError, sandwich_error
from infometer.estimators.wilks import wilks_p_value
from infometer.resampling import effective_size, student_interval

__all__ = ["GaussianPair", "correlation_estimate", "require_rows"]


def correlation_estimate(rho: np.ndarray, n: int, dx: int, dy: int, level: float) -> Estimate:
    """I(X;Y) of Gaussian views, its error, interval and p-value, from n rows' correlations.

    Parameters
    ----------
    rho : ndarray, shape (min(dx, dy),)
        Canonical correlations, below 1.
    n : int
        Independent rows, more than dx + dy + 1.
    dx, dy : int
    level : float

    Returns
    -------
    Estimate

    Examples
    --------
    >>> correlation_estimate(np.array([0.6]), 2000, 1, 1, 0.95)
    0.223 ± 0.013 nats (95 % 0.197 to 0.250; p=7.03e-196; n=2000)
    """
    value = float(-0.5 * np.log1p(-(rho**2)).sum()) - gaussian_bias(n, dx, dy)
    error = float(np.sqrt((rho**2).sum() / n + dx * dy / (2 * n**2)))
    if dx * dy == 1:
        interval = fisher_interval(float(rho[0]), n, (n - 3) ** -0.5, np.inf, level)
    else:
        interval = _noncentral_interval(rho, n, dx, dy, level)
    return Estimate(
        "I(X;Y)",
        value,
        standard_error=error,
        interval=interval,
        level=level,
        p_value=wilks_p_value(rho, n, dx, dy),
        n_samples=n,
    )


def fisher_interval(
    rho: float, size: float, error: float, freedom: float, level: float
) -> tuple[float, float]:
    """That of z = artanh ρ, whose standard error is given, as information.

    Examples
    --------
    >>> low, high = fisher_interval(0.6, 2000, 1997**-0.5, np.inf, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.197, 0.25)
    """
    low, high = np.tanh(student_interval(np.arctanh(rho), error, freedom, level))
    least = -gaussian_bias(size, 1, 1)  # what the figure itself is for a correlation of 0
    return (
        float(-0.5 * np.log1p(-(low**2))) if low > 0 else least,
        float(-0.5 * np.log1p(-(high**2))),
    )


def _noncentral_interval(
    rho: np.ndarray, n: int, dx: int, dy: int, level: float
) -> tuple[float, float]:
    """With as many rows as give Î = 0 the bias that it has."""
    size = dx * dy / (2 * gaussian_bias(n, dx, dy))
    information, variance = float(-0.5 * np.log1p(-(rho**2)).sum()), float((rho**2).sum())
    return noncentral_interval(information, variance, size, dx * dy, level)


def require_rows(size: float, dx: int, dy: int, how: str = "") -> None:
    """Raise unless a Gaussian of dx + dy columns has the rows that it needs.

    Raises
    ------
    ValueError
    """
    if size <= dx + dy + 1:
        raise ValueError(
            f"X has n_samples = {size:.4g} rows{how} for {dx} + {dy} columns; a Gaussian needs "
            "more rows than columns: add rows or compress first"
        )


class GaussianPair(PairEstimator):
    """Base of the two; parameters and attributes are told there."""

    _uses_neighbors = False
    interval = None

    def __init__(
        self,
        *,
        level: float = 0.95,
        n_permutations: int = 0,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.level = level
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Estimate I(X;Y).

        Parameters
        ----------
        X : array-like, shape (n, dx)
        y : array-like, shape (n,) or (n, dy)
        sample_weight : array-like, shape (n,), optional
            0 or more, of any scale: how much each row counts, not how often it was seen.
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other.

        Returns
        -------
        self
            With ``estimate_`` and the pointwise terms ``local_information_``, shape (n,).

        Raises
        ------
        ValueError
            For NaN or infinity, too few rows, bad weights, linearly dependent columns or views.
        """
        return self._fit(X, y, sample_weight=sample_weight, groups=groups)

    def _size(self, n: int) -> float:
        return n if self._weights is None else effective_size(self._weights)

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        size, weighted = self._size(len(x)), "" if self._weights is None else " by their weights"
        require_rows(size, x.shape[1], y.shape[1], weighted)
        terms = gaussian_terms(x, y, self._weights)
        return terms - gaussian_bias(size, x.shape[1], y.shape[1])

    def _correlations(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return canonical_correlations(x, y, self._weights)

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        discrete: bool,
        spread: Spread,
        notes: tuple[str, ...],
    ) -> Estimate:
        found = super()._estimate(x, y, discrete, spread, notes)
        rho = self._correlations(x, y)
        if self._weights is not None or self._groups is not None:
            return self._of_sandwich(found, x, y, rho)
        exact = correlation_estimate(rho, len(x), x.shape[1], y.shape[1], self.level)
        low, high = exact.interval or (exact.value, exact.value)
        return replace(
            found,
            value=exact.value,
            standard_error=exact.standard_error,
            interval=exact.interval,
            p_value=found.p_value if self.n_permutations else exact.p_value,
            warnings=(*found.warnings, *self._misfit(x, y, exact.value, (high - low) / 2)),
        )

    def _of_sandwich(
        self, found: Estimate, x: np.ndarray, y: np.ndarray, rho: np.ndarray
    ) -> Estimate:
        """The error and the interval of rows with weights, or of rows that come in groups."""
        sandwich, n, shared = (
            self._sandwich(self.local_information_),
            len(x),
            x.shape[1] * y.shape[1],
        )
        if sandwich.standard_error is None:
            return replace(found, warnings=(*found.warnings, sandwich.reason))
        size, freedom = self._size(n), sandwich.degrees_of_freedom
        error = float(np.hypot(sandwich.standard_error, np.sqrt(shared / 2) / size))
        if shared == 1:
            z_error = self._z_error(x, y)
            interval = fisher_interval(float(rho[0]), size, z_error, freedom, self.level)
        else:
            interval = student_interval(found.value, error, min(freedom, n - 1), self.level)
        return replace(found, standard_error=error, interval=interval)

    def _misfit(self, x: np.ndarray, y: np.ndarray, value: float, half: float) -> list[str]:
        """What independent rows let be seen: that the views are not Gaussian."""
        x, y = normal_scores(x), normal_scores(y)
        told = misfit_notes(x, y, self.local_information_, half)
        try:
            ranked = float(self._terms(x, y, False).mean())
        except ValueError:  # ranks with ties may depend on each other where the columns do not
            return told
        if abs(ranked - value) > half:
            told.append(
                f"the columns are not Gaussian: from their ranks the figure is {ranked:.3f}, "
                "further off than the interval reaches; take GaussianCopula"
            )
        return told

    def _sandwich(self, terms: np.ndarray) -> SandwichError:
        return sandwich_error(terms, weights=self._weights, groups=self._groups)

    def _z_error(self, x: np.ndarray, y: np.ndarray) -> float:
        """The sandwich error of artanh ρ, whose terms are (ab − ρ(a² + b²)/2) / (1 − ρ²)."""
        w = np.ones(len(x)) if self._weights is None else self._weights
        a, b = (np.sqrt(w.sum()) * canonical_coordinates(view, "", w)[:, 0] for view in (x, y))
        rho = float(np.average(a * b, weights=w))
        terms = (a * b - rho * (a**2 + b**2) / 2) / (1 - rho**2)
        return float(self._sandwich(terms).standard_error or 0.0)
