"""What an embedding tells of the labels of nodes: its clusters against the labels."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from infometer.graphs.embeddings import GraphEmbeddings
from infometer.graphs.graph import Graph
from infometer.resampling import integer_seed, subsampling_splits

__all__ = ["cluster_table", "held_out_accuracy", "node_clusters"]

PARTS, REPEATS = 5, 10
KMEANS_STARTS = 4


def node_clusters(
    graph: Graph, name: str, n_clusters: int, *, random_state: Any = None, **settings: Any
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Clusters of all nodes by one embedding, found without their labels.

    Parameters
    ----------
    graph : Graph
    name : str
        Of `COMPONENTS`.
    n_clusters : int
    random_state : int, None, RandomState or Generator
    **settings
        Of `GraphEmbeddings`.

    Returns
    -------
    clusters : ndarray of int, shape (n,)
        Fewer than `n_clusters` where the embedding has fewer distinct rows.
    notes : tuple of str

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> graph = as_graph(nx.karate_club_graph(), labels="club")
    >>> node_clusters(graph, "U", 2, n_components=8, random_state=0)[0].shape
    (34,)
    """
    embeddings = GraphEmbeddings(components=(name,), random_state=random_state, **settings)
    z = embeddings.fit_transform(graph)[name]
    if z.shape[1] == 0:
        return np.zeros(graph.n_nodes, dtype=int), embeddings.notes_
    seed = integer_seed(random_state, "clusters", name) % 2**32
    means = KMeans(n_clusters, n_init=KMEANS_STARTS, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Number of distinct clusters")
        return means.fit_predict(z), embeddings.notes_


def cluster_table(clusters: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Counts of labels in clusters.

    Parameters
    ----------
    clusters, labels : ndarray of int, shape (n,)
        Numbered from 0.

    Returns
    -------
    ndarray of int, shape (largest cluster + 1, largest label + 1)

    Examples
    --------
    >>> cluster_table(np.array([0, 0, 1]), np.array([1, 1, 0])).tolist()
    [[0, 2], [1, 0]]
    """
    b, c = int(clusters.max()) + 1, int(labels.max()) + 1
    return np.bincount(clusters * c + labels, minlength=b * c).reshape(b, c)


def held_out_accuracy(
    clusters: np.ndarray, labels: np.ndarray, random_state: Any = None
) -> float | None:
    """Accuracy of each cluster's commonest label on nodes that it was not counted on.

    Mean over ten random splits in five parts that hold every label in proportion; a cluster that
    has no other node takes the commonest label of all.

    Parameters
    ----------
    clusters, labels : ndarray of int, shape (n,)
        Numbered from 0.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    float or None
        None of fewer nodes than parts.

    Examples
    --------
    >>> held_out_accuracy(np.repeat([0, 1], 10), np.repeat([1, 0], 10), random_state=0)
    1.0
    """
    if len(labels) < PARTS:
        return None
    splits = subsampling_splits(
        len(labels), strata=labels, parts=(PARTS,), repeats=REPEATS, random_state=random_state
    )
    whole = cluster_table(clusters, labels)
    b, c = whole.shape
    right = 0
    for split in splits:
        inside = np.bincount(
            (split.astype(int) * b + clusters) * c + labels, minlength=PARTS * b * c
        )
        inside = inside.reshape(PARTS, b, c)
        others = whole - inside
        guess = np.where(
            others.any(axis=2), others.argmax(axis=2), others.sum(axis=1).argmax(axis=1)[:, None]
        )
        right += int(np.take_along_axis(inside, guess[:, :, None], axis=2).sum())
    return right / (len(splits) * len(labels))
