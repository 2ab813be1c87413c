"""What all bounds by a critic share: scaling, a split of the rows, training, held-out blocks."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self

import numpy as np
import torch
from torch import Tensor, nn

from infometer.contracts import Estimate
from infometer.estimators.fitting import FitHistory
from infometer.estimators.neural.bound_notes import (
    below_0_note,
    budget_note,
    proof_note,
    rare_pairs_note,
)
from infometer.estimators.neural.critics import (
    concatenated_critic,
    pairwise_scores,
    separable_critic,
)
from infometer.estimators.neural.held_out import (
    Parts,
    fit_on_parts,
    held_out_parts,
    require_share,
)
from infometer.estimators.neural.scaling import Scale, scaled
from infometer.estimators.pair import PairEstimator
from infometer.estimators.placement import as_model_tensor, model_device
from infometer.estimators.samples import require_count, vary
from infometer.estimators.seeded import seeded
from infometer.estimators.training_run import module_modes
from infometer.resampling import (
    PermutationNull,
    integer_seed,
    jackknife,
    permutation_null,
    root_seed,
    student_interval,
)

__all__ = ["CriticInformation"]

CAPS = (1.0, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5)
"""Quantiles of the scores of pairs that belong together, of which one cuts off the scores."""

ENOUGH_BLOCKS = 64
"""To choose it by; all scores of theirs are in memory together."""

FEWEST_BLOCKS = 8
"""Of the held-out rows, so that their spread tells the error."""


class CriticInformation(PairEstimator):
    """I(X;Y) by a critic that is trained on some rows and measured on others.

    Base of `InfoNCE`, `DonskerVaradhan`, `NWJ`, `SMILE`, `JensenShannon`, `Nishiyama` and `CLUB`,
    whose parameters these are. The rows are cut at random into three parts: the critic climbs its
    objective on the first, training stops by the second, and the figure is from the third alone,
    so that a critic that learned its rows by heart gains nothing. The held-out rows are cut into
    blocks of at most `batch_size`, at least 8, in which every row meets every other; the figure is
    the jackknife's over these blocks, and the interval that of Student. The interval is of what
    *this* critic shows: its lower end is a lower confidence limit of I(X;Y) for a lower bound, and
    its upper end says nothing about what a better critic would find.

    Copies of rows have to be left out before: a copy of a training row is known by heart.

    Parameters
    ----------
    critic : {"auto", "separable", "concatenated"} or torch.nn.Module
        "auto" is the separable one (`separable_critic`), for `CLUB` a `GaussianConditional`. Any
        module that scores paired rows is one; a copy of it is trained.
    scale : {"rank", "standard", None}
        Of every column, which changes no information: its normal scores, mean 0 and variance 1,
        or as it is. Heavy tails need the ranks; images "standard", or None and pixels from 0 to 1.
    held_out : float
        Share of the rows that the figure is from.
    validation_fraction : float
        Share of the rows that training stops by.
    max_steps, batch_size : int
    lr : float
        Of Adam.
    patience : int
        Epochs without a better validation figure; the best weights are kept.
    level : float
        Of the interval.
    n_permutations : int
        Of the held-out y, by the trained critic, for the p-value and the null; 0 for none.
    random_state : int, None, RandomState or Generator
        The same integer gives the same figure.
    device : torch.device or str, optional
    checkpoint : path, optional
        A killed fit goes on from there, see `infometer.estimators.fitting.fit_module`.
    on_step : callable, optional
        ``on_step(step, loss)`` after each step, to show progress.

    Attributes
    ----------
    estimate_ : Estimate
    critic_ : torch.nn.Module
        Trained; it takes scaled columns.
    history_ : FitHistory
    score_cap_ : float
        Where the figure has a mean of e^T, held-out scores are cut off there: a critic that is cut
        off is a critic too, and strange pairs that it scores wildly no longer rule the mean. Of
        some quantiles of the scores of pairs that belong together it is the one with the largest
        bound on the rows of the second part. Infinite elsewhere.
    """

    _uses_neighbors = False
    _bound: ClassVar[Literal["lower", "upper"] | None] = "lower"
    _exponential: ClassVar[bool] = False
    """Whether a mean of e^T is in the figure, which a single wild score can rule."""
    _critics: ClassVar[Mapping[str, Callable[[int, int], nn.Module]]] = MappingProxyType(
        {
            "auto": separable_critic,
            "separable": separable_critic,
            "concatenated": concatenated_critic,
        }
    )

    critic_: nn.Module
    history_: FitHistory
    score_cap_: float

    def __init__(
        self,
        critic: Any = "auto",
        *,
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
        self.critic = critic
        self.scale = scale
        self.held_out = held_out
        self.validation_fraction = validation_fraction
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.lr = lr
        self.patience = patience
        self.level = level
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.device = device
        self.checkpoint = checkpoint
        self.on_step = on_step

    def fit(self, X: Any, y: Any) -> Self:  # type: ignore[override]  # it takes no groups
        """Train a critic and estimate I(X;Y).

        Parameters
        ----------
        X : array-like, shape (n, dx)
        y : array-like, shape (n,) or (n, dy)

        Returns
        -------
        self
            With ``estimate_``, ``critic_`` and ``history_``.

        Raises
        ------
        ValueError
            For NaN or infinity, too few rows, or a critic that does not score pairs.
        FloatingPointError
            Where training leaves the finite numbers.
        """
        for name in ("estimate_", "critic_", "history_", "score_cap_"):
            self.__dict__.pop(name, None)
        x, y, _ = self._validated(X, y)
        self._check()
        if not (vary(x).any() and vary(y).any()):
            self.estimate_ = self._constant(len(x))
            return self
        seed = root_seed(self.random_state)
        parts = held_out_parts(len(x), self.held_out, self.validation_fraction, seed)
        x, y = scaled(x, self.scale, "X"), scaled(y, self.scale, "y")
        self.critic_ = self._new_critic(x.shape[1], y.shape[1], seed)
        self._train(x, y, parts, seed)
        self.score_cap_ = self._best_cap(x[parts.validation], y[parts.validation])
        self.estimate_ = self._measure(x[parts.held_out], y[parts.held_out], len(x), seed)
        return self

    def _check(self) -> None:
        """Raise for settings that cannot be, before the long work."""
        require_count(self.batch_size, "batch_size", 4)
        require_count(self.max_steps, "max_steps", 1)
        require_count(self.patience, "patience", 1)
        for name in ("held_out", "validation_fraction", "level"):
            require_share(getattr(self, name), name)
        if self.checkpoint is not None and not isinstance(self.random_state, int | np.integer):
            raise ValueError(
                f"random_state is {self.random_state!r}; a fit with a checkpoint needs an integer, "
                "so that what was killed goes on with the same parts and batches"
            )

    def _objective(self, scores: Tensor) -> Tensor:
        """What training climbs, of the scores (b, b) of a batch."""
        raise NotImplementedError

    def _statistics(self, scores: Tensor) -> list[Tensor]:
        """What the figure needs of a held-out block, from its scores (b, b)."""
        return [self._objective(scores)]

    def _figure(self, statistics: np.ndarray) -> float:
        """The figure from the statistics (blocks, s)."""
        return float(statistics.mean())

    def _largest(self, block: int) -> float | None:
        """The largest figure that blocks of so many rows can give."""
        return None

    def _reasons(self, statistics: np.ndarray) -> list[str]:
        """What stands against the figure."""
        return []

    def _notes(self, statistics: np.ndarray, value: float, n_held_out: int) -> tuple[str, ...]:
        notes = budget_note(self.history_, self.patience) + self._reasons(statistics)
        if self._bound == "lower":
            notes += below_0_note(value) + proof_note(value, n_held_out)
        return (*notes, *(rare_pairs_note(value) if self._exponential else ()))

    def _loss(self, critic: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        return -self._objective(pairwise_scores(critic, x, y))

    def _new_critic(self, dx: int, dy: int, seed: int) -> nn.Module:
        if isinstance(self.critic, nn.Module):
            if not any(weight.requires_grad for weight in self.critic.parameters()):
                raise ValueError(
                    f"critic {type(self.critic).__name__} has no parameter that requires a "
                    "gradient; expected a module that can be trained"
                )
            return copy.deepcopy(self.critic)
        if not isinstance(self.critic, str) or self.critic not in self._critics:
            raise ValueError(
                f"critic is {self.critic!r}; it must be one of {', '.join(self._critics)}, or a "
                "torch.nn.Module that scores paired rows, such as convolutional_critic(…)"
            )
        with seeded(seed, "critic"):
            return self._critics[self.critic](dx, dy)

    def _train(self, x: np.ndarray, y: np.ndarray, parts: Parts, seed: int) -> None:
        about = f"{type(self).__name__} {self._own_settings()}"
        self.history_ = fit_on_parts(self, self.critic_, self._loss, (x, y), parts, seed, about)

    def _measure(self, x: np.ndarray, y: np.ndarray, n: int, seed: int) -> Estimate:
        m, blocks = len(x), self._blocks(len(x))
        pair = as_model_tensor(self.critic_, x), as_model_tensor(self.critic_, y)
        statistics = self._block_statistics(self._scores(*pair, blocks), self.score_cap_)
        value, error, freedom = jackknife(self._figure, statistics)
        interval = None if error is None else student_interval(value, error, freedom, self.level)
        null = self._null_of(pair, blocks, value, seed) if self.n_permutations else None
        return Estimate(
            "I(X;Y)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            bound=self._bound,
            p_value=None if null is None else null.p_value,
            null=None if null is None else (null.mean, null.upper),
            ceiling=self._largest(len(blocks[0])),
            n_samples=n,
            method=self._method,
            parameters=self._told(len(blocks[0]), m),
            warnings=self._notes(statistics, value, m),
        )

    def _best_cap(self, x: np.ndarray, y: np.ndarray) -> float:
        if not self._exponential:
            return math.inf
        blocks = list(self._scores(x, y, self._blocks(len(x))[:ENOUGH_BLOCKS]))
        joint = torch.cat([scores.diagonal() for scores in blocks])
        caps = torch.quantile(joint, torch.tensor(CAPS, dtype=joint.dtype)).tolist()
        bounds = [self._figure(self._block_statistics(blocks, cap)) for cap in caps]
        return caps[int(np.argmax(bounds))]

    def _on_device(self, rows: np.ndarray | Tensor) -> Tensor:
        return as_model_tensor(self.critic_, rows).to(model_device(self.critic_))

    def _blocks(self, m: int) -> list[np.ndarray]:
        count = max(math.ceil(m / self.batch_size), min(FEWEST_BLOCKS, m // 2))
        return np.array_split(np.arange(m), count)

    @torch.no_grad()
    def _scores(self, x: Any, y: Any, blocks: list[np.ndarray]) -> Iterator[Tensor]:
        """Scores of every row of a block with every other, in double precision."""
        for rows in blocks:
            pair = (self._on_device(view[rows]) for view in (x, y))
            with module_modes(self.critic_, train=False):
                yield pairwise_scores(self.critic_, *pair).double().cpu()

    def _block_statistics(self, blocks: Iterable[Tensor], cap: float) -> np.ndarray:
        return np.array(
            [[part.item() for part in self._statistics(scores.clamp(max=cap))] for scores in blocks]
        )

    def _null_of(
        self, pair: tuple[Tensor, Tensor], blocks: list[np.ndarray], value: float, seed: int
    ) -> PermutationNull:
        def shuffled(order: np.ndarray) -> float:
            scores = self._scores(pair[0], pair[1][torch.from_numpy(order)], blocks)
            found = self._block_statistics(scores, self.score_cap_)
            return jackknife(self._figure, found).value

        return permutation_null(
            shuffled,
            len(pair[0]),
            value,
            n_permutations=self.n_permutations,
            level=self.level,
            random_state=integer_seed(seed, "null"),
        )

    def _parameters(self) -> dict[str, Any]:
        named = self.critic if isinstance(self.critic, str) else type(self.critic).__name__
        return {"critic": named, "scale": self.scale, "lr": self.lr, **self._own_settings()}

    def _own_settings(self) -> dict[str, Any]:
        """Settings that the objective of this method has and others have not."""
        return {}

    def _told(self, block: int, held_out: int) -> dict[str, Any]:
        steps, stopped = self.history_.steps, self.history_.stopped
        ran = {"block": block, "steps": steps, "held_out": held_out, "stopped": stopped}
        return {**ran, **self._parameters()}
