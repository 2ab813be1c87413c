"""Mutual information of Gaussian views through their canonical correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.linalg import svd
from scipy.special import digamma

from infometer.contracts import Estimate
from infometer.estimators.pair import PairEstimator
from infometer.estimators.samples import standardize
from infometer.resampling import student_interval

__all__ = ["GaussianInformation", "canonical_correlations", "gaussian_bias", "gaussian_terms"]


def _coordinates(view: np.ndarray, name: str) -> np.ndarray:
    """Orthonormal coordinates (n, d) of a centred view."""
    u, s, _ = svd(standardize(view, name), full_matrices=False)
    rank = int((s > s[0] * len(view) * np.finfo(float).eps).sum())
    if rank < view.shape[1]:
        raise ValueError(
            f"the columns of {name} are linearly dependent (rank {rank} of {view.shape[1]}); "
            "expected independent columns: drop one (probabilities of K classes have only K − 1 "
            "free coordinates) or compress first"
        )
    return np.asarray(u)


def canonical_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Canonical correlations ρ_1 ≥ ρ_2 ≥ … of two views, shape (min(dx, dy),).

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> canonical_correlations(x, -2 * x).tolist()
    [1.0]
    """
    product = _coordinates(x, "X").T @ _coordinates(y, "y")
    return np.asarray(np.clip(np.round(svd(product, compute_uv=False), 15), 0.0, 1.0))


def gaussian_bias(n: int, dx: int, dy: int) -> float:
    r"""Bias of −½ Σ log(1−ρ²) for Gaussian data, whatever the correlations (Wishart).

    .. math:: b(d) = \tfrac12 \sum_{i=1}^d \psi\bigl(\tfrac{n-i}{2}\bigr), \qquad
        b(d_x) + b(d_y) - b(d_x + d_y).

    Examples
    --------
    >>> round(gaussian_bias(500, 2, 2), 5)
    0.00403
    """

    def log_determinant(d: int) -> float:
        return float(0.5 * digamma((n - np.arange(1, d + 1)) / 2).sum())

    return log_determinant(dx) + log_determinant(dy) - log_determinant(dx + dy)


def gaussian_terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""Pointwise log p(x,y) − log p(x)p(y) under the fitted Gaussian; the mean is −½ Σ log(1−ρ²).

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)

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
    ux, uy = _coordinates(x, "X"), _coordinates(y, "y")
    left, rho, right = svd(ux.T @ uy, full_matrices=False)
    if rho[0] > 1 - 1e-12:
        raise ValueError(
            "one view determines the other linearly (canonical correlation 1), so their Gaussian "
            "information is infinite; expected noisy views"
        )
    a, b = np.sqrt(len(x)) * ux @ left, np.sqrt(len(x)) * uy @ right.T
    quadratic = (a**2 + b**2) * rho**2 - 2 * rho * a * b
    return np.asarray((-0.5 * np.log1p(-(rho**2)) - quadratic / (2 * (1 - rho**2))).sum(axis=1))


class GaussianInformation(PairEstimator):
    r"""I(X;Y) = −½ Σ log(1−ρ_i²) of jointly Gaussian views, free of bias, with its exact error.

    It sees linear dependence only: for Gaussian data nothing is better, for other data it is
    neither an upper nor a lower bound. The standard error is √(Σ ρ_i² / n + dx dy / 2n²), the
    second term being that of independent views. For a pair of columns the interval is that of
    Fisher's z = artanh ρ ± 1.96 / √(n − 3), exact near independence too; for more columns it is
    the estimate ± 1.96 standard errors, which is short where the correlations are near 0.

    Parameters
    ----------
    level : float
    n_permutations : int
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
    0.216 ± 0.013 nats (95 % 0.191 to 0.243; canonical correlations, n=2000)
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

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        if len(x) <= x.shape[1] + y.shape[1] + 1:
            raise ValueError(
                f"X has n_samples = {len(x)} rows for {x.shape[1]} + {y.shape[1]} columns; a "
                f"Gaussian needs more rows than columns: add rows or compress first"
            )
        return gaussian_terms(x, y) - gaussian_bias(len(x), x.shape[1], y.shape[1])

    def _estimate(
        self, x: np.ndarray, y: np.ndarray, discrete: bool, notes: tuple[str, ...]
    ) -> Estimate:
        found = super()._estimate(x, y, discrete, notes)
        n, shared = len(x), x.shape[1] * y.shape[1]
        error = float(np.sqrt((canonical_correlations(x, y) ** 2).sum() / n + shared / (2 * n**2)))
        if shared == 1:
            interval = self._fisher_interval(float(canonical_correlations(x, y)[0]), n)
        else:
            interval = student_interval(found.value, error, n - 1, self.level)
        return replace(found, standard_error=error, interval=interval)

    def _fisher_interval(self, rho: float, n: int) -> tuple[float, float]:
        low, high = np.tanh(student_interval(np.arctanh(rho), (n - 3) ** -0.5, np.inf, self.level))
        least = -gaussian_bias(n, 1, 1)  # what the figure itself is for a correlation of 0
        return (
            float(-0.5 * np.log1p(-(low**2))) if low > 0 else least,
            float(-0.5 * np.log1p(-(high**2))),
        )
