"""SMILE: the Jensen-Shannon critic, read by Donsker and Varadhan's bound with clipped scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.donsker_varadhan import pooled_bound
from infometer.estimators.neural.scaling import Scale
from infometer.estimators.neural.variational_bounds import (
    jensen_shannon_objective,
    log_mean_exp_of_others,
)

__all__ = ["SMILE"]


class SMILE(CriticInformation):
    r"""I(X;Y) ≈ E_P T − log E_Q e^T with T clipped to ±τ in the second term; `smile_estimate`.

    It trades the variance of Donsker and Varadhan's bound for a bias, and is no bound: where
    scores pass τ the figure may lie above I(X;Y). Parameters and attributes are those of
    `CriticInformation`, and:

    Parameters
    ----------
    clip : float
        τ.

    References
    ----------
    J. Song and S. Ermon, "Understanding the limitations of variational mutual information
    estimators", ICLR 2020.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=0.5).sample(4000, random_state=0)
    >>> SMILE(max_steps=300, random_state=0).fit(x, y).estimate_
    0.5... ± 0.0... nats (95 % ...; SMILE block=150 steps=300, n=4000)
    """

    _method = "SMILE"
    _bound = None

    def __init__(
        self,
        critic: Any = "auto",
        *,
        clip: float = 5.0,
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
        self.clip = clip

    def _check(self) -> None:
        super()._check()
        if not self.clip > 0:
            raise ValueError(f"clip is {self.clip!r}; it must be a number above 0, such as 5.0")

    def _own_settings(self) -> dict[str, Any]:
        return {"clip": self.clip}

    def _objective(self, scores: Tensor) -> Tensor:
        return jensen_shannon_objective(scores)

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        clipped = scores.clamp(-self.clip, self.clip)
        return [scores.diagonal().mean(), log_mean_exp_of_others(clipped)]

    def _figure(self, statistics: np.ndarray) -> float:
        return pooled_bound(statistics)
