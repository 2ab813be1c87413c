import networkx as nx
import numpy as np
import pandas as pd
import pytest

from infometer.graphs import (
    as_graph,
    expected_walks,
    graph_from_edges,
    sampled_walks,
    walk_operator,
)

CASES = {
    "path": (
        [[0, 1], [1, 2], [2, 3]],
        [[0, 1, 1, 0], [0.5, 0, 0.5, 0.5], [0.5, 0.5, 0, 0.5], [0, 1, 1, 0]],
    ),
    "triangle": ([[0, 1], [1, 2], [2, 0]], 1 - np.eye(3)),
    "star": (
        [[0, 1], [0, 2], [0, 3]],
        [[0, 1 / 3, 1 / 3, 1 / 3], [1, 0, 0.5, 0.5], [1, 0.5, 0, 0.5], [1, 0.5, 0.5, 0]],
    ),
    "K4": (np.array(nx.complete_graph(4).edges), 2 / 3 * (1 - np.eye(4))),
    "C5": (np.array(nx.cycle_graph(5).edges), 0.5 * (1 - np.eye(5))),
}
KARATE = as_graph(np.array(nx.karate_club_graph().edges))
WEIGHTED = as_graph(nx.les_miserables_graph())


@pytest.mark.parametrize("name", CASES)
def test_visits_that_can_be_counted_by_hand(name):
    edges, visits = CASES[name]
    np.testing.assert_allclose(expected_walks(as_graph(edges)).toarray(), visits, atol=1e-15)


def test_the_karate_club():
    walks = expected_walks(KARATE)
    assert walks[0, 1] == pytest.approx(0.2746527778, abs=5e-11)
    assert walks.sum() == pytest.approx(67.9375, abs=1e-10)
    assert walks.trace() == 0
    assert walks.nnz == 686
    assert walks.sum(axis=1)[0] == pytest.approx(1.9375)
    np.testing.assert_allclose(
        np.linalg.svd(walks.toarray(), compute_uv=False)[:3],
        [2.80827943, 2.31159674, 1.31742109],
        atol=5e-9,
    )


@pytest.mark.parametrize("graph", [KARATE, WEIGHTED], ids=["plain", "weighted"])
def test_the_operator_is_the_matrix(graph):
    dense = expected_walks(graph).toarray()
    x = np.random.default_rng(0).normal(size=(graph.n_nodes, 3))
    operator = walk_operator(graph)
    np.testing.assert_allclose(operator @ x, dense @ x, atol=1e-12)
    np.testing.assert_allclose(operator.T @ x, dense.T @ x, atol=1e-12)
    np.testing.assert_allclose(operator @ x[:, 0], dense @ x[:, 0], atol=1e-12)


@pytest.mark.parametrize("graph", [KARATE, WEIGHTED], ids=["plain", "weighted"])
def test_sampled_walks_come_to_the_expectation(graph):
    n_walks = 4000
    counts = sampled_walks(graph, n_walks=n_walks, fewest=1, random_state=0)
    expected = expected_walks(graph).toarray()
    error = np.sqrt(np.maximum(expected, 1 / n_walks) / n_walks)
    assert np.abs(counts.toarray() / n_walks - expected).max() < 6 * error.max()
    assert set(zip(*counts.nonzero(), strict=True)) <= set(zip(*expected.nonzero(), strict=True))


def test_rare_visits_are_dropped():
    every = sampled_walks(KARATE, n_walks=20, fewest=1, random_state=0)
    some = sampled_walks(KARATE, n_walks=20, random_state=0)
    assert some.nnz < every.nnz
    assert some.data.min() >= 2


def test_isolated_nodes_are_visited_by_nobody():
    graph = as_graph([[0, 1]], labels=[0, 1, 0])
    assert expected_walks(graph).toarray()[2].tolist() == [0, 0, 0]
    assert sampled_walks(graph, random_state=0).toarray()[:, 2].tolist() == [0, 0, 0]


def test_hubs_are_told_to_take_the_operator(monkeypatch):
    monkeypatch.setattr("infometer.graphs.walks.MOST_PAIRS", 10)
    with pytest.raises(ValueError, match="multiply with walk_operator"):
        expected_walks(KARATE)


def test_a_walk_leaves_a_heavy_edge_behind_at_once():
    """It may not turn back, and what is left of its node weighs 10⁻¹² of the edge it came by."""
    graph = as_graph(pd.DataFrame({"a": [0, 1, 1], "b": [1, 2, 3], "weight": [1e12, 1.0, 3.0]}))
    expected = expected_walks(graph).toarray()
    np.testing.assert_allclose(expected[0], [0, 1, 0.25, 0.75], rtol=1e-3)
    counts = sampled_walks(graph, n_walks=4000, random_state=0).toarray()
    np.testing.assert_allclose(counts[0] / 4000, [0, 1, 0.25, 0.75], atol=6 * 0.5 / 4000**0.5)


def test_isolated_nodes_leave_the_walks_of_others_as_they_are():
    more = graph_from_edges(KARATE.edges(), n_nodes=40)
    np.testing.assert_array_equal(
        expected_walks(more).toarray()[:34, :34], expected_walks(KARATE).toarray()
    )
