"""Maps from a few uniform variables to images, injective and piecewise smooth.

Such a map keeps information whole: I(f(U);V) = I(U;V), although f(U) fills a thin manifold of the
pixels. Rows of an image run along y, columns along x.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from infometer.sources.arguments import check_integer, check_real, check_uniforms

__all__ = ["anti_pca", "gaussian_blobs", "general_blobs", "rectangles", "rings"]


def _outer(down: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Multiply the profiles (n, size) along y and x to images (n, size, size)."""
    images: NDArray[np.float64] = down[:, :, None] * across[:, None, :]
    return images


def gaussian_blobs(u: Any, size: int = 16) -> NDArray[np.float64]:
    """Pixel(x, y) = exp(−10 [(x−u₁)² + (y−u₂)²]) on the grid linspace(0, 1, size)².

    Parameters
    ----------
    u : array-like (n, 2)
        In [0, 1]: the centre of each blob.
    size : int
        Pixels a side, at least 2, from which the map is injective.

    Returns
    -------
    ndarray (n, size, size)

    Raises
    ------
    ValueError

    References
    ----------
    Butakov et al., "Information Bottleneck Analysis of Deep Neural Networks via Lossy
    Compression", ICLR 2024, section 5 (also for `rectangles`).

    Examples
    --------
    >>> gaussian_blobs([[0.0, 0.5]], size=3).round(4)
    array([[[0.0821, 0.0067, 0.    ],
            [1.    , 0.0821, 0.    ],
            [0.0821, 0.0067, 0.    ]]])
    """
    u = check_uniforms("u", u, 2)
    check_integer("size", size, least=2)
    grid = np.linspace(0.0, 1.0, size)
    across, down = np.exp(-10 * (grid - u[:, :, None]) ** 2).swapaxes(0, 1)
    return _outer(down, across)


def general_blobs(u: Any, size: int = 16) -> NDArray[np.float64]:
    """Pixel(x, y) = exp(−10 [p² + q² + (2u₅−1) p q]), p = (1+u₃)(x−u₁), q = (1+u₄)(y−u₂).

    Parameters
    ----------
    u : array-like (n, 5)
        In [0, 1]: centre, sharpness along x and y, tilt.
    size : int
        Pixels a side, at least 3, from which the map is injective.

    Returns
    -------
    ndarray (n, size, size)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> general_blobs([[0.5, 0.5, 0.0, 0.0, 1.0]], size=3).round(3)
    array([[[0.001, 0.082, 0.082],
            [0.082, 1.   , 0.082],
            [0.082, 0.082, 0.001]]])
    """
    u = check_uniforms("u", u, 5)
    check_integer("size", size, least=3)
    grid = np.linspace(0.0, 1.0, size)
    p = (1 + u[:, 2, None]) * (grid - u[:, 0, None])
    q = (1 + u[:, 3, None]) * (grid - u[:, 1, None])
    p, q = p[:, None, :], q[:, :, None]
    tilt = 2 * u[:, 4, None, None] - 1
    images: NDArray[np.float64] = np.exp(-10 * (p**2 + q**2 + tilt * p * q))
    return images


def _sides(
    u: NDArray[np.float64], min_size: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two uniforms (..., 2) to an interval of [0, 1] that is at least `min_size` long."""
    start = (1 - min_size) * (1 - np.sqrt(1 - u[..., 0]))
    return start, start + min_size + u[..., 1] * (1 - start - min_size)


def rectangles(u: Any, size: int = 16, min_size: float = 0.2) -> NDArray[np.float64]:
    """Axis-parallel boxes; a pixel is the part of its area that the box covers.

    a = (1−m)(1−√(1−u₁)), b = a + m + u₂(1−a−m) along x, the same with u₃, u₄ along y, scaled to
    pixels; pixel (i, j) = clip(min(b, j+1) − max(a, j), 0, 1) times the same along y. This
    anti-aliasing makes the map piecewise smooth; whole pixels would make it a step function.

    Parameters
    ----------
    u : array-like (n, 4)
        In [0, 1].
    size : int
        Pixels a side.
    min_size : float
        m, the least side of a box as a part of the image's side: two pixels at least. A box then
        covers some pixel whole, without which other boxes have the same image.

    Returns
    -------
    ndarray (n, size, size)
        Sums to the area of the box in pixels.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> rectangles([[0.0, 0.25, 0.0, 0.0]], size=4, min_size=0.5)
    array([[[1. , 1. , 0.5, 0. ],
            [1. , 1. , 0.5, 0. ],
            [0. , 0. , 0. , 0. ],
            [0. , 0. , 0. , 0. ]]])
    """
    u = check_uniforms("u", u, 4)
    check_integer("size", size, least=3)
    check_real("min_size", min_size, 2 / size, 1, closed="[)")
    start, end = _sides(u.reshape(-1, 2, 2), min_size)
    start, end = size * start[..., None], size * end[..., None]
    pixel = np.arange(size)
    covered = np.clip(np.minimum(end, pixel + 1) - np.maximum(start, pixel), 0.0, 1.0)
    across, down = covered.swapaxes(0, 1)
    return _outer(down, across)


def anti_pca(x: Any, z: Any, n_features: int = 32) -> NDArray[np.float64]:
    """Features max(a_j, 0.1 j a_j) with a_j = x + j z, the first two replaced by x and z.

    A bent plane in which principal components find no few good directions. With X and Y of known
    I(X;Y), each with a nuisance Z of its own that is independent of all else, the information of
    the features is I(X;Y).

    Parameters
    ----------
    x, z : array-like (n,)
        In [−1, 1]: the signal and the nuisance.
    n_features : int
        At least 2.

    Returns
    -------
    ndarray (n, n_features)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> anti_pca([0.5], [-0.25], n_features=5)
    array([[ 0.5  , -0.25 ,  0.   , -0.075, -0.2  ]])
    """
    check_integer("n_features", n_features, least=2)
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    if x.ndim != 1 or x.shape != z.shape:
        raise ValueError(f"x and z have shapes {x.shape} and {z.shape}; both must be (n,)")
    for name, value in (("x", x), ("z", z)):
        if not np.all(np.abs(value) <= 1):
            raise ValueError(f"{name} has entries outside [-1, 1] (or missing)")
    j = np.arange(n_features)
    a = x[:, None] + j * z[:, None]
    features: NDArray[np.float64] = np.maximum(a, 0.1 * j * a)
    features[:, 0], features[:, 1] = x, z
    return features


def rings(u: Any) -> NDArray[np.float64]:
    """(1+u₁) (cos 2πu₂, sin 2πu₂): the ring of radius 1 to 2.

    Parameters
    ----------
    u : array-like (n, 2)
        In [0, 1].

    Returns
    -------
    ndarray (n, 2)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> rings([[0.5, 0.0]])
    array([[1.5, 0. ]])
    """
    u = check_uniforms("u", u, 2)
    angle = 2 * np.pi * u[:, 1]
    points: NDArray[np.float64] = (1 + u[:, :1]) * np.column_stack([np.cos(angle), np.sin(angle)])
    return points
