"""The bound of Nguyen, Wainwright and Jordan."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from infometer.estimators.neural.bound_notes import few_pairs_note
from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.variational_bounds import joint_and_product, nwj_bound

__all__ = ["NWJ"]


class NWJ(CriticInformation):
    r"""I(X;Y) ≥ E_P T − E_Q e^(T−1), without bias for any critic; see `nwj_bound`.

    The mean over unrelated pairs has a variance that grows like e^I: for more than some nats take
    InfoNCE or SMILE. Parameters and attributes are those of `CriticInformation`.

    References
    ----------
    X. Nguyen, M. J. Wainwright and M. I. Jordan, "Estimating divergence functionals and the
    likelihood ratio by convex risk minimization", IEEE Trans. Inf. Theory 56, 5847 (2010).

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=0.5).sample(4000, random_state=0)
    >>> NWJ(max_steps=300, random_state=0).fit(x, y).estimate_
    ≥ 0.5... ± 0.0... nats (95 % ...; lower bound; NWJ block=150 steps=300, n=4000)
    """

    _method = "NWJ"
    _exponential = True

    def _objective(self, scores: Tensor) -> Tensor:
        return nwj_bound(scores)

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        return joint_and_product(scores)

    def _figure(self, statistics: np.ndarray) -> float:
        joint, product = statistics.T
        return float(joint.mean() - np.exp(product - 1).mean())

    def _reasons(self, statistics: np.ndarray) -> list[str]:
        return few_pairs_note(statistics[:, 1])
