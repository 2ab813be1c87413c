"""InfoNCE: which of b rows of y belongs to this x?"""

from __future__ import annotations

import math

from torch import Tensor

from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.variational_bounds import infonce_bound

__all__ = ["InfoNCE"]


class InfoNCE(CriticInformation):
    r"""I(X;Y) ≥ log b − the cross entropy of finding the y of an x among b; see `infonce_bound`.

    The steadiest of the lower bounds, and never above its ceiling log b, where b is the rows of a
    held-out block (`batch_size` at most): beyond 0.8 of it the figure is cut off, and says so.
    Parameters and attributes are those of `CriticInformation`.

    References
    ----------
    A. van den Oord, Y. Li and O. Vinyals, "Representation learning with contrastive predictive
    coding", arXiv:1807.03748 (2018).

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(5, 5, mutual_information=1.0).sample(4000, random_state=0)
    >>> InfoNCE(max_steps=300, random_state=0).fit(x, y).estimate_
    ≥ 0.9... ± 0.0... nats (95 % ...; lower bound; InfoNCE block=150 steps=300, n=4000)
    """

    _method = "InfoNCE"

    def _objective(self, scores: Tensor) -> Tensor:
        return infonce_bound(scores)

    def _largest(self, block: int) -> float:
        return math.log(block)
