"""A uniform variable seen through uniform noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.sources.arguments import check_integer, check_real, generator

__all__ = ["UniformAdditiveNoise"]

LEAST_EPSILON = 1e-12
"""Below, the noise drowns in the rounding of X + noise."""


@dataclass(frozen=True)
class UniformAdditiveNoise:
    """X ~ U(0, 1), Y = X + U(−ε, ε): I = ε − log 2ε where ε ≤ ½, else 1/(4ε).

    Parameters
    ----------
    epsilon : float
        Half the width of the noise, at least 1e-12.

    Raises
    ------
    ValueError

    References
    ----------
    Czyż et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators",
    NeurIPS 2023, appendix on the additive-noise distribution.

    Examples
    --------
    >>> round(UniformAdditiveNoise(0.1).mutual_information, 6)
    1.709438
    """

    epsilon: float

    def __post_init__(self) -> None:
        check_real("epsilon", self.epsilon, LEAST_EPSILON, closed="[)")

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        if self.epsilon <= 0.5:
            return self.epsilon - math.log(2 * self.epsilon)
        return 1 / (4 * self.epsilon)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` and ``y``, both of shape (n, 1)."""
        check_integer("n", n)
        rng = generator(random_state)
        x = rng.random((n, 1))
        return x, x + rng.uniform(-self.epsilon, self.epsilon, (n, 1))
