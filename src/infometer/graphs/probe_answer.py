"""The sentences that a network probe ends in: what tells something, and what to do next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from infometer.contracts import NATS_PER_UNIT

if TYPE_CHECKING:
    from infometer.graphs.probe_result import ProbeResult

__all__ = ["missed_by_dots", "next_step", "opposites", "probe_answer"]

SPREAD = ("P", "S")
"""The components that spread features over edges, as a graph neural network does."""


def probe_answer(result: ProbeResult, unit: str = "bits") -> str:
    """Which source tells most and how much, whether opposites attract, and the next step.

    Parameters
    ----------
    result : ProbeResult
    unit : {"bits", "nats"}

    Returns
    -------
    str
    """
    about = "links" if result.task == "link" else "labels"
    best, telling = result.best, result.telling
    if len(result.classes) < 2:
        return "All labels are the same, so there is nothing to tell: the score is 1 of itself."
    if not len(telling):
        text = (
            f"No embedding tells anything about {about} beyond chance: the best, "
            f"{_named(best)}, {_amount(best, unit)}, where chance alone reaches "
            f"{_told(best['null_upper_nats'], unit)}."
        )
        return f"{text} {next_step(result, unit)}"
    text = f"{_named(best)} tells most about {about}: {_amount(best, unit)}"
    features = result.frame[result.frame["source"] == "F"]
    if len(features) and best["source"] != "F":
        alone = features.iloc[0]
        silent = alone["adjusted_p_value"] > result.alpha
        told = "nothing" if silent else _told(alone["information_nats"], unit)
        text += f"; features alone tell {told}"
    pulled, unseen = opposites(result), missed_by_dots(result)
    if pulled is not None:
        text += (
            f". Opposites attract: linked nodes are less alike in {pulled['source']} than others"
        )
    if unseen is not None:
        text += (
            f". Of {unseen['source']} a plain dot product tells "
            f"{_told(unseen['raw_information_nats'], unit)}, with the compatibility matrix "
            f"{_told(unseen['information_nats'], unit)}"
        )
    return f"{text}. {next_step(result, unit)}"


def opposites(result: ProbeResult) -> pd.Series | None:
    """The telling source by which linked nodes are least alike, where they are less so than others.

    Parameters
    ----------
    result : ProbeResult

    Returns
    -------
    Series or None
        Where the chance of the larger dot product is two standard errors below one half.
    """
    if result.task != "link" or result.telling.empty:
        return None
    rows = result.telling
    lowest = rows.iloc[int(rows["raw_auc"].argmin())]
    error = math.sqrt(1.0 / (3.0 * lowest["n"]))
    return lowest if lowest["raw_auc"] < 0.5 - 2.0 * error else None


def missed_by_dots(result: ProbeResult) -> pd.Series | None:
    """The source whose compatibility matrix gains most, where it at least doubles what is told.

    Parameters
    ----------
    result : ProbeResult

    Returns
    -------
    Series or None
    """
    if result.task != "link":
        return None
    rows = result.telling
    rows = rows[
        (rows["information_nats"] > 2 * rows["raw_information_nats"])
        & (rows["score_low"] > rows["raw_score_high"])
    ]
    if rows.empty:
        return None
    return rows.iloc[int((rows["information_nats"] - rows["raw_information_nats"]).argmax())]


def next_step(result: ProbeResult, unit: str = "bits") -> str:
    """What to do: take the heuristic, fit the linear model, try a GNN, or look for other features.

    Parameters
    ----------
    result : ProbeResult
    unit : {"bits", "nats"}

    Returns
    -------
    str
    """
    best, simple = result.best, result.best_heuristic
    if not len(result.telling):
        if (
            simple is not None
            and not simple["adjusted_p_value"] > result.alpha
            and (simple["score"] > best["score_high"])
        ):
            told = _told(simple["information_nats"], unit)
            return f"Next: {_simple(simple)} does tell {told}: use that, and no model of these."
        return "Next: a model has little to learn here, a GNN too; look for other features."
    if simple is not None and simple["score"] >= best["score"]:
        told = _told(simple["information_nats"], unit)
        if result.task == "node":
            return (
                f"Next: fit the linear model on these sources; it must beat {_simple(simple)}, "
                f"which tells {told} where neighbours are labelled; {_gnn(result)}."
            )
        return (
            f"Next: take {_simple(simple)}, which needs nothing learned and tells {told}; a model "
            "must beat that."
        )
    return f"Next: fit the linear model on these sources{_beside(simple, result, unit)}; " + (
        f"{_gnn(result)}."
    )


def _beside(simple: pd.Series | None, result: ProbeResult, unit: str) -> str:
    if simple is None:
        return " (no heuristic puts links first)" if result.task == "link" else ""
    if simple["adjusted_p_value"] > result.alpha:
        return " (no heuristic tells anything)"
    told = _told(simple["information_nats"], unit)
    return f" (the best heuristic, {_simple(simple)}, tells {told})"


def _gnn(result: ProbeResult) -> str:
    """Whether spreading features over edges tells more than any source that is not spread."""
    rows = result.frame[result.frame["kind"] == "component"]
    spread = rows[rows["source"].isin(SPREAD)]
    plain = rows[~rows["source"].isin(SPREAD)]
    if spread.empty or plain.empty:
        return "without features to spread, a GNN has nothing more to go by"
    top, other = (part.iloc[int(part["score"].argmax())] for part in (spread, plain))
    if top["score_low"] > other["score"]:
        return f"{top['source']} beats every source that is not spread, which a GNN may build on"
    return (
        f"spreading features adds nothing sure to {other['source']} alone, so that little speaks "
        "for a GNN"
    )


def _named(row: pd.Series) -> str:
    return f"{row['source']} ({row['meaning']})"


def _simple(row: pd.Series) -> str:
    return f"a {row['source']}" if row["source"].startswith("neighbour") else row["source"]


def _told(nats: float, unit: str) -> str:
    return f"{_digits(nats / NATS_PER_UNIT[unit])} {unit}"


def _digits(value: float) -> str:
    """Two decimals, or four of a small value."""
    return f"{value:.2f}" if value >= 0.01 or value < 5e-5 else f"{value:.4f}".rstrip("0")


def _amount(row: pd.Series, unit: str) -> str:
    whole = row["information_nats"] + row["conditional_entropy_nats"]
    told = row["information_nats"] / NATS_PER_UNIT[unit]
    return (
        f"{told:.2f} of {_told(whole, unit)} (score {row['score']:.2f}, chance {row['chance']:.2f})"
    )
