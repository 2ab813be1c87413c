import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.preferences import ComparisonGraph, bridges, edge_leverage, effective_resistance


def random_graph(seed, n=40, m=45, prior=0.0):
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n, (m, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return ComparisonGraph(
        n_items=n, pairs=pairs, kind="cardinal", variances=rng.uniform(0.1, 10, len(pairs)),
        prior_edges=pairs[:3], prior_variances=1.0, prior_precision=prior,
    )  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_leverages_sum_to_the_spanning_forest_and_are_precision_times_resistance(seed):
    graph = random_graph(seed)
    found = edge_leverage(graph)
    assert found.sum() == pytest.approx(40 - (graph.components().max() + 1), rel=1e-10)
    ends, w = graph.edges()
    np.testing.assert_allclose(found, w * effective_resistance(graph, ends), rtol=1e-9)
    np.testing.assert_allclose(bridges(graph), found > 1 - 1e-9)


def test_with_a_prior_leverages_are_smaller():
    with_prior, without = edge_leverage(random_graph(0, prior=0.5)), edge_leverage(random_graph(0))
    assert (with_prior < without).all()
    ends, w = random_graph(0, prior=0.5).edges()
    exact = w * effective_resistance(random_graph(0, prior=0.5), ends)
    np.testing.assert_allclose(with_prior, exact, rtol=1e-9)


@pytest.mark.parametrize("m", [20, 60, 200])
def test_bridges_are_those_of_networkx(m):
    for seed in range(20):
        graph = random_graph(seed, m=m)
        ends, _ = graph.edges()
        once = nx.Graph(ends.tolist())
        counts = nx.MultiGraph(ends.tolist())
        known = {frozenset(edge) for edge in nx.bridges(once) if counts.number_of_edges(*edge) == 1}
        assert bridges(graph).tolist() == [frozenset(edge) in known for edge in ends.tolist()]


def test_parallel_comparisons_are_no_bridge_and_skipped_ones_no_edge():
    graph = ComparisonGraph(
        n_items=4, pairs=[(0, 1), (1, 0), (1, 2), (2, 3), (3, 2)], outcomes=[1, 1, 0, 1, np.nan]
    )
    assert bridges(graph).tolist() == [False, False, True, True]


def test_no_edges_and_a_long_path():
    assert bridges(ComparisonGraph(n_items=3, pairs=[])).tolist() == []
    assert edge_leverage(ComparisonGraph(n_items=3, pairs=[])).tolist() == []
    at = np.arange(30_000)
    path = ComparisonGraph(n_items=30_001, pairs=np.stack([at, at + 1], axis=1))
    assert bridges(path).all()
    np.testing.assert_allclose(edge_leverage(path), 1.0, rtol=1e-12)


def test_a_graph_too_entangled_says_what_to_do(monkeypatch):
    monkeypatch.setattr("infometer.preferences.selected_inverse.LARGEST", 5)
    with pytest.raises(ValueError, match="multiply their precisions with effective_resistance"):
        edge_leverage(random_graph(0, n=300, m=20_000))
