"""A curriculum, and usable information on held-out items, for Hugging Face's ``Trainer``."""

from __future__ import annotations

from typing import Any

from transformers import Trainer, TrainerCallback

from infometer.usable.curriculum_sampler import CurriculumSampler
from infometer.usable.information_curve import VInformationCurve

__all__ = ["CurriculumCallback", "VInformationCallback", "use_curriculum"]


def use_curriculum(trainer: Trainer, sampler: CurriculumSampler) -> CurriculumCallback:
    """Let a ``Trainer``, or any subclass of it, draw its training items from the sampler.

    A ``Trainer`` chooses its sampler itself; this replaces the choice, and adds the
    `CurriculumCallback` that paces it. Batches are parted among processes by Accelerate, and a run
    resumed from a checkpoint skips what it has trained on: both as with any sampler.

    Parameters
    ----------
    trainer : transformers.Trainer
        Before it trains. Its training data set has a length.
    sampler : CurriculumSampler
        With `rank` 0 of `num_replicas` 1.

    Returns
    -------
    CurriculumCallback

    Raises
    ------
    ValueError
        If the order names items that the data set lacks, the data set has no length, or the sampler
        is parted among ranks.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from torch import nn
    >>> from transformers import TrainingArguments
    >>> with TemporaryDirectory() as folder:
    ...     settings = TrainingArguments(folder, use_cpu=True, report_to="none")
    ...     trainer = Trainer(nn.Linear(1, 2), settings, train_dataset=[{"x": 0.0}, {"x": 1.0}])
    ...     callback = use_curriculum(trainer, CurriculumSampler([1, 0]))
    ...     list(trainer.get_train_dataloader().batch_sampler)
    [[1, 0]]
    """
    if not hasattr(trainer.train_dataset, "__len__"):
        raise ValueError(
            f"the training data set is a {type(trainer.train_dataset).__name__} without a length; "
            "expected one whose items can be asked for by their place"
        )
    n_items, largest = len(trainer.train_dataset), int(sampler.curriculum.order.max())
    if largest >= n_items:
        raise ValueError(
            f"the order names item {largest}, and the training data set has {n_items}; expected "
            "the places of its items"
        )
    if sampler.num_replicas != 1:
        raise ValueError(
            f"num_replicas is {sampler.num_replicas}; Accelerate parts the batches of a Trainer "
            "among its processes: leave rank and num_replicas as they are"
        )
    trainer._get_train_sampler = lambda *dataset: sampler
    callback = CurriculumCallback(sampler)
    trainer.add_callback(callback)
    return callback


class CurriculumCallback(TrainerCallback):
    """Pace a `CurriculumSampler` by a ``transformers.Trainer``; `use_curriculum` adds it.

    The pacing is spread over the steps that the trainer will take, unless the sampler has `epochs`.
    The open share stands in the trainer's log history as ``curriculum/share``, once an epoch.

    Parameters
    ----------
    sampler : CurriculumSampler
        That the trainer draws from.

    Examples
    --------
    >>> CurriculumCallback(CurriculumSampler([2, 0, 1])).sampler.share
    1.0
    """

    def __init__(self, sampler: CurriculumSampler) -> None:
        self.sampler = sampler

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Spread the pacing over the training."""
        batches = state.max_steps * args.gradient_accumulation_steps
        self.sampler.plan(batches / len(kwargs["train_dataloader"]))

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Draw the epoch that begins, or that a resumed run is in."""
        self.sampler.set_epoch(int(state.epoch or 0))
        share = {"step": state.global_step, "curriculum/share": self.sampler.share}
        state.log_history.append(share)


class VInformationCallback(TrainerCallback):
    """Measure V-information on held-out items before the training and after each epoch.

    Every point stands in the trainer's log history as ``held_out/v_information_bits``,
    ``held_out/conditional_entropy_bits`` and ``held_out/accuracy``.

    Parameters
    ----------
    curve : VInformationCurve
        Its inputs are a mapping as the model takes it, such as ``input_ids`` and
        ``attention_mask``.

    Examples
    --------
    >>> import numpy as np
    >>> tokens = {"input_ids": np.array([[1, 2], [3, 4]])}
    >>> VInformationCallback(VInformationCurve(tokens, [0, 1])).curve.points
    []
    """

    def __init__(self, curve: VInformationCurve) -> None:
        self.curve = curve

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure the model as it starts."""
        self._measure(state, kwargs["model"])

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure the model as it is."""
        self._measure(state, kwargs["model"])

    def _measure(self, state: Any, model: Any) -> None:
        self.curve.measure(state.global_step, model)
        state.log_history.append({"step": state.global_step, **self.curve.points[-1].metrics})
