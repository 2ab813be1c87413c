"""Head entropies as named numbers, for the logger that a training run has already."""

from __future__ import annotations

import numpy as np

from infometer.attention.diagnosis import head_states
from infometer.attention.head_entropy_table import HeadEntropyTable, Reference

__all__ = ["entropy_metrics"]


def entropy_metrics(
    table: HeadEntropyTable, reference: Reference = "causal", *, heads: bool = True
) -> dict[str, float]:
    """The numbers of one measurement by the names that loggers show.

    ``attn_entropy/L03/mean`` and ``attn_entropy/L03/H07`` are in nats, ``attn_entropy/L03/sink`` is
    the layer's mean attention on the first token; ``attn_entropy/heads_overloaded``,
    ``heads_collapsed`` and ``heads_sink`` are shares of all heads. What is NaN is left out.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.
    heads : bool
        With a number for each head.

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.8, 2.0]], n_tokens=128)
    >>> entropy_metrics(table, heads=False)
    {'attn_entropy/L00/mean': 2.9, 'attn_entropy/heads_overloaded': 0.5,
     'attn_entropy/heads_collapsed': 0.0, 'attn_entropy/heads_sink': 0.0}
    """
    found: dict[str, float] = {}
    for i, layer in enumerate(table.layers):
        name = f"attn_entropy/L{layer:02d}"
        found[f"{name}/mean"] = _known_mean(table.mean[i])
        found[f"{name}/sink"] = _known_mean(table.sink_share[i])
        if heads:
            found |= {f"{name}/H{h:02d}": float(value) for h, value in enumerate(table.mean[i])}
    states = head_states(table, reference)
    found["attn_entropy/heads_overloaded"] = float(states.overloaded.mean())
    found["attn_entropy/heads_collapsed"] = float(states.collapsed.mean())
    found["attn_entropy/heads_sink"] = float(states.sink.mean())
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _known_mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
