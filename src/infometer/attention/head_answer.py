"""The state of all heads in one sentence, and how they came there in another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from infometer.attention.diagnosis import head_states
from infometer.attention.head_entropy_table import HeadEntropyTable, Reference

__all__ = ["course_answer", "head_answer"]


def head_answer(table: HeadEntropyTable, reference: Reference = "causal") -> str:
    """How many heads are well-behaved, and how many and where are not.

    Well-behaved is a head between a quarter and three quarters of the largest entropy that is no
    sink and has no NaN.

    Parameters
    ----------
    table : HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float
        The largest entropy, as `HeadEntropyTable.maximum` has it.

    Returns
    -------
    str

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.8, 3.8], [2.1, 0.5], [2.0, 0.1]], n_tokens=128)
    >>> print(head_answer(table))
    2 of 6 heads are well-behaved; 2 overloaded in layer 0; 1 collapsed in layer 2; 1 low in layer
    1; none is a sink.
    """
    states, n = head_states(table, reference), table.mean.size
    if not np.isfinite(table.mean).any():
        why = "Attention is NaN" if states.nan.any() else "The mask hides every key"
        return f"{why} in every row of all {n} heads: there is no entropy to tell."
    if not np.nanmax(table.maximum(reference)) > 0:
        return f"Every row of all {n} heads sees a single key: its entropy can only be 0."
    unknown = ~np.isfinite(table.mean) & ~states.nan
    low = states.low & ~states.collapsed
    kinds = {
        "NaN": states.nan,
        "overloaded": states.overloaded,
        "collapsed": states.collapsed,
        "low": low,
        "without a ceiling": unknown,
    }
    good = ~(np.any(list(kinds.values()), axis=0) | states.sink)
    told = [
        f"{int(heads.sum())} {kind} in {_layers(heads, table.layers)}"
        for kind, heads in kinds.items()
        if heads.any()
    ]
    if not states.collapsed.any():
        told.append("none collapsed")
    sinks = int(states.sink.sum())
    told.append(f"{sinks or 'none'} {'are sinks' if sinks > 1 else 'is a sink'}")
    return f"{int(good.sum())} of {n} heads are well-behaved; {'; '.join(told)}."


def course_answer(
    steps: Sequence[int], tables: Sequence[HeadEntropyTable], reference: Reference = "causal"
) -> str:
    """The answer of the last step and, of several, how far the mean moved since the first.

    Parameters
    ----------
    steps : sequence of int
    tables : sequence of HeadEntropyTable
    reference : {"causal", "observed", "log_T"} or float

    Returns
    -------
    str

    Examples
    --------
    >>> tables = [HeadEntropyTable.of_means([[e, e]], n_tokens=128) for e in (3.878, 1.939)]
    >>> print(course_answer([0, 500], tables))
    2 of 2 heads are well-behaved; none collapsed; none is a sink. From step 0 to 500 the mean
    entropy went from 100 to 50 % of the most that the mask allows.
    """
    answer = head_answer(tables[-1], reference)
    shares = [table.normalized[np.isfinite(table.normalized)] for table in tables]
    if len(tables) < 2 or not len(shares[0]) or not len(shares[-1]):
        return answer
    first, last = 100 * shares[0].mean(), 100 * shares[-1].mean()
    return (
        f"{answer} From step {steps[0]} to {steps[-1]} the mean entropy went from {first:.0f} to "
        f"{last:.0f} % of the most that the mask allows."
    )


def _layers(heads: np.ndarray, layers: Sequence[int]) -> str:
    """The layers with such heads, runs of them written as 3–7."""
    found = [layer for layer, row in zip(layers, heads, strict=True) if row.any()]
    runs: list[list[int]] = []
    for layer in found:
        if runs and layer == runs[-1][-1] + 1:
            runs[-1].append(layer)
        else:
            runs.append([layer])
    told = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"layer{'s' if len(found) > 1 else ''} {', '.join(told)}"
