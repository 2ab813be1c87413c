import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.preferences import (
    ComparisonGraph,
    algebraic_connectivity,
    effective_resistance,
    inference_distance,
    kirchhoff_index,
    mean_inference_distance,
    mean_resistance,
)

METHODS = ("auto", "dense", "lu", "cg")


def unit(n, pairs, **given):
    return ComparisonGraph(n_items=n, pairs=pairs, kind="cardinal", variances=1.0, **given)


def path(n):
    return unit(n, [(i, i + 1) for i in range(n - 1)])


def cycle(n):
    return unit(n, [(i, (i + 1) % n) for i in range(n)])


def complete(n):
    return unit(n, list(itertools.combinations(range(n), 2)))


def star(n):
    return unit(n, [(0, i) for i in range(1, n)])


def grid(side):
    at = np.arange(side * side).reshape(side, side)
    down, right = np.stack([at[1:], at[:-1]], -1), np.stack([at[:, 1:], at[:, :-1]], -1)
    return unit(side * side, np.vstack([down.reshape(-1, 2), right.reshape(-1, 2)]))


def binary_tree(height):
    return unit(2 ** (height + 1) - 1, [(i, (i - 1) // 2) for i in range(1, 2 ** (height + 1) - 1)])


def triangle(scale=1.0):
    return ComparisonGraph(
        n_items=3,
        pairs=[(1, 2), (0, 2)],
        kind="cardinal",
        variances=scale * np.array([2.0, 3.0]),
        prior_edges=[(0, 1)],
        prior_variances=[scale],
    )


def all_pairs(n):
    return np.array(list(itertools.combinations(range(n), 2)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("graph", "law"),
    [
        (path(10), lambda u, v: abs(u - v)),
        (cycle(10), lambda u, v: abs(u - v) * (10 - abs(u - v)) / 10),
        (complete(10), lambda u, v: 0.2 + 0 * u),
        (star(10), lambda u, v: np.where(u == 0, 1, 2)),
    ],
)
def test_closed_forms_of_resistances(graph, law, method):
    pairs = all_pairs(10)
    found = effective_resistance(graph, pairs, method)
    np.testing.assert_allclose(found, law(*pairs.T), rtol=1e-12)


@pytest.mark.parametrize(
    ("graph", "index", "largest"),
    [
        (path(10), 165, 9),
        (cycle(10), 82.5, 2.5),
        (complete(10), 9, 0.2),
        (star(10), 81, 2),
        (grid(4), 126.285714, 1.857143),
        (binary_tree(4), 2304, 8),
    ],
)
def test_kirchhoff_indices_and_the_largest_resistance(graph, index, largest):
    n = graph.n_items
    resistances = effective_resistance(graph, all_pairs(n))
    assert resistances.sum() == pytest.approx(index, abs=5e-7)
    assert resistances.max() == pytest.approx(largest, abs=5e-7)
    assert kirchhoff_index(graph) == pytest.approx(resistances.sum(), rel=1e-12)
    assert mean_resistance(graph).value == pytest.approx(resistances.mean(), rel=1e-12)


def test_a_triangle_of_a_prior_edge_and_two_comparisons():
    np.testing.assert_allclose(
        effective_resistance(triangle(), [(0, 2), (0, 1), (1, 2)]), [1.5, 5 / 6, 4 / 3]
    )
    assert inference_distance(triangle(), [0], [2]).item() == 3.0


def random_graph(seed, n=12, m=20):
    rng = np.random.default_rng(seed)
    tree = np.stack([np.arange(1, n), (rng.random(n - 1) * np.arange(1, n)).astype(int)], 1)
    extra = rng.integers(0, n, (m, 2))
    pairs = np.vstack([tree, extra[extra[:, 0] != extra[:, 1]]])
    return pairs, 10.0 ** rng.uniform(-2, 2, len(pairs))


def built(pairs, variances, n=12, **given):
    return ComparisonGraph(n_items=n, pairs=pairs, kind="cardinal", variances=variances, **given)


def distances(graph):
    return inference_distance(graph, range(12), range(12))


def resistances(graph):
    u, v = all_pairs(12).T
    found = np.zeros((12, 12))
    found[u, v] = found[v, u] = effective_resistance(graph, all_pairs(12))
    return found


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_both_are_metrics_and_the_best_path_is_never_below(seed):
    graph = built(*random_graph(seed))
    r, d = resistances(graph), distances(graph)
    assert (r <= d * (1 + 1e-12)).all()
    for metric in (r, d):
        assert (metric[:, :, None] + metric[None] >= metric[:, None, :] * (1 - 1e-12)).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_more_edges_scale_and_names(seed, data):
    pairs, variances = random_graph(seed)
    graph = built(pairs, variances)
    u, v = data.draw(st.sampled_from(all_pairs(12).tolist()))
    more = built(np.vstack([pairs, [(u, v)]]), np.append(variances, 0.7))
    scaled = built(pairs, 3.0 * variances)
    names = np.random.default_rng(seed).permutation(12)
    renamed = built(names[pairs], variances)
    for of in (resistances, distances):
        before = of(graph)
        assert (of(more) <= before * (1 + 1e-12)).all()
        np.testing.assert_allclose(of(scaled), 3.0 * before, rtol=1e-12)
        np.testing.assert_allclose(of(renamed)[np.ix_(names, names)], before, rtol=1e-12)


@pytest.mark.parametrize("by", ["repeats", "weights"])
def test_a_comparison_made_five_times_tells_five_times_as_much_but_no_shorter_path(by):
    pairs, variances = random_graph(3)
    once = built(pairs, variances)
    if by == "repeats":
        often = built(np.tile(pairs, (5, 1)), np.tile(variances, 5))
    else:
        often = built(pairs, variances, weights=np.full(len(pairs), 5))
    np.testing.assert_allclose(resistances(often), resistances(once) / 5, rtol=1e-12)
    np.testing.assert_allclose(distances(often), distances(once), rtol=1e-12)


def test_on_a_forest_both_agree():
    pairs, variances = random_graph(4, m=0)
    graph = built(pairs, variances)
    np.testing.assert_allclose(resistances(graph), distances(graph), rtol=1e-12)


def test_what_nothing_joins_is_infinitely_uncertain():
    graph = unit(4, [(0, 1), (2, 3)])
    for method in (*METHODS, "jl"):
        found = effective_resistance(graph, [(0, 1), (1, 2)], method, random_state=0)
        assert np.isfinite(found).tolist() == [True, False]
    assert inference_distance(graph, [0], [1, 2]).tolist() == [[1.0, np.inf]]
    assert kirchhoff_index(graph) == np.inf
    assert mean_resistance(graph).value == np.inf
    assert mean_inference_distance(graph).value == np.inf
    assert algebraic_connectivity(graph) == 0.0


def test_a_prior_holds_what_nothing_joins():
    graph = unit(4, [(0, 1), (2, 3)], prior_precision=0.5)
    held = np.linalg.inv(graph.laplacian().toarray())
    exact = held.diagonal()[:, None] + held.diagonal() - 2 * held
    u, v = all_pairs(4).T
    np.testing.assert_allclose(effective_resistance(graph, all_pairs(4)), exact[u, v], rtol=1e-12)
    assert kirchhoff_index(graph) == pytest.approx(exact.sum() / 2, rel=1e-12)


@pytest.mark.parametrize("prior", [0.0, 0.05])
def test_random_projections_are_within_their_standard_deviation(prior):
    rng = np.random.default_rng(0)
    pairs = np.vstack([random_graph(0, 300)[0], rng.integers(0, 300, (600, 2))])
    graph = unit(300, pairs[pairs[:, 0] != pairs[:, 1]], prior_precision=prior)
    asked = rng.permutation(300).reshape(-1, 2)
    ratio = effective_resistance(graph, asked, "jl", random_state=1) / effective_resistance(
        graph, asked
    )
    assert abs(ratio.mean() - 1) < 0.04  # the pairs share their projections
    assert 0.07 < ratio.std() < 0.13
    again = effective_resistance(graph, asked, "jl", random_state=1)
    assert (again == effective_resistance(graph, asked, "jl", random_state=1)).all()


@pytest.mark.parametrize("prior", [0.0, 0.2])
def test_the_mean_resistance_from_probes_is_within_its_error(prior):
    pairs = random_graph(1, 200, 150)[0]
    graph = unit(200, pairs, prior_precision=prior)
    exact, probed = mean_resistance(graph), mean_resistance(graph, n_probes=200, random_state=0)
    assert exact.standard_error is None
    assert abs(probed.value - exact.value) < 3 * probed.standard_error
    assert probed.standard_error < 0.1 * exact.value


def test_the_mean_distance_from_sources_is_within_its_error():
    graph = built(*random_graph(2, 400, 200), n=400)
    exact = mean_inference_distance(graph, n_sources=400)
    found = mean_inference_distance(graph, n_sources=60, random_state=0)
    assert exact.standard_error == 0.0
    d = inference_distance(graph, range(400), range(400))
    assert exact.value == pytest.approx(d.sum() / (400 * 399), rel=1e-12)
    assert abs(found.value - exact.value) < 3 * found.standard_error


@pytest.mark.parametrize(
    ("graph", "value"),
    [
        (path(10), 2 - 2 * np.cos(np.pi / 10)),
        (cycle(10), 2 - 2 * np.cos(2 * np.pi / 10)),
        (complete(10), 10),
        (star(600), 1),
        (path(900), 2 - 2 * np.cos(np.pi / 900)),
    ],
)
def test_algebraic_connectivity_of_closed_forms(graph, value):
    assert algebraic_connectivity(graph) == pytest.approx(value, rel=1e-7)
    held = ComparisonGraph(
        n_items=graph.n_items, pairs=graph.pairs, kind="cardinal", variances=1.0,
        prior_precision=5.0,
    )  # fmt: skip
    assert algebraic_connectivity(held) == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: effective_resistance(path(3), [(0, 0)]), "pairs compares item 0 with itself"),
        (lambda: effective_resistance(path(3), [(0, 3)]), "pairs names items 0 to 3"),
        (lambda: effective_resistance(path(3), [(0, 1)], "exact"), "method is 'exact'; .* jl"),
        (lambda: inference_distance(path(3), [0], [3]), "targets names items 3 to 3"),
        (lambda: inference_distance(path(3), [0.5], [1]), "sources is no list of items"),
        (lambda: mean_inference_distance(path(3), n_sources=1), "n_sources is 1"),
        (lambda: mean_resistance(path(3), n_probes=1), "n_probes is 1"),
        (lambda: mean_resistance(unit(1, [])), "1 item"),
        (lambda: algebraic_connectivity(unit(1, [])), "1 item"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_graph_too_entangled_for_elimination_is_probed(monkeypatch):
    monkeypatch.setattr("infometer.preferences.selected_inverse.LARGEST", 5)
    graph = complete(100)
    with pytest.raises(ValueError, match="100 items is too entangled"):
        kirchhoff_index(graph)
    found = mean_resistance(graph, random_state=0)
    assert found.method == "Hutchinson"
    assert found.value == pytest.approx(0.02, abs=4 * found.standard_error)
