"""Gaussian pairs of known mutual information: −½ log(1−ρ²) for each correlated coordinate pair."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from scipy.stats import ortho_group

from infometer.sources.arguments import check_integer, check_real, generator

__all__ = [
    "CorrelatedGaussian",
    "EquicorrelatedGaussian",
    "correlated_normals",
    "information_of_correlation",
]

MOST_NATS_PER_PAIR = 25.0
"""Beyond, the noise e^(−I/m) drowns in the rounding of double precision."""


def information_of_correlation(rho: float) -> float:
    """I = −½ log(1 − ρ²), of two Gaussian variables with correlation `rho`.

    Parameters
    ----------
    rho : float
        In (−1, 1).

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> round(information_of_correlation(0.6), 6)
    0.223144
    """
    check_real("rho", rho, -1, 1)
    return 0.5 * abs(math.log1p(-rho * rho))


def correlated_normals(
    rng: np.random.Generator, n: int, dx: int, dy: int, rho: float, noise: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw standard normals with Y_i = ρ X_i + s ξ_i for i < min(dx, dy), all else independent.

    Parameters
    ----------
    rng : numpy.random.Generator
    n, dx, dy : int
    rho, noise : float
        ρ and s = √(1−ρ²); both are asked for because s computed from a ρ close to 1 is inexact.

    Returns
    -------
    x : ndarray (n, dx)
    y : ndarray (n, dy)

    Examples
    --------
    >>> x, y = correlated_normals(np.random.default_rng(0), 5, 2, 1, 1.0, 0.0)
    >>> bool((x[:, 0] == y[:, 0]).all())
    True
    """
    pairs = min(dx, dy)
    x, y = rng.standard_normal((n, dx)), rng.standard_normal((n, dy))
    y[:, :pairs] = rho * x[:, :pairs] + noise * y[:, :pairs]
    return x, y


@dataclass(frozen=True)
class CorrelatedGaussian:
    """Two Gaussian vectors whose information is spread equally over m = min(dx, dy) pairs.

    ρ = √(1 − e^(−2I/m)) for each pair of coordinates, and then X → XQ, Y → YR with random
    orthogonal Q and R, which leaves I(X;Y) as it is and hides the pairs from the estimator.

    Parameters
    ----------
    dx, dy : int
        Dimensions of the two vectors.
    mutual_information : float
        The target, in nats; at most 25 a pair, beyond which doubles cannot carry it.
    rotate : bool
        Whether to rotate.
    rotation_seed : int
        Fixes Q and R, so that all samples of one source have the same law.

    Raises
    ------
    ValueError

    References
    ----------
    Butakov et al., "Information Bottleneck Analysis of Deep Neural Networks via Lossy
    Compression", ICLR 2024, Algorithm 1.

    Examples
    --------
    >>> source = CorrelatedGaussian(2, 2, mutual_information=2.0)
    >>> round(source.correlation, 6)
    0.929873
    >>> x, y = source.sample(1000, random_state=0)
    >>> x.shape, y.shape
    ((1000, 2), (1000, 2))
    """

    dx: int
    dy: int
    mutual_information: float
    rotate: bool = True
    rotation_seed: int = 0

    def __post_init__(self) -> None:
        check_integer("dx", self.dx)
        check_integer("dy", self.dy)
        check_integer("rotation_seed", self.rotation_seed, least=0)
        most = MOST_NATS_PER_PAIR * min(self.dx, self.dy)
        check_real("mutual_information", self.mutual_information, 0, most, closed="[]")

    @classmethod
    def from_correlation(
        cls, rho: float, d: int, rotate: bool = True, rotation_seed: int = 0
    ) -> Self:
        """`d` pairs of coordinates, each with correlation `rho` in [0, 1).

        A negative correlation has the information of its absolute value: give that.

        Examples
        --------
        >>> round(CorrelatedGaussian.from_correlation(0.75, d=2).mutual_information, 6)
        0.826679
        """
        check_real("rho", rho, 0, 1, closed="[)")
        check_integer("d", d)
        return cls(d, d, d * information_of_correlation(rho), rotate, rotation_seed)

    @property
    def correlation(self) -> float:
        """ρ, of each pair of coordinates before the rotation."""
        pairs = min(self.dx, self.dy)
        return math.sqrt(-math.expm1(-2 * self.mutual_information / pairs))

    @cached_property
    def rotations(self) -> tuple[np.ndarray, np.ndarray]:
        """Q (dx, dx) and R (dy, dy); identities where `rotate` is False."""
        rng = generator(self.rotation_seed)
        # scipy draws orthogonal matrices from two dimensions on; in one there is nothing to turn
        x, y = (
            ortho_group.rvs(d, random_state=rng) if self.rotate and d > 1 else np.eye(d)
            for d in (self.dx, self.dy)
        )
        return x, y

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` of shape (n, dx) and ``y`` of shape (n, dy)."""
        check_integer("n", n)
        noise = math.exp(-self.mutual_information / min(self.dx, self.dy))
        x, y = correlated_normals(
            generator(random_state), n, self.dx, self.dy, self.correlation, noise
        )
        if not self.rotate:
            return x, y
        q, r = self.rotations
        return x @ q, y @ r


@dataclass(frozen=True)
class EquicorrelatedGaussian:
    """Two Gaussian vectors of `d` coordinates, any two of the 2d with the correlation `rho`.

    I = ½ log(det Σ_d² / det Σ_2d), det Σ_k = (1−ρ)^(k−1) (1 + (k−1)ρ), which is
    log(1+(d−1)ρ) − ½ log(1−ρ) − ½ log(1+(2d−1)ρ).

    Parameters
    ----------
    d : int
    rho : float
        In (−1/(2d−1), 1), where the covariance is positive definite.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> round(EquicorrelatedGaussian(5, 0.5).mutual_information, 6)
    0.592812
    """

    d: int
    rho: float

    def __post_init__(self) -> None:
        check_integer("d", self.d)
        check_real("rho", self.rho, -1 / (2 * self.d - 1), 1)

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        d, rho = self.d, self.rho
        return (
            math.log1p((d - 1) * rho) - 0.5 * math.log1p(-rho) - 0.5 * math.log1p((2 * d - 1) * rho)
        )

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` and ``y``, both of shape (n, d)."""
        check_integer("n", n)
        z = generator(random_state).standard_normal((n, 2 * self.d))
        mean = z.mean(axis=1, keepdims=True)
        # the square root of the covariance scales the mean and what stands about it separately
        along, across = math.sqrt(1 + (2 * self.d - 1) * self.rho), math.sqrt(1 - self.rho)
        z = across * (z - mean) + along * mean
        return z[:, : self.d], z[:, self.d :]
