"""What is wrong with a model's heads, if anything: overload, collapse, sinks, NaN."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from infometer.attention.bands import entropy_band
from infometer.attention.head_entropy_table import HeadEntropyTable, Reference
from infometer.contracts import Finding

__all__ = ["HeadStates", "diagnose", "head_states"]

COLLAPSED = 0.05
"""Of the largest entropy: below it a row has little more than one key."""
SINK = 0.5
"""Mean attention on the first token from which on a head is a sink."""
MANY = 0.25
"""Of the heads of a layer, or of the deeper half: so many low ones are no accident."""
OVERLOAD = 0.2
"""Of all heads. Trained GPT-2 has 8 % in the top quarter, without normalisation 23 to 58 %."""
LOSS_DROP = 0.05
"""Of the first loss: before it has dropped so far, entropies are those of the initialisation."""


class HeadStates(NamedTuple):
    """What each head is in, bool arrays of shape (L, H); a head may be in none.

    Attributes
    ----------
    nan : ndarray
        Some row is NaN.
    collapsed : ndarray
        Below 0.05 of the largest entropy, and no sink.
    low : ndarray
        In the lowest quarter, and no sink.
    sink : ndarray
        Half of its attention or more is on the first token, and it is not near uniform: over a few
        keys that alone puts half there.
    overloaded : ndarray
        In the highest quarter.
    """

    nan: np.ndarray
    collapsed: np.ndarray
    low: np.ndarray
    sink: np.ndarray
    overloaded: np.ndarray


def head_states(table: HeadEntropyTable, reference: Reference = "causal") -> HeadStates:
    """Tell the state of each head from its entropy and its sink.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.

    Returns
    -------
    HeadStates

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.83, 2.68], [1.38, 0.11]], n_tokens=128)
    >>> states = head_states(table)
    >>> states.overloaded.tolist(), states.collapsed.tolist()
    ([[True, False], [False, False]], [[False, False], [False, True]])
    """
    maximum = table.maximum(reference)
    band = entropy_band(table.mean, maximum)
    sink = (table.sink_share >= SINK) & (band >= 0) & (band < 3)
    low = (band == 0) & ~sink
    return HeadStates(
        table.nan_count > 0, low & (table.mean < COLLAPSED * maximum), low, sink, band == 3
    )


def diagnose(
    table: HeadEntropyTable,
    reference: Reference = "causal",
    *,
    progress: float | None = None,
    loss_drop: float | None = None,
    warmup: float = 0.05,
) -> list[Finding]:
    """Overload, collapse, sinks and NaN of a model's heads, the worst first.

    Overload is near-uniform attention in a fifth of the heads or more; collapse is near one-hot
    attention, told apart from sinks by what lies on the first token. Right after initialisation
    all heads are near their ceiling: until then overload is no alarm.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.
    progress : float, optional
        The fraction of the training steps that is done. Default: a trained model.
    loss_drop : float, optional
        The fraction of the first loss that is gone; below 0.05 the model counts as untrained.
    warmup : float
        Of the training steps: before it the model counts as untrained.

    Returns
    -------
    list of Finding

    Raises
    ------
    ValueError
        If `progress` or `warmup` is not within 0 and 1, or the reference is not known.

    References
    ----------
    N. K. Jha and B. Reagen, "Entropy-guided attention for private LLMs", arXiv 2501.03489,
    section 3.
    S. Zhai et al., "Stabilizing transformer training by preventing attention entropy collapse",
    ICML 2023.

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.8, 3.8], [2.1, 2.2]], n_tokens=128)
    >>> for finding in diagnose(table):
    ...     print(finding.severity, finding.where, finding.evidence, sep="; ")
    warning; layer 0 (all 2 heads); 2 of 4 heads (50 %) in the highest quarter; 2 of them in the
    first half of the layers
    >>> diagnose(table, progress=0.01)[0].severity
    'info'
    """
    for name, share in (("progress", progress), ("warmup", warmup)):
        if share is not None and not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} is {share}; expected a fraction of the steps, 0 to 1")
    states = head_states(table, reference)
    early = progress is not None and progress < warmup
    early = early or (loss_drop is not None and loss_drop < LOSS_DROP)
    found = [
        *_nan(table, states),
        *_collapse(table, states),
        *_drift(table, states),
        *_overload(table, states, early),
        *_sinks(table, states),
        *_empty(table),
    ]
    return sorted(found, key=lambda finding: ("error", "warning", "info").index(finding.severity))


def _nan(table: HeadEntropyTable, states: HeadStates) -> list[Finding]:
    if not states.nan.any():
        return []
    first = int(states.nan.any(axis=1).argmax())
    rows = table.nan_count[first]
    return [
        Finding(
            "error",
            _named(states.nan, table.layers),
            f"Attention is NaN from layer {table.layers[first]} on.",
            f"{int(rows.sum())} rows there, {int(table.nan_count.sum())} in all; layers above "
            "inherit it",
            "Stop and go back to a checkpoint before it; lower the learning rate, warm up longer, "
            "bound the logits with QK-norm or σReparam, and look for overflow in half precision.",
        )
    ]


def _collapse(table: HeadEntropyTable, states: HeadStates) -> list[Finding]:
    heads = states.collapsed
    if not heads.any():
        return []
    share = heads.mean(axis=1)
    many = bool((share >= MANY).any())
    deep = heads[_deep(table)].sum()
    lowest = float(table.mean[heads].min())
    return [
        Finding(
            "warning" if many else "info",
            _named(heads, table.layers),
            "Heads have collapsed: their attention is near one-hot."
            if many
            else "Single heads attend to about one key; heads that read the previous token do.",
            f"{_share(heads)} below {COLLAPSED:g} of the largest entropy, down to {lowest:.3f} "
            f"nats, without a sink; {deep} of them in the deeper half of the layers",
            "Lower the learning rate or warm up longer; bound the logits with QK-norm or σReparam; "
            "a higher softmax temperature or EntropyRegularizer holds entropies up."
            if many
            else "Nothing, unless their number grows from one measurement to the next.",
        )
    ]


def _drift(table: HeadEntropyTable, states: HeadStates) -> list[Finding]:
    deep = _deep(table)
    low = states.low & deep[:, None]
    collapsed = (states.collapsed & deep[:, None]).sum()
    if low[deep].mean() < MANY or collapsed == low.sum():
        return []
    return [
        Finding(
            "warning",
            _named(low, table.layers),
            "Deep layers are on the way to collapse.",
            f"{_share(low[deep])} of the deeper half in the lowest quarter, without a sink",
            "Watch them; before NaN comes, lower the learning rate or bound the logits with "
            "QK-norm or σReparam.",
        )
    ]


def _overload(table: HeadEntropyTable, states: HeadStates, early: bool) -> list[Finding]:
    heads = states.overloaded
    if heads.mean() < OVERLOAD:
        return []
    first_half = int(heads[~_deep(table)].sum())
    evidence = f"{_share(heads)} in the highest quarter; {first_half} of them in the first half"
    return [
        Finding(
            "info" if early else "warning",
            _named(heads, table.layers),
            "Heads are near uniform, as they are after initialisation: too early for an alarm."
            if early
            else "Heads are overloaded: their attention is near uniform and picks nothing out.",
            f"{evidence} of the layers",
            "Measure again after the warm-up."
            if early
            else "Train longer if training has hardly begun; else give the logits scale: "
            "normalisation of what attention reads or QK-norm, a lower (learnable) softmax "
            "temperature, EntropyRegularizer. Heads that stay so can be pruned.",
        )
    ]


def _sinks(table: HeadEntropyTable, states: HeadStates) -> list[Finding]:
    if not states.sink.any():
        return []
    return [
        Finding(
            "info",
            _named(states.sink, table.layers),
            "Heads rest on the first token: attention sinks, which is no collapse.",
            f"{_share(states.sink)} with {100 * SINK:g} % or more of their attention there",
            "Keep the first token in a cache with a sliding window, and expect outliers in its "
            "activations when quantising.",
        )
    ]


def _empty(table: HeadEntropyTable) -> list[Finding]:
    heads = table.n_empty_rows > 0
    if not heads.any():
        return []
    return [
        Finding(
            "info",
            _named(heads, table.layers),
            "Some rows may see no key: they have no entropy and are in no mean.",
            f"{int(table.n_empty_rows.max())} rows of a head",
            "Usually queries that are padding; else mend the mask.",
        )
    ]


def _deep(table: HeadEntropyTable) -> np.ndarray:
    """The deeper half of the layers, a bool for each; of one layer, that one."""
    return np.arange(len(table.layers)) >= len(table.layers) // 2


def _share(heads: np.ndarray) -> str:
    return f"{int(heads.sum())} of {heads.size} heads ({heads.mean():.0%})".replace("%", " %")


def _named(heads: np.ndarray, layers: tuple[int, ...]) -> str:
    """Such as "layer 0 (heads 1, 4–6), layer 3 (all 12 heads)"."""
    told = []
    for layer, row in zip(layers, heads, strict=True):
        numbers = np.flatnonzero(row)
        if len(numbers) == len(row) > 1:
            told.append(f"layer {layer} (all {len(row)} heads)")
        elif len(numbers):
            told.append(f"layer {layer} (head{'s' if len(numbers) > 1 else ''} {_runs(numbers)})")
    return ", ".join(told)


def _runs(numbers: np.ndarray) -> str:
    """Such as "1, 4–6, 9", and "1, 2" for two that follow each other."""
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
