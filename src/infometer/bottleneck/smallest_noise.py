"""The least noise through which a layer does not show every input as itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from infometer.bottleneck.mixture_densities import (
    BLOCK,
    as_paths,
    log_ratios,
    noise_overlap,
    square_distances,
)
from infometer.resampling import generator, integer_seed

__all__ = ["smallest_noise"]


def smallest_noise(
    centers: np.ndarray,
    fraction: float = 0.7,
    *,
    random_state: Any = None,
    device: torch.device | str = "cpu",
) -> float:
    """The smallest σ (to 2 %) for which I(X;L) of the mixture is under ``fraction`` of log n.

    Below it the n inputs can be told apart whatever the layer does with them, and the figure shows
    log n instead of the layer. The noise is drawn once for all σ, on at most 512 of the inputs.

    Parameters
    ----------
    centers : ndarray, shape (n, d)
        The layer before its own noise.
    fraction : float
    random_state : int, None, RandomState or Generator
    device : torch.device or str

    Returns
    -------
    float
        0 where the inputs that the layer can tell apart at all are so few.

    Raises
    ------
    ValueError
        For centres that are not finite.

    Examples
    --------
    >>> centers = np.random.default_rng(0).standard_normal((50, 3))
    >>> sigma = smallest_noise(centers, random_state=0)
    >>> from infometer.bottleneck.gaussian_mixture import gaussian_mixture_information
    >>> found = gaussian_mixture_information(centers, sigma, n_draws=200, random_state=1)
    >>> bool(0.66 < found.input.value / np.log(50) < 0.71)
    True
    """
    points, n, m = as_paths(centers, device)
    noise = torch.Generator().manual_seed(integer_seed(random_state, "smallest noise"))
    order = generator(random_state, "inputs").permutation(n)[:512]
    held = []
    for rows in np.array_split(order, max(1, len(order) * n * m // BLOCK)):
        squares = square_distances(points, rows, m)
        held.append((rows, squares, noise_overlap(points, rows, m, noise)))

    def information(log_sigma: float) -> float:
        terms = [
            log_ratios(squares, sign * overlap, math.exp(log_sigma), rows, m)[0]
            for rows, squares, overlap in held
            for sign in (1.0, -1.0)
        ]
        return float(np.concatenate(terms).mean())

    spread = float(points.std(dim=0).square().sum().sqrt())
    target = fraction * math.log(n)
    if spread == 0:
        return 0.0
    low, high = math.log(spread) - 14.0, math.log(spread) + 4.0
    if information(low) < target:
        return 0.0
    while high - low > 0.02:
        middle = (low + high) / 2
        low, high = (low, middle) if information(middle) < target else (middle, high)
    return math.exp(high)
