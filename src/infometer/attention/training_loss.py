"""The loss of a model with its entropy regulariser, read beside the model's own kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor, nn

from infometer.attention.attention_mask import AttentionMask
from infometer.attention.regularizer import EntropyRegularizer, RegularizerOutput
from infometer.attention.streaming_entropy import attention_entropy_from_qk
from infometer.tracing import AttentionCall, attention_calls

__all__ = ["RegularizedLoss", "regularized_loss", "row_entropies"]


class RegularizedLoss(NamedTuple):
    """What `regularized_loss` gives.

    Parameters
    ----------
    loss : Tensor, shape ()
        The task's and the regulariser's together.
    task_loss : Tensor, shape (), or None
        None where the batch has no labels.
    regularization : RegularizerOutput or None
        None outside the regulariser's schedule.
    output : Any
        The model's.
    """

    loss: Tensor
    task_loss: Tensor | None
    regularization: RegularizerOutput | None
    output: Any


@dataclass
class RowEntropies:
    """The entropy of every attention row of a forward pass, within its graph, by layer.

    Parameters
    ----------
    entropies : dict of int to Tensor, shapes (B, H, T)
        In nats.
    n_keys : dict of int to Tensor, shapes (B or 1, H or 1, T)
        How many keys each row may see; 0 for padding.

    Examples
    --------
    >>> import torch
    >>> rows, q = RowEntropies(), torch.zeros(1, 2, 3, 4)
    >>> rows.read(AttentionCall(layer=0, query=q, key=q, scale=0.5, causal=True))
    >>> rows.n_keys[0].tolist()
    [[[1, 2, 3]]]
    """

    entropies: dict[int, Tensor] = field(default_factory=dict)
    n_keys: dict[int, Tensor] = field(default_factory=dict)

    def read(self, call: AttentionCall) -> None:
        """Add the rows of one call; a layer's second in a forward pass raises ``RuntimeError``."""
        if call.layer in self.entropies:
            raise RuntimeError(
                f"layer {call.layer} attends more than once in one forward pass, so its heads have "
                "no single entropy; leave it out with layers="
            )
        query, key = call.query, call.key
        self.entropies[call.layer] = attention_entropy_from_qk(
            query, key, scale=call.scale, mask=call.mask, causal=call.causal
        )
        counts = AttentionMask.of(call.mask, call.causal, query, key).counts()
        if call.row_valid is not None:
            counts = counts.to(query.device) * call.row_valid[:, None]
        self.n_keys[call.layer] = counts

    def clear(self) -> None:
        """Forget the last forward pass."""
        self.entropies.clear()
        self.n_keys.clear()


@contextmanager
def row_entropies(
    model: nn.Module, *, layers: Sequence[int] | None = None
) -> Iterator[RowEntropies]:
    """Inside the block each forward pass leaves the entropies of its attention, with gradients.

    They are streamed from queries and keys, so that the model keeps its own kernel and no T × T
    table is held; gradient checkpointing is fine.

    Parameters
    ----------
    model : torch.nn.Module
        With layers that `infometer.tracing.attention_layers` finds.
    layers : sequence of int, optional
        Only these, by their place there.

    Yields
    ------
    RowEntropies
        Of the last forward pass.

    Raises
    ------
    RuntimeError
        In a forward pass in which a layer attends twice.

    Examples
    --------
    >>> import torch
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=2, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> with row_entropies(model) as rows:
    ...     _ = model(torch.tensor([[1, 2, 3]]))
    >>> {layer: tuple(entropy.shape) for layer, entropy in rows.entropies.items()}
    {0: (1, 2, 3), 1: (1, 2, 3)}
    """
    rows = RowEntropies()
    with attention_calls(model, rows.read, layers=layers):
        start = model.register_forward_pre_hook(lambda model, args: rows.clear())
        try:
            yield rows
        finally:
            start.remove()


def regularized_loss(
    model: nn.Module,
    batch: Mapping[str, Any],
    regularizer: EntropyRegularizer,
    *,
    progress: float | None = None,
) -> RegularizedLoss:
    r"""The loss of one forward pass: the model's own, and that of its entropy regulariser.

    .. math:: L = L_{CE} + \lambda L_{ent}

    Outside the regulariser's schedule the entropies are not computed.

    Parameters
    ----------
    model : torch.nn.Module
        Of Transformers: its output has ``loss`` where the batch has labels.
    batch : mapping
        Its keyword arguments. Without ``labels`` the loss is the regulariser's alone.
    regularizer : EntropyRegularizer
    progress : float, optional
        The part of the training that is done, from 0 to 1, for a regulariser with a schedule.

    Returns
    -------
    RegularizedLoss

    Raises
    ------
    ValueError
        No labels outside the schedule: then there is no loss.

    Examples
    --------
    >>> import torch
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=2, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> ids = torch.arange(10)[None]
    >>> regularizer = EntropyRegularizer(2, 2, theta_init=0.3, weight=1.0)
    >>> found = regularized_loss(model, {"input_ids": ids, "labels": ids}, regularizer)
    >>> bool(found.loss > found.task_loss), found.regularization.active_fraction.item()
    (True, 1.0)
    """
    if not regularizer.counts_at(progress):
        output = model(**batch)
        loss = getattr(output, "loss", None)
        if loss is None:
            raise ValueError("batch has no labels, and the regulariser's schedule leaves no loss")
        return RegularizedLoss(loss, loss, None, output)
    with row_entropies(model, layers=regularizer.layers) as rows:
        output = model(**batch)
    found = regularizer(rows.entropies, rows.n_keys, progress)
    task = getattr(output, "loss", None)
    return RegularizedLoss(found.loss if task is None else task + found.loss, task, found, output)
