"""CLUB: an upper bound from a model of y given x."""

from __future__ import annotations

import math
from types import MappingProxyType

import torch
from torch import Tensor, nn

from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.critics import perceptron
from infometer.estimators.neural.variational_bounds import others

__all__ = ["CLUB", "GaussianConditional"]

LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE = -12.0, 8.0


class GaussianConditional(nn.Module):
    """T(x, y) = log q(y|x), Gaussian with mean and variances from a perceptron of x.

    Parameters
    ----------
    dx, dy : int
    widths : sequence of int

    Examples
    --------
    >>> GaussianConditional(3, 2).pairwise(torch.zeros(5, 3), torch.zeros(4, 2)).shape
    torch.Size([5, 4])
    """

    def __init__(self, dx: int, dy: int, widths: tuple[int, ...] = (64, 64)) -> None:
        super().__init__()
        self.network = perceptron([dx, *widths, 2 * dy])

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and log variances of y, each (n, dy)."""
        mean, log_variance = self.network(x).chunk(2, dim=1)
        return mean, log_variance.clamp(LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """log q(y|x) of paired rows, (n,)."""
        mean, log_variance = self.moments(x)
        squares = (y - mean) ** 2 * (-log_variance).exp()
        return -0.5 * (squares + log_variance + math.log(2 * math.pi)).sum(1)

    def pairwise(self, x: Tensor, y: Tensor) -> Tensor:
        """log q(y_j|x_i) of every x (n, dx) with every y (m, dy): (n, m), in double precision.

        The square of a difference as three terms loses the digits that these have in common.
        """
        mean, log_variance = (moment.double() for moment in self.moments(x))
        y = y.double()
        precision = (-log_variance).exp()
        constant = (mean**2 * precision + log_variance + math.log(2 * math.pi)).sum(1)
        squares = precision @ (y**2).T - 2 * (mean * precision) @ y.T + constant[:, None]
        return -0.5 * squares


class CLUB(CriticInformation):
    r"""I(X;Y) ≤ E_P log q(y|x) − E_Q log q(y|x), an upper bound where q is p(y|x).

    With a q that was learned it is one as long as q is closer to p(y|x) under p(x, y) than under
    p(x) p(y), which no data prove: beside a lower bound it brackets, alone it proves nothing. It
    may lie far above: with the true q it is ρ²/(1 − ρ²) of a Gaussian pair, where I(X;Y) is
    −½ log(1 − ρ²).
    Parameters and attributes are those of `CriticInformation`; a `critic` of your own gives
    log q(y|x).

    References
    ----------
    P. Cheng et al., "CLUB: a contrastive log-ratio upper bound of mutual information", ICML 2020,
    equations 6 and 15.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=0.5).sample(4000, random_state=0)
    >>> rho = CorrelatedGaussian(2, 2, mutual_information=0.5).correlation
    >>> round(2 * rho**2 / (1 - rho**2), 3)
    1.297
    >>> CLUB(max_steps=300, random_state=0).fit(x, y).estimate_
    ≤ 1.2... ± 0.0... nats (95 % ...; upper bound; CLUB block=150 steps=300, n=4000)
    """

    _method = "CLUB"
    _bound = "upper"
    _critics = MappingProxyType({"auto": GaussianConditional})

    def _loss(self, critic: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        return -torch.as_tensor(critic(x, y)).mean()

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        return [scores.diagonal().mean() - others(scores).mean()]
