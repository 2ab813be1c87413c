"""Multivariate Student pair: information in the shared scale even where nothing correlates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma, gammaln

from infometer.sources.arguments import check_integer, check_real, generator
from infometer.sources.gaussian import correlated_normals, information_of_correlation

__all__ = ["StudentT", "shared_scale_information"]

LEAST_DEGREES_OF_FREEDOM = 0.1
"""Below, draws of χ² fall under the smallest double."""


def shared_scale_information(degrees_of_freedom: float, dx: int, dy: int) -> float:
    """I = f(ν) + f(ν+m+n) − f(ν+m) − f(ν+n), f(t) = log Γ(t/2) − (t/2) ψ(t/2); m = dx, n = dy.

    The information of a Student vector of identity dispersion about another that was divided by
    the same √(χ²_ν/ν). It is a difference of terms that grow like ν/2, so that its absolute error
    is about 1e-16 ν.

    Parameters
    ----------
    degrees_of_freedom : float
    dx, dy : int

    Returns
    -------
    float
        In nats.

    References
    ----------
    Arellano-Valle et al., "Shannon Entropy and Mutual Information for Multivariate
    Skew-Elliptical Distributions", Scandinavian Journal of Statistics 2013.

    Examples
    --------
    >>> round(shared_scale_information(1, 1, 1), 6)
    0.224171
    """

    def f(t: float) -> float:
        return float(gammaln(t / 2) - t / 2 * digamma(t / 2))

    nu = degrees_of_freedom
    return f(nu) + f(nu + dx + dy) - f(nu + dx) - f(nu + dy)


@dataclass(frozen=True)
class StudentT:
    """(X, Y) = Z / √(χ²_ν/ν), with Z normal and its first min(dx, dy) coordinate pairs correlated.

    I = the Gaussian information of Z, −(m/2) log(1−ρ²), plus `shared_scale_information`.

    Parameters
    ----------
    dx, dy : int
    degrees_of_freedom : float
        ν, at least 0.1; the moments of order ν and above are infinite.
    correlation : float
        ρ in (−1, 1), of Z.

    Raises
    ------
    ValueError

    References
    ----------
    Czyż et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators",
    NeurIPS 2023.

    Examples
    --------
    >>> round(StudentT(2, 2, degrees_of_freedom=1).mutual_information, 6)
    0.431946
    """

    dx: int
    dy: int
    degrees_of_freedom: float
    correlation: float = 0.0

    def __post_init__(self) -> None:
        check_integer("dx", self.dx)
        check_integer("dy", self.dy)
        check_real(
            "degrees_of_freedom", self.degrees_of_freedom, LEAST_DEGREES_OF_FREEDOM, closed="[)"
        )
        check_real("correlation", self.correlation, -1, 1)

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        gaussian = min(self.dx, self.dy) * information_of_correlation(self.correlation)
        return gaussian + shared_scale_information(self.degrees_of_freedom, self.dx, self.dy)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` of shape (n, dx) and ``y`` of shape (n, dy)."""
        check_integer("n", n)
        rng = generator(random_state)
        noise = math.sqrt(1 - self.correlation**2)
        x, y = correlated_normals(rng, n, self.dx, self.dy, self.correlation, noise)
        nu = self.degrees_of_freedom
        scale = np.sqrt(rng.chisquare(nu, size=(n, 1)) / nu)
        return x / scale, y / scale
