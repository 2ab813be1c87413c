"""A curriculum, and usable information on held-out items, as Lightning callbacks."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as pl

from infometer.usable.curriculum_sampler import CurriculumSampler
from infometer.usable.information_curve import VInformationCurve

__all__ = ["CurriculumCallback", "VInformationCallback"]


class CurriculumCallback(pl.Callback):
    """Pace a `CurriculumSampler` by a Lightning ``Trainer``, and resume it with the trainer.

    The pacing is spread over the trainer's ``max_epochs``, unless the sampler has `epochs`. Where
    the drawing stands is kept in every checkpoint: a run resumed in the middle of an epoch trains
    on the rest of it, although Lightning warns that the loader itself cannot. The open share goes
    to the loggers as ``curriculum/share``.

    On several devices give the sampler `rank` and `num_replicas`, and the trainer
    ``use_distributed_sampler=False``.

    Parameters
    ----------
    sampler : CurriculumSampler
        That of the training ``DataLoader``.

    Raises
    ------
    ValueError
        When training starts: the loader draws from another sampler, or the trainer has no
        ``max_epochs`` and the sampler no `epochs`.

    Examples
    --------
    >>> CurriculumCallback(CurriculumSampler([2, 0, 1])).sampler.share
    1.0
    """

    def __init__(self, sampler: CurriculumSampler) -> None:
        self.sampler = sampler
        self._batch_size = 1
        self._epoch = 0
        self._batches = 0

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Spread the pacing over the training, before anything is drawn."""
        curriculum = self.sampler.curriculum
        if curriculum.pacing is None or curriculum.epochs is not None:
            return
        if trainer.max_epochs is None or trainer.max_epochs < 1 or trainer.max_steps != -1:
            raise ValueError(
                f"the trainer has max_epochs {trainer.max_epochs} and max_steps "
                f"{trainer.max_steps}, which do not say how many epochs it trains; give the "
                "sampler epochs = max_steps × items of a step / items of the order"
            )
        self.sampler.plan(trainer.max_epochs)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Make sure that the trainer draws from the sampler."""
        loader = trainer.train_dataloader
        if getattr(loader, "sampler", None) is not self.sampler:
            raise ValueError(
                "the training DataLoader does not draw from the sampler of this callback; give "
                "DataLoader(sampler=...) the same one, and on several devices "
                "Trainer(use_distributed_sampler=False)"
            )
        self._batch_size = loader.batch_size

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Log the share of the order that is open."""
        for logger in trainer.loggers:
            logger.log_metrics({"curriculum/share": self.sampler.share}, step=trainer.global_step)

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Count what was trained on: workers have drawn more."""
        self._epoch, self._batches = trainer.current_epoch, batch_idx + 1

    def state_dict(self) -> dict[str, Any]:
        """Where the training stands in the draws of its epoch."""
        drawn = min(self._batches * self._batch_size, len(self.sampler))
        return {**self.sampler.state_dict(), "epoch": self._epoch, "drawn": drawn}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from there."""
        self.sampler.load_state_dict(state_dict)


class VInformationCallback(pl.Callback):
    """Measure V-information on held-out items before the training and after each epoch.

    Every point goes to the trainer's loggers as ``held_out/v_information_bits``,
    ``held_out/conditional_entropy_bits`` and ``held_out/accuracy``.

    Parameters
    ----------
    curve : VInformationCurve
        Its inputs are what the module's ``forward`` takes.

    Examples
    --------
    >>> import numpy as np
    >>> VInformationCallback(VInformationCurve(np.zeros((4, 2)), [0, 1, 1, 0])).curve.points
    []
    """

    def __init__(self, curve: VInformationCurve) -> None:
        self.curve = curve

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Measure the model as it starts."""
        self._measure(trainer, pl_module)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Measure the model as it is."""
        self._measure(trainer, pl_module)

    def _measure(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.curve.measure(trainer.global_step, pl_module)
        for logger in trainer.loggers:
            logger.log_metrics(self.curve.points[-1].metrics, step=trainer.global_step)
