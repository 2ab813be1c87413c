import dataclasses

import numpy as np
import pytest

from infometer.preferences import (
    TopologySimulation,
    inference_distance,
    laplacian_solver,
    simulate_topology,
)
from infometer.preferences.contraction import contracted
from infometer.preferences.dyadic_space import dyadic_distances, random_leaves
from infometer.preferences.dyadic_topology import dyadic_graph
from infometer.preferences.topologies import chain_pairs, star_pairs, tree_pairs

KINDS = ("chain", "tree", "regular", "star")


def space(pairs, n_queries=6, alpha=0.25, variance=1e-9):
    leaves = random_leaves(int(pairs.max(initial=1)) + 1, "responses", random_state=0)
    queries = random_leaves(n_queries, "queries", random_state=0)
    return dyadic_graph(leaves, pairs, queries, alpha, variance), queries


def variances_between(laplacian, items):
    inverse = np.linalg.pinv(laplacian.toarray(), hermitian=True)[np.ix_(items, items)]
    own = inverse.diagonal()
    return own[:, None] + own - 2 * inverse


def off_diagonal(matrix):
    return matrix[~np.eye(len(matrix), dtype=bool)]


PAIRS = {
    "chain": chain_pairs(24),
    "tree": tree_pairs(12, 40, random_state=0),
    "star": star_pairs(30),
    "parts": tree_pairs(40, 25, random_state=1),
}


@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_contraction_against_tiny_variances_left_as_they_are(pairs):
    found, _ = space(pairs)
    laplacian, nodes = contracted(found.graph)
    joined = variances_between(laplacian, nodes[found.queries])
    plain = laplacian_solver(found.graph.laplacian(), "dense", row_sums=0.0)
    u, v = np.triu_indices(len(found.queries), 1)
    apart = plain.pair_variances(np.column_stack([found.queries[u], found.queries[v]]))
    np.testing.assert_allclose(joined[u, v], apart, rtol=0, atol=1e-6)


@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_contraction_leaves_out_at_most_the_variance_of_every_comparison_on_the_way(pairs):
    found, _ = space(pairs, variance=1e-4)
    laplacian, nodes = contracted(found.graph)
    joined = variances_between(laplacian, nodes[found.queries])
    left_out = off_diagonal(variances_between(found.graph.laplacian(), found.queries) - joined)
    assert left_out.min() > -1e-9
    assert 1e-9 < left_out.max() < 1e-4 * len(pairs)


@pytest.mark.parametrize("variance", [1e-9, 0.3])
@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_all_paths_together_are_never_longer_than_the_best(pairs, variance):
    found, queries = space(pairs, variance=variance)
    best = inference_distance(found.graph, found.queries, found.queries)
    if variance == 1e-9:
        laplacian, nodes = contracted(found.graph)
    else:
        laplacian, nodes = found.graph.laplacian(), np.arange(found.graph.n_items)
    exact = variances_between(laplacian, nodes[found.queries])
    assert (off_diagonal(exact) <= off_diagonal(best) * (1 + 1e-9)).all()
    before = dyadic_distances(queries[:, None], queries, 0.25)
    assert (off_diagonal(best) <= off_diagonal(before) * (1 + 1e-9)).all()
    assert (off_diagonal(exact) < off_diagonal(before)).any()


def test_on_a_forest_both_are_the_prior_distance():
    found, queries = space(np.empty((0, 2), np.int64))
    before = dyadic_distances(queries[:, None], queries, 0.25)
    laplacian, nodes = contracted(found.graph)
    exact = variances_between(laplacian, nodes[found.queries])
    best = inference_distance(found.graph, found.queries, found.queries)
    np.testing.assert_allclose(exact, before, atol=1e-10)
    np.testing.assert_allclose(best, before, atol=1e-12)


def test_equal_responses_are_one():
    leaves = np.array([5, 5, 9])
    found = dyadic_graph(leaves, np.array([[0, 1], [0, 2]]), np.array([9]), 0.5)
    assert found.graph.n_items == 3
    assert found.graph.pairs.tolist() == [[0, 1]]
    assert found.queries.tolist() == [1]


EARLIER = [
    (0.1, 1024, "chain", 0.9355, 0.597),
    (0.1, 1024, "tree", 0.9341, 0.721),
    (0.25, 256, "chain", 0.7276, 0.333),
    (0.25, 256, "tree", 0.6896, 0.501),
    (0.25, 1024, "chain", 0.614, 0.234),
    (0.25, 1024, "tree", 0.537, 0.376),
    (0.5, 1024, "chain", 0.148, 0.046),
    (0.5, 1024, "tree", 0.159, 0.122),
]
"""Means over two seeds of an earlier simulation: best path and exact posterior."""


@pytest.mark.parametrize(("alpha", "n", "kind", "path", "posterior"), EARLIER)
def test_against_an_earlier_simulation(alpha, n, kind, path, posterior):
    runs = [simulate_topology(kind, n, alpha, random_state=seed) for seed in range(6)]
    for name, expected in (("mean_inference_distance", path), ("mean_variance", posterior)):
        values = np.array([getattr(run, name) for run in runs])
        error = values.std(ddof=1) * np.sqrt(1 / 6 + 1 / 2)
        assert values.mean() == pytest.approx(expected, abs=4 * error + 5e-4)
    assert max(run.worst_residual for run in runs) < 1e-8


def test_a_star_without_noise_ties_all_responses_together():
    """The nearest of n + 1 responses is at 1/n of the space: two crossings of about n^-α each."""
    alpha, n = 0.5, 4096
    runs = [
        simulate_topology("star", n, alpha, posterior=False, random_state=seed) for seed in range(4)
    ]
    distance = np.mean([run.mean_inference_distance for run in runs])
    assert 0.5 < distance * n**alpha < 4.0


def test_the_queries_are_the_same_for_every_topology_and_seeds_decide():
    def simulated(kind, seed):
        # Noise without end leaves the prior, and so the queries, alone.
        return simulate_topology(kind, 32, 0.5, comparison_variance=1e9, random_state=seed)

    chain, star = simulated("chain", 0), simulated("star", 0)
    assert chain.mean_variance == pytest.approx(star.mean_variance, rel=1e-6)
    assert chain.mean_variance == pytest.approx(chain.mean_inference_distance, rel=1e-6)
    assert simulated("chain", 0) == chain
    assert simulated("chain", 1).mean_variance != pytest.approx(chain.mean_variance, rel=1e-3)


@pytest.mark.parametrize(
    ("kind", "responses"), [("chain", 128), ("tree", 15), ("regular", 32), ("star", 65)]
)
def test_what_is_told_besides(kind, responses):
    run = simulate_topology(kind, 64, 0.5, posterior=False, n_queries=4, random_state=0)
    expected = TopologySimulation(
        kind, 64, responses, 0.5, run.mean_inference_distance, None, None, 4
    )
    assert dataclasses.asdict(run) == dataclasses.asdict(expected)


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        (("ring", 64, 0.5), {}, "kind is 'ring'"),
        (("chain", 8, 0.5), {}, "n is 8; expected at least 16"),
        (("regular", 65, 0.5), {}, "n is 65; every response is compared 4 times"),
        (("chain", 64, 0.0), {}, "alpha is 0.0"),
        (("chain", 64, 0.5), {"comparison_variance": 0.0}, "comparison_variance is 0.0"),
        (("chain", 64, 0.5), {"n_queries": 1}, "n_queries is 1"),
    ],
)
def test_bad_input_is_named(arguments, keywords, message):
    with pytest.raises(ValueError, match=message):
        simulate_topology(*arguments, **keywords)
