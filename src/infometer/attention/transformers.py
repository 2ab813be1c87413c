"""Attention entropy, and the regulariser that acts on it, in Hugging Face's ``Trainer``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from torch import Tensor
from transformers import Trainer, TrainerCallback

from infometer.attention.entropy_course import EntropyCourse
from infometer.attention.head_entropy_table import Reference
from infometer.attention.regularizer import EntropyRegularizer
from infometer.attention.training_loss import row_entropies
from infometer.attention.training_monitor import TrainingMonitor
from infometer.contracts import Finding

__all__ = ["EntropyCallback", "monitor_attention", "regularize_entropy"]


class EntropyCallback(TrainerCallback):
    """Measure attention entropies while a ``transformers.Trainer`` trains.

    Every so many optimiser steps the forward passes of training, all micro-batches of the step
    together, are read beside the model's own kernel; the other steps run as without the callback.
    The numbers of `entropy_metrics` stand in the trainer's log history. `monitor_attention` adds
    the callback so that they reach the loggers of ``report_to`` too.

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
        self._log: Callable[[dict[str, float]], None] | None = None

    @property
    def course(self) -> EntropyCourse:
        """What was measured."""
        return self._monitor.course

    @property
    def findings(self) -> list[Finding]:
        """What the last probed step says."""
        return self._monitor.findings

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Read the step's batches, if it is one to probe."""
        self._monitor.watch(kwargs["model"], state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Leave the model alone, and tell of the step."""
        self._monitor.pause()
        measured = self._monitor.finish((state.global_step - 1) / state.max_steps)
        if measured is None:
            return
        if self._log is None:
            state.log_history.append({**measured.metrics, "step": state.global_step})
        else:
            due = control.should_log
            self._log(dict(measured.metrics))
            control.should_log = due  # the trainer takes what was logged for its own
        if measured.stop:
            control.should_training_stop = True


def monitor_attention(trainer: Trainer, every: int = 100, **options: Any) -> EntropyCallback:
    """Add an `EntropyCallback` whose numbers reach the trainer's own loggers.

    Parameters
    ----------
    trainer : transformers.Trainer
        Before it trains.
    every : int
    **options
        Of `EntropyCallback`.

    Returns
    -------
    EntropyCallback

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from transformers import TrainingArguments
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=1, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> with TemporaryDirectory() as folder:
    ...     trainer = Trainer(model, TrainingArguments(folder, use_cpu=True, report_to="none"))
    ...     callback = monitor_attention(trainer, every=50, on_collapse="stop")
    >>> callback in trainer.callback_handler.callbacks
    True
    """
    callback = EntropyCallback(every, **options)
    callback._log = trainer.log
    trainer.add_callback(callback)
    return callback


@contextmanager
def regularize_entropy(trainer: Trainer, regularizer: EntropyRegularizer) -> Iterator[None]:
    r"""Inside the block ``trainer.train()`` adds the regulariser's loss to the model's own.

    .. math:: L = L_{CE} + \lambda L_{ent}

    The regulariser stands in the model as ``entropy_regularizer``, so that the optimiser moves
    thresholds that are learned, without weight decay, and checkpoints hold them; a run is resumed
    inside such a block. On leaving, trainer and model are as they were. Over the micro-batches of a
    step its losses are averaged, whichever way the trainer counts the tokens. Losses of evaluation
    are the model's alone. What the trainer logs beside ``loss`` is
    ``attn_entropy/regularizer_loss`` and ``attn_entropy/active_fraction``, of the last batch.

    Parameters
    ----------
    trainer : transformers.Trainer
        Or a subclass; its ``compute_loss`` is called as ever.
    regularizer : EntropyRegularizer

    Raises
    ------
    ValueError
        If the optimiser is made already, or one process has several GPUs.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from transformers import TrainingArguments
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=1, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> with TemporaryDirectory() as folder:
    ...     trainer = Trainer(model, TrainingArguments(folder, use_cpu=True, report_to="none"))
    ...     with regularize_entropy(trainer, EntropyRegularizer(1, 2)):
    ...         inside = [name for name, _ in model.named_parameters() if "theta" in name]
    >>> inside, hasattr(model, "entropy_regularizer")
    (['entropy_regularizer.theta'], False)
    """
    _check(trainer)
    regularization = _Regularization(trainer, regularizer)
    model = trainer.model
    model.entropy_regularizer = regularizer.to(trainer.args.device)
    replaced = ("compute_loss", "get_decay_parameter_names", "log")
    for name in replaced:
        setattr(trainer, name, getattr(regularization, name))
    try:
        yield
    finally:
        for name in replaced:
            delattr(trainer, name)
        del model.entropy_regularizer


class _Regularization:
    """What stands in for three methods of a trainer, each calling its own first."""

    def __init__(self, trainer: Trainer, regularizer: EntropyRegularizer) -> None:
        self.trainer, self.regularizer = trainer, regularizer
        self.own_loss = trainer.compute_loss
        self.own_decay = trainer.get_decay_parameter_names
        self.own_log = trainer.log
        self.latest: dict[str, Tensor] = {}

    def compute_loss(
        self,
        model: Any,
        inputs: Any,
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The trainer's loss, and in training the regulariser's with it."""
        kwargs["num_items_in_batch"] = num_items_in_batch
        state = self.trainer.state
        progress = min(state.global_step / state.max_steps, 1.0) if state.max_steps > 0 else None
        if not model.training or not self.regularizer.counts_at(progress):
            return self.own_loss(model, inputs, return_outputs, **kwargs)
        with row_entropies(self.trainer.model, layers=self.regularizer.layers) as rows:
            loss, outputs = self.own_loss(model, inputs, True, **kwargs)
        found = self.regularizer(rows.entropies, rows.n_keys, progress)
        self.latest = {
            "attn_entropy/regularizer_loss": found.loss.detach(),
            "attn_entropy/active_fraction": found.active_fraction,
        }
        loss = loss + found.loss / self._micro_batches(num_items_in_batch)
        return (loss, outputs) if return_outputs else loss

    def _micro_batches(self, num_items_in_batch: Any) -> int:
        """What is left to divide by: 1 where the trainer divides by the number of micro-batches."""
        trainer = self.trainer
        scaled = getattr(trainer, "loss_is_scaled_for_ga", None)
        if scaled is None:
            scaled = trainer.compute_loss_func is not None or (
                trainer.model_accepts_loss_kwargs and num_items_in_batch is not None
            )
        return int(trainer.current_gradient_accumulation_steps) if scaled else 1

    def get_decay_parameter_names(self, model: Any) -> list[str]:
        """The trainer's, without thresholds."""
        return [name for name in self.own_decay(model) if "entropy_regularizer." not in name]

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """The trainer's, with what the regulariser did beside the loss."""
        if "loss" in logs:
            logs |= {name: float(value) for name, value in self.latest.items()}
        self.own_log(logs, *args, **kwargs)


def _check(trainer: Trainer) -> None:
    if trainer.optimizer is not None:
        raise ValueError(
            "trainer has its optimiser already, which would not move the thresholds; enter the "
            "block with a Trainer that has not trained and makes its optimiser itself"
        )
    if trainer.args.n_gpu > 1:
        raise ValueError(
            f"trainer runs on {trainer.args.n_gpu} GPUs in one process, which copies the model in "
            "each step; start it with torchrun, or make one GPU visible"
        )
