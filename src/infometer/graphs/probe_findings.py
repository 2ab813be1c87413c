"""What a reader of a network probe must be told before believing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infometer.contracts import Finding
from infometer.graphs.probe_answer import missed_by_dots, opposites

if TYPE_CHECKING:
    from infometer.graphs.probe_result import ProbeResult

__all__ = ["probe_findings"]

NEARLY_ALL = 0.95
"""Of what there is to tell: a source that tells more may have been made from the answer."""
ROWS_PER_CELL = 8
"""Of fewer, intervals are too narrow; see `table_interval`."""


def probe_findings(result: ProbeResult) -> tuple[Finding, ...]:
    """Read off a probe what is trivial, too good, too small, silent, or was changed in reading.

    Parameters
    ----------
    result : ProbeResult

    Returns
    -------
    tuple of Finding
        Warnings first.
    """
    found = [
        *_one_class(result),
        *_too_good(result),
        *_few(result),
        *_overfitted(result),
        *_opposites(result),
        *_missed_by_dots(result),
        *_silent(result),
        *_heuristic(result),
        *_notes(result),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


def _one_class(result: ProbeResult) -> list[Finding]:
    if len(result.classes) > 1:
        return []
    return [
        Finding(
            "warning", "labels", "There is only one label, and every score is trivially 1.",
            f"all labelled nodes are “{result.classes[0]}”.", "Give labels of two kinds at least.",
        )
    ]  # fmt: skip


def _too_good(result: ProbeResult) -> list[Finding]:
    rows = result.telling
    whole = rows["information_nats"] + rows["conditional_entropy_nats"]
    rows = rows[rows["information_nats"] > NEARLY_ALL * whole]
    if rows.empty:
        return []
    return [
        Finding(
            "warning", ", ".join(rows["source"]), "Nearly all there is to know is told.",
            "; ".join(f"{r.source}: score {r.score:.3f}" for r in rows.itertuples()) + ".",
            "Ask whether features or edges were made from what is to be predicted.",
        )
    ]  # fmt: skip


def _few(result: ProbeResult) -> list[Finding]:
    settings = result.settings
    if result.task == "link" and settings["n_bins_used"] < settings["n_bins"]:
        return [
            Finding(
                "warning", "bins", "So few links are held out that the bins were made fewer.",
                f"{settings['held_out_links']} links: {settings['n_bins_used']} bins instead of "
                f"{settings['n_bins']}, 10 links for each.",
                "Read the intervals, not the scores; more edges narrow them.",
            )
        ]  # fmt: skip
    clusters = settings.get("n_clusters_used", 0)
    cells = clusters * len(result.classes)
    if result.task == "node" and settings["labelled_nodes"] < ROWS_PER_CELL * cells:
        return [
            Finding(
                "warning", "clusters",
                "There are few labelled nodes for so many clusters and labels.",
                f"{settings['labelled_nodes']} nodes, {clusters} clusters, {len(result.classes)} "
                "labels: scores are too high by chance and intervals too narrow.",
                "Read the held-out accuracy, or take fewer clusters.",
            )
        ]  # fmt: skip
    return []


def _overfitted(result: ProbeResult) -> list[Finding]:
    """Where plain dot products surely do better than the matrix fitted to the training edges."""
    if result.task != "link":
        return []
    rows = result.frame[result.frame["raw_score_low"] > result.frame["score_high"]]
    if rows.empty:
        return []
    told = "; ".join(f"{r.source}: {r.raw_score:.2f}, {r.score:.2f}" for r in rows.itertuples())
    return [
        Finding(
            "warning", ", ".join(rows["source"]),
            "Plain dot products score more than the compatibility matrix.",
            f"{told}: the matrix has {result.settings['n_components']} columns at most and "
            f"{result.settings['edges']} edges to be fitted to.",
            "It fits the training edges too closely; take fewer columns (n_components).",
        )
    ]  # fmt: skip


def _opposites(result: ProbeResult) -> list[Finding]:
    row = opposites(result)
    if row is None:
        return []
    return [
        Finding(
            "info", str(row["source"]), "Opposites attract: links are not between like nodes.",
            f"Of a link and another pair the link has the larger dot product in "
            f"{100 * row['raw_auc']:.0f} % of cases.",
            "Score links by zᵢᵀHzⱼ; models that average neighbours or take dot products may fail.",
        )
    ]  # fmt: skip


def _missed_by_dots(result: ProbeResult) -> list[Finding]:
    row = missed_by_dots(result)
    if row is None:
        return []
    return [
        Finding(
            "info", str(row["source"]), "Plain dot products miss most of what is there.",
            f"They score {row['raw_score']:.2f}, with the compatibility matrix "
            f"{row['score']:.2f}.", "Score links by zᵢᵀHzⱼ.",
        )
    ]  # fmt: skip


def _silent(result: ProbeResult) -> list[Finding]:
    rows = result.frame[result.frame["kind"] == "component"]
    rows = rows[~(rows["adjusted_p_value"] <= result.alpha)]
    if rows.empty or rows["source"].nunique() == result.n_components:
        return []
    told = ", ".join(f"{r.source} ({r.meaning}) {r.score:.2f}" for r in rows.itertuples())
    return [
        Finding(
            "info", ", ".join(rows["source"]), "Nothing beyond chance is told by some sources.",
            f"Scores: {told}; chance alone reaches {np.nanmax(rows['null_score']):.2f}.",
            "Leave them out of a model, or trust a penalty to.",
        )
    ]  # fmt: skip


def _heuristic(result: ProbeResult) -> list[Finding]:
    simple = result.best_heuristic
    if simple is None or not simple["score"] >= result.best["score"]:
        return []
    return [
        Finding(
            "info", str(simple["source"]), "What needs nothing learned tells as much or more.",
            f"Score {simple['score']:.2f}; the best embedding, {result.best['source']}, "
            f"{result.best['score']:.2f}.",
            "Take it as the mark that a model must beat, and as one of its inputs.",
        )
    ]  # fmt: skip


def _notes(result: ProbeResult) -> list[Finding]:
    if not result.notes:
        return []
    told = "; ".join(dict.fromkeys(result.notes))
    return [Finding("info", "graph", "Not everything could be taken as it was given.", f"{told}.")]
