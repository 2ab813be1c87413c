import itertools

import numpy as np
import pytest

from infometer.preferences import (
    ComparisonGraph,
    complete_pairs,
    neighbor_pairs,
    path_pairs,
    star_pairs,
    structural_function,
)
from infometer.preferences.dyadic_space import dyadic_distances


def prior(edges, variances=1.0, n_items=None):
    edges = np.asarray(edges)
    n = edges.max() + 1 if n_items is None else n_items
    return ComparisonGraph(n_items=n, pairs=[], prior_edges=edges, prior_variances=variances)


def all_distances(graph):
    far = np.full((graph.n_items, graph.n_items), np.inf)
    far[tuple(graph.prior_edges.T)] = graph.prior_variances
    far = np.minimum(far, far.T)
    np.fill_diagonal(far, 0.0)
    for k in range(graph.n_items):
        far = np.minimum(far, far[:, [k]] + far[[k]])
    return far


def every_partition(n, m, smallest, largest):
    for labels in itertools.product(range(m), repeat=n):
        sizes = np.bincount(labels, minlength=m)
        if sizes.min() >= smallest and sizes.max() <= largest:
            yield np.array(labels)


def exact(distances, m):
    n = len(distances)
    return min(
        max(distances[np.ix_(c, c)].mean() for c in (np.flatnonzero(labels == k) for k in range(m)))
        for labels in every_partition(n, m, n / (2 * m), 2 * n / m)
    )


@pytest.mark.parametrize(
    ("edges", "variances"),
    [
        (path_pairs(8), 1.0),
        (star_pairs(8), 1.0),
        (complete_pairs(8), 1.0),
        (path_pairs(8), np.array([1, 5, 1, 1, 9, 1, 2.0])),
    ],
)
def test_against_every_partition_of_eight_items(edges, variances):
    graph = prior(edges, variances)
    for m in (1, 2, 3):
        best = exact(all_distances(graph), m)
        assert structural_function(graph, m) == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_is_a_close_upper_bound_on_random_trees(seed):
    rng = np.random.default_rng(seed)
    tree = [(int(rng.integers(child)), child) for child in range(1, 8)]
    graph = prior(tree, rng.exponential(size=7) + 0.1)
    for m in (2, 3):
        best = exact(all_distances(graph), m)
        assert best - 1e-12 <= structural_function(graph, m) <= 1.1 * best


def test_exchanges_do_better_than_random_clusters_of_scattered_items():
    points = np.random.default_rng(0).normal(size=(150, 4))
    u, v = neighbor_pairs(points, 6).T
    graph = prior(np.column_stack([u, v]), ((points[u] - points[v]) ** 2).sum(axis=1))
    found = structural_function(graph, [1, 3, 9])
    assert (np.diff(found) < 0).all()  # clusters at random would have the mean of all


def test_of_a_path_falls_as_one_over_m():
    lengths = np.array([128, 64, 32, 16])
    found = structural_function(prior(path_pairs(128)), [1, 2, 4, 8])
    np.testing.assert_allclose(found, (lengths**2 - 1) / (3 * lengths), rtol=1e-12)


@pytest.mark.parametrize(("edges", "mean"), [(complete_pairs(64), 1.0), (star_pairs(64), 2.0)])
def test_of_a_clique_and_a_star_is_constant(edges, mean):
    found = structural_function(prior(edges), [1, 2, 4])
    sizes = np.array([64, 32, 16])
    np.testing.assert_allclose(found, mean * (1 - 1 / sizes), atol=2 / 16)


@pytest.mark.parametrize("alpha", [0.25, 1.0])
def test_of_the_dyadic_space_falls_as_a_power_of_m(alpha):
    leaves = np.arange(64) << 44
    u, v = complete_pairs(64).T
    graph = prior(np.column_stack([u, v]), dyadic_distances(leaves[u], leaves[v], alpha))
    found = structural_function(graph, [1, 2, 4, 8])
    # Of 2ᵏ leaves below a cluster of prefix k: Σ_j 2^-(j+1) 2^(-α (k + j)) over the levels there.
    expected = [
        sum(2.0 ** -(j + 1) * 2.0 ** (-alpha * (k + j)) for j in range(6 - k)) for k in range(4)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_parallel_edges_count_once_by_the_shortest_and_parts_are_infinitely_far():
    graph = prior([(0, 1), (1, 0), (2, 3)], [4.0, 1.0, 1.0])
    assert structural_function(graph, [1, 2, 4]).tolist() == [np.inf, 0.5, 0.0]


@pytest.mark.parametrize("m", [0, 9, 1.5])
def test_impossible_numbers_of_clusters_are_named(m):
    with pytest.raises(ValueError, match="expected whole numbers from 1 to 8"):
        structural_function(prior(path_pairs(8)), m)


def test_too_many_items_are_named():
    with pytest.raises(ValueError, match="for at most 1000"):
        structural_function(prior(path_pairs(1001)), 2)
