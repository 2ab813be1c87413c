"""What is said of a cost: a few sentences, the figures they rest on, and the table of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infometer.contracts import Estimate

if TYPE_CHECKING:
    from infometer.attention.cost_report import CostReport

__all__ = ["cost_answer", "cost_estimates", "shown_breakdown"]


def cost_answer(cost: CostReport) -> str:
    """How much, what dominates, and what would save most.

    Examples
    --------
    >>> from infometer.attention.private_cost import PrivateInferenceCost
    >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}
    >>> print(cost_answer(PrivateInferenceCost().estimate(gpt2, 128)))
    One pass over 128 tokens sends 25.3 GB and takes about 8 minutes; 65 % of the bytes are for
    GELU. As SM+LN+R it would send 9.47 GB, 2.7 times less; as SM+ScFuFFN_i6 6.37 GB, 4.0 times
    less.
    """
    minutes = "" if cost.minutes is None else f" and takes about {cost.minutes:g} minutes"
    largest, savings = cost.largest, cost.savings()
    if not cost.bytes:
        return f"One pass over {cost.seq_len} tokens sends nothing{minutes}: all unit costs are 0."
    text = (
        f"One pass over {cost.seq_len} tokens sends {cost.gigabytes:.3g} GB{minutes}; "
        f"{100 * largest.bytes / cost.bytes:.0f} % of the bytes are for {largest.name}."
    )
    if savings.empty:
        return f"{text} No variant sends less."
    less = [
        f"{name} {'it would send ' * (i == 0)}{gigabytes:.3g} GB, {times:.1f} times less"
        for i, (name, gigabytes, times) in enumerate(_first_and_best(savings))
    ]
    return f"{text} As {'; as '.join(less)}."


def _first_and_best(savings: pd.DataFrame) -> list[tuple[str, float, float]]:
    """The least change and the least cost: name, gigabytes and times less."""
    columns = savings[["variant", "gigabytes", "times_less"]]
    rows = [tuple(row) for row in columns.itertuples(index=False)]
    best = min(rows, key=lambda row: row[1])
    return [rows[0]] if best == rows[0] else [rows[0], best]


def cost_estimates(cost: CostReport) -> tuple[Estimate, ...]:
    """Gigabytes, minutes where the protocol has times, and FLOPs.

    Examples
    --------
    >>> from infometer.attention.private_cost import PrivateInferenceCost
    >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}
    >>> cost_estimates(PrivateInferenceCost().estimate(gpt2, 128))[0]
    25.347 GB (bumblebee-2pc)
    """
    protocol = cost.protocol
    notes = []
    if {"largest_bytes", "left_out_bytes"} <= set(protocol.errors):
        within, left_out = (
            100 * protocol.errors[f"{kind}_bytes"] for kind in ("largest", "left_out")
        )
        notes.append(
            f"no interval: measured totals are met within {within:.1f} %, and within "
            f"{left_out:.1f} % where left out of the fit"
        )
    if any(one.where == "extrapolation" for one in cost.caveats):
        notes.append("this model lies outside what was measured")
    sent = Estimate(
        "communication", cost.gigabytes, "GB", method=protocol.name, warnings=tuple(notes)
    )
    found = [sent]
    if cost.minutes is not None:
        network = tuple(filter(None, (protocol.network,)))
        found.append(
            Estimate("latency", cost.minutes, "minutes", method=protocol.name, warnings=network)
        )
    parts = {name: value / 1e9 for name, value in cost.flops.items()}
    told = f"attention {parts['attention']:.2f}, FFNs {parts['ffn']:.2f}"
    found.append(Estimate("FLOPs of the blocks", sum(parts.values()), "GFLOP", method=told))
    return tuple(found)


def shown_breakdown(cost: CostReport) -> pd.DataFrame:
    """The parts of a cost in gigabytes, and in seconds to two figures.

    Examples
    --------
    >>> from infometer.attention.private_cost import PrivateInferenceCost
    >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}
    >>> shown = shown_breakdown(PrivateInferenceCost().estimate(gpt2, 128))
    >>> shown[["operation", "seconds"]].head(2)
      operation  seconds
    0      GELU    120.0
    1   softmax     31.0
    """
    parts = cost.breakdown()
    shown = pd.DataFrame(
        {
            "operation": parts["name"],
            "elements": parts["count"],
            "gigabytes": parts["bytes"] / 1e9,
            "share": parts["share"],
        }
    )
    if cost.minutes is not None:
        shown["seconds"] = [float(f"{seconds:.2g}") for seconds in parts["seconds"]]
    if any(parts["stand_in"]):
        shown["stand_in"] = parts["stand_in"]
    return shown
