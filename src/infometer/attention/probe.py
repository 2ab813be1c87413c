"""Attention entropy of a model while it trains or is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

from torch import nn

from infometer.attention.entropy_metric import HeadEntropy
from infometer.attention.head_entropy_table import HeadEntropyTable
from infometer.estimators.placement import model_device
from infometer.quantities.whole_numbers import read_count
from infometer.tracing import AttentionCall, attention_calls, attention_layers

__all__ = ["AttentionEntropyProbe"]


class AttentionEntropyProbe:
    """Head entropies of a live model at every so many steps, as a context manager.

    Steps 0, `every`, 2 `every`, … are probed: while one lasts, each attention layer hands over its
    queries and keys and then runs its own kernel, so that outputs stay what they were. Between
    them nothing of the probe is in the model. Whatever runs forward within one step is one
    measurement: micro-batches are summed, and gradient checkpointing's second pass is not counted.
    In evaluation, where `step` is never called, everything is one measurement.

    Parameters
    ----------
    model : torch.nn.Module
        That `infometer.tracing.attention_calls` can read.
    every : int
        Steps from one probed step to the next.
    layers : sequence of int, optional
        Only these, by their place in `infometer.tracing.attention_layers`; default: all.

    Attributes
    ----------
    steps : int
        Steps that are done.
    metric : HeadEntropy
        What the last probed step has summed; its `compute` and `table` sum over processes.

    Raises
    ------
    ValueError
        If `every` is below 1, the model has no attention layers that can be read, or one of
        `layers` is unknown.

    Examples
    --------
    >>> import torch
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> config = GPT2Config(n_layer=2, n_head=2, n_embd=8, vocab_size=11, n_positions=64)
    >>> model = GPT2LMHeadModel(config).eval()
    >>> with AttentionEntropyProbe(model, every=10) as probe:
    ...     for _ in range(3):
    ...         _ = model(torch.arange(64)[None] % 11)
    ...         probe.step()
    >>> table = probe.table()  # of step 0; steps 1 and 2 ran without the probe
    >>> table.mean.shape, int(table.n_rows[0, 0])
    ((2, 2), 64)
    >>> table.normalized.round(2).tolist()  # untrained: uniform
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(
        self, model: nn.Module, every: int = 1, layers: Sequence[int] | None = None
    ) -> None:
        every = read_count(every, "every", "steps from one to the next")
        modules = attention_layers(model)
        if not modules:
            with attention_calls(model, self._read):
                pass  # raises, and says what can be read
        self.model, self.every, self.layers = model, every, layers
        n_heads = max(_n_heads(name, module) for name, module in modules.items())
        self.metric = HeadEntropy(len(modules), n_heads)
        self.steps = 0
        self._open = False
        self._watching = ExitStack()

    def __enter__(self) -> Self:
        if self._open:
            raise RuntimeError("the probe is open already: it would count every row twice")
        self._open = True
        if self.probing:
            self._watch()
        return self

    def __exit__(self, *exception: object) -> None:
        self._open = False
        self._watching.close()

    @property
    def probing(self) -> bool:
        """Whether the step that runs now is probed."""
        return self.steps % self.every == 0

    def step(self) -> None:
        """Say that a step of training is done; the next may be one to probe.

        Raises
        ------
        RuntimeError
            Outside the ``with`` block.
        """
        if not self._open:
            raise RuntimeError("the probe is closed; call step inside its with block")
        if self.probing:
            self._watching.close()
        self.steps += 1
        if self.probing:
            self.metric.reset()
            self._watch()

    def table(self) -> HeadEntropyTable:
        """What the last probed step has seen, of all processes.

        Raises
        ------
        ValueError
            If the model has not run forward in it.
        """
        return self.metric.table()

    def _watch(self) -> None:
        device = model_device(self.model)
        if device.type != "mps":  # which has no float64
            self.metric.to(device)
        self._watching.enter_context(attention_calls(self.model, self._read, layers=self.layers))

    def _read(self, call: AttentionCall) -> None:
        self.metric.update(call)


def _n_heads(name: str, module: nn.Module) -> int:
    """The number of heads that an attention layer says it has."""
    sources = (module, getattr(module, "config", None))
    for source in sources:
        for attribute in ("num_heads", "num_attention_heads", "n_head"):
            if isinstance(number := getattr(source, attribute, None), int):
                return number
    raise ValueError(f"the attention layer {name!r} does not say how many heads it has")
