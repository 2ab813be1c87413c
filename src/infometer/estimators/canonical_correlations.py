"""Canonical correlations of two views, and the information of Gaussian views that follows."""

from __future__ import annotations

import numpy as np
from scipy.linalg import svd
from scipy.special import digamma

from infometer.estimators.moments import Moments
from infometer.estimators.samples import standardize

__all__ = [
    "canonical_coordinates",
    "canonical_correlations",
    "gaussian_bias",
    "gaussian_terms",
    "moment_correlations",
    "require_undetermined",
]


def canonical_coordinates(
    view: np.ndarray, name: str, weights: np.ndarray | None = None
) -> np.ndarray:
    """Coordinates u (n, d) of a centred view with Σ w u uᵀ = 1.

    Examples
    --------
    >>> canonical_coordinates(np.array([[0.0], [1.0], [2.0]]), "X").round(3).ravel().tolist()
    [-0.707, 0.0, 0.707]
    """
    scaled = standardize(view, name)
    if weights is not None:
        scaled = scaled - np.average(scaled, axis=0, weights=weights)
    root = 1.0 if weights is None else np.sqrt(weights)[:, None]
    u, s, turn = _factors(root * scaled, name, len(view))
    return u if weights is None else np.asarray(scaled @ (turn.T / s))


def _factors(scaled: np.ndarray, name: str, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of a centred view of n rows, or of fewer with their scatter, and of full rank."""
    u, s, turn = svd(scaled, full_matrices=False)
    rank = int((s > s[0] * n * np.finfo(float).eps).sum())
    if rank < scaled.shape[1]:
        raise ValueError(
            f"the columns of {name} are linearly dependent (rank {rank} of {scaled.shape[1]}); "
            "expected independent columns: drop one (probabilities of K classes have only K − 1 "
            "free coordinates) or compress first"
        )
    return u, s, turn


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
    ux, uy = canonical_coordinates(x, "X", weights), canonical_coordinates(y, "y", weights)
    return _correlations(_products(ux, uy, weights))


def moment_correlations(moments: Moments) -> np.ndarray:
    """Canonical correlations of the columns of two views that vary, from their moments.

    Parameters
    ----------
    moments : Moments

    Returns
    -------
    ndarray, shape (min(dx, dy),)

    Raises
    ------
    ValueError
        Where the columns of a view are linearly dependent.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> moment_correlations(Moments.of(x, -2 * x)).tolist()
    [1.0]
    """
    varies = moments.high > moments.low
    dx = moments.columns[0]
    bases = [
        _basis(moments.centred[:, part][:, varies[part]], name, moments.n)
        for part, name in ((slice(dx), "X"), (slice(dx, None), "y"))
    ]
    return _correlations(bases[0].T @ bases[1])


def _basis(centred: np.ndarray, name: str, n: int) -> np.ndarray:
    largest = np.abs(centred).max(axis=0)
    scaled = np.ldexp(centred, -np.frexp(largest)[1])  # lest the squares leave the range of doubles
    return _factors(scaled / np.linalg.norm(scaled, axis=0), name, n)[0]


def _correlations(product: np.ndarray) -> np.ndarray:
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
    ux, uy = canonical_coordinates(x, "X", weights), canonical_coordinates(y, "y", weights)
    left, rho, right = svd(_products(ux, uy, weights), full_matrices=False)
    require_undetermined(rho)
    root = np.sqrt(len(x) if weights is None else weights.sum())
    a, b = root * ux @ left, root * uy @ right.T
    quadratic = (a**2 + b**2) * rho**2 - 2 * rho * a * b
    return np.asarray((-0.5 * np.log1p(-(rho**2)) - quadratic / (2 * (1 - rho**2))).sum(axis=1))


def require_undetermined(rho: np.ndarray) -> None:
    """Raise where the largest canonical correlation is 1: one view determines the other.

    Raises
    ------
    ValueError
    """
    if rho[0] > 1 - 1e-12:
        raise ValueError(
            "one view determines the other linearly (canonical correlation 1), so their Gaussian "
            "information is infinite; expected noisy views"
        )
