import networkx as nx
import numpy as np
import pytest
from scipy.sparse.linalg import lsqr

from infometer.graphs import (
    CompatibilityMatrix,
    GraphEmbeddings,
    all_pairs_compatibility,
    as_graph,
    graph_from_edges,
    pair_scores,
    positive_compatibility,
)
from infometer.graphs.compatibility import _most_energy
from infometer.graphs.expected_compatibility import expected_compatibility
from infometer.graphs.pair_regression import pair_operator

KARATE = as_graph(np.array(nx.karate_club_graph().edges))
WEIGHTED = as_graph(nx.les_miserables_graph())
RNG = np.random.default_rng(0)


def every_pair(graph, d):
    """Z, the graph's edges, and φ of its pairs as the specification has it."""
    z = RNG.normal(size=(graph.n_nodes, d))
    edges = graph.edges()
    upper = np.triu_indices(d)
    i, j = z[edges[:, 0]], z[edges[:, 1]]
    phi = i[:, upper[0]] * j[:, upper[1]] + i[:, upper[1]] * j[:, upper[0]]
    phi[:, upper[0] == upper[1]] /= 2
    return z, edges, upper, phi


def off_diagonal_blocks(n, inside, across):
    """Two blocks of n nodes, and half of their edges held out with as many pairs that are none."""
    graph = as_graph(
        np.array(
            nx.stochastic_block_model([n, n], [[inside, across], [across, inside]], seed=0).edges
        )
    )
    kept = RNG.random(graph.n_edges) < 0.5
    drawn = RNG.integers(0, 2 * n, (4000, 2))
    none = drawn[np.asarray(graph.adjacency[drawn[:, 0], drawn[:, 1]] == 0).ravel()]
    return graph.with_edges(kept), graph.edges()[~kept], none


def area_under_curve(above, below):
    order = np.argsort(np.argsort(np.concatenate([below, above])))
    ranks = order[len(below) :]
    return (ranks.sum() - len(above) * (len(above) - 1) / 2) / (len(above) * len(below))


@pytest.mark.parametrize("ridge", [1.0, 0.3])
def test_from_the_edge_list_and_in_closed_form(ridge):
    z = RNG.normal(size=(34, 6))
    edges = KARATE.edges()
    left, right = z[np.r_[edges[:, 0], edges[:, 1]]], z[np.r_[edges[:, 1], edges[:, 0]]]
    expected = np.linalg.solve(left.T @ left + ridge * np.eye(6), left.T @ right)
    found = positive_compatibility(z, KARATE, ridge=ridge)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_a_weight_counts_its_edge_so_many_times():
    graph = graph_from_edges([[0, 1], [1, 2], [0, 2]], weights=[3, 1, 2])
    z = RNG.normal(size=(3, 2))
    rows = np.array([[0, 1]] * 3 + [[1, 2]] + [[0, 2]] * 2)
    rows = np.concatenate([rows, rows[:, ::-1]])
    expected = np.linalg.lstsq(z[rows[:, 0]], z[rows[:, 1]])[0]
    np.testing.assert_allclose(positive_compatibility(z, graph, ridge=0.0), expected, atol=1e-12)


@pytest.mark.parametrize(
    "blocks", [[[0, 1, 0], [1, 0, 0], [0, 0, 1]], [[0.5, 1, 0], [1, 0, 2], [0, 2, 3]]]
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_the_blocks_of_a_partition_are_its_matrix(blocks, dtype):
    """With loops inside of a block, which a graph has not: blocks of one kind stand apart."""
    sides = np.repeat(np.arange(3), [40, 50, 60])
    adjacency = np.array(blocks, float)[np.ix_(sides, sides)]
    z = np.eye(3, dtype=dtype)[sides]
    np.testing.assert_allclose(
        all_pairs_compatibility(z, Blocks(adjacency)), np.array(blocks), atol=1e-13
    )


class Blocks:
    """An adjacency that may have loops, for formulas that hold for any symmetric matrix."""

    def __init__(self, adjacency):
        self.adjacency = adjacency


def test_orthonormal_columns_take_the_graph_as_it_is():
    z = np.linalg.qr(RNG.normal(size=(77, 5)))[0]
    expected = z.T @ WEIGHTED.adjacency.toarray() @ z
    np.testing.assert_allclose(all_pairs_compatibility(z, WEIGHTED), expected, atol=1e-12)


def test_eigenvectors_give_the_eigenvalues_of_either_sign():
    bipartite = as_graph(nx.davis_southern_women_graph())
    values, vectors = np.linalg.eigh(bipartite.adjacency.toarray())
    found = all_pairs_compatibility(vectors[:, [0, -1]], bipartite)
    np.testing.assert_allclose(found, np.diag(values[[0, -1]]), atol=1e-12)
    assert found[0, 0] == pytest.approx(-found[1, 1])


def test_columns_that_repeat_share_what_one_alone_would_have():
    z = RNG.normal(size=(34, 3)).astype(np.float32)
    twice = np.concatenate([z, z[:, :1]], axis=1)
    pairs = KARATE.edges()
    once = pair_scores(z, all_pairs_compatibility(z, KARATE), pairs)
    both = pair_scores(twice, all_pairs_compatibility(twice, KARATE), pairs)
    np.testing.assert_allclose(both, once, atol=1e-5)


def test_any_invertible_map_of_the_embedding_scores_alike():
    z, change = RNG.normal(size=(34, 4)), RNG.normal(size=(4, 4))
    pairs = RNG.integers(0, 34, (50, 2))
    one, other = (
        pair_scores(rows, all_pairs_compatibility(rows, KARATE), pairs) for rows in (z, z @ change)
    )
    np.testing.assert_allclose(other, one, atol=1e-9)


def test_the_operator_is_phi_and_its_adjoint():
    z, edges, upper, phi = every_pair(KARATE, 5)
    operator = pair_operator(z, edges, upper)
    h, v = RNG.normal(size=15), RNG.normal(size=len(edges))
    np.testing.assert_allclose(operator @ h, phi @ h, atol=1e-12)
    np.testing.assert_allclose(operator.T @ v, phi.T @ v, atol=1e-12)


@pytest.mark.parametrize("d", [1, 8, 40])
def test_the_adjoint(d):
    z, edges = RNG.normal(size=(34, d)), KARATE.edges()
    upper = np.triu_indices(d)
    free = RNG.random(len(upper[0])) < 0.7
    free[0] = True
    operator = pair_operator(z, edges, (upper[0][free], upper[1][free]))
    h, v = RNG.normal(size=operator.shape[1]), RNG.normal(size=operator.shape[0])
    one, other = (operator @ h) @ v, h @ (operator.T @ v)
    size = np.linalg.norm(operator @ h) * np.linalg.norm(v)
    assert abs(one - other) < 1e-12 * size


@pytest.mark.parametrize("d", [2, 8])
@pytest.mark.parametrize("damping", [0.0, 1.0, 30.0])
def test_all_edges_without_negatives_come_to_the_exact_least_squares(d, damping):
    """Damped towards the warm start, which of a large λ is what is found."""
    ring = as_graph(nx.complete_graph(30))  # no node of degree 1: all edges are taken
    z, _, upper, phi = every_pair(ring, d)
    start = positive_compatibility(z, ring)[upper]
    damped = np.vstack([phi, damping * np.eye(len(start))])
    exact = start + np.linalg.lstsq(damped, np.r_[1 - phi @ start, np.zeros(len(start))])[0]
    found = CompatibilityMatrix(n_negatives=0, damping=damping, energy=1.0, tol=1e-14).fit(z, ring)
    np.testing.assert_allclose(found.matrix_[upper], exact, atol=1e-9)
    np.testing.assert_array_equal(found.matrix_, found.matrix_.T)


def test_lsqr_damps_towards_its_start():
    matrix, target = RNG.normal(size=(20, 3)), RNG.normal(size=20)
    start = np.array([5.0, -2.0, 1.0])
    found = lsqr(matrix, target, damp=1e6, x0=start, atol=1e-14, btol=1e-14)[0]
    np.testing.assert_allclose(found, start, atol=1e-6)


def test_without_a_warm_start_damping_is_towards_zero():
    z = RNG.normal(size=(34, 3))
    found = CompatibilityMatrix(warm_start=False, damping=1e6, random_state=0).fit(z, KARATE)
    assert np.abs(found.matrix_).max() < 1e-6


def test_opposites_attract_and_a_plain_product_does_not_see_it():
    graph, links, none = off_diagonal_blocks(150, 0.0, 0.15)
    z = GraphEmbeddings(("U",), n_components=2, random_state=0).fit_transform(graph)["U"]
    for kind in ("sampled", "all"):
        found = CompatibilityMatrix(kind, random_state=0).fit(z, graph)
        auc = area_under_curve(found.score_pairs(z, links), found.score_pairs(z, none))
        assert auc > 0.73  # 0.75 is all there is: half of the other pairs join the blocks too
    assert area_under_curve(pair_scores(z, None, links), pair_scores(z, None, none)) < 0.5


def test_the_sign_of_a_column_changes_no_score():
    z = GraphEmbeddings(("U",), n_components=6, random_state=0).fit_transform(KARATE)["U"]
    signs = np.array([1, -1, 1, -1, -1, 1], dtype=np.float32)
    pairs = RNG.integers(0, 34, (60, 2))
    one, other = (
        CompatibilityMatrix(random_state=3).fit(rows, KARATE).score_pairs(rows, pairs)
        for rows in (z, z * signs)
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_numbering_the_nodes_in_another_order_changes_no_closed_form():
    order = RNG.permutation(34)
    z = RNG.normal(size=(34, 4))
    place = np.argsort(order)
    other = graph_from_edges(place[KARATE.edges()])
    for form in (positive_compatibility, all_pairs_compatibility):
        np.testing.assert_allclose(form(z[order], other), form(z, KARATE), atol=1e-12)


def test_the_smallest_entries_are_left_out():
    entries = np.array([10.0, -0.1, 5.0, 0.2, -4.0])
    assert _most_energy(entries, 0.95).tolist() == [True, False, True, False, True]
    assert _most_energy(entries, 1.0).all()
    assert _most_energy(np.array([1.0, 1.0]), 0.95).all()  # the released code stops here
    assert _most_energy(np.zeros(3), 0.95).all()


def test_left_out_entries_stay_zero():
    z = RNG.normal(size=(34, 8))
    found = CompatibilityMatrix(energy=0.5, random_state=0).fit(z, KARATE)
    kept = _most_energy(positive_compatibility(z, KARATE)[np.triu_indices(8)], 0.5)
    np.testing.assert_array_equal(found.matrix_[np.triu_indices(8)] != 0, kept)


def test_edges_are_sampled_down_and_their_ends_have_two_neighbours(monkeypatch):
    seen = []
    original = pair_operator

    def spied(z, pairs, places):
        seen.append(pairs)
        return original(z, pairs, places)

    monkeypatch.setattr("infometer.graphs.compatibility.pair_operator", spied)
    leaves = graph_from_edges([*KARATE.edges(), [33, 34], [34, 35]])
    CompatibilityMatrix(max_edges=1000, random_state=0).fit(RNG.normal(size=(36, 2)), leaves)
    CompatibilityMatrix(max_edges=40, random_state=0).fit(RNG.normal(size=(34, 2)), KARATE)
    assert len(seen[0]) == 3 * (80 - 2)  # one leaf in the club, one here
    assert len(seen[1]) == 3 * 40
    assert len(np.unique(seen[1][:40], axis=0)) == 40


def test_a_graph_of_single_edges_keeps_them():
    pairs = graph_from_edges(np.arange(20).reshape(10, 2))
    z = np.tile(np.eye(2), (10, 1))
    assert CompatibilityMatrix(random_state=0).fit(z, pairs).matrix_[0, 1] > 0.3


def test_whole_numbers_are_not_cut_off():
    z = np.eye(3, dtype=np.int64)[[0, 1, 2, 0]]
    matrix = np.array([[0.5, 0.25, 0], [0.25, 0, 0], [0, 0, 1]])
    assert pair_scores(z, matrix, np.array([[0, 3], [0, 1]])).tolist() == [0.5, 0.25]


@pytest.mark.parametrize("n_pairs", [3, 500], ids=["fewer than nodes", "more"])
def test_pairs_score_alike_whichever_way_they_are_multiplied(n_pairs):
    z, matrix = RNG.normal(size=(100, 4)), RNG.normal(size=(4, 4))
    pairs = RNG.integers(0, 100, (n_pairs, 2))
    expected = np.einsum("pi,ij,pj->p", z[pairs[:, 0]], matrix, z[pairs[:, 1]])
    np.testing.assert_allclose(pair_scores(z, matrix, pairs), expected, atol=1e-12)


@pytest.mark.parametrize("damping", [0.0, 3.0])
def test_all_pairs_weigh_as_the_random_ones_would(damping):
    """The exact minimum, the axes of the damping written down as nodes."""
    z, edges, upper, phi = every_pair(KARATE, 6)
    share = 2.0 * len(edges) / 34**2
    i, j = np.divmod(np.arange(40**2), 40)
    nodes = np.vstack([z, np.sqrt(damping) * np.eye(6)])
    left, right = nodes[i], nodes[j]
    every = left[:, upper[0]] * right[:, upper[1]] + left[:, upper[1]] * right[:, upper[0]]
    every[:, upper[0] == upper[1]] /= 2
    rows = np.vstack([phi, np.sqrt(share) * every])
    exact = np.linalg.lstsq(rows, np.r_[np.ones(len(edges)), np.zeros(len(every))])[0]
    found, steps = expected_compatibility(z, edges, damping=damping, tol=1e-13)
    np.testing.assert_allclose(found[upper], exact, atol=1e-10)
    assert 0 < steps < 60


def test_the_expectation_is_where_many_random_pairs_come_to():
    z = RNG.normal(size=(34, 3))
    settings = {"damping": 0.0, "energy": 1.0, "tol": 1e-10}
    whole = CompatibilityMatrix("all", n_negatives=2000.0, **settings).fit(z, KARATE)
    drawn = CompatibilityMatrix(n_negatives=2000.0, random_state=0, **settings).fit(z, KARATE)
    np.testing.assert_allclose(whole.matrix_, drawn.matrix_, rtol=0.1, atol=1e-5)


def test_all_pairs_without_a_weight_are_refused():
    with pytest.raises(ValueError, match="all pairs need a weight above 0"):
        CompatibilityMatrix("all", n_negatives=0).fit(np.ones((34, 1)), KARATE)


def test_an_embedding_without_columns_tells_nothing():
    found = CompatibilityMatrix(random_state=0).fit(np.zeros((34, 0), dtype=np.float32), KARATE)
    assert found.matrix_.shape == (0, 0)
    assert found.score_pairs(np.zeros((34, 0)), KARATE.edges()).tolist() == [0.0] * 78


@pytest.mark.parametrize(
    ("settings", "z", "message"),
    [
        ({"negatives": "some"}, np.ones((34, 2)), "negatives is 'some'"),
        ({"energy": 0.0}, np.ones((34, 2)), "energy is 0.0"),
        ({"max_edges": 0}, np.ones((34, 2)), "max_edges is 0"),
        ({"damping": -1.0}, np.ones((34, 2)), "damping is -1.0"),
        ({"n_negatives": np.inf}, np.ones((34, 2)), "n_negatives is inf"),
        ({}, np.ones((33, 2)), r"z has the shape \(33, 2\) and the graph 34 nodes"),
        ({}, np.full((34, 2), np.nan), "z has 68 values that are not finite"),
    ],
)
def test_bad_settings_are_named(settings, z, message):
    with pytest.raises(ValueError, match=message):
        CompatibilityMatrix(**settings).fit(z, KARATE)


def test_a_graph_without_edges_teaches_nothing():
    with pytest.raises(ValueError, match="the graph has no edges"):
        CompatibilityMatrix().fit(np.ones((3, 1)), graph_from_edges([], 3))
