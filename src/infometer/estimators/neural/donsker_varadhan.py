"""Donsker and Varadhan's bound, and MINE, which climbs it with a moving average in its gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.special import logsumexp
from torch import Tensor, nn

from infometer.estimators.neural.bound_notes import few_pairs_note
from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.critics import pairwise_scores
from infometer.estimators.neural.scaling import Scale
from infometer.estimators.neural.variational_bounds import (
    donsker_varadhan_bound,
    joint_and_product,
    log_mean_exp_of_others,
)

__all__ = ["DonskerVaradhan", "move_average", "pooled_bound"]


class DonskerVaradhan(CriticInformation):
    r"""I(X;Y) ≥ E_P T − log E_Q e^T, the bound of MINE; see `donsker_varadhan_bound`.

    The log of a batch's mean is biased, and its gradient with it. MINE divides by a moving average
    of the mean in place of the batch's own, which helps where a batch has one unrelated pair a row.
    Here it has b − 1, and the plain gradient finds more where there is much to find; MINE is
    ``ema_rate=0.01``. The held-out figure takes one log of the mean over all blocks, and the
    jackknife takes the bias of that log away.
    Parameters and attributes are those of `CriticInformation`, and:

    Parameters
    ----------
    ema_rate : float
        Weight of each new batch in the moving average; 1 is the plain gradient, 0.01 is MINE.

    References
    ----------
    M. I. Belghazi et al., "Mutual information neural estimation", ICML 2018, section 3.2.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=0.5).sample(4000, random_state=0)
    >>> DonskerVaradhan(max_steps=300, random_state=0).fit(x, y).estimate_
    ≥ 0.5... ± 0.0... nats (95 % ...; lower bound; Donsker-Varadhan block=150 steps=300, n=4000)
    """

    _method = "Donsker-Varadhan"
    _exponential = True

    def __init__(
        self,
        critic: Any = "auto",
        *,
        ema_rate: float = 1.0,
        scale: Scale = "rank",
        held_out: float = 0.3,
        validation_fraction: float = 0.1,
        max_steps: int = 5000,
        batch_size: int = 256,
        lr: float = 1e-3,
        patience: int = 20,
        level: float = 0.95,
        n_permutations: int = 0,
        random_state: Any = None,
        device: Any = None,
        checkpoint: Path | str | None = None,
        on_step: Callable[[int, float], object] | None = None,
    ) -> None:
        super().__init__(
            critic, scale=scale, held_out=held_out, validation_fraction=validation_fraction,
            max_steps=max_steps, batch_size=batch_size, lr=lr, patience=patience, level=level,
            n_permutations=n_permutations, random_state=random_state, device=device,
            checkpoint=checkpoint, on_step=on_step,
        )  # fmt: skip
        self.ema_rate = ema_rate

    def _check(self) -> None:
        super()._check()
        if not 0 < self.ema_rate <= 1:
            raise ValueError(
                f"ema_rate is {self.ema_rate!r}; it must lie in (0, 1], such as 1 or 0.01"
            )

    def _own_settings(self) -> dict[str, Any]:
        return {"ema_rate": self.ema_rate}

    def _new_critic(self, dx: int, dy: int, seed: int) -> nn.Module:
        critic = super()._new_critic(dx, dy, seed)
        if self.ema_rate < 1:
            # a buffer of the critic, so that a killed training goes on with the same average
            unset = torch.tensor(math.nan, dtype=torch.float64)
            critic.register_buffer("_log_average_of_mine", unset)
        return critic

    def _objective(self, scores: Tensor) -> Tensor:
        return donsker_varadhan_bound(scores)

    def _loss(self, critic: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        if self.ema_rate == 1 or not critic.training:
            return super()._loss(critic, x, y)
        scores = pairwise_scores(critic, x, y)
        log_mean = log_mean_exp_of_others(scores)
        log_average = critic.get_buffer("_log_average_of_mine")
        move_average(log_average, log_mean.detach(), self.ema_rate)
        slope = (log_mean - log_average.to(log_mean)).exp()  # ∇ is that of E_Q e^T / its average
        return log_mean.detach() + (slope - slope.detach()) - scores.diagonal().mean()

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        return joint_and_product(scores)

    def _figure(self, statistics: np.ndarray) -> float:
        return pooled_bound(statistics)

    def _reasons(self, statistics: np.ndarray) -> list[str]:
        return few_pairs_note(statistics[:, 1])


def pooled_bound(statistics: np.ndarray) -> float:
    """E_P T − log E_Q e^T from E_P T and log E_Q e^T of blocks (G, 2): one log for all of them.

    Examples
    --------
    >>> pooled_bound(np.array([[1.0, 0.0], [3.0, 0.0]]))
    2.0
    """
    joint, product = statistics.T
    return float(joint.mean() - (logsumexp(product) - math.log(len(product))))


def move_average(log_average: Tensor, log_mean: Tensor, rate: float) -> None:
    """Make a the average (1 − r) a + r m, both as logs and in place; the first m is the average.

    Examples
    --------
    >>> log_average = torch.tensor(4.0).log()
    >>> move_average(log_average, torch.tensor(8.0).log(), 0.25)
    >>> round(log_average.exp().item(), 4)
    5.0
    """
    if torch.isnan(log_average):
        log_average.copy_(log_mean)
    else:
        log_average.copy_(
            torch.logaddexp(log_average + math.log1p(-rate), log_mean + math.log(rate))
        )
