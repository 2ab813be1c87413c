import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, held_out_information, reward_posterior


def tournament(n, m, spread, random_state, **options):
    rng = np.random.default_rng(random_state)
    rewards = rng.normal(0, spread, n)
    u = rng.integers(0, n, m)
    v = (u + rng.integers(1, n, m)) % n
    won = rng.logistic(size=m) < rewards[u] - rewards[v]
    given = {"outcomes": won.astype(float), "prior_precision": 1.0, **options}
    return ComparisonGraph(n_items=n, pairs=np.stack([u, v], axis=1), **given), rewards


def test_leaving_out_one_by_one_is_what_it_says():
    graph, _ = tournament(4, 7, 1.0, 0)
    gains = []
    for i in range(7):
        rest = np.delete(np.arange(7), i)
        seen = ComparisonGraph(
            n_items=4, pairs=graph.pairs[rest], outcomes=graph.outcomes[rest], prior_precision=1.0
        )
        p = reward_posterior(seen).pair_probability(graph.pairs[[i]])[0]
        gains.append(np.log(2) + np.log(p if graph.outcomes[i] else 1 - p))
    found = held_out_information(graph, folds=7)
    assert float(found.information) == pytest.approx(np.mean(gains), rel=1e-10)


def test_rewards_foretell_what_they_made_and_coins_nothing():
    graph, rewards = tournament(20, 1500, 1.5, 1)
    u, v = graph.pairs.T
    p = 1 / (1 + np.exp(rewards[v] - rewards[u]))
    best = np.log(2) + np.mean(p * np.log(p) + (1 - p) * np.log(1 - p))
    found = held_out_information(graph)
    assert float(found.information) == pytest.approx(best, abs=0.05)
    assert float(found.information) > float(found.win_rates) > 0.1
    coins, _ = tournament(20, 1500, 0.0, 2, prior_precision=10.0)
    low, high = held_out_information(coins).information.interval
    assert low < 0.005
    assert high < 0.02


def test_ties_and_skips_are_not_asked_about():
    graph, _ = tournament(4, 40, 1.0, 3)
    outcomes = graph.outcomes.copy()
    outcomes[:10], outcomes[10:15] = 0.5, np.nan
    part = ComparisonGraph(n_items=4, pairs=graph.pairs, outcomes=outcomes, prior_precision=1.0)
    assert held_out_information(part).information.n_samples == 25


def test_bad_input_is_named():
    graph, _ = tournament(4, 7, 1.0, 0, prior_precision=0.0)
    with pytest.raises(ValueError, match="no prior_precision"):
        held_out_information(graph)
    graph, _ = tournament(4, 7, 1.0, 0)
    with pytest.raises(ValueError, match="folds is 8; expected 2 to 7"):
        held_out_information(graph, folds=8)


def test_win_rates_discount_what_is_old_as_the_rewards_do():
    # the better of the two changed in the middle
    rng = np.random.default_rng(0)
    n = 400
    outcomes = (rng.random(n) < np.where(np.arange(n) < n // 2, 0.1, 0.9)).astype(float)
    graph = ComparisonGraph(n_items=2, pairs=[(0, 1)] * n, outcomes=outcomes, times=np.arange(n),
                            prior_precision=0.3)  # fmt: skip
    found = held_out_information(graph, half_life=20.0)
    assert found.information.value > 0.2
    assert found.win_rates.value > 0.2


def test_of_a_large_graph_a_part_is_held_out(monkeypatch):
    graph, _ = tournament(30, 3000, 1.5, 0)
    whole = held_out_information(graph).information
    monkeypatch.setattr("infometer.preferences.held_out.LARGE", 20)
    monkeypatch.setattr("infometer.preferences.held_out.MOST_HELD_OUT", 500)
    part = held_out_information(graph).information
    assert (whole.n_samples, part.n_samples) == (3000, 500)
    assert abs(part.value - whole.value) < 3 * part.standard_error
