"""Posteriors against closed forms, brute-force quadrature and properties."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from infometer.preferences import ComparisonGraph, reward_posterior
from infometer.preferences.outcome_model import log_likelihood

ROUND_ROBIN = {"n_items": 3, "pairs": [(0, 1)] * 4 + [(1, 2)] * 4 + [(0, 2)] * 4,
               "outcomes": [1, 1, 1, 0] * 3}  # fmt: skip
ALL_PAIRS = [(0, 1), (0, 2), (1, 2)]


def simulated(n=8, m=60, seed=0, **more):
    rng = np.random.default_rng(seed)
    r = rng.standard_normal(n)
    pairs = np.array([rng.choice(n, 2, replace=False) for _ in range(m)])
    wins = rng.random(m) < 1 / (1 + np.exp(r[pairs[:, 1]] - r[pairs[:, 0]]))
    given = {"n_items": n, "pairs": pairs, "outcomes": wins.astype(float), "prior_precision": 0.7}
    return ComparisonGraph(**(given | more))


def brute_force(graph, likelihood, outcomes, log_tie=-np.inf):
    """Mean and variance of the differences of three items, on a fine grid of rewards."""
    line = np.linspace(-9, 9, 121) / np.sqrt(graph.prior_precision)
    r = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
    log_p = -0.5 * graph.prior_precision * (r**2).sum(axis=1)
    for (u, v), y in zip(graph.pairs, outcomes, strict=True):
        d = graph.beta * (r[:, u] - r[:, v])
        log_p += log_likelihood(likelihood, np.array(y), d, log_tie=log_tie)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    g = r[:, [0, 0, 1]] - r[:, [1, 2, 2]]
    mean = p @ g
    return mean, p @ (g - mean) ** 2


def two_items(precision):
    return ComparisonGraph(n_items=2, pairs=[(0, 1)], outcomes=[1], prior_precision=precision)


@pytest.mark.parametrize(
    ("precision", "mean", "variance"), [(1.0, 0.726324, 1.472454), (4.0, 0.224623, 0.449544)]
)
def test_two_items_and_one_win_by_ep_are_exact(precision, mean, variance):
    posterior = reward_posterior(two_items(precision), "ep")
    assert posterior.pair_mean([(0, 1)])[0] == pytest.approx(mean, abs=5e-7)
    assert posterior.pair_variance([(0, 1)])[0] == pytest.approx(variance, abs=5e-7)


def test_laplace_of_two_items_solves_its_equations_and_is_narrower():
    posterior = reward_posterior(two_items(1.0))
    g, v = posterior.pair_mean([(0, 1)])[0], posterior.pair_variance([(0, 1)])[0]
    p = 1 / (1 + np.exp(-g))
    assert g / 2 == pytest.approx(1 - p, abs=1e-12)
    assert v == pytest.approx(1 / (0.5 + p * (1 - p)), rel=1e-12)
    assert v < 1.472454
    assert_allclose(posterior.comparison_precisions, p * (1 - p), rtol=1e-12)


def test_round_robin_without_prior():
    posterior = reward_posterior(ComparisonGraph(**ROUND_ROBIN))
    assert_allclose(posterior.mean, [0.756308, 0, -0.756308], atol=5e-7)


@pytest.mark.parametrize(("outcomes", "log_tie"), [([1, 1, 0, 1], None), ([1, 0.5, 0, 0.5], 0.1)])
def test_three_levels_of_three_items_by_quadrature(outcomes, log_tie):
    pairs = [(0, 1), (1, 2), (2, 0), (0, 1)]
    graph = ComparisonGraph(n_items=3, pairs=pairs, outcomes=outcomes, prior_precision=1.0)
    laplace, ep = reward_posterior(graph), reward_posterior(graph, "ep")
    tie = -np.inf if log_tie is None else laplace.log_tie
    mean, variance = brute_force(graph, "davidson", outcomes, tie)
    within = ep.solver.pair_variances(ALL_PAIRS)
    assert_allclose(ep.pair_mean(ALL_PAIRS), mean, atol=2e-3)
    assert_allclose(within, variance, rtol=6e-3)
    assert_allclose(laplace.pair_mean(ALL_PAIRS), mean, atol=0.13)
    missed = laplace.solver.pair_variances(ALL_PAIRS) - variance
    assert (missed < 0).all()
    assert np.abs(missed).max() > 5 * np.abs(within - variance).max()


def test_cardinal_strengths_of_three_items_by_quadrature():
    graph = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (1, 2), (2, 0)], outcomes=[0.8, -0.4, 1.5], kind="cardinal",
        beta=1.4, prior_precision=1.0,
    )  # fmt: skip
    strengths = 1.4 * graph.outcomes
    mean, variance = brute_force(graph, "logistic", strengths)
    ep = reward_posterior(graph, "ep")
    assert_allclose(ep.pair_mean(ALL_PAIRS), mean, atol=2e-3)
    assert_allclose(ep.pair_variance(ALL_PAIRS), variance, rtol=4e-3)
    laplace = reward_posterior(graph)
    assert_allclose(laplace.pair_mean(ALL_PAIRS), mean, atol=0.05)


@pytest.mark.parametrize("noise", ["variance", "fisher"])
def test_gaussian_is_the_linear_model(noise):
    rng = np.random.default_rng(1)
    graph = simulated(kind="cardinal", outcomes=rng.standard_normal(60), noise=noise, beta=0.6,
                      prior_edges=[(0, 1)], prior_variances=0.3)  # fmt: skip
    posterior = reward_posterior(graph, "gaussian")
    a = graph.laplacian().toarray()
    b = np.zeros((60, 8))
    b[np.arange(60), graph.pairs[:, 0]], b[np.arange(60), graph.pairs[:, 1]] = 1, -1
    pull = b.T @ (graph.comparison_precisions() * graph.outcomes)
    assert_allclose(posterior.mean, np.linalg.solve(a, pull), rtol=1e-10, atol=1e-12)
    assert_allclose(posterior.covariance(), np.linalg.inv(a), rtol=1e-9, atol=1e-12)
    assert_allclose(posterior.comparison_precisions, graph.comparison_precisions(), rtol=1e-12)


def test_logistic_strengths_of_known_variance_are_sharper():
    given = {"n_items": 2, "pairs": [(0, 1)], "outcomes": [0.9], "kind": "cardinal",
             "prior_precision": 0.5}  # fmt: skip
    natural = ComparisonGraph(**given, beta=2.0)
    told = ComparisonGraph(**given, beta=1.0, variances=[np.pi**2 / 12])
    a, b = reward_posterior(natural), reward_posterior(told)
    assert_allclose(a.mean, b.mean, rtol=1e-10)
    assert_allclose(a.pair_variance([(0, 1)]), b.pair_variance([(0, 1)]), rtol=1e-10)


@pytest.mark.parametrize("method", ["laplace", "ep"])
def test_relabelling_turning_around_and_duplicates_change_nothing(method):
    graph = simulated()
    pairs = np.array(list(itertools.combinations(range(8), 2)))
    told = reward_posterior(graph, method)
    new = np.random.default_rng(5).permutation(8)
    renamed = reward_posterior(replace(graph, pairs=new[graph.pairs]), method)
    assert_allclose(renamed.pair_mean(new[pairs]), told.pair_mean(pairs), rtol=1e-7, atol=1e-9)
    assert_allclose(renamed.pair_variance(new[pairs]), told.pair_variance(pairs), rtol=1e-7)
    turned = replace(graph, pairs=graph.pairs[:, ::-1], outcomes=1 - graph.outcomes)
    assert_allclose(reward_posterior(turned, method).mean, told.mean, rtol=1e-7, atol=1e-9)
    weighted = reward_posterior(replace(graph, weights=np.full(60, 2.0)), method)
    twice = reward_posterior(
        replace(graph, pairs=np.tile(graph.pairs, (2, 1)), outcomes=np.tile(graph.outcomes, 2)),
        method,
    )
    assert_allclose(weighted.mean, twice.mean, rtol=1e-7, atol=1e-9)
    assert_allclose(weighted.pair_variance(pairs), twice.pair_variance(pairs), rtol=1e-7)
    assert_allclose(weighted.comparison_precisions, 2 * twice.comparison_precisions[:60])


@pytest.mark.parametrize("method", ["laplace", "ep"])
def test_a_posterior_is_the_laplacian_of_its_comparison_precisions(method):
    graph = simulated(weights=np.linspace(0.4, 2.3, 60))
    posterior = reward_posterior(graph, method)
    precision = graph.laplacian(posterior.comparison_precisions).toarray()
    assert_allclose(posterior.covariance(), np.linalg.inv(precision), rtol=1e-9, atol=1e-12)


def test_rewards_of_temperature_scale():
    hot, cold = simulated(beta=1.0), simulated(beta=2.0, prior_precision=0.7 * 4)
    a, b = reward_posterior(hot), reward_posterior(cold)
    assert_allclose(a.mean, 2 * b.mean, rtol=1e-9)
    assert_allclose(a.covariance(), 4 * b.covariance(), rtol=1e-9)


def test_a_skip_tells_nothing():
    graph = simulated()
    outcomes = graph.outcomes.copy()
    outcomes[40:] = np.nan
    skipped = reward_posterior(replace(graph, outcomes=outcomes))
    short = reward_posterior(replace(graph, pairs=graph.pairs[:40], outcomes=outcomes[:40]))
    assert_allclose(skipped.mean, short.mean, rtol=1e-12)
    assert (skipped.comparison_precisions[40:] == 0).all()


def test_nothing_answered_leaves_the_prior():
    graph = simulated(outcomes=np.full(60, np.nan))
    for method in ("laplace", "ep"):
        posterior = reward_posterior(graph, method)
        assert_allclose(posterior.mean, 0.0)
        assert_allclose(posterior.covariance(), np.eye(8) / 0.7, rtol=1e-12)


def test_old_answers_count_half_after_each_half_life():
    graph = simulated(times=np.arange(60.0))
    aged = reward_posterior(graph, half_life=10.0)
    weights = 2.0 ** ((np.arange(60) - 59) / 10)
    weighted = reward_posterior(replace(graph, weights=weights))
    assert_allclose(aged.mean, weighted.mean, rtol=1e-10)
    assert_allclose(aged.comparison_precisions, weighted.comparison_precisions, rtol=1e-10)


def test_weights_below_one_in_ep_are_powers_of_the_likelihood():
    graph = replace(two_items(1.0), weights=[0.25])
    line = np.linspace(-14, 14, 20_001)
    density = np.exp(-(line**2) / 4) / (1 + np.exp(-line)) ** 0.25
    density /= density.sum()
    mean = density @ line
    posterior = reward_posterior(graph, "ep")
    assert posterior.pair_mean([(0, 1)])[0] == pytest.approx(mean, abs=1e-7)
    variance = posterior.pair_variance([(0, 1)])[0]
    assert variance == pytest.approx(density @ (line - mean) ** 2, abs=1e-6)


@pytest.mark.parametrize("precision", [0.7, 0.0])
def test_draws_have_the_covariance(precision):
    graph = simulated(prior_precision=precision, m=200)
    posterior = reward_posterior(graph, position_effect=True)
    draws = posterior.sample(20_000, random_state=3)
    found, told = np.cov(draws.T), posterior.covariance()
    scale = np.sqrt(np.outer(np.diag(told), np.diag(told)))
    assert np.abs(found - told).max() < 5 * np.sqrt(2 / 20_000) * scale.max()
    assert_allclose(draws.mean(axis=0), posterior.mean, atol=5 * np.sqrt(scale.max() / 20_000))
    pairs = [(0, 1), (3, 7)]
    u, v = np.transpose(pairs)
    spread = np.diag(told)[u] + np.diag(told)[v] - 2 * told[u, v]
    assert_allclose(posterior.pair_variance(pairs), spread, rtol=1e-9)
    np.testing.assert_array_equal(draws[:3], posterior.sample(20_000, random_state=3)[:3])


def test_probability_of_a_pair_averages_over_the_posterior():
    posterior = reward_posterior(simulated(beta=1.7))
    draws = posterior.sample(40_000, random_state=0)
    sampled = (1 / (1 + np.exp(-1.7 * (draws[:, 2] - draws[:, 5])))).mean()
    assert posterior.pair_probability([(2, 5)])[0] == pytest.approx(sampled, abs=0.01)


def test_strengths_in_two_parts_are_apart():
    graph = ComparisonGraph(n_items=5, pairs=[(0, 1), (2, 3)], outcomes=[1.0, -2.0],
                            kind="cardinal", variances=[1.0, 2.0])  # fmt: skip
    posterior = reward_posterior(graph, "gaussian")
    pairs = [(0, 1), (2, 3), (0, 2), (3, 4)]
    assert_allclose(posterior.pair_mean(pairs), [1.0, -2.0, np.nan, np.nan])
    assert_allclose(posterior.pair_variance(pairs), [1.0, 2.0, np.inf, np.inf])
    assert np.isnan(posterior.pair_probability(pairs)[2:]).all()
    assert_allclose(posterior.mean, [0.5, -0.5, -1.0, 1.0, 0.0])


def test_prompts_are_apart_and_that_is_no_error():
    graph = ComparisonGraph(n_items=4, pairs=[(0, 1), (1, 0), (2, 3), (3, 2)], outcomes=[1] * 4,
                            prompts=["a", "a", "b", "b"])  # fmt: skip
    assert reward_posterior(graph).pair_variance([(0, 2)])[0] == np.inf


@pytest.mark.parametrize(
    ("changes", "asked", "message"),
    [
        ({"outcomes": None}, {}, "design without outcomes"),
        ({}, {"method": "gaussian"}, "the comparisons are choices"),
        ({}, {"method": "mcmc"}, "method is 'mcmc'"),
        ({}, {"half_life": 3.0}, "half_life needs times"),
        ({"times": [0.0] * 12}, {"half_life": 0.0}, "half_life is 0.0"),
        ({}, {"rater_reliability": True}, "rater_reliability needs raters"),
        ({}, {"method": "ep"}, r"12 comparisons, the first of 0 with 1, have no prior"),
        (
            {"n_items": 5, "names": list("abcde")},
            {},
            r"3 components that nothing joins: \{a, b, c\}, \{d\}, \{e\}.*give prior_precision=",
        ),
        (
            {"outcomes": [1] * 12, "names": list("abc")},
            {},
            r"never lose.*: \{a\}\. Give prior_precision=, or compare more",
        ),
    ],
)
def test_bad_input_is_named(changes, asked, message):
    graph = ComparisonGraph(**{**ROUND_ROBIN, **changes})
    with pytest.raises(ValueError, match=message):
        reward_posterior(graph, **asked)


def test_a_set_that_never_loses_to_the_rest_is_named_and_a_tie_helps():
    given = {"n_items": 4, "pairs": [(0, 1), (1, 0), (2, 3), (3, 2), (0, 2)],
             "outcomes": [1, 1, 1, 1, 1]}  # fmt: skip
    with pytest.raises(ValueError, match=r"never lose .*: \{0, 1\}\. Give"):
        reward_posterior(ComparisonGraph(**given))
    tied = {**given, "outcomes": [1, 1, 1, 1, 0.5]}
    assert np.isfinite(reward_posterior(ComparisonGraph(**tied)).mean).all()
    held = ComparisonGraph(**given, prior_edges=[(1, 3)], prior_variances=1.0)
    assert np.isfinite(reward_posterior(held).mean).all()


def test_the_mode_of_lopsided_and_many_answers_is_found():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 0), (1, 2), (2, 1)], outcomes=[1] * 4,
                            weights=[1e6, 1.0, 1e-3, 1e3])  # fmt: skip
    log_odds = np.log([1e6, 1e-6])
    assert_allclose(reward_posterior(graph).pair_mean([(0, 1), (1, 2)]), log_odds, rtol=1e-8)


def test_large_and_small_graphs_are_solved_alike(monkeypatch):
    graph = simulated(n=60, m=400)
    told = reward_posterior(graph)
    monkeypatch.setattr("infometer.preferences.laplace.SMALL", 0)
    monkeypatch.setattr("infometer.preferences.laplace.LARGE", 10)
    quick = reward_posterior(graph)
    assert_allclose(quick.mean, told.mean, rtol=1e-8, atol=1e-10)
    assert_allclose(quick.pair_variance([(0, 1)]), told.pair_variance([(0, 1)]), rtol=1e-8)
