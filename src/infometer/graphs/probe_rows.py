"""The rows of a network probe: one source each, with its score, its bounds and its company."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.stats import rankdata

from infometer.graphs.embeddings import COMPONENTS
from infometer.graphs.graph import Graph
from infometer.graphs.hits import hits_at_k
from infometer.graphs.homophily import neighbour_labels
from infometer.graphs.link_probe import (
    HEURISTICS,
    LinkSamples,
    LinkScores,
    link_table,
    probe_component,
)
from infometer.graphs.node_probe import cluster_table, held_out_accuracy, node_clusters
from infometer.graphs.table_interval import table_interval
from infometer.quantities import usable_information
from infometer.resampling import integer_seed

__all__ = [
    "NEIGHBOUR",
    "ProbedSource",
    "component_of_labels",
    "neighbour_of_labels",
    "source_of_links",
]

NEIGHBOUR = "neighbour's label"


class ProbedSource(NamedTuple):
    """One row of a probe, the table that it was read off, and what was noticed on the way."""

    row: dict[str, Any]
    table: np.ndarray
    notes: tuple[str, ...] = ()


def source_of_links(
    graph: Graph,
    name: str,
    samples: LinkSamples,
    *,
    n_bins: int,
    k: int,
    level: float,
    seed: int,
    **settings: Any,
) -> ProbedSource:
    """Probe links by one embedding or one heuristic.

    Parameters
    ----------
    graph : Graph
        Of the training edges.
    name : str
        Of `COMPONENTS` or `HEURISTICS`.
    samples : LinkSamples
    n_bins, k : int
        Bins, and the K of Hits@K.
    level : float
    seed : int
    **settings
        Of `GraphEmbeddings`.

    Returns
    -------
    ProbedSource
    """
    if name in HEURISTICS:
        scores = LinkScores(*(HEURISTICS[name](graph, pairs) for pairs in samples))
        table = link_table(*scores, n_bins=n_bins)
        row = _scored(table, level, seed, name, "scores")
        hits = {"hits": hits_at_k(scores.links, scores.none, k), "auc": _likelier(scores)}
        return ProbedSource(_named(name, "heuristic", "no learning", row | hits), table)
    adjusted, raw, notes = probe_component(graph, name, samples, random_state=seed, **settings)
    table, plain = (link_table(*scores, n_bins=n_bins) for scores in (adjusted, raw))
    row = _scored(table, level, seed, name, "adjusted")
    beside = _scored(plain, level, seed, name, "raw")
    kept = ("score", "score_low", "score_high", "information_nats")
    hits = {
        "hits": hits_at_k(adjusted.links, adjusted.none, k),
        "auc": _likelier(adjusted),
        **{f"raw_{key}": beside[key] for key in kept},
        "raw_hits": hits_at_k(raw.links, raw.none, k),
        "raw_auc": _likelier(raw),
    }
    return ProbedSource(_named(name, "component", COMPONENTS[name], row | hits), table, notes)


def component_of_labels(
    graph: Graph,
    name: str,
    labels: np.ndarray,
    *,
    n_clusters: int,
    level: float,
    seed: int,
    **settings: Any,
) -> ProbedSource:
    """Probe the labels of nodes by the clusters of one embedding.

    Parameters
    ----------
    graph : Graph
    name : str
        Of `COMPONENTS`.
    labels : ndarray of int, shape (n,)
        Numbered from 0; −1 where there is none.
    n_clusters : int
    level : float
    seed : int
    **settings
        Of `GraphEmbeddings`.

    Returns
    -------
    ProbedSource
    """
    clusters, notes = node_clusters(graph, name, n_clusters, random_state=seed, **settings)
    known = labels >= 0
    clusters, labels = clusters[known], labels[known]
    table = cluster_table(clusters, labels)
    row = _scored(table, level, seed, name, "clusters")
    row["held_out_accuracy"] = held_out_accuracy(
        clusters, labels, integer_seed(seed, "held-out accuracy", name)
    )
    return ProbedSource(_named(name, "component", COMPONENTS[name], row), table, notes)


def neighbour_of_labels(graph: Graph) -> ProbedSource:
    """Probe the labels of nodes by that of one neighbour; edges share nodes, so no interval.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    ProbedSource
    """
    table = neighbour_labels(graph)
    row = _figures(table)
    return ProbedSource(_named(NEIGHBOUR, "heuristic", "edges in both directions", row), table)


def _likelier(scores: LinkScores) -> float:
    """How likely a link scores more than a pair that is none: the area under the ROC curve."""
    ranks = rankdata(np.concatenate([scores.links, scores.none]))
    m = len(scores.links)
    return float((ranks[:m].mean() - (m + 1) / 2) / len(scores.none))


def _named(name: str, kind: str, meaning: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"source": name, "kind": kind, "meaning": meaning, **row}


def _scored(table: np.ndarray, level: float, seed: int, *key: str) -> dict[str, Any]:
    """The figures of a table with their intervals and what chance shows."""
    sure = table_interval(
        table,
        level=level,
        random_state=integer_seed(seed, "interval", *key),
    )
    (low, high), (told_low, told_high) = sure.score, sure.information
    return _figures(table) | {
        "score_error": sure.score_error,
        "score_low": low,
        "score_high": high,
        "information_error_nats": sure.information_error,
        "information_low_nats": told_low,
        "information_high_nats": told_high,
        "null_score": sure.null_score[1],
        "null_mean_nats": sure.null_information[0],
        "null_upper_nats": sure.null_information[1],
        "p_value": sure.p_value,
    }


def _figures(table: np.ndarray) -> dict[str, Any]:
    told = usable_information(table)
    return {
        "score": told.score,
        "information_nats": told.information,
        "conditional_entropy_nats": told.conditional_entropy,
        "chance": told.chance,
        "accuracy": told.accuracy,
        "fano_accuracy": told.ceiling,
        "n": told.n_samples,
        "n_bins": int(np.count_nonzero(table.any(axis=1))),
    }
