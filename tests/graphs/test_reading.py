import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from infometer.graphs import Graph, as_graph, check_no_leak, graph_from_edges, read_graph
from infometer.graphs.negatives import edge_keys, sample_negatives

VISITS = pd.DataFrame({"user": [1, 1, 2], "item": [1, 2, 1]})


def adjacency(*rows):
    return sparse.csr_array(np.array(rows, dtype=float))


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (adjacency([0, 1], [0, 0]), "not symmetric"),
        (adjacency([0, 1], [2, 0]), "not symmetric"),
        (adjacency([0, np.nan], [np.nan, 0]), "not finite"),
        (adjacency([1, 1], [1, 0]), "has loops"),
        (adjacency([0, -1], [-1, 0]), "not above 0"),
        (np.eye(2), "expected a sparse array"),
        (sparse.csr_array((2, 3)), "of a bipartite graph"),
    ],
)
def test_a_graph_is_made_of_a_symmetric_adjacency_only(matrix, message):
    with pytest.raises(ValueError, match=message):
        Graph(matrix)


def test_rows_of_an_adjacency_are_brought_in_order():
    entries, columns = np.ones(4), np.array([2, 1, 0, 0])
    graph = Graph(sparse.csr_matrix((entries, columns, np.array([0, 2, 3, 4])), shape=(3, 3)))
    assert graph.edges().tolist() == [[0, 1], [0, 2]]


def test_features_given_to_a_graph_are_checked_too():
    for features in (np.array([[np.inf], [0.0]]), adjacency([np.nan, 1], [0, 0])):
        with pytest.raises(ValueError, match="1 values that are NaN or infinite"):
            graph_from_edges([[0, 1]], features=features)
    with pytest.raises(ValueError, match=r"features has the shape \(2,\)"):
        graph_from_edges([[0, 1]], features=np.ones(2))


def test_times_may_be_text_and_may_not_be_missing():
    days = ["2024-05-02", "2024-05-01", "2023-12-31"]
    graph = graph_from_edges([[0, 1], [1, 0], [1, 2]], times=np.array(days, dtype=object))
    assert graph.times.tolist() == days[1:]
    for missing in (np.array([1.0, np.nan, 2]), np.array(["2024", "NaT", "2025"], "datetime64[D]")):
        with pytest.raises(ValueError, match="times lacks 1 values, the first of edge 1"):
            graph_from_edges([[0, 1], [1, 2], [2, 3]], times=missing)
    with pytest.raises(ValueError, match="times lacks 1 values"):
        graph_from_edges([[0, 1]], times=[None])


def test_two_id_spaces_that_share_names():
    one, two = as_graph(VISITS), as_graph(VISITS, bipartite=True)
    assert one.n_nodes == 2  # the user 1 and the item 1 would be one node, visiting itself
    assert two.nodes.tolist() == ["item:1", "item:2", "user:1", "user:2"]
    assert two.edges().tolist() == [[0, 2], [0, 3], [1, 2]]
    assert nx.is_bipartite(nx.from_scipy_sparse_array(two.adjacency))


def test_a_bipartite_table_is_read_with_what_is_known_of_its_nodes(tmp_path):
    VISITS.to_csv(tmp_path / "visits.csv", index=False)
    (tmp_path / "ages.csv").write_text("node,age\nuser:1,30\nuser:2,40\nitem:1,0\nitem:2,0\n")
    graph = read_graph(tmp_path / "visits.csv", features=tmp_path / "ages.csv", bipartite=True)
    assert graph.features.ravel().tolist() == [0, 0, 30, 40]
    with pytest.raises(ValueError, match="bipartite is for a table of edges"):
        as_graph([[0, 1]], bipartite=True)


def test_numbers_and_text_do_not_name_the_same_nodes():
    edges = pd.DataFrame({"a": [1, 2], "b": [2, 3]})
    with pytest.raises(ValueError, match="labels names no node that has an edge"):
        as_graph(edges, labels={"1": "x", "2": "y"})
    with pytest.raises(ValueError, match="features lacks 3 of 4 nodes"):
        as_graph(edges, features=pd.DataFrame({"f": [1.0]}, index=["1"]))


def test_names_that_the_graph_does_not_have_are_not_lost():
    club = nx.karate_club_graph()
    with pytest.raises(ValueError, match=r"labels names 1 nodes that the graph does not have"):
        as_graph(club, labels={0: "a", 99: "b"})
    with pytest.raises(ValueError, match="features names 1 nodes that the graph does not have"):
        as_graph(club, features=pd.DataFrame({"f": np.zeros(35)}))
    with pytest.raises(ValueError, match="labels names the node 1 twice"):
        as_graph(club, labels=pd.Series(["x", "y"], index=[1, 1]))


def test_minus_one_is_no_label_by_name_either():
    edges = pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"]})
    graph = as_graph(edges, labels=pd.Series([3, -1], index=["x", "y"]))
    assert graph.labelled.tolist() == [True, False, False]


def test_features_are_numbers():
    with pytest.raises(ValueError, match="columns that are no numbers, such as 'colour'"):
        as_graph(
            pd.DataFrame({"a": ["x"], "b": ["y"]}),
            features=pd.DataFrame({"colour": ["red", "blue"]}, index=["x", "y"]),
        )


def test_attributes_that_networkx_does_not_have_are_named():
    club = nx.karate_club_graph()
    with pytest.raises(ValueError, match="78 of 78 edges have no attribute 'day'"):
        as_graph(club, time="day")
    with pytest.raises(ValueError, match="34 of 34 nodes have no attribute 'x'"):
        as_graph(club, features="x")
    with pytest.raises(ValueError, match="labels is 'team', and no node has"):
        as_graph(club, labels="team")


def test_entries_listed_twice_are_summed():
    twice = sparse.coo_array((np.ones(4), ([0, 0, 1, 1], [1, 1, 0, 0])), shape=(2, 2))
    graph = as_graph(twice)
    assert graph.adjacency[0, 1] == 2
    assert twice.nnz == 4


def test_a_time_that_cannot_be_placed_is_refused():
    with pytest.raises(ValueError, match="time is given with a csr_array"):
        as_graph(adjacency([0, 1], [1, 0]), time=[1])


@pytest.mark.parametrize(
    ("edges", "notes"),
    [
        ([[0, 1, 1, 2], [1, 0, 2, 1]], 0),
        ([[0, 1], [1, 2]], 1),
        ([[0, 1, 1, 0], [1, 0, 1, 1]], 2),
    ],
    ids=["both directions", "one", "a loop and a repetition"],
)
def test_the_direction_of_pyg_edges_is_told(edges, notes):
    class Data:
        edge_index = np.array(edges)

    graph = as_graph(Data())
    assert len(graph.notes) == notes
    assert any("directed" in note for note in graph.notes) == (notes == 1)


def test_pairs_outside_the_graph_are_no_pairs():
    with pytest.raises(ValueError, match="names nodes from 0 to 7; expected numbers from 0 to 2"):
        check_no_leak(graph_from_edges([[0, 1], [1, 2]]), np.array([[0, 7]]), "test")
    assert edge_keys(np.zeros((0, 2), dtype=int), 3).tolist() == []


def test_excluded_loops_do_not_count_as_pairs():
    path = graph_from_edges([[0, 1], [1, 2]])
    assert sample_negatives(path, 1, excluded=[[0, 0], [2, 2]], random_state=0).tolist() == [[0, 2]]
    with pytest.raises(ValueError, match="only 0 pairs are no edge"):
        sample_negatives(path, 1, excluded=[[2, 0]])
    with pytest.raises(ValueError, match="n_pairs is -1"):
        sample_negatives(path, -1)


def test_a_nearly_complete_graph_leaves_its_last_pairs():
    full = np.array(nx.complete_graph(60).edges)
    graph = graph_from_edges(full[3:], 60)
    found = sample_negatives(graph, 3, random_state=0)
    assert sorted(map(tuple, found.tolist())) == [(0, 1), (0, 2), (0, 3)]


def test_names_stay_as_they_are_written(tmp_path):
    (tmp_path / "e.csv").write_text("source,target\n007,010\n010,7\n")
    (tmp_path / "l.csv").write_text("node,label\n7,1\n")
    graph = read_graph(tmp_path / "e.csv", labels=tmp_path / "l.csv")
    assert graph.nodes.tolist() == ["007", "010", "7"]
    assert graph.labels[graph.labelled].tolist() == [1]
    assert graph.labelled.tolist() == [False, False, True]
    pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}).to_parquet(tmp_path / "e.parquet")
    (tmp_path / "f.csv").write_text("node,f\n1,5\n2,6\n3,7\n")
    graph = read_graph(tmp_path / "e.parquet", features=tmp_path / "f.csv")
    assert graph.nodes.tolist() == ["1", "2", "3"]
    (tmp_path / "e.csv").write_text("source,target\n10,9\n9,7\n")
    assert read_graph(tmp_path / "e.csv").nodes.tolist() == [7, 9, 10]


def test_the_columns_of_a_table_are_not_guessed(tmp_path):
    (tmp_path / "e.csv").write_text("source,target\na,b\nb,c\n")
    (tmp_path / "l.csv").write_text("node,age,label\na,3,x\nb,4,y\n")
    graph = read_graph(tmp_path / "e.csv", labels=tmp_path / "l.csv")
    assert graph.labels[graph.labelled].tolist() == ["x", "y"]
    (tmp_path / "l.csv").write_text("node,age,kind\na,3,x\nb,4,y\n")
    with pytest.raises(ValueError, match=r"labels has the columns \['age', 'kind'\]"):
        read_graph(tmp_path / "e.csv", labels=tmp_path / "l.csv")
    (tmp_path / "e.csv").write_text(",a,b\n0,x,y\n1,y,z\n")
    with pytest.raises(ValueError, match="without a name"):
        read_graph(tmp_path / "e.csv")
    twice = pd.DataFrame([["a", "b", "c"]], columns=["source", "target", "source"])
    with pytest.raises(ValueError, match="the column 'source' twice"):
        as_graph(twice)


def test_labels_stay_what_they_are_where_some_are_missing():
    edges = pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"]})
    for given in (pd.Series([4, 2], ["x", "y"]), {"x": 4, "y": 2, "z": None}):
        graph = as_graph(edges, labels=given)
        assert [repr(one) for one in graph.labels[graph.labelled].tolist()] == ["4", "2"]
        assert graph.labelled.tolist() == [True, True, False]
    halves = as_graph(edges, labels={"x": 0.5, "y": 1.0, "z": None})
    assert halves.labels[halves.labelled].tolist() == [0.5, 1.0]
    column = as_graph([[0, 1], [1, 2]], labels=np.array([[1], [0], [1]]))
    assert column.labels.tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match="labels are of the types int, str"):
        as_graph(edges, labels={"x": "a", "y": 1})


def test_data_of_pyg_without_edges_is_told():
    class Data:
        edge_index = None

    with pytest.raises(ValueError, match="edge_index is None"):
        as_graph(Data())
