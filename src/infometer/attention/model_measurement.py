"""The head entropies of a model on windows of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from infometer.attention.head_entropy_table import HeadEntropyTable
from infometer.attention.probe import AttentionEntropyProbe
from infometer.tracing.token_batches import model_outputs

__all__ = ["measure_head_entropy"]


def measure_head_entropy(
    model: nn.Module,
    windows: Tensor,
    *,
    layers: Sequence[int] | None = None,
    batch_size: int = 4,
    progress: Callable[[int], object] | None = None,
) -> HeadEntropyTable:
    """Put windows of tokens through a model of Transformers; it is left bit for bit as it was.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        Causal or an encoder: the ceiling is that of its mask.
    windows : Tensor of int64, shape (n, T)
        Without padding.
    layers : sequence of int, optional
        By their place in `infometer.tracing.attention_layers`; default: all.
    batch_size : int
    progress : callable, optional
        Told after each batch how many windows are done.

    Returns
    -------
    HeadEntropyTable

    Raises
    ------
    ValueError
        If no attention layer can be read.

    Examples
    --------
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=1, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> table = measure_head_entropy(model, torch.arange(30).reshape(3, 10) % 11)
    >>> table.normalized.round(2).tolist(), table.n_rows.tolist()  # untrained: uniform
    ([[1.0, 1.0]], [[30, 30]])
    """
    batches = ({"input_ids": part} for part in torch.split(windows, batch_size))
    with AttentionEntropyProbe(model, layers=layers) as probe:
        for i, _ in enumerate(model_outputs(model, batches), start=1):
            if progress is not None:
                progress(min(i * batch_size, len(windows)))
    return probe.table()
