"""Gamma–exponential pair: a rate, and a waiting time that has it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma

from infometer.sources.arguments import check_integer, check_real, generator

__all__ = ["GammaExponential"]

LEAST_SHAPE = 0.05
"""Below, draws of the rate fall under the smallest double; here one in 1e15 does."""


@dataclass(frozen=True)
class GammaExponential:
    """X ~ Gamma(s), Y | X ~ Exponential(rate X): I = ψ(s+1) − log s, about 1/(2s) for large s.

    Both are heavy in their own way: Y has no mean where s ≤ 1.

    Parameters
    ----------
    shape : float
        s, at least 0.05: rates of smaller shape are too often too small for a double.

    Raises
    ------
    ValueError

    References
    ----------
    Kraskov, Stögbauer and Grassberger, "Estimating mutual information", Physical Review E 2004.

    Examples
    --------
    >>> round(GammaExponential(1.0).mutual_information, 6)
    0.422784
    """

    shape: float

    def __post_init__(self) -> None:
        check_real("shape", self.shape, LEAST_SHAPE, closed="[)")

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        return float(digamma(self.shape + 1)) - math.log(self.shape)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` and ``y``, both of shape (n, 1)."""
        check_integer("n", n)
        rng = generator(random_state)
        x = rng.gamma(self.shape, size=(n, 1))
        return x, rng.exponential(size=(n, 1)) / x
