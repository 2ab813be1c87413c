"""What Gaussian noise leaves of a layer's information, and what its principal components keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["gaussian_channel_information", "pca_information_loss_bound"]

ROUND_OFF = 1e-10
"""A negative eigenvalue this small beside the largest is a zero of an eigenvalue solver."""


def gaussian_channel_information(eigenvalues: ArrayLike, sigma: float) -> float:
    r"""The most that a layer with additive Gaussian noise can tell of its input, in nats.

    .. math:: I(X; T + \sigma\xi) \le \tfrac12 \sum_i \log(1 + \lambda_i / \sigma^2),
        \qquad \xi \sim N(0, \mathbb{I})

    With equality where T is Gaussian and a function of X: a Gaussian has the greatest entropy of
    all laws with its covariance.

    Parameters
    ----------
    eigenvalues : array-like, shape (n,)
        Of the covariance of T, the layer without its noise. Those of the noisy layer are greater
        by ``sigma ** 2``.
    sigma : float
        Standard deviation of the noise, in the unit of T.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        A negative or infinite eigenvalue, or a `sigma` that is not positive.

    References
    ----------
    T. Cover and J. Thomas, *Elements of Information Theory*, 2nd ed., sections 9.4 and 9.5.

    Examples
    --------
    >>> round(gaussian_channel_information([4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01], 0.1**0.5), 6)
    6.697217
    """
    return float(_information_of_each(eigenvalues, sigma).sum())


def pca_information_loss_bound(eigenvalues: ArrayLike, sigma: float, n_components: int) -> float:
    r"""The most that is lost when a noisy layer is cut to its first principal components, in nats.

    .. math:: 0 \le I(X; L) - I(X; L_{1..d}) = I(X; L_{d+1..n} \mid L_{1..d})
        \le \tfrac12 \sum_{i>d} \log(1 + \lambda_i / \sigma^2), \qquad L = T + \sigma\xi

    With equality where T is Gaussian and a function of X. Given X the noise components are
    independent, so that :math:`h(L_{d+1..n} \mid L_{1..d}, X)` is that of the noise alone, and no
    law with its covariance has a greater entropy than the Gaussian.

    Parameters
    ----------
    eigenvalues : array-like, shape (n,)
        Of the covariance of T, the layer without its noise; in any order.
    sigma : float
        Standard deviation of the noise, in the unit of T.
    n_components : int
        How many are kept, from 0 to n.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `gaussian_channel_information`, or `n_components` out of range.

    Examples
    --------
    >>> round(pca_information_loss_bound([4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01], 0.1**0.5, 4), 6)
    1.223343
    """
    information = np.sort(_information_of_each(eigenvalues, sigma))[::-1]
    if not 0 <= n_components <= len(information):
        raise ValueError(
            f"n_components is {n_components}; with {len(information)} eigenvalues it must lie "
            f"between 0 and {len(information)}"
        )
    return float(information[n_components:].sum())


def _information_of_each(eigenvalues: ArrayLike, sigma: float) -> np.ndarray:
    values = np.asarray(eigenvalues, dtype=float)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise ValueError(
            f"eigenvalues has shape {values.shape}; give at least one finite number, shape (n,)"
        )
    if values.min() < -ROUND_OFF * values.max():
        raise ValueError(
            f"eigenvalues has the negative value {values.min():g}; a covariance has none. Give "
            "those of the layer without its noise"
        )
    if not (np.isfinite(sigma) and sigma > 0):
        raise ValueError(
            f"sigma is {sigma}; it must be positive: without noise the information is infinite"
        )
    return np.asarray(np.log1p(np.maximum(values, 0.0) / sigma**2) / 2)
