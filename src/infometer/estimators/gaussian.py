"""Mutual information of Gaussian views through their canonical correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
from scipy.linalg import svd
from scipy.special import digamma

from infometer.contracts import Estimate
from infometer.estimators.gaussian_misfit import misfit_notes
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.estimators.normal_scores import normal_scores
from infometer.estimators.pair import PairEstimator, Spread
from infometer.estimators.samples import standardize
from infometer.estimators.sandwich import SandwichError, sandwich_error
from infometer.estimators.wilks import wilks_p_value
from infometer.resampling import effective_size, student_interval

__all__ = [
    "GaussianInformation",
    "canonical_correlations",
    "gaussian_bias",
    "gaussian_terms",
    "wilks_p_value",
]


def _coordinates(view: np.ndarray, name: str, weights: np.ndarray | None = None) -> np.ndarray:
    """Coordinates u (n, d) of a centred view with Σ w u uᵀ = 1."""
    scaled = standardize(view, name)
    if weights is not None:
        scaled = scaled - np.average(scaled, axis=0, weights=weights)
    root = 1.0 if weights is None else np.sqrt(weights)[:, None]
    u, s, turn = svd(root * scaled, full_matrices=False)
    rank = int((s > s[0] * len(view) * np.finfo(float).eps).sum())
    if rank < view.shape[1]:
        raise ValueError(
            f"the columns of {name} are linearly dependent (rank {rank} of {view.shape[1]}); "
            "expected independent columns: drop one (probabilities of K classes have only K − 1 "
            "free coordinates) or compress first"
        )
    return np.asarray(u if weights is None else scaled @ (turn.T / s))


def _products(ux: np.ndarray, uy: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    return np.asarray(ux.T @ (uy if weights is None else weights[:, None] * uy))


def canonical_correlations(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Canonical correlations ρ_1 ≥ ρ_2 ≥ … of two views, shape (min(dx, dy),).

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    weights : ndarray, shape (n,), optional

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> canonical_correlations(x, -2 * x).tolist()
    [1.0]
    """
    product = _products(_coordinates(x, "X", weights), _coordinates(y, "y", weights), weights)
    return np.asarray(np.clip(np.round(svd(product, compute_uv=False), 15), 0.0, 1.0))


def gaussian_bias(n: float, dx: int, dy: int) -> float:
    r"""Bias of −½ Σ log(1−ρ²) for Gaussian data, whatever the correlations (Wishart).

    .. math:: b(d) = \tfrac12 \sum_{i=1}^d \psi\bigl(\tfrac{n-i}{2}\bigr), \qquad
        b(d_x) + b(d_y) - b(d_x + d_y).

    Of weighted rows n is the effective number, (Σ w)² / Σ w².

    Examples
    --------
    >>> round(gaussian_bias(500, 2, 2), 5)
    0.00403
    """

    def log_determinant(d: int) -> float:
        return float(0.5 * digamma((n - np.arange(1, d + 1)) / 2).sum())

    return log_determinant(dx) + log_determinant(dy) - log_determinant(dx + dy)


def gaussian_terms(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    r"""Pointwise log p(x,y) − log p(x)p(y) under the fitted Gaussian; the mean is −½ Σ log(1−ρ²).

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    weights : ndarray, shape (n,), optional
        Of the rows in the fit; the mean is the weighted one then.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        Where the columns of a view are linearly dependent, or one view determines the other.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(3, 2, mutual_information=1.0).sample(5000, random_state=0)
    >>> round(float(gaussian_terms(x, y).mean()), 2)
    1.0
    """
    ux, uy = _coordinates(x, "X", weights), _coordinates(y, "y", weights)
    left, rho, right = svd(_products(ux, uy, weights), full_matrices=False)
    if rho[0] > 1 - 1e-12:
        raise ValueError(
            "one view determines the other linearly (canonical correlation 1), so their Gaussian "
            "information is infinite; expected noisy views"
        )
    root = np.sqrt(len(x) if weights is None else weights.sum())
    a, b = root * ux @ left, root * uy @ right.T
    quadratic = (a**2 + b**2) * rho**2 - 2 * rho * a * b
    return np.asarray((-0.5 * np.log1p(-(rho**2)) - quadratic / (2 * (1 - rho**2))).sum(axis=1))


class GaussianInformation(PairEstimator):
    r"""I(X;Y) = −½ Σ log(1−ρ_i²) of jointly Gaussian views, free of bias, with its exact error.

    It sees linear dependence only: for Gaussian data nothing is better, for other data it is
    neither an upper nor a lower bound, and ``estimate_.warnings`` says so where squares, ranks or
    neighbours show more (`gaussian_misfit`). The standard error is √(Σ ρ_i² / n + dx dy / 2n²), the
    second term being that of independent views. For a pair of columns the interval is that of
    Fisher's z = artanh ρ ± 1.96 / √(n − 3), exact near independence too; for more columns it is
    that of the noncentral χ², see `noncentral_interval`.

    With weights the n of the bias is the effective number of rows, (Σ w)² / Σ w². With weights or
    groups the first term of the error is the sandwich of the pointwise terms, and of z.

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
    """

    _method = "canonical correlations"
    _uses_neighbors = False

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

    interval = None

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
        if size <= x.shape[1] + y.shape[1] + 1:
            raise ValueError(
                f"X has n_samples = {size:.4g} rows{weighted} for {x.shape[1]} + {y.shape[1]} "
                "columns; a Gaussian needs more rows than columns: add rows or compress first"
            )
        terms = gaussian_terms(x, y, self._weights)
        return terms - gaussian_bias(size, x.shape[1], y.shape[1])

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        discrete: bool,
        spread: Spread,
        notes: tuple[str, ...],
    ) -> Estimate:
        found = super()._estimate(x, y, discrete, spread, notes)
        n, shared = len(x), x.shape[1] * y.shape[1]
        rho = canonical_correlations(x, y, self._weights)
        if self._weights is None and self._groups is None:
            first, z_error, freedom = float((rho**2).sum() / n), (n - 3) ** -0.5, np.inf
            if not self.n_permutations:
                p_value = wilks_p_value(rho, n, x.shape[1], y.shape[1])
                found = replace(found, p_value=p_value)
        else:
            sandwich = self._sandwich(self.local_information_)
            if sandwich.standard_error is None:
                return replace(found, warnings=(*found.warnings, sandwich.reason))
            first, freedom = sandwich.standard_error**2, sandwich.degrees_of_freedom
            z_error = self._z_error(x, y) if shared == 1 else np.nan
        error = float(np.sqrt(first + shared / (2 * self._size(n) ** 2)))
        if shared == 1:
            interval = self._fisher_interval(float(rho[0]), self._size(n), z_error, freedom)
        elif self._weights is None and self._groups is None:
            interval = self._noncentral_interval(rho, n, x.shape[1], y.shape[1])
        else:
            interval = student_interval(found.value, error, min(freedom, n - 1), self.level)
        told = self._misfit(x, y, found.value, (interval[1] - interval[0]) / 2)
        warnings = (*found.warnings, *told)
        return replace(found, standard_error=error, interval=interval, warnings=warnings)

    def _misfit(self, x: np.ndarray, y: np.ndarray, value: float, half: float) -> list[str]:
        """What neither weights nor groups keep from being seen: that the views are not Gaussian."""
        if self._weights is not None or self._groups is not None:
            return []
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
        a, b = (np.sqrt(w.sum()) * _coordinates(view, "", w)[:, 0] for view in (x, y))
        rho = float(np.average(a * b, weights=w))
        terms = (a * b - rho * (a**2 + b**2) / 2) / (1 - rho**2)
        return float(self._sandwich(terms).standard_error or 0.0)

    def _noncentral_interval(self, rho: np.ndarray, n: int, dx: int, dy: int) -> Any:
        """With as many rows as give Î = 0 the bias that it has."""
        size = dx * dy / (2 * gaussian_bias(n, dx, dy))
        information, variance = float(-0.5 * np.log1p(-(rho**2)).sum()), float((rho**2).sum())
        return noncentral_interval(information, variance, size, dx * dy, self.level)

    def _fisher_interval(
        self, rho: float, size: float, error: float, freedom: float
    ) -> tuple[float, float]:
        low, high = np.tanh(student_interval(np.arctanh(rho), error, freedom, self.level))
        least = -gaussian_bias(size, 1, 1)  # what the figure itself is for a correlation of 0
        return (
            float(-0.5 * np.log1p(-(low**2))) if low > 0 else least,
            float(-0.5 * np.log1p(-(high**2))),
        )
