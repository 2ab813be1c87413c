import networkx as nx
import numpy as np
import pytest

from infometer.graphs import NetInfoFNodeClassifier, as_graph, graph_from_edges, split_labels

N = 240


def blocks(labels=3, p_in=0.15, p_out=0.02, features=None, seed=0):
    """Nodes whose label is their block, and a few isolated ones without a label."""
    size = N // labels
    drawn = nx.random_partition_graph([size] * labels, p_in, p_out, seed=seed)
    known = np.repeat(np.array(["a", "b", "c", "d"])[:labels], size).astype(object)
    known[::10] = None
    return as_graph(np.array(drawn.edges), labels=known, features=features)


@pytest.fixture(scope="module")
def model():
    return NetInfoFNodeClassifier(n_components=8, random_state=0).fit(blocks())


def test_blocks_are_told_and_unlabelled_nodes_too(model):
    truth = np.repeat(["a", "b", "c"], N // 3)
    unknown = ~model.graph_.labelled
    assert model.test_accuracy_ > 0.9
    assert np.mean(model.predict()[unknown] == truth[unknown]) > 0.85
    assert model.majority_ == pytest.approx(1 / 3, abs=0.02)


def test_probabilities_are_a_law_and_agree_with_the_prediction(model):
    law = model.predict_proba()
    assert law.shape == (N, 3)
    np.testing.assert_allclose(law.sum(axis=1), 1.0)
    np.testing.assert_array_equal(model.classes_[law.argmax(axis=1)], model.predict())
    np.testing.assert_allclose(model.predict_proba([3, 1]), law[[3, 1]])


def test_the_choice_is_made_on_the_validation_nodes(model):
    assert model.validation_accuracy_ == model.choice_.table["score"].max()
    inside = np.flatnonzero(model.validation_mask_)
    right = model.predict(inside) == model.graph_.labels[inside]
    assert right.mean() == pytest.approx(model.validation_accuracy_)
    tested = np.flatnonzero(model.test_mask_)
    told = np.mean(model.predict(tested) == model.graph_.labels[tested])
    assert told == pytest.approx(model.test_accuracy_)


def test_features_that_tell_the_label_carry_all_the_weight():
    rng = np.random.default_rng(0)
    one_hot = np.eye(2)[np.repeat([0, 1], N // 2)] + 0.05 * rng.random((N, 2))
    edges = rng.integers(0, N, (600, 2))
    graph = as_graph(edges, labels=np.repeat([0, 1], N // 2), features=one_hot)
    model = NetInfoFNodeClassifier(n_components=8, random_state=0).fit(graph)
    assert model.test_accuracy_ == 1.0
    assert model.component_weights_["share"].idxmax() == "F"
    assert model.component_weights_.loc["F", "share"] > 0.9
    assert model.coef_.shape[1] == 1
    assert "it rests on features (" in model.report().answer


def test_given_parts_are_used_and_a_missing_test_is_told():
    graph = blocks(labels=2)
    rows = np.flatnonzero(graph.labelled)
    train = np.isin(np.arange(N), rows[::2])
    model = NetInfoFNodeClassifier(n_components=8, random_state=0)
    model.fit(graph, train=train, validation=rows[1::2])
    np.testing.assert_array_equal(model.train_mask_, train)
    assert model.test_accuracy_ is None
    assert "labels that were held out" in model.report().answer
    assert model.report().estimates[0].quantity == "validation accuracy"


def test_a_label_that_training_never_saw_counts_as_wrong():
    graph = blocks(labels=3)
    labels = np.where(graph.labelled, graph.labels, "a")
    train = np.flatnonzero(labels != "c")[::2]
    rest = np.setdiff1d(np.arange(N), train)
    model = NetInfoFNodeClassifier(n_components=8, random_state=0)
    model.fit(as_graph(graph, labels=labels), train=train, validation=rest)
    assert model.validation_accuracy_ < 0.7


def test_every_class_is_split_alike():
    labels = np.repeat(["x", "y", "z"], [100, 50, 1])
    parts = split_labels(labels, random_state=0)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(151))
    counts = [np.unique(labels[part], return_counts=True)[1].tolist() for part in parts]
    assert counts == [[60, 30, 1], [20, 10], [20, 10]]


@pytest.mark.parametrize(
    ("graph", "parts", "message"),
    [
        (graph_from_edges([[0, 1]]), {}, "has no labels"),
        (blocks(), {"train": [1, 2], "validation": [2, 3]}, "share nodes"),
        (blocks(), {"train": [0, 1], "validation": [2]}, "train has 1 nodes without a label"),
        (blocks(), {"train": [1, 2]}, "validation 0"),
        (blocks(), {"train": [1, 2], "validation": [3]}, "the one label 'a'"),
        (blocks(), {"train": [0.5]}, "a part has the shape"),
    ],
)
def test_what_does_not_fit_is_named(graph, parts, message):
    with pytest.raises(ValueError, match=message):
        NetInfoFNodeClassifier(n_components=4).fit(graph, **parts)


def test_without_edges_the_features_are_left():
    features = np.repeat(np.eye(2), 15, axis=0)
    graph = graph_from_edges([], 30, labels=np.repeat(["a", "b"], 15), features=features)
    model = NetInfoFNodeClassifier(n_components=2, random_state=0).fit(graph)
    assert list(model.embeddings_) == ["F", "S"]
    assert model.test_accuracy_ == 1.0
    with pytest.raises(ValueError, match="U, R have no columns: the graph has no edges"):
        NetInfoFNodeClassifier(("U", "R")).fit(graph)


@pytest.mark.parametrize("node", [-1, 999])
def test_a_part_names_nodes_of_the_graph(node):
    with pytest.raises(ValueError, match=f"a part names nodes from .*{node}"):
        NetInfoFNodeClassifier().fit(blocks(), train=[2, node], validation=[3])
