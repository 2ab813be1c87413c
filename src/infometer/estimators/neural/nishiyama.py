"""The bound of Nishiyama and Sason from the mean and variance of a critic."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.variational_bounds import nishiyama_scores_bound, others
from infometer.quantities import nishiyama_bound

__all__ = ["Nishiyama"]


class Nishiyama(CriticInformation):
    r"""I(X;Y) ≥ the least divergence that the critic's means and variances allow.

    See `infometer.quantities.nishiyama_bound`. It has no mean of e^T, and so little variance; but
    no critic makes it I(X;Y) itself, because two points with the same moments are less far apart
    than the laws are. Parameters and attributes are those of `CriticInformation`.

    References
    ----------
    T. Nishiyama and I. Sason, "On relations between the relative entropy and χ²-divergence,
    generalizations and applications", Entropy 22, 563 (2020), theorem 2.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=0.5).sample(4000, random_state=0)
    >>> Nishiyama(max_steps=300, random_state=0).fit(x, y).estimate_
    ≥ 0.4... ± 0.0... nats (95 % ...; lower bound; Nishiyama block=150 steps=300, n=4000)
    """

    _method = "Nishiyama"

    def _objective(self, scores: Tensor) -> Tensor:
        return nishiyama_scores_bound(scores)

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        parts = scores.diagonal(), others(scores)
        return [moment for part in parts for moment in (part.mean(), (part**2).mean())]

    def _figure(self, statistics: np.ndarray) -> float:
        mean_p, square_p, mean_q, square_q = statistics.mean(axis=0)
        variances = (max(square_p - mean_p**2, 0.0), max(square_q - mean_q**2, 0.0))
        return nishiyama_bound(mean_p, mean_q, *variances)
