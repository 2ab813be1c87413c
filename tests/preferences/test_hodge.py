import itertools

import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, cyclic_residual


def complete(n, repeats, rewards, random_state, kind="binary"):
    pairs = np.array(list(itertools.combinations(range(n), 2)) * repeats)
    rng = np.random.default_rng(random_state)
    differences = rewards[pairs[:, 0]] - rewards[pairs[:, 1]] + rng.logistic(size=len(pairs))
    outcomes = differences if kind == "cardinal" else (differences > 0).astype(float)
    return ComparisonGraph(n_items=n, pairs=pairs, outcomes=outcomes, kind=kind)


@pytest.mark.parametrize("kind", ["binary", "cardinal"])
def test_share_is_the_residual_of_weighted_least_squares(kind):
    graph = complete(6, 5, np.linspace(-1, 1, 6), 0, kind)
    flows = np.zeros(15)
    edges = list(itertools.combinations(range(6), 2))
    for k, edge in enumerate(edges):
        own = graph.outcomes[(graph.pairs == edge).all(axis=1)]
        wins = own.sum()
        flows[k] = own.mean() if kind == "cardinal" else np.log((wins + 0.5) / (5.5 - wins))
    gradient = np.zeros((15, 6))
    for k, (u, v) in enumerate(edges):
        gradient[k, u], gradient[k, v] = 1, -1
    residual = flows - gradient @ np.linalg.lstsq(gradient, flows, rcond=None)[0]
    found = cyclic_residual(graph, np.zeros((10, 6)))
    assert found.share == pytest.approx(residual @ residual / (flows @ flows), rel=1e-9)
    assert found.cycles == 10


def test_noise_is_not_called_intransitive_and_cycles_are():
    rewards = np.linspace(-1, 1, 8)
    p_values = [
        cyclic_residual(complete(8, 3, rewards, seed), np.tile(rewards, (99, 1))).p_value
        for seed in range(40)
    ]
    # uniform under the null: mean ½ with a standard error of 0.046
    assert 0.34 < np.mean(p_values) < 0.66
    circle = ComparisonGraph(
        n_items=4, pairs=[(0, 1), (1, 2), (2, 3), (3, 0)] * 6, outcomes=[1] * 24
    )
    found = cyclic_residual(circle, np.zeros((99, 4)))
    assert found.share == pytest.approx(1.0)
    assert found.p_value == pytest.approx(0.01)


def test_a_tree_has_no_cycles_and_all_ties_no_energy():
    path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], outcomes=[1, 0])
    found = cyclic_residual(path, np.zeros((5, 3)))
    assert found.cycles == 0
    assert np.isnan([found.share, found.p_value]).all()
    ties = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (2, 0)], outcomes=["tie"] * 3)
    assert cyclic_residual(ties, np.zeros((5, 3))).share == 0.0


def test_triads_are_counted_as_by_hand():
    graph = complete(7, 1, np.zeros(7), 3)
    beats = {
        tuple(p) if o else tuple(p[::-1]) for p, o in zip(graph.pairs, graph.outcomes, strict=True)
    }
    cyclic = sum(
        ((a, b) in beats) == ((b, c) in beats) == ((c, a) in beats)
        for a, b, c in itertools.combinations(range(7), 3)
    )
    found = cyclic_residual(graph, np.zeros((20, 7)))
    assert (found.triads, found.cyclic_triads) == (35, cyclic)
    # a quarter of fair coins' triads; the standard error of the mean of 20 draws is 0.57
    assert found.expected_cyclic_triads == pytest.approx(35 / 4, abs=2.0)


def test_skips_bind_nothing_and_weights_are_repeats():
    once = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (1, 2), (2, 0), (0, 1)], outcomes=[1, 1, 0, np.nan],
        weights=[2, 1, 1, 5],
    )  # fmt: skip
    repeated = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (0, 1), (1, 2), (0, 2)], outcomes=[1, 1, 1, 1]
    )
    draws = np.zeros((3, 3))
    assert cyclic_residual(once, draws).share == pytest.approx(
        cyclic_residual(repeated, draws).share
    )


def test_bad_rewards_are_named():
    graph = ComparisonGraph(n_items=2, pairs=[(0, 1)], outcomes=[1])
    with pytest.raises(ValueError, match=r"rewards has shape \(5, 3\); expected \(k, 2\)"):
        cyclic_residual(graph, np.zeros((5, 3)))


def test_a_weight_is_as_many_answers_in_the_simulated_ones_too():
    # 60 answers a pair, in two rows: weights are how often either item won
    rng = np.random.default_rng(0)
    rewards = np.linspace(-1, 1, 6)
    pairs = np.array(list(itertools.combinations(range(6), 2)))
    p_values = []
    for seed in range(40):
        p = 1 / (1 + np.exp(rewards[pairs[:, 1]] - rewards[pairs[:, 0]]))
        won = rng.binomial(58, p) + 1
        graph = ComparisonGraph(
            n_items=6, pairs=np.tile(pairs, (2, 1)), outcomes=np.repeat([1, 0], 15),
            weights=np.concatenate([won, 60 - won]),
        )  # fmt: skip
        found = cyclic_residual(graph, np.tile(rewards, (49, 1)), seed)
        p_values.append(found.p_value)
        assert abs(found.share - found.expected) < 0.15
    assert 0.34 < np.mean(p_values) < 0.66


def test_position_and_careless_raters_are_simulated_as_they_answer():
    rng = np.random.default_rng(1)
    rewards, n = 2.0 * rng.normal(size=8), 600
    p_values = []
    for seed in range(30):
        u = rng.integers(8, size=n)
        v = (u + rng.integers(1, 8, size=n)) % 8
        reliabilities = rng.choice([1.5, 0.1], n)
        d = reliabilities * (rewards[u] - rewards[v]) + 1.5
        outcomes = (d + rng.logistic(size=n) > 0).astype(float)
        graph = ComparisonGraph(n_items=8, pairs=np.stack([u, v], axis=1), outcomes=outcomes)
        draws = np.tile(rewards, (49, 1))
        found = cyclic_residual(
            graph, draws, seed, position_effect=1.5, reliabilities=reliabilities
        )
        p_values.append((found.p_value, cyclic_residual(graph, draws, seed).p_value))
    with_habits, without = np.mean(p_values, axis=0)
    assert 0.34 < with_habits < 0.66
    assert abs(without - 0.5) > 0.2


def test_many_answers_are_simulated_in_blocks(monkeypatch):
    graph = complete(6, 40, np.linspace(-1, 1, 6), 0)
    draws = np.tile(np.linspace(-1, 1, 6), (60, 1))
    at_once = cyclic_residual(graph, draws)
    monkeypatch.setattr("infometer.preferences.hodge.BLOCK", 3000)
    in_blocks = cyclic_residual(graph, draws)
    assert in_blocks == at_once
