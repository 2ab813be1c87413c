"""Rank intervals, and how often they and the intervals of differences hold."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, studentized_range

from infometer.preferences import ComparisonGraph, rank_intervals, reward_posterior
from infometer.preferences.ranks import simultaneous_critical_value


def answers(r, m, seed, precision=1.0):
    rng = np.random.default_rng(seed)
    n = len(r)
    u = rng.integers(n, size=m)
    v = (u + rng.integers(1, n, size=m)) % n
    wins = rng.random(m) < 1 / (1 + np.exp(r[v] - r[u]))
    return ComparisonGraph(n_items=n, pairs=np.stack([u, v], 1), outcomes=wins.astype(float),
                           prior_precision=precision)  # fmt: skip


@pytest.mark.parametrize("n", [2, 5, 20])
def test_the_critical_value_of_equal_items_is_the_studentized_range(n):
    draws = np.random.default_rng(0).standard_normal((60_000, n))
    spread = np.full((n, n), np.sqrt(2.0))
    np.fill_diagonal(spread, 0.0)
    found = simultaneous_critical_value(draws, spread, 0.95)
    told = studentized_range.ppf(0.95, n, 1e6) / np.sqrt(2)
    assert found == pytest.approx(told, abs=0.03)
    assert n > 2 or told == pytest.approx(norm.ppf(0.975), abs=1e-3)


def test_few_answers_leave_every_rank_open_and_many_none():
    r = np.array([2.0, 0.0, -1.0, 1.0])
    few = rank_intervals(reward_posterior(answers(r, 3, 0)))
    assert (few["rank_low"] == 1).all()
    assert (few["rank_high"] == 4).all()
    many = rank_intervals(reward_posterior(answers(r, 20_000, 0)))
    assert many["item"].tolist() == [0, 3, 1, 2]
    for column in ("rank", "rank_low", "rank_high"):
        assert many[column].tolist() == [1, 2, 3, 4]


def test_the_table_has_names_and_rewards_against_the_average():
    graph = answers(np.linspace(1, -1, 6), 500, 1)
    posterior = reward_posterior(replace(graph, names=tuple("abcdef")))
    table = rank_intervals(posterior, random_state=4)
    assert table["mean"].is_monotonic_decreasing
    assert table["mean"].sum() == pytest.approx(0.0, abs=1e-12)
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    centred = np.eye(6) - 1 / 6
    sd = np.sqrt(np.diag(centred @ posterior.covariance() @ centred))
    np.testing.assert_allclose(table["sd"], sd[table["item"]], rtol=1e-9)
    assert dict(zip(table["item"], table["name"], strict=True)) == dict(enumerate("abcdef"))
    flat = reward_posterior(replace(graph, prior_precision=1e-9))
    none = reward_posterior(replace(graph, prior_precision=0.0))
    a, b = rank_intervals(flat), rank_intervals(none)
    np.testing.assert_allclose(a["sd"], b["sd"], rtol=1e-4)


def test_ties_of_the_mean_share_the_better_rank():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (0, 2)], outcomes=[1, 1], prior_precision=1)
    assert rank_intervals(reward_posterior(graph))["rank"].tolist() == [1, 2, 2]


def test_intervals_hold_as_often_as_they_say():
    """For truths drawn from the prior; the error of the share is 0.01."""
    n, n_truths, covered, ranks_right = 10, 60, 0.0, 0
    for seed in range(n_truths):
        r = np.random.default_rng([seed, 1]).standard_normal(n)
        posterior = reward_posterior(answers(r, 30, seed), "ep")
        u, v = np.triu_indices(n, 1)
        pairs = np.stack([u, v], 1)
        off = np.abs(posterior.pair_mean(pairs) - (r[u] - r[v]))
        covered += (off <= 1.96 * np.sqrt(posterior.pair_variance(pairs))).mean() / n_truths
        if seed < 12:
            table = rank_intervals(posterior).sort_values("item")
            rank = 1 + (r[:, None] < r).sum(axis=1)
            held = (table["rank_low"] <= rank) & (rank <= table["rank_high"])
            ranks_right += held.all()
    assert covered == pytest.approx(0.95, abs=0.03)
    assert ranks_right >= 10


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ({"n_items": 4, "pairs": [(0, 1)], "kind": "cardinal", "outcomes": [1.0]}, "3 components"),
        ({"n_items": 3001, "pairs": [(0, 1)], "outcomes": [1], "prior_precision": 1}, "up to 3000"),
    ],
)
def test_bad_input_is_named(graph, message):
    graph = ComparisonGraph(**graph)
    method = "gaussian" if graph.kind == "cardinal" else "laplace"
    with pytest.raises(ValueError, match=message):
        rank_intervals(reward_posterior(graph, method))


def test_a_level_is_a_probability():
    posterior = reward_posterior(answers(np.zeros(3), 9, 0))
    with pytest.raises(ValueError, match=r"level is 95; it must lie between 0 and 1"):
        rank_intervals(posterior, level=95)
