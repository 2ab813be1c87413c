"""What a reader of an information plane must be told before believing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.contracts import Finding

__all__ = ["plane_findings"]

LARGE_LOSS = 0.5
"""Nats; what compression may lose below it is not worth a finding."""


def plane_findings(frame: pd.DataFrame, settings: Mapping[str, Any]) -> list[Finding]:
    """Read saturation, nulls, bounds, noise and losses off the rows of a plane.

    Parameters
    ----------
    frame : DataFrame
    settings : mapping

    Returns
    -------
    list of Finding
        Warnings first.

    Examples
    --------
    >>> row = {"step": 0, "layer": "a", "quantity": "I(X;L)", "method": METHOD, "noise": "network",
    ...        "value_nats": 4.6, "ceiling": 4.6, "saturated": True, "bound": None, "sigma": 0.01,
    ...        "noise_to_signal": 0.01, "n": 100}
    >>> plane_findings(pd.DataFrame([row]), {})[0].what
    '1 of 1 figures of I(X;L) are saturated.'
    """
    found = [
        *_saturated(frame),
        *_like_random_labels(frame),
        *_lost_by_compression(frame),
        *_seen_through_noise(frame),
        *_upper_bounds(frame),
        *_notes(frame),
    ]
    return sorted(found, key=lambda finding: finding.severity != "warning")


def _saturated(frame: pd.DataFrame) -> list[Finding]:
    rows = frame[(frame["quantity"] == "I(X;L)") & (frame["method"] == METHOD)]
    found = []
    for layer, group in rows.groupby("layer", sort=False):
        flagged = group[group["saturated"]]
        if len(flagged):
            steps = flagged["step"]
            found.append(
                Finding(
                    "warning",
                    str(layer),
                    f"{len(flagged)} of {len(group)} figures of I(X;L) are saturated.",
                    f"steps {steps.min()} to {steps.max()}: above 0.8 of log n = "
                    f"{group['ceiling'].iloc[0]:.2f} nats, where all inputs can be told apart",
                    "Do not read them; use more noise (noise_to_signal) or more evaluation rows.",
                )
            )
    return found


def _like_random_labels(frame: pd.DataFrame) -> list[Finding]:
    if "p_value" not in frame:
        return []
    last = frame[(frame["step"] == frame["step"].max()) & frame["p_value"].notna()]
    return [
        Finding(
            "warning",
            row.layer,
            "At the last step I(L;Y) cannot be told from that of labels at random.",
            f"{row.value_nats:.2f} nats, labels at random {row.null_nats:.2f}, "
            f"p = {row.p_value:.2f}",
            "Do not read it as knowledge of the target; train longer or use more noise.",
        )
        for row in last.itertuples()
        if row.p_value > 0.05
    ]


def _lost_by_compression(frame: pd.DataFrame) -> list[Finding]:
    if "loss_bound_nats" not in frame:
        return []
    last = frame[(frame["step"] == frame["step"].max()) & (frame["quantity"] == "I(X;L)")]
    lossy = last[last["loss_bound_nats"] > LARGE_LOSS]
    if lossy.empty:
        return []
    told = ", ".join(f"{row.layer} {row.loss_bound_nats:.1f}" for row in lossy.itertuples())
    return [
        Finding(
            "info",
            ", ".join(map(str, lossy["layer"])),
            "The compressed figures of I(X;L) may miss much of the layers.",
            f"at the last step the principal components lose at most, in nats: {told}",
            "Read them as lower bounds; take more components or the exact figures.",
        )
    ]


def _seen_through_noise(frame: pd.DataFrame) -> list[Finding]:
    rows = frame[frame["noise"] == "measuring"]
    if rows.empty:
        return []
    ratios = rows.groupby("layer", sort=False)["noise_to_signal"].first()
    told = ", ".join(f"{layer} {ratio:.2g}" for layer, ratio in ratios.items())
    return [
        Finding(
            "info",
            "all layers" if len(ratios) > 1 else str(ratios.index[0]),
            "The layers are seen through noise that is added at measuring time.",
            f"noise over the layer's present spread: {told}",
            "The figures say what can be told through that noise; compare a layer with itself "
            "over time rather than layers whose noise differs.",
        )
    ]


def _upper_bounds(frame: pd.DataFrame) -> list[Finding]:
    layers = frame.loc[(frame["bound"] == "upper"), "layer"].unique()
    if not len(layers):
        return []
    return [
        Finding(
            "info",
            ", ".join(map(str, layers)),
            "The exact figures are upper bounds.",
            "noise in the layers below makes these layers random for a given input",
            "Raise n_paths to come closer; with little noise below the gap is small.",
        )
    ]


def _notes(frame: pd.DataFrame) -> list[Finding]:
    if "notes" not in frame:
        return []
    noted = frame[frame["notes"].fillna("") != ""]
    return [
        Finding("info", f"{group['quantity'].iloc[0]}, {group['method'].iloc[0]}", str(note),
                f"{len(group)} rows")
        for note, group in noted.groupby("notes", sort=False)
    ]  # fmt: skip
