"""The information plane as a Lightning callback."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as pl

from infometer.bottleneck.information_plane import InformationPlane
from infometer.bottleneck.plane_result import plane_metrics

__all__ = ["InformationPlaneCallback"]


class InformationPlaneCallback(pl.Callback):
    """Measure a plane while a Lightning ``Trainer`` fits.

    The length of the training is taken from the trainer, so the plane's budget is spent evenly on
    a log scale of steps. Every point goes to the trainer's loggers as ``plane/LAYER/I(X;L)``.

    Parameters
    ----------
    plane : InformationPlane
        Of the module that is trained, or of a network in it.

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> from infometer.bottleneck import GaussianNoise
    >>> network = nn.Sequential(nn.Linear(3, 4), GaussianNoise(), nn.Linear(4, 2))
    >>> x = np.random.default_rng(0).standard_normal((50, 3))
    >>> callback = InformationPlaneCallback(InformationPlane(network, x))
    >>> callback.plane.targets.n
    50
    """

    def __init__(self, plane: InformationPlane) -> None:
        self.plane = plane

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Attach, and measure the network as it starts."""
        self.plane.plan(trainer.estimated_stepping_batches)
        self.plane.__enter__()
        self._update(trainer)

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Measure where it is time to."""
        loss = outputs["loss"] if isinstance(outputs, dict) else outputs
        self._update(trainer, **({} if loss is None else {"loss": loss}))

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Detach."""
        self.plane.__exit__(None, None, None)

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        """Detach."""
        self.plane.__exit__(type(exception), exception, exception.__traceback__)

    def _update(self, trainer: pl.Trainer, **metrics: Any) -> None:
        step = trainer.global_step
        if self.plane.update(step, **metrics):
            found = plane_metrics(self.plane.to_frame())
            for logger in trainer.loggers:
                logger.log_metrics(found, step=step)
