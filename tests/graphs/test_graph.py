import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from infometer.graphs import (
    as_graph,
    check_no_leak,
    edge_keys,
    graph_from_edges,
    hits_at_k,
    read_graph,
    sample_negatives,
    split_edges,
)

KARATE = as_graph(nx.karate_club_graph(), labels="club")


def test_what_is_merged_or_dropped_is_told():
    graph = graph_from_edges([[0, 1], [1, 0], [2, 2], [1, 3]], n_nodes=6, weights=[1, 3, 1, 2])
    assert graph.adjacency[0, 1] == graph.adjacency[1, 0] == 3
    assert graph.degrees.tolist() == [1, 2, 0, 1, 0, 0]
    assert len(graph.notes) == 2
    assert graph.edges().tolist() == [[0, 1], [1, 3]]


def test_the_earliest_time_of_a_repeated_edge_is_kept():
    graph = graph_from_edges([[0, 1], [1, 2], [1, 0]], times=[5, 1, 2])
    assert graph.times.tolist() == [2, 1]
    assert graph.with_edges(np.array([True, False])).times.tolist() == [2]


@pytest.mark.parametrize(
    ("edges", "given", "message"),
    [
        ([[0, 3]], {"n_nodes": 3}, "names the node 3"),
        ([[-1, 0]], {}, "names the node -1"),
        ([[0.5, 1]], {}, "expected whole numbers"),
        ([[0, 1]], {"weights": [0.0]}, "weights is 0.0 at edge 0"),
        ([[0, 1]], {"weights": [np.nan]}, "weights is nan"),
        ([[0, 1]], {"times": [1, 2]}, "times has the shape"),
    ],
)
def test_bad_edges_are_named(edges, given, message):
    with pytest.raises(ValueError, match=message):
        graph_from_edges(edges, **given)


@pytest.mark.parametrize("kind", ["csr_matrix", "coo_array", "networkx", "frame", "pairs", "pyg"])
def test_every_kind_of_input_is_the_same_graph(kind):
    class Data:
        edge_index = np.array(nx.to_scipy_sparse_array(nx.karate_club_graph()).nonzero())
        num_nodes = 34

    pairs = np.array(nx.karate_club_graph().edges)
    data = {
        "csr_matrix": sparse.csr_matrix(KARATE.adjacency > 0),
        "coo_array": sparse.coo_array(KARATE.adjacency > 0),
        "networkx": nx.Graph(list(nx.karate_club_graph().edges)),
        "frame": pd.DataFrame(pairs, columns=["a", "b"]),
        "pairs": pairs,
        "pyg": Data(),
    }[kind]
    graph = as_graph(data)
    order = np.argsort(graph.nodes)
    dense = graph.adjacency.toarray()[order][:, order]
    np.testing.assert_array_equal(dense, KARATE.adjacency.toarray() > 0)
    assert graph.notes == ()


def test_a_directed_graph_is_made_symmetric_and_says_so():
    one_way = as_graph(sparse.csr_array(np.triu(np.ones((4, 4)), 1)))
    assert one_way.n_edges == 6
    assert "not symmetric" in one_way.notes[0]
    assert "directed" in as_graph(nx.DiGraph([("a", "b"), ("b", "c")])).notes[0]


def test_names_of_nodes_join_edges_features_and_labels():
    edges = pd.DataFrame({"source": ["ann", "bob"], "target": ["bob", "cat"], "weight": [2, 3]})
    features = pd.DataFrame({"age": [4.0, 3.0, 2.0, 1.0]}, index=["dan", "cat", "bob", "ann"])
    graph = as_graph(edges, features=features, labels={"ann": "x", "cat": "y"})
    assert graph.nodes.tolist() == ["ann", "bob", "cat", "dan"]
    assert graph.features.ravel().tolist() == [1, 2, 3, 4]
    assert graph.labelled.tolist() == [True, False, True, False]
    assert graph.adjacency[1, 2] == 3
    assert repr(graph) == "Graph(4 nodes, 2 edges, 1 features, 2 labels)"


def test_features_have_a_row_for_every_node():
    edges = pd.DataFrame({"a": ["x"], "b": ["y"]})
    with pytest.raises(ValueError, match=r"features lacks 1 of 2 nodes, such as 'y'"):
        as_graph(edges, features=pd.DataFrame({"f": [1.0]}, index=["x"]))
    with pytest.raises(ValueError, match="2 values that are NaN or infinite"):
        as_graph([[0, 1]], features=[[np.nan], [np.inf]])
    with pytest.raises(ValueError, match="names the node 2"):
        as_graph([[0, 2]], features=[[0.0], [1.0]])


def test_sparse_features_stay_sparse():
    graph = as_graph([[0, 1]], features=sparse.csr_matrix(np.eye(2)))
    assert sparse.issparse(graph.features)


def test_files_of_edges_features_and_labels(tmp_path):
    (tmp_path / "e.csv").write_text("source,target,day\na,b,2\nb,c,1\n")
    (tmp_path / "f.csv").write_text("node,f,g\nc,3,0\na,1,0\nb,2,0\n")
    (tmp_path / "l.csv").write_text("node,kind\na,u\nb,v\nc,\n")
    graph = read_graph(
        tmp_path / "e.csv", features=tmp_path / "f.csv", labels=tmp_path / "l.csv", time="day"
    )
    assert graph.features[:, 0].tolist() == [1, 2, 3]
    assert graph.times.tolist() == [2, 1]
    assert graph.labelled.tolist() == [True, True, False]
    (tmp_path / "f.csv").write_text("node,f\na,1\na,2\n")
    with pytest.raises(ValueError, match="names the node 'a' twice"):
        read_graph(tmp_path / "e.csv", features=tmp_path / "f.csv")
    with pytest.raises(ValueError, match="time is 'hour'"):
        read_graph(tmp_path / "e.csv", time="hour")


def test_negatives_are_distinct_pairs_that_are_no_edge():
    for kind in ("uniform", "degree"):
        pairs = sample_negatives(KARATE, 300, kind=kind, random_state=0)
        keys = edge_keys(pairs, 34)
        assert len(np.unique(keys)) == 300
        assert not np.isin(keys, edge_keys(KARATE.edges(), 34)).any()
        assert (pairs[:, 0] < pairs[:, 1]).all()


def test_all_free_pairs_can_be_drawn_and_not_one_more():
    free = 34 * 33 // 2 - 78
    assert len(sample_negatives(KARATE, free, random_state=0)) == free
    with pytest.raises(ValueError, match=f"only {free} pairs"):
        sample_negatives(KARATE, free + 1)


def test_negatives_matched_by_degree_have_the_ends_of_edges():
    star = graph_from_edges([[0, i] for i in range(1, 40)] + [[i, i + 1] for i in range(41, 80)])
    ends = sample_negatives(star, 400, kind="degree", random_state=0).ravel()
    uniform = sample_negatives(star, 400, random_state=0).ravel()
    assert (ends == 0).sum() > 3 * (uniform == 0).sum()
    assert not (ends == 40).any()  # no edge, no degree


def test_a_split_parts_the_edges_and_hides_the_held_out():
    split = split_edges(KARATE, random_state=0)
    parts = [split.graph.edges(), split.validation, split.test]
    keys = np.concatenate([edge_keys(part, 34) for part in parts])
    assert sorted(keys) == sorted(edge_keys(KARATE.edges(), 34))
    none = np.concatenate([split.validation_negatives, split.test_negatives])
    assert not np.isin(edge_keys(none, 34), keys).any()
    assert len(none) == len(split.validation) + len(split.test)


def test_a_split_by_time_keeps_the_last_for_the_test():
    graph = graph_from_edges([[i, i + 1] for i in range(20)], times=np.arange(20)[::-1])
    split = split_edges(graph, by="time", random_state=0)
    assert split.test.max() <= 4
    assert split.graph.times.max() < 14
    with pytest.raises(ValueError, match="have no times"):
        split_edges(KARATE, by="time")


def test_a_held_out_edge_in_the_training_graph_is_caught():
    with pytest.raises(ValueError, match="1 of 2 validation edges are in the training graph"):
        check_no_leak(KARATE, np.array([[1, 0], [0, 33]]), "validation")


def test_hits_are_strictly_above_the_kth_negative():
    assert hits_at_k([3, 2, 1], [2, 1, 0], k=1) == pytest.approx(1 / 3)
    assert hits_at_k([1, 1], [1, 1], k=2) == 0
    with pytest.raises(ValueError, match="k is 3"):
        hits_at_k([1], [1, 2], k=3)
    with pytest.raises(ValueError, match="NaN"):
        hits_at_k([np.nan], [1], k=1)


def test_edges_of_one_time_are_parted_at_random():
    graph = graph_from_edges(KARATE.edges(), times=np.zeros(78, dtype=int))
    one, same, other = (split_edges(graph, by="time", random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.test, same.test)
    assert one.test.tolist() != other.test.tolist()
    assert one.test[:, 0].min() < 8 < one.graph.edges()[:, 0].max()


def test_what_text_and_negative_numbers_are_taken_for_is_told():
    days = as_graph([[0, 1], [1, 2]], time=["9/1/2020", "10/1/2020"])
    assert days.notes == ("times are text, such as '9/1/2020', and are ordered as text",)
    assert as_graph([[0, 1], [1, 2]], time=["2020-01-09", "2020-01-10"]).notes == ()
    for labels in ([-1, 1, -1], pd.Series([-1, 1, -1])):
        graph = as_graph([[0, 1], [1, 2]], labels=np.asarray(labels))
        assert graph.notes == ("labels below 0 count as missing: 2",)
