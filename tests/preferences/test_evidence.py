from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from infometer.preferences import ComparisonGraph, choose_prior_precision, reward_posterior
from infometer.preferences.evidence import log_evidence
from infometer.preferences.observations import observations


def drawn(precision, n=60, m=900, seed=0, **more):
    rng = np.random.default_rng(seed)
    r = rng.standard_normal(n) / np.sqrt(precision)
    u = rng.integers(n, size=m)
    v = (u + rng.integers(1, n, size=m)) % n
    wins = rng.random(m) < 1 / (1 + np.exp(r[v] - r[u]))
    return ComparisonGraph(n_items=n, pairs=np.stack([u, v], 1), outcomes=wins.astype(float),
                           **more)  # fmt: skip


@pytest.mark.parametrize("precision", [0.3, 1.0, 4.0])
def test_the_spread_of_rewards_is_recovered(precision):
    found = float(choose_prior_precision(drawn(precision)))
    assert np.log(found / precision) == pytest.approx(0.0, abs=0.6)


def test_gaussian_evidence_is_the_law_of_the_strengths():
    rng = np.random.default_rng(0)
    pairs = np.array([rng.choice(4, 2, replace=False) for _ in range(9)])
    graph = ComparisonGraph(
        n_items=4, pairs=pairs, outcomes=rng.standard_normal(9), kind="cardinal", beta=1.3,
        prior_precision=0.6, prior_edges=[(0, 2)], prior_variances=[0.4],
    )  # fmt: skip
    b = np.zeros((9, 4))
    b[np.arange(9), pairs[:, 0]], b[np.arange(9), pairs[:, 1]] = 1, -1
    prior = np.linalg.inv(graph.laplacian(np.zeros(9)).toarray())
    noise = np.diag(1 / graph.comparison_precisions())
    law = multivariate_normal(np.zeros(9), 1.3**2 * (b @ prior @ b.T + noise))
    found = log_evidence(graph, observations(graph, "gaussian"))
    assert found == pytest.approx(law.logpdf(1.3 * graph.outcomes), rel=1e-10)


def test_laplace_evidence_of_two_items_is_near_the_integral():
    graph = ComparisonGraph(n_items=2, pairs=[(0, 1), (1, 0)], outcomes=[1, 1], weights=[9, 4],
                            prior_precision=1.0)  # fmt: skip
    line = np.linspace(-14, 14, 20_001)
    win = 1 / (1 + np.exp(-line))
    exact = np.trapezoid(
        win**9 * (1 - win) ** 4 * np.exp(-(line**2) / 4) / np.sqrt(4 * np.pi), line
    )
    assert log_evidence(graph, observations(graph, "davidson")) == pytest.approx(
        np.log(exact), abs=0.02
    )


def test_few_or_one_sided_comparisons_leave_the_spread_to_the_prior():
    """Alone, the evidence of these runs off to no spread, to an endless one, and to nowhere."""
    even = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (0, 2)] * 40, outcomes=[1, 0] * 60)
    one_win = ComparisonGraph(n_items=2, pairs=[(0, 1)], outcomes=[1])
    for graph in (even, one_win):
        found = choose_prior_precision(graph)
        assert "mostly the prior's" in found.warnings[0]
        assert found.interval[0] < 1.0
    assert float(choose_prior_precision(one_win)) == pytest.approx(0.375, rel=0.1)
    rng = np.random.default_rng(0)
    pairs = np.sort(rng.permuted(np.tile(np.arange(40), (4000, 1)), axis=1)[:, :2], axis=1)
    sure = ComparisonGraph(n_items=40, pairs=pairs, outcomes=np.ones(4000))
    assert 1e-4 < float(choose_prior_precision(sure)) < 0.01
    assert choose_prior_precision(drawn(1.0)).warnings == ()


@pytest.mark.parametrize(("precision", "least"), [(0.3, 0.8), (1.0, 0.9), (4.0, 0.95)])
def test_intervals_hold_where_comparisons_are_few(precision, least):
    """24 comparisons of 12 items, 15 truths: the likeliest spread would often be none."""
    u, v = pairs = np.stack(np.triu_indices(12, 1))
    held = []
    for seed in range(15):
        r = np.random.default_rng(seed).standard_normal(12) / np.sqrt(precision)
        graph = drawn(precision, n=12, m=24, seed=seed)
        known = replace(graph, prior_precision=float(choose_prior_precision(graph)))
        posterior = reward_posterior(known)
        off = np.abs(posterior.pair_mean(pairs.T) - (r[u] - r[v]))
        held.append((off <= 1.96 * np.sqrt(posterior.pair_variance(pairs.T))).mean())
    assert np.mean(held) > least


def test_the_unit_of_rewards_moves_the_answer_with_it():
    graph = drawn(1.0)
    one, two = (
        float(choose_prior_precision(graph)),
        float(choose_prior_precision(replace(graph, beta=2.0))),
    )
    assert two == pytest.approx(4 * one, rel=1e-2)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="no outcomes to choose prior_precision by"):
        choose_prior_precision(replace(drawn(1.0), outcomes=None))
