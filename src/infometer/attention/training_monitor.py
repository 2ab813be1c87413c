"""What the callbacks of all trainers do: probe a step, name its numbers, raise the alarm."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal, NamedTuple

from torch import nn

from infometer.attention.diagnosis import MANY, diagnose, head_states
from infometer.attention.entropy_course import EntropyCourse
from infometer.attention.head_entropy_table import HeadEntropyTable, Reference
from infometer.attention.logged_numbers import entropy_metrics
from infometer.attention.probe import AttentionEntropyProbe
from infometer.contracts import AttentionEntropyWarning, Finding

__all__ = ["Measured", "TrainingMonitor", "has_collapsed"]


class Measured(NamedTuple):
    """What a probed step gave: numbers for a logger, and whether the training should stop."""

    metrics: dict[str, float]
    stop: bool


def has_collapsed(table: HeadEntropyTable, reference: Reference = "causal") -> bool:
    """Whether there is NaN in the attention, or a quarter of some layer's heads is near one-hot.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float

    Returns
    -------
    bool

    Examples
    --------
    >>> [has_collapsed(HeadEntropyTable.of_means([[2.0, low]], n_tokens=128)) for low in (2.0, 0.1)]
    [False, True]
    """
    states = head_states(table, reference)
    return bool(states.nan.any() or (states.collapsed.mean(axis=1) >= MANY).any())


class TrainingMonitor:
    """Probe every so many steps of a training, whichever loop runs it.

    `watch` and `pause` stand around each forward and backward pass, `finish` after the optimiser's
    step. What runs elsewhere, such as an evaluation, is not counted.

    Parameters
    ----------
    every : int
    layers : sequence of int, optional
    reference : {"causal", "observed", "log_T"} or float
    heads : bool
        Name a number for each head.
    on_collapse : {"warn", "stop"}

    Attributes
    ----------
    course : EntropyCourse
    findings : list of Finding
        Of the last probed step.

    Examples
    --------
    >>> import torch
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=1, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> monitor = TrainingMonitor(every=10)
    >>> monitor.watch(model, 0)
    >>> _ = model(torch.arange(10)[None])
    >>> monitor.pause()
    >>> measured = monitor.finish(progress=0.0)
    >>> round(measured.metrics["attn_entropy/L00/mean"], 2), measured.stop
    (1.51, False)
    """

    def __init__(
        self,
        every: int = 100,
        layers: Sequence[int] | None = None,
        reference: Reference = "causal",
        heads: bool = True,
        on_collapse: Literal["warn", "stop"] = "warn",
    ) -> None:
        if every != int(every) or every < 1:
            raise ValueError(f"every is {every}; expected a whole number of steps, at least 1")
        if on_collapse not in ("warn", "stop"):
            raise ValueError(f"on_collapse is {on_collapse!r}; it must be 'warn' or 'stop'")
        self.every, self.layers, self.reference = every, layers, reference
        self.heads, self.on_collapse = heads, on_collapse
        self.course = EntropyCourse()
        self.findings: list[Finding] = []
        self._probe: AttentionEntropyProbe | None = None
        self._step: int | None = None

    def watch(self, model: nn.Module, step: int) -> None:
        """Probe the forward passes from here to `pause`, if this step is one to probe."""
        self.pause()  # a step that an exception cut off
        if step % self.every:
            return
        if self._probe is None or self._probe.model is not model:
            self._probe = AttentionEntropyProbe(model, layers=self.layers)
        if self._step != step:
            self._probe.metric.reset()
            self._step = step
        self._probe.__enter__()

    def pause(self) -> None:
        """Leave the model alone."""
        if self._probe is not None:
            self._probe.__exit__(None, None, None)

    def finish(self, progress: float | None = None) -> Measured | None:
        """End the step: what a probed one saw, with warnings for what is new; None for others."""
        if self._probe is None or self._step is None:
            return None
        step, self._step = self._step, None
        table = self._probe.table()
        self.course = self.course.then(step, table)
        known = {finding.what for finding in self.findings}
        self.findings = diagnose(table, self.reference, progress=progress)
        for finding in self.findings:
            if finding.severity != "info" and finding.what not in known:
                warnings.warn(_told(finding, step), AttentionEntropyWarning, stacklevel=3)
        stop = self.on_collapse == "stop" and has_collapsed(table, self.reference)
        return Measured(entropy_metrics(table, self.reference, heads=self.heads), stop)


def _told(finding: Finding, step: int) -> str:
    return f"step {step}, {finding.where}: {finding.what} {finding.evidence}. {finding.remedy}"
