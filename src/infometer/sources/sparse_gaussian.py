"""Gaussian vectors of which a few coordinate pairs alone know of each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.sources.arguments import check_integer, check_real, generator
from infometer.sources.gaussian import correlated_normals, information_of_correlation

__all__ = ["SparseGaussian"]


@dataclass(frozen=True)
class SparseGaussian:
    """Standard normals, the first `pairs` coordinates correlated: I = −(pairs/2) log(1−ρ²).

    Parameters
    ----------
    d : int
        Coordinates of each vector.
    pairs : int
        At most d; X_i and Y_i are correlated for i ≤ pairs, all else is independent.
    rho : float
        In (−1, 1). A latent of variance λ² in noise of variance 1 has λ²/(1 + λ²).

    Raises
    ------
    ValueError

    See Also
    --------
    CorrelatedGaussian : all pairs correlated, and hidden by a rotation.

    Examples
    --------
    >>> round(SparseGaussian(25, pairs=2, rho=0.8).mutual_information, 6)
    1.021651
    """

    d: int
    pairs: int
    rho: float

    def __post_init__(self) -> None:
        check_integer("d", self.d)
        check_integer("pairs", self.pairs, least=0)
        if self.pairs > self.d:
            raise ValueError(f"pairs is {self.pairs}; it must be at most d = {self.d}")
        check_real("rho", self.rho, -1, 1)

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        return self.pairs * information_of_correlation(self.rho)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` and ``y``, both of shape (n, d)."""
        check_integer("n", n)
        rng = generator(random_state)
        noise = math.sqrt(1 - self.rho**2)
        paired = correlated_normals(rng, n, self.pairs, self.pairs, self.rho, noise)
        alone = rng.standard_normal((2, n, self.d - self.pairs))
        return np.hstack([paired[0], alone[0]]), np.hstack([paired[1], alone[1]])
