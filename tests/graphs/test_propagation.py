import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from infometer.graphs import as_graph, graph_from_edges, propagated, propagation_matrix

WEIGHTED = as_graph(nx.les_miserables_graph())
A = WEIGHTED.adjacency.toarray()
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("self_loops", [False, True])
def test_one_step_is_its_formula(self_loops):
    adjacency = A + np.eye(len(A)) * self_loops
    strength = adjacency.sum(axis=1)
    row = propagation_matrix(WEIGHTED, self_loops=self_loops).toarray()
    np.testing.assert_allclose(row, adjacency / strength[:, None], rtol=1e-14)
    sym = propagation_matrix(WEIGHTED, self_loops=self_loops, normalization="sym").toarray()
    expected = adjacency / np.sqrt(np.multiply.outer(strength, strength))
    np.testing.assert_allclose(sym, expected, rtol=1e-14)


def test_a_row_spreads_means():
    step = propagation_matrix(WEIGHTED)
    np.testing.assert_allclose(step.sum(axis=1), 1, rtol=1e-14)


def test_the_operator_is_the_power_of_the_step():
    step = propagation_matrix(WEIGHTED, self_loops=True, normalization="row")
    features = RNG.normal(size=(77, 4))
    operator = propagated(step, features, 3)
    dense = np.linalg.matrix_power(step.toarray(), 3) @ features
    x, y = RNG.normal(size=(4, 2)), RNG.normal(size=(77, 2))
    np.testing.assert_allclose(operator @ x, dense @ x, atol=1e-14)
    np.testing.assert_allclose(operator.T @ y, dense.T @ y, atol=1e-14)


def test_sparse_features_stay_sparse_whatever_their_number():
    """10¹⁰ entries, had they been made dense."""
    n = 100_000
    ring = graph_from_edges(np.column_stack([np.arange(n), (np.arange(n) + 1) % n]))
    features = sparse.eye_array(n, format="csr")
    operator = propagated(propagation_matrix(ring), features, 2)
    spread = operator @ np.eye(n, 1)
    assert spread[[0, 1, 2, n - 2]].ravel().tolist() == [0.5, 0, 0.25, 0.25]


def test_isolated_nodes_change_nothing_for_the_others():
    features = RNG.normal(size=(80, 2))
    more = graph_from_edges(WEIGHTED.edges(), 80, weights=WEIGHTED.adjacency[*WEIGHTED.edges().T])
    for self_loops in (False, True):
        few = propagation_matrix(WEIGHTED, self_loops=self_loops)
        many = propagation_matrix(more, self_loops=self_loops)
        expected = propagated(few, features[:77], 2) @ np.eye(2)
        found = propagated(many, features, 2) @ np.eye(2)
        np.testing.assert_allclose(found[:77], expected, atol=1e-15)
        np.testing.assert_array_equal(found[77:], features[77:] * self_loops)


def test_an_unknown_normalization_is_named():
    with pytest.raises(ValueError, match="normalization is 'col'"):
        propagation_matrix(WEIGHTED, normalization="col")
