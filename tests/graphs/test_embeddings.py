import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from infometer.graphs import (
    CompatibilityMatrix,
    GraphEmbeddings,
    as_graph,
    expected_walks,
    graph_from_edges,
    propagation_matrix,
    scaled_features,
    scaled_rows,
)
from infometer.graphs.feature_scaling import chosen_scaling

RNG = np.random.default_rng(0)
BLOCKS = as_graph(np.array(nx.random_partition_graph([30, 30, 30], 0.3, 0.02, seed=0).edges))
COUNTS = RNG.poisson(0.5 + 8.0 * 0.8 ** np.arange(40), (90, 40)).astype(float)
FULL = as_graph(BLOCKS, features=COUNTS)


def embedded(graph, **settings):
    return GraphEmbeddings(**{"n_components": 5, "random_state": 0} | settings).fit_transform(graph)


def by_hand(matrix, d, power):
    """Leading left vectors times a power of the singular values, columns and rows scaled."""
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    columns = left[:, :d] * values[:d] ** power
    columns /= columns.std(axis=0)
    return columns / np.linalg.norm(columns, axis=1, keepdims=True)


def centred(matrix):
    return matrix - matrix.mean(axis=0)


ROW = propagation_matrix(BLOCKS).toarray()
SYM = propagation_matrix(BLOCKS, self_loops=True, normalization="sym").toarray()
X = scaled_features(COUNTS)
MADE_OF = {
    "U": (BLOCKS.adjacency.toarray(), 0.5),
    "R": (expected_walks(BLOCKS).toarray(), 0.5),
    "F": (centred(X), 1.0),
    "P": (centred(ROW @ ROW @ X), 1.0),
    "S": (centred(SYM @ SYM @ X), 1.0),
}


@pytest.mark.parametrize("name", MADE_OF)
@pytest.mark.parametrize("d", [2, 35], ids=["random", "multiplied out"])
def test_each_component_is_what_it_is_made_of(name, d):
    if d > 2 and name in "UR":
        d = 85  # more than n - 10: nothing is random here either
    found = embedded(FULL, n_components=d)[name][:, :2]
    matrix, power = MADE_OF[name]
    whole = by_hand(matrix, d, power)[:, :2]
    # up to signs; four iterations do not converge, rounding is all where nothing is random
    np.testing.assert_allclose(np.abs(found), np.abs(whole), atol=2e-2 if d == 2 else 5e-3)


def test_rows_are_of_unit_length_and_columns_single():
    for z in embedded(FULL).values():
        assert z.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(z, axis=1), 1, atol=1e-6)


def test_without_features_structure_is_left():
    assert list(embedded(BLOCKS)) == ["U", "R"]


def test_few_features_do_not_narrow_the_structure():
    graph = as_graph(BLOCKS, features=COUNTS[:, :3])
    embeddings = GraphEmbeddings(n_components=8, feature_scaling="none", random_state=0)
    shapes = {name: z.shape[1] for name, z in embeddings.fit_transform(graph).items()}
    assert shapes == {"U": 8, "R": 8, "F": 3, "P": 3, "S": 3}
    assert [note.split(" has ")[0] for note in embeddings.notes_] == [
        "F (features)",
        "P (features of neighbours)",
        "S (features of neighbours and the node's own)",
    ]
    assert "3 columns instead of 8" in embeddings.notes_[0]


@pytest.mark.parametrize("scale", ["rows", "columns", "none"])
@pytest.mark.parametrize("value", [0.0, 1.0, 3.7, -1e30])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_constant_features_have_no_columns(value, scale, form):
    features = np.full((90, 4), value) * (np.arange(4) + 1)
    graph = as_graph(BLOCKS, features=form(features))
    if value < 0 and scale == "rows" and form is sparse.csr_array:
        with pytest.raises(ValueError, match="features are sparse and hold -4e\\+30"):
            embedded(graph, feature_scaling=scale)
        return
    embeddings = GraphEmbeddings(n_components=4, feature_scaling=scale, random_state=0)
    found = embeddings.fit_transform(graph)
    assert found["F"].shape == found["P"].shape == (90, 0)
    assert "F (features) has 0 columns instead of 4" in embeddings.notes_[0]
    matrix = CompatibilityMatrix(random_state=0).fit(found["F"], graph)
    assert not matrix.score_pairs(found["F"], graph.edges()).any()


def test_features_without_columns_are_no_features_either():
    assert embedded(as_graph(BLOCKS, features=np.zeros((90, 0))))["S"].shape == (90, 0)


@pytest.mark.parametrize("walks", ["expected", "sampled"])
def test_isolated_nodes_have_no_structure_and_are_counted(walks):
    """First in order, where reflections would leave rounding of unit length."""
    graph = graph_from_edges(BLOCKS.edges() + 3, 93, features=RNG.random((93, 10)))
    embeddings = GraphEmbeddings(n_components=20, walks=walks, n_walks=20, random_state=0)
    found = embeddings.fit_transform(graph)
    for name in "UR":
        assert not found[name][:3].any()
        assert found[name][3:].any(axis=1).all()
    assert embeddings.notes_[0] == "U (structure) is 0 of 3 nodes, which have no edge"


def test_a_graph_without_edges_has_no_structure():
    graph = graph_from_edges([], 20, features=RNG.random((20, 3)))
    found = embedded(graph, n_components=3, feature_scaling="none")
    assert found["U"].shape == found["R"].shape == found["P"].shape == (20, 0)
    assert found["F"].shape == (20, 3)


def test_the_constant_column_of_a_regular_graph_does_not_drown_the_others():
    parts = as_graph(nx.complete_multipartite_graph(20, 20, 20))
    z = embedded(parts, n_components=3, components=("U",))["U"][::20]
    assert (z @ z.T)[np.triu_indices(3, 1)].max() < 0.5


def test_heavy_edges_do_not_spoil_the_walks():
    """What returns and is subtracted is 10⁶ times what stays: too much for single precision."""
    edges = BLOCKS.edges()
    graph = graph_from_edges(edges, 90, weights=np.where(np.arange(len(edges)) % 50, 1.0, 1e6))
    found = np.abs(embedded(graph, n_components=85, components=("R",))["R"])
    expected = np.abs(by_hand(expected_walks(graph).toarray(), 85, 0.5))
    np.testing.assert_allclose(found[:, :3], expected[:, :3], atol=5e-3)


@pytest.mark.parametrize("factor", [1e-60, 1e60])
def test_the_unit_of_weights_and_features_does_not_matter(factor):
    weights = 1.0 + np.arange(BLOCKS.n_edges) % 3
    one, other = (
        embedded(graph_from_edges(BLOCKS.edges(), 90, weights=f * weights, features=f * COUNTS))
        for f in (1.0, factor)
    )
    for name in ("U", "R", "F"):
        np.testing.assert_allclose(one[name] @ one[name].T, other[name] @ other[name].T, atol=1e-3)


def test_sparse_features_are_as_dense_ones():
    other = as_graph(BLOCKS, features=sparse.csr_matrix(COUNTS))
    one, two = embedded(FULL), embedded(other)
    for name in MADE_OF:
        np.testing.assert_allclose(two[name] @ two[name].T, one[name] @ one[name].T, atol=1e-3)


def test_numbering_the_nodes_in_another_order_changes_nothing():
    order = RNG.permutation(90)
    place = np.argsort(order)
    graph = graph_from_edges(place[BLOCKS.edges()], 90, features=COUNTS[order])
    one, other = embedded(FULL, n_components=35), embedded(graph, n_components=35)
    for name in "FPS":
        gram = one[name][order] @ one[name][order].T
        np.testing.assert_allclose(other[name] @ other[name].T, gram, atol=1e-3)


def test_walks_and_normalization_as_the_released_code_has_them():
    usual = embedded(FULL)
    counted = embedded(FULL, walks="sampled", n_walks=500, normalization="row")
    assert np.abs(counted["R"][:, :2] ** 2 - usual["R"][:, :2] ** 2).max() < 0.2
    assert not np.allclose(np.abs(counted["S"]), np.abs(usual["S"]), atol=1e-3)
    np.testing.assert_array_equal(counted["U"], usual["U"])


def test_a_component_is_the_same_alone():
    alone = embedded(FULL, components=("R",))["R"]
    np.testing.assert_array_equal(alone, embedded(FULL)["R"])


def test_scaled_rows():
    columns = np.array([[1.0, 5.0], [-1.0, 5.0], [2.0, 5.0], [0.0, 0.0]])
    expected = columns / columns.std(axis=0)
    expected[:3] /= np.linalg.norm(expected[:3], axis=1, keepdims=True)
    np.testing.assert_allclose(scaled_rows(columns), expected, atol=1e-7)
    almost = np.ones((50, 1)) + 1e-7 * RNG.normal(size=(50, 1))
    np.testing.assert_allclose(scaled_rows(np.hstack([almost, almost])), np.sqrt(0.5), atol=1e-6)


def test_scaled_features():
    np.testing.assert_allclose(
        scaled_features(np.array([[-1.0, 2.0], [-1.0, -1.0]]), "rows"), [[0, 1], [0, 0]]
    )
    found = scaled_features(sparse.csr_array([[0.0, 2.0, 2.0], [0, 0, 0]]))
    assert sparse.issparse(found)
    assert found.toarray().tolist() == [[0, 0.5, 0.5], [0, 0, 0]]


def test_measurements_are_scaled_by_columns_and_counts_by_rows_in_any_unit():
    """A column of large numbers, an income, must not drown one that tells the label, an age."""
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.normal(40, 15, 400), rng.lognormal(10, 1, 400)])
    assert chosen_scaling(table) == chosen_scaling(-COUNTS) == "columns"
    assert chosen_scaling(COUNTS) == chosen_scaling(0.1 * COUNTS) == "rows"
    found = scaled_features(sparse.csr_array(table), "columns")
    np.testing.assert_allclose(found.toarray().std(axis=0), 1.0)
    np.testing.assert_allclose(scaled_features(table).std(axis=0), 1.0)
    np.testing.assert_allclose(scaled_features(table).mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(scaled_features(1e200 * table), scaled_features(table))
    with pytest.raises(ValueError, match="feature_scaling is 'cells'"):
        scaled_features(table, "cells")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"components": ("U", "Q")}, "expected some of U, R, F, P, S"),
        ({"components": ()}, "expected some of"),
        ({"n_components": 0}, "n_components is 0"),
        ({"n_hops": 0}, "n_hops is 0"),
        ({"walks": "exact"}, "walks is 'exact'"),
        ({"normalization": "col"}, "normalization is 'col'"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        embedded(FULL, **settings)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_a_single_feature_is_not_divided_by_itself(form):
    column = np.arange(1.0, 35.0)[:, None]
    graph = as_graph(nx.karate_club_graph())
    z = GraphEmbeddings(("F",), 4).fit_transform(as_graph(graph, features=form(column)))["F"]
    assert z.shape == (34, 1)
    assert np.sign(z[:, 0]).tolist() in ([-1.0] * 17 + [1.0] * 17, [1.0] * 17 + [-1.0] * 17)
