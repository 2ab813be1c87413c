"""Synthetic graphs in which it is known what tells about links: structure, features, or both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from infometer.graphs.graph import Graph, graph_from_edges
from infometer.graphs.low_rank import low_rank_svd
from infometer.graphs.negatives import edge_keys
from infometer.graphs.splits import split_edges
from infometer.graphs.walks import walk_operator
from infometer.resampling import generator, integer_seed

__all__ = ["SCENARIOS", "make_usable_graph"]

SCENARIOS = (
    ("random", "diagonal"),
    ("global", "diagonal"),
    ("local", "diagonal"),
    ("random", "off_diagonal"),
    ("global", "off_diagonal"),
    ("local", "off_diagonal"),
)
"""Features and structure of the six scenarios."""

CLUSTERS = 4
ALLOWED = {"diagonal": ((0, 0), (1, 1), (2, 2), (3, 3)), "off_diagonal": ((0, 1), (2, 3))}
"""Pairs of clusters that share edges beside the noise."""

NOISE = {"diagonal": 2e-4, "off_diagonal": 1e-4}
SIZES = (4, 8)
"""Of cliques, and of the sides of complete bipartite graphs: smallest and largest."""

AGAIN = 0.1
"""Weight of a node that is in a clique already; 1 of one that is not."""

WALKS = 1000
"""Walks from each node whose visits the features tell: it sets them against their noise."""


def make_usable_graph(
    features: Literal["random", "global", "local"] = "global",
    structure: Literal["diagonal", "off_diagonal"] = "diagonal",
    *,
    n_nodes: int = 4000,
    n_features: int = 800,
    density: float = 0.01,
    edge_noise: float | None = None,
    feature_noise: float = 0.002,
    edges_for_features: Literal["train", "all"] = "train",
    random_state: Any = None,
) -> Graph:
    r"""A graph of four clusters in which some sources tell about links and others do not.

    Edges come as cliques of 4 to 8 nodes within a cluster ("diagonal"), or as complete bipartite
    graphs between the clusters 0 and 1, and 2 and 3 ("off_diagonal"): there a node resembles those
    that it has no edges with, and only a compatibility matrix finds its neighbours. Features:

    - "random", fair bits: they tell nothing, the structure alone does.
    - "global", :math:`U \Sigma^{1/2}` of the matrix of short walks, less its smallest value: they
      tell as much as the structure.
    - "local", a quarter of the rank, in columns of the node's own cluster and 0 elsewhere: of an
      off-diagonal graph the plain dot product along every edge but the noise is 0.

    Parameters
    ----------
    features : {"random", "global", "local"}
    structure : {"diagonal", "off_diagonal"}
    n_nodes : int
        At least 32; labels are the four clusters, equal but for rounding.
    n_features : int
        A multiple of 4.
    density : float
        Share of the allowed pairs that are edges, at least; cliques are added until no node is
        without one.
    edge_noise : float, optional
        Probability of an edge for each of the other pairs of nodes, within a cluster for each order
        of the two. Default: 0.0002 of a diagonal structure, 0.0001 of an off-diagonal.
    feature_noise : float
        Share of the entries replaced by uniform numbers; not of random features.
    edges_for_features : {"train", "all"}
        What "global" and "local" features are made of. The edges have `times` in a random order,
        and with "train" only those that ``split_edges(graph, by="time")`` leaves for training are
        used; with "all", as in the paper, the features know the edges that it holds out.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Graph
        With features, float32, labels and times.

    Raises
    ------
    ValueError
        If a name is unknown, or a number out of its range.

    References
    ----------
    M.-C. Lee et al., "NetInfoF framework: measuring and exploiting network usable information",
    ICLR 2024, and its code; walks are taken by their expectation.

    Examples
    --------
    >>> graph = make_usable_graph("local", "off_diagonal", n_nodes=80, n_features=16,
    ...                           edge_noise=0.0, random_state=0)
    >>> sorted(set(map(tuple, graph.labels[graph.edges()].tolist())))
    [(0, 1), (2, 3)]
    """
    noise = NOISE.get(structure, 0.0) if edge_noise is None else edge_noise
    _check(features, structure, n_nodes, n_features, density, edges_for_features)
    for name, share in (("edge_noise", noise), ("feature_noise", feature_noise)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} is {share}; expected a share from 0 to 1")
    seed = integer_seed(random_state, "usable graph")
    labels = np.arange(n_nodes) * CLUSTERS // n_nodes
    edges = _edges(labels, structure, density, noise, generator(seed, "edges", structure))
    times = generator(seed, "times", structure).permutation(len(edges))
    bare = graph_from_edges(edges, n_nodes, times=times, labels=labels)
    rng = generator(seed, "features", features)
    if features == "random":
        columns = rng.integers(0, 2, (n_nodes, n_features)).astype(np.float32)
    else:
        known = split_edges(bare, by="time", random_state=seed).graph
        known = bare if edges_for_features == "all" else known
        columns = _walk_features(known, labels, features, n_features, seed)
        replaced = rng.random(columns.shape) < feature_noise
        columns[replaced] = rng.random(int(replaced.sum()))
    return replace(bare, features=columns)


def _check(
    features: str, structure: str, n_nodes: int, n_features: int, density: float, used: str
) -> None:
    if (features, structure) not in SCENARIOS:
        raise ValueError(
            f"features is {features!r} and structure {structure!r}; expected one of 'random', "
            "'global', 'local', and 'diagonal' or 'off_diagonal'"
        )
    if n_nodes < CLUSTERS * SIZES[1]:
        raise ValueError(f"n_nodes is {n_nodes}; expected at least {CLUSTERS * SIZES[1]}")
    if n_features < CLUSTERS or n_features % CLUSTERS:
        raise ValueError(f"n_features is {n_features}; expected a multiple of {CLUSTERS}")
    if not 0.0 <= density < 1.0:
        raise ValueError(f"density is {density}; expected a share from 0 to below 1")
    if used not in ("train", "all"):
        raise ValueError(f"edges_for_features is {used!r}; it must be 'train' or 'all'")


def _edges(
    labels: np.ndarray, structure: str, density: float, noise: float, rng: np.random.Generator
) -> np.ndarray:
    """Cliques or bipartite graphs of the allowed pairs of clusters, and noise of the others."""
    clusters = [np.flatnonzero(labels == c) for c in range(CLUSTERS)]
    allowed = ALLOWED[structure]
    parts = []
    for c in range(CLUSTERS):
        for other in range(c, CLUSTERS):
            a, b = clusters[c], clusters[other]
            if (c, other) not in allowed:
                parts.append(_noise(a, b, noise, rng))
            elif c == other:
                parts.append(a[_cliques(len(a), density, rng)])
            else:
                left, right = _bipartite(len(a), len(b), density, rng).T
                parts.append(np.column_stack([a[left], b[right]]))
    edges = np.concatenate(parts)
    kept = np.unique(edge_keys(edges, len(labels)), return_index=True)[1]
    return edges[kept]


def _noise(a: np.ndarray, b: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Each pair of a node of the one and a node of the other with a probability; no loops."""
    n_pairs = len(a) * len(b)
    drawn = rng.choice(n_pairs, rng.binomial(n_pairs, share), replace=False)
    pairs = np.column_stack([a[drawn // len(b)], b[drawn % len(b)]])
    return pairs[pairs[:, 0] != pairs[:, 1]]


def _cliques(n: int, density: float, rng: np.random.Generator) -> np.ndarray:
    """Cliques of n nodes until more than a share of the pairs are edges and no node is alone."""
    found: set[int] = set()
    weights = np.ones(n)
    while len(found) <= density * n * (n - 1) / 2 or weights.max() == 1.0:
        members = np.sort(_members(weights, rng))
        low, high = np.triu_indices(len(members), 1)
        found.update((members[low] * n + members[high]).tolist())
    keys = np.array(sorted(found))
    return np.column_stack([keys // n, keys % n])


def _bipartite(n: int, m: int, density: float, rng: np.random.Generator) -> np.ndarray:
    """Complete bipartite graphs, until the density is reached and no node is alone."""
    found: set[int] = set()
    left, right = np.ones(n), np.ones(m)
    while len(found) <= density * n * m or max(left.max(), right.max()) == 1.0:
        one, other = _members(left, rng), _members(right, rng)
        found.update(np.add.outer(one * m, other).ravel().tolist())
    keys = np.array(sorted(found))
    return np.column_stack([keys // m, keys % m])


def _members(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """4 to 8 distinct nodes by their weights, which are lowered for the next time."""
    size = rng.integers(SIZES[0], SIZES[1] + 1)
    drawn = rng.choice(len(weights), size, replace=False, p=weights / weights.sum())
    weights[drawn] = AGAIN
    return drawn


def _walk_features(
    graph: Graph, labels: np.ndarray, kind: str, n_features: int, seed: int
) -> np.ndarray:
    """Leading vectors of the walks, from 0 on; in one block, or a block of columns a cluster."""
    rank = n_features if kind == "global" else n_features // CLUSTERS
    vectors, values = low_rank_svd(
        walk_operator(graph, dtype=np.float32),
        min(rank, graph.n_nodes),
        random_state=integer_seed(seed, "features", kind),
    )
    found = vectors * np.sqrt(WALKS * values)
    found -= found.min()
    columns = np.zeros((graph.n_nodes, n_features), dtype=np.float32)
    places = np.arange(found.shape[1])
    if kind == "local":
        places = places + (labels * rank)[:, None]
    columns[np.arange(graph.n_nodes)[:, None], places] = found
    return columns
