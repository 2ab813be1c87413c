"""Synthetic graphs: which clusters share edges, how dense the noise is, what the features know."""

import numpy as np
import pytest

from infometer.graphs import pair_scores, split_edges, walk_operator
from infometer.graphs.scenarios import SCENARIOS, make_usable_graph

SMALL = {"n_nodes": 200, "n_features": 32, "random_state": 0}
ALLOWED = {"diagonal": {(c, c) for c in range(4)}, "off_diagonal": {(0, 1), (2, 3)}}


def cluster_pairs(graph):
    return graph.labels[graph.edges()]


@pytest.mark.parametrize(("features", "structure"), SCENARIOS)
def test_shape_types_and_clusters(features, structure):
    graph = make_usable_graph(features, structure, **SMALL)
    assert (graph.n_nodes, graph.features.shape) == (200, (200, 32))
    assert graph.features.dtype == np.float32
    assert np.isfinite(graph.features).all()
    assert np.bincount(graph.labels).tolist() == [50] * 4
    assert graph.notes == ()


@pytest.mark.parametrize("structure", ["diagonal", "off_diagonal"])
def test_without_noise_only_allowed_pairs_share_edges_and_every_node_has_three(structure):
    graph = make_usable_graph("random", structure, edge_noise=0.0, **SMALL)
    assert set(map(tuple, cluster_pairs(graph).tolist())) == ALLOWED[structure]
    assert graph.degrees.min() >= 3  # a clique has four nodes at least


@pytest.mark.parametrize("structure", ["diagonal", "off_diagonal"])
def test_density_of_the_allowed_pairs_is_just_above_what_was_asked(structure):
    graph = make_usable_graph(
        "random", structure, n_nodes=400, n_features=4, density=0.1, edge_noise=0.0, random_state=1
    )
    pairs = {"diagonal": 4 * 100 * 99 / 2, "off_diagonal": 2 * 100 * 100}[structure]
    largest = {"diagonal": 4 * 28, "off_diagonal": 2 * 64}[structure]  # the last one of each
    assert 0.1 * pairs < graph.n_edges <= 0.1 * pairs + largest


@pytest.mark.parametrize("structure", ["diagonal", "off_diagonal"])
def test_density_of_the_noise(structure):
    graph = make_usable_graph(
        "random", structure, n_nodes=400, n_features=4, edge_noise=0.02, random_state=2
    )
    for c in range(4):
        for other in range(c, 4):
            if (c, other) in ALLOWED[structure]:
                continue
            share, pairs = (1 - 0.98**2, 100 * 99 / 2) if c == other else (0.02, 100 * 100)
            found = (cluster_pairs(graph) == (c, other)).all(axis=1).sum()
            assert abs(found - share * pairs) < 4 * np.sqrt(share * pairs)


def test_random_features_are_fair_bits_independent_of_the_clusters():
    graph = make_usable_graph("random", n_nodes=400, n_features=100, random_state=0)
    assert set(np.unique(graph.features)) == {0.0, 1.0}
    means = [graph.features[graph.labels == c].mean() for c in range(4)]
    assert np.abs(np.array(means) - 0.5).max() < 4 * 0.5 / np.sqrt(100 * 100)


def test_local_features_stand_in_the_columns_of_the_cluster():
    graph = make_usable_graph("local", feature_noise=0.0, **SMALL)
    own = graph.labels[:, None] == np.arange(32) // 8
    assert not graph.features[~own].any()
    assert (graph.features[own] > 0).mean() > 0.99
    assert graph.features.min() == 0.0


def test_share_of_replaced_features():
    clean = make_usable_graph("local", feature_noise=0.0, **SMALL).features
    noisy = make_usable_graph("local", feature_noise=0.1, **SMALL).features
    changed = noisy != clean
    assert abs(changed.mean() - 0.1) < 4 * np.sqrt(0.1 * 0.9 / clean.size)
    assert noisy[changed].min() >= 0.0
    assert noisy[changed].max() <= 1.0


def test_one_structure_whatever_the_features():
    kinds = [make_usable_graph(kind, **SMALL) for kind in ("random", "global", "local")]
    for other in kinds[1:]:
        assert np.array_equal(kinds[0].edges(), other.edges())
        assert np.array_equal(kinds[0].times, other.times)


@pytest.mark.parametrize("known", ["train", "all"])
def test_global_features_are_those_of_the_walks_along_the_edges_that_they_may_know(known):
    graph = make_usable_graph(
        "global", n_nodes=64, n_features=64, feature_noise=0.0, edges_for_features=known,
        random_state=0,
    )  # fmt: skip
    split = split_edges(graph, by="time", random_state=5)
    walks = walk_operator(split.graph if known == "train" else graph) @ np.eye(64)
    vectors, values, _ = np.linalg.svd(1000 * walks)
    true = vectors * np.sqrt(values)
    true -= true.mean(axis=0)
    found = graph.features - graph.features.mean(axis=0)
    assert graph.features.min() == 0.0
    np.testing.assert_allclose(found @ found.T, true @ true.T, atol=0.05)  # of about 500


def test_dot_products_are_blind_to_opposites_that_attract():
    graph = make_usable_graph("local", "off_diagonal", edge_noise=0.0, feature_noise=0.0, **SMALL)
    assert not pair_scores(graph.features, None, graph.edges()).any()


def test_same_seed_same_graph():
    one, other = (make_usable_graph("global", **SMALL) for _ in range(2))
    assert np.array_equal(one.edges(), other.edges())
    assert np.array_equal(one.features, other.features)
    different = make_usable_graph("global", **{**SMALL, "random_state": 1})
    assert not np.array_equal(one.features, different.features)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"features": "some"}, "features is 'some'"),
        ({"structure": "off"}, "structure 'off'"),
        ({"n_nodes": 31}, "n_nodes is 31"),
        ({"n_features": 30}, "n_features is 30"),
        ({"density": 1.0}, "density is 1.0"),
        ({"edge_noise": -0.1}, "edge_noise is -0.1"),
        ({"feature_noise": 2.0}, "feature_noise is 2.0"),
        ({"edges_for_features": "test"}, "edges_for_features is 'test'"),
    ],
)
def test_bad_input_is_named(given, named):
    with pytest.raises(ValueError, match=named):
        make_usable_graph(**{**SMALL, **given})
