"""Labels of known information: bins of a uniform variable, and labels that were flipped."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import xlogy

from infometer.sources.arguments import check_integer, check_real, generator

__all__ = ["SymmetricLabelNoise", "UniformBins"]


@dataclass(frozen=True)
class UniformBins:
    """X ~ U(0, 1)^d, Y = ⌊K X₁⌋: continuous X, discrete Y and I = H(Y) = log K.

    Parameters
    ----------
    n_classes : int
        K, at least 2.
    d : int
        Columns of X; all but the first carry nothing.

    Raises
    ------
    ValueError

    References
    ----------
    Gao et al., "Estimating Mutual Information for Discrete-Continuous Mixtures", NeurIPS 2017.

    Examples
    --------
    >>> round(UniformBins(7).mutual_information, 6)
    1.94591
    """

    n_classes: int
    d: int = 1

    def __post_init__(self) -> None:
        check_integer("n_classes", self.n_classes, least=2)
        check_integer("d", self.d)

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        return math.log(self.n_classes)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` of shape (n, d), ``y`` labels of shape (n,)."""
        check_integer("n", n)
        x = generator(random_state).random((n, self.d))
        return x, np.floor(self.n_classes * x[:, 0]).astype(np.int64)


@dataclass(frozen=True)
class SymmetricLabelNoise:
    """A uniform label, and the same one replaced by another, uniformly, with probability e.

    I = log K + (1−e) log(1−e) + e log(e/(K−1)): log K without noise, 0 at e = 1 − 1/K.

    Parameters
    ----------
    n_classes : int
        K, at least 2.
    noise : float
        e in [0, 1]; beyond 1 − 1/K the information rises again.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> round(SymmetricLabelNoise(10, noise=0.1).mutual_information, 6)
    1.75778
    """

    n_classes: int
    noise: float

    def __post_init__(self) -> None:
        check_integer("n_classes", self.n_classes, least=2)
        check_real("noise", self.noise, 0, 1, closed="[]")

    @property
    def mutual_information(self) -> float:
        """I(clean; noisy), in nats."""
        e, k = self.noise, self.n_classes
        return math.log(k) + float(xlogy(1 - e, 1 - e) + xlogy(e, e / (k - 1)))

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: the clean and the noisy labels, integers of shape (n,)."""
        check_integer("n", n)
        rng = generator(random_state)
        clean = rng.integers(self.n_classes, size=n)
        step = rng.integers(1, self.n_classes, size=n)  # to any other class
        flipped = rng.random(n) < self.noise
        return clean, np.where(flipped, (clean + step) % self.n_classes, clean)
