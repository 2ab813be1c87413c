"""Attention entropy, and the regulariser that acts on it, as Lightning callbacks."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any, Literal

import lightning.pytorch as pl
from torch import Tensor

from infometer.attention.entropy_course import EntropyCourse
from infometer.attention.head_entropy_table import Reference
from infometer.attention.regularizer import EntropyRegularizer
from infometer.attention.training_loss import row_entropies
from infometer.attention.training_monitor import TrainingMonitor
from infometer.contracts import Finding

__all__ = ["EntropyCallback", "EntropyRegularizerCallback"]


class EntropyCallback(pl.Callback):
    """Measure attention entropies while a Lightning ``Trainer`` fits.

    Every so many optimiser steps the forward passes of training, all micro-batches of the step
    together, are read beside the model's own kernel; the other steps run as without the callback.
    The numbers of `entropy_metrics` go to the trainer's loggers.

    Parameters
    ----------
    every : int
        Optimiser steps from one probed step to the next.
    layers : sequence of int, optional
        Only these; default: all.
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.
    heads : bool
        Log a number for each head, beside those of the layers.
    on_collapse : {"warn", "stop"}
        What is found is told as `AttentionEntropyWarning` when it is new; ``"stop"`` ends the
        training when heads of a layer have collapsed or attention is NaN.

    Attributes
    ----------
    course : EntropyCourse
        All that was measured by this process since it began.
    findings : list of Finding
        Of the last probed step.

    Examples
    --------
    >>> EntropyCallback(every=100, on_collapse="stop").course.steps
    ()
    """

    def __init__(
        self,
        every: int = 100,
        *,
        layers: Sequence[int] | None = None,
        reference: Reference = "causal",
        heads: bool = True,
        on_collapse: Literal["warn", "stop"] = "warn",
    ) -> None:
        self._monitor = TrainingMonitor(every, layers, reference, heads, on_collapse)

    @property
    def course(self) -> EntropyCourse:
        """What was measured."""
        return self._monitor.course

    @property
    def findings(self) -> list[Finding]:
        """What the last probed step says."""
        return self._monitor.findings

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Read the batch, if its step is one to probe."""
        self._monitor.watch(pl_module, trainer.global_step)
        self._before = trainer.global_step

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Leave the model alone, and tell of the step where it is done."""
        self._monitor.pause()
        if trainer.global_step == self._before:
            return  # more micro-batches to come
        measured = self._monitor.finish(_progress(trainer, self._before))
        if measured is None:
            return
        for logger in trainer.loggers:
            logger.log_metrics(measured.metrics, step=self._before)
        if measured.stop:
            trainer.should_stop = True

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        """Leave the model alone."""
        self._monitor.pause()


class EntropyRegularizerCallback(pl.Callback):
    """Add the loss of an `EntropyRegularizer` to that of every ``training_step``.

    While the trainer fits, the regulariser stands in the module as ``entropy_regularizer``: what
    ``configure_optimizers`` does with ``self.parameters()`` it does with thresholds that are
    learned, and they are saved and resumed with the module. To spare them weight decay give the
    optimiser `parameter_groups`. Validation losses are the task's alone.

    ``attn_entropy/regularizer_loss`` and ``attn_entropy/active_fraction`` are logged at the
    trainer's own pace.

    Parameters
    ----------
    regularizer : EntropyRegularizer

    Raises
    ------
    ValueError
        When training starts: the module has an ``entropy_regularizer`` of its own.

    Examples
    --------
    >>> EntropyRegularizerCallback(EntropyRegularizer(2, 4)).regularizer.num_heads
    4
    """

    def __init__(self, regularizer: EntropyRegularizer) -> None:
        self.regularizer = regularizer

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Stand in the module, before the optimisers are made and a checkpoint is read."""
        if stage != "fit":
            return
        if hasattr(pl_module, "entropy_regularizer"):
            raise ValueError(
                f"{type(pl_module).__name__} has an attribute entropy_regularizer, where this "
                "callback puts its own; rename it, or use regularized_loss in training_step"
            )
        pl_module.entropy_regularizer = self.regularizer
        own_step = pl_module.training_step

        @functools.wraps(own_step)
        def training_step(*args: Any, **kwargs: Any) -> Any:
            progress = _progress(trainer, trainer.global_step)
            if not self.regularizer.counts_at(progress):
                return own_step(*args, **kwargs)
            with row_entropies(pl_module, layers=self.regularizer.layers) as rows:
                output = own_step(*args, **kwargs)
            found = self.regularizer(rows.entropies, rows.n_keys, progress)
            pl_module.log("attn_entropy/regularizer_loss", found.loss.detach())
            pl_module.log("attn_entropy/active_fraction", found.active_fraction)
            return _with_loss(output, found.loss)

        pl_module.training_step = training_step  # type: ignore[method-assign]

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Give the module back as it was."""
        if getattr(pl_module, "entropy_regularizer", None) is self.regularizer:
            del pl_module.entropy_regularizer
            del pl_module.training_step


def _with_loss(output: Any, more: Tensor) -> Any:
    """What a ``training_step`` gave, its loss with more; None says to skip the batch."""
    if output is None:
        return None
    if isinstance(output, Tensor):
        return output + more
    return {**output, "loss": output["loss"] + more}


def _progress(trainer: pl.Trainer, step: int) -> float | None:
    """The part of the training that is done; None where its length is not known."""
    total = trainer.estimated_stepping_batches
    return min(step / total, 1.0) if math.isfinite(total) and total > 0 else None
