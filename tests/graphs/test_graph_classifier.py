import networkx as nx
import numpy as np
import pytest

from infometer.graphs import (
    NetInfoFGraphClassifier,
    as_graph,
    centralities,
    clustering_consistency,
    graph_descriptors,
    return_probabilities,
)

SIZES = range(20, 44)


def families():
    """Graphs of about six neighbours a node that differ in how these are chosen."""
    made = {
        "random": [nx.gnm_random_graph(n, 3 * n, seed=n) for n in SIZES],
        "attached": [nx.barabasi_albert_graph(n, 3, seed=n) for n in SIZES],
        "small world": [nx.watts_strogatz_graph(n, 6, 0.1, seed=n) for n in SIZES],
    }
    graphs = [as_graph(graph) for family in made.values() for graph in family]
    return graphs, np.repeat(list(made), len(SIZES))


@pytest.fixture(scope="module")
def model():
    return NetInfoFGraphClassifier(random_state=0).fit(*families())


def test_families_are_told_apart_and_new_graphs_too(model):
    assert model.test_accuracy_ > 0.85
    fresh = [nx.barabasi_albert_graph(60, 3, seed=100 + i) for i in range(10)]
    assert np.mean(model.predict(fresh) == "attached") > 0.85
    np.testing.assert_allclose(model.predict_proba(fresh).sum(axis=1), 1.0)


def test_the_probe_knows_beforehand_which_descriptor_tells(model):
    scores = model.component_scores_
    assert scores.loc["C", "accuracy"] > 0.85
    assert scores.loc["C", "score"] > scores.loc["N", "score"] + 0.2
    assert (scores["score"] <= scores["accuracy"] + 1e-12).all()
    np.testing.assert_allclose(scores["chance"], 1 / 3)
    assert model.component_weights_["share"].sum() == pytest.approx(1.0)
    assert model.component_weights_.loc["N", "share"] < 0.1


def test_labels_at_random_are_not_told():
    graphs, labels = families()
    shuffled = np.random.default_rng(1).permutation(labels)
    scores = clustering_consistency(graph_descriptors(graphs), shuffled, random_state=0)
    assert (scores["score"] < 0.45).all()


def test_centralities_are_those_of_networkx():
    drawn = nx.karate_club_graph()
    found = centralities(as_graph(drawn))
    np.testing.assert_allclose(np.expm1(found[:, 0]), [d for _, d in drawn.degree])
    rank = nx.pagerank(drawn, weight="weight", tol=1e-12, max_iter=500)
    np.testing.assert_allclose(found[:, 1] / 34, list(rank.values()), rtol=1e-3)
    np.testing.assert_allclose(found[:, 2], list(nx.clustering(drawn).values()))


def test_a_node_without_edges_keeps_its_rank():
    graph = as_graph(nx.empty_graph(3))
    np.testing.assert_allclose(centralities(graph), [[0.0, 1.0, 0.0]] * 3)
    np.testing.assert_array_equal(return_probabilities(graph), 0.0)


def test_walks_return_as_on_a_cycle_and_never_oddly_on_a_tree():
    on_cycle = return_probabilities(as_graph(nx.cycle_graph(9)))
    np.testing.assert_allclose(on_cycle, [[1 / 2, 0, 6 / 16, 0, 20 / 64]] * 9)
    on_tree = return_probabilities(as_graph(nx.random_labeled_tree(30, seed=0)))
    np.testing.assert_array_equal(on_tree[:, 1::2], 0.0)


def test_descriptors_do_not_know_the_order_of_the_nodes():
    drawn = nx.gnp_random_graph(30, 0.2, seed=0)
    order = np.random.default_rng(0).permutation(30)
    x = np.random.default_rng(1).random((30, 4))
    one = as_graph(nx.to_scipy_sparse_array(drawn), features=x)
    other = as_graph(nx.to_scipy_sparse_array(drawn)[order][:, order], features=x[order])
    for rows in graph_descriptors([one, other]).values():
        np.testing.assert_allclose(rows[0], rows[1], atol=1e-12)


def test_features_that_tell_the_label_are_found():
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    graphs = [
        as_graph(nx.cycle_graph(12), features=rng.random((12, 3)) + 2.0 * label * np.eye(3)[0])
        for label in labels
    ]
    model = NetInfoFGraphClassifier(random_state=0).fit(graphs, labels)
    assert model.test_accuracy_ == 1.0
    shares = model.component_weights_["share"]
    assert shares["F"] + shares["S"] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="graphs have no features and features of neighbours"):
        model.predict([nx.cycle_graph(12)])


@pytest.mark.parametrize(
    ("graphs", "labels", "message"),
    [
        ([nx.path_graph(3)] * 4, [0, 1], "y has the shape"),
        ([nx.path_graph(3)] * 4, [0] * 4, "y has 1 classes in 4 graphs"),
        ([nx.empty_graph(0)] * 10, [0, 1] * 5, "some without nodes"),
    ],
)
def test_what_does_not_fit_is_named(graphs, labels, message):
    with pytest.raises(ValueError, match=message):
        NetInfoFGraphClassifier().fit([as_graph(graph) for graph in graphs], labels)


def test_the_size_of_a_feature_is_kept():
    path = nx.path_graph(6)
    one, two = (as_graph(path, features=np.full((6, 2), size)) for size in (1.0, 2.0))
    assert graph_descriptors([one, two])["F"][:, 0].tolist() == [1.0, 2.0]


def test_graphs_with_and_without_features_are_not_mixed():
    path = nx.path_graph(4)
    with pytest.raises(ValueError, match="graphs have 0, 2 features"):
        graph_descriptors([as_graph(path), as_graph(path, features=np.ones((4, 2)))])
