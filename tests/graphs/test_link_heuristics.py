import itertools

import networkx as nx
import numpy as np
import pytest

from infometer.graphs import (
    adamic_adar,
    as_graph,
    common_neighbours,
    katz,
    link_heuristics,
    resource_allocation,
)

GRAPHS = {
    "karate": nx.karate_club_graph(),
    "women": nx.davis_southern_women_graph(),
    "isolated": nx.compose(nx.path_graph(5), nx.empty_graph(8)),
}


@pytest.fixture(params=GRAPHS, name="case")
def _case(request):
    graph = as_graph(GRAPHS[request.param])
    pairs = np.array(list(itertools.permutations(range(graph.n_nodes), 2)))
    plain = nx.from_scipy_sparse_array(graph.adjacency != 0)
    return graph, pairs, plain


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(adamic_adar, nx.adamic_adar_index), (resource_allocation, nx.resource_allocation_index)],
)
def test_as_networkx_has_it(case, ours, theirs):
    graph, pairs, plain = case
    known = [value for _, _, value in theirs(plain, pairs.tolist())]
    np.testing.assert_allclose(ours(graph, pairs), known, rtol=1e-13, atol=1e-13)


def test_common_neighbours_are_those_of_networkx(case):
    graph, pairs, plain = case
    known = [len(list(nx.common_neighbors(plain, i, j))) for i, j in pairs.tolist()]
    assert common_neighbours(graph, pairs).tolist() == known


def test_katz_is_that_of_the_graph_without_the_pair_s_own_edge(case):
    graph, pairs, _ = case
    whole = (graph.adjacency.toarray() != 0).astype(float)
    for (i, j), found in zip(pairs, katz(graph, pairs, beta=0.1), strict=True):
        without = whole.copy()
        without[i, j] = without[j, i] = 0.0
        square = without @ without
        known = 0.01 * square[i, j] + 0.001 * (square @ without)[i, j]
        assert found == pytest.approx(known, abs=1e-14)


@pytest.mark.parametrize("score", [common_neighbours, adamic_adar, resource_allocation, katz])
def test_blocks_change_nothing(case, score, monkeypatch):
    graph, pairs, _ = case
    whole = score(graph, pairs)
    monkeypatch.setattr(link_heuristics, "ENTRIES", 7)
    np.testing.assert_array_equal(score(graph, pairs), whole)
    assert score(graph, pairs[:0]).shape == (0,)


def test_weights_are_not_looked_at():
    weighted = nx.les_miserables_graph()
    plain = nx.Graph(list(weighted.edges()))
    plain.add_nodes_from(weighted)
    pairs = as_graph(weighted).edges()[:20]
    order = [list(plain).index(node) for node in weighted]
    np.testing.assert_array_equal(
        katz(as_graph(weighted), pairs), katz(as_graph(plain), np.array(order)[pairs])
    )
