"""Position, ties and raters: recovered from simulated answers, and their border checked."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from infometer.preferences import ComparisonGraph, choose_prior_precision, reward_posterior
from infometer.preferences.nuisance import RELIABILITY_SD, WIDE_SD
from infometer.preferences.outcome_model import log_likelihood

GAMMA, LOG_TIE, LOG_A = 0.5, -0.4, np.array([0.6, 0.2, -0.1, -0.7])


def answered(n=20, m=6000, gamma=GAMMA, log_tie=LOG_TIE, log_a=LOG_A, seed=0):
    rng = np.random.default_rng(seed)
    r, rater = rng.standard_normal(n), rng.integers(len(log_a), size=m)
    u = rng.integers(n, size=m)
    v = (u + rng.integers(1, n, size=m)) % n
    d = np.exp(log_a)[rater] * (r[u] - r[v]) + gamma
    p = [np.exp(log_likelihood("davidson", np.array(y), d, log_tie=log_tie)) for y in (0, 0.5)]
    draw = rng.random(m)
    outcomes = 0.5 * ((draw > p[0]).astype(float) + (draw > p[0] + p[1]))
    return ComparisonGraph(n_items=n, pairs=np.stack([u, v], 1), outcomes=outcomes, raters=rater,
                           prior_precision=1.0), r  # fmt: skip


@pytest.fixture(scope="module")
def posterior():
    return reward_posterior(answered()[0], position_effect=True, rater_reliability=True)


def test_position_ties_and_raters_are_recovered(posterior):
    truth = dict(zip((f"log_reliability[{k}]" for k in range(4)), LOG_A, strict=True))
    truth |= {"position_effect": GAMMA, "log_tie": LOG_TIE}
    assert set(posterior.nuisance) == set(truth)
    for name, value in truth.items():
        found = posterior.nuisance[name]
        assert abs(float(found) - value) < 3 * found.standard_error
        assert found.unit == "log-odds"
    assert posterior.nuisance["position_effect"].standard_error < 0.04
    assert posterior.log_tie == float(posterior.nuisance["log_tie"])


def test_a_position_effect_left_out_is_none(posterior):
    graph = replace(answered(gamma=0.0)[0], raters=None)
    found = reward_posterior(graph, position_effect=True).nuisance["position_effect"]
    assert abs(float(found)) < 3 * found.standard_error
    assert set(reward_posterior(graph).nuisance) == {"log_tie"}


def test_not_knowing_the_raters_widens_differences(posterior):
    pairs = [(0, 1), (2, 3), (4, 19)]
    held = posterior.solver.pair_variances(pairs)
    assert (posterior.pair_variance(pairs) > held).all()


def joint_log_posterior(graph, x):
    """Of rewards, γ, θ and log a, written out anew."""
    n = graph.n_items
    r, gamma, theta, log_a = x[:n], x[n], x[n + 1], x[n + 2 :]
    u, v = graph.pairs.T
    d = np.exp(log_a)[graph.raters] * (r[u] - r[v]) + gamma
    wide = (gamma**2 + theta**2) / WIDE_SD**2
    prior = graph.prior_precision * r @ r + wide + log_a @ log_a / RELIABILITY_SD**2
    return log_likelihood("davidson", graph.outcomes, d, log_tie=theta).sum() - 0.5 * prior


def test_the_mode_has_no_slope_and_the_border_is_the_inverse_information():
    graph = answered(n=4, m=300, log_a=LOG_A[:2])[0]
    posterior = reward_posterior(graph, position_effect=True, rater_reliability=True)
    mode = np.concatenate([posterior.mean, [float(e) for e in posterior.nuisance.values()]])
    steps = 1e-5 * np.eye(len(mode))
    slope = [joint_log_posterior(graph, mode + h) - joint_log_posterior(graph, mode - h)
             for h in steps]  # fmt: skip
    assert_allclose(np.array(slope) / 2e-5, 0.0, atol=1e-5)
    information = expected_information(graph, mode)
    full = np.linalg.inv(information)
    assert_allclose(posterior.covariance(), full[:4, :4], rtol=1e-6)
    errors = [e.standard_error for e in posterior.nuisance.values()]
    assert_allclose(errors, np.sqrt(np.diag(full)[4:]), rtol=1e-6)


def expected_information(graph, x):
    """Sum over answers of E[score scoreᵀ], by finite differences of each outcome, and the prior."""
    n, (u, v), step = graph.n_items, graph.pairs.T, 1e-6
    prior = np.full(len(x), graph.prior_precision)
    prior[n : n + 2], prior[n + 2 :] = WIDE_SD**-2, RELIABILITY_SD**-2

    def each(y, x):
        d = np.exp(x[n + 2 :])[graph.raters] * (x[u] - x[v]) + x[n]
        return log_likelihood("davidson", np.full(len(u), y), d, log_tie=x[n + 1])

    total = np.diag(prior)
    for y in (0.0, 0.5, 1.0):
        scores = np.stack(
            [(each(y, x + h) - each(y, x - h)) / (2 * step) for h in step * np.eye(len(x))]
        )
        total = total + (scores * np.exp(each(y, x))) @ scores.T
    return total


def test_cardinal_strengths_may_lean_to_the_first():
    rng = np.random.default_rng(0)
    r, (u, v) = rng.standard_normal(6), rng.integers(6, size=(2, 3000))
    u, v = u[u != v], v[u != v]
    delta = r[u] - r[v] + 0.4 / 2.0 + rng.logistic(scale=0.5, size=len(u))
    graph = ComparisonGraph(n_items=6, pairs=np.stack([u, v], 1), outcomes=delta, kind="cardinal",
                            beta=2.0)  # fmt: skip
    for method in ("laplace", "gaussian"):
        found = reward_posterior(graph, method, position_effect=True).nuisance["position_effect"]
        assert abs(float(found) - 0.4) < 3 * found.standard_error


@pytest.mark.parametrize("kind", ["binary", "cardinal"])
def test_a_table_of_winners_tells_no_position_effect(kind):
    # it would explain all answers, and the rewards none
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (0, 2)] * 9, outcomes=[1] * 27,
                            kind=kind, prior_precision=1.0)  # fmt: skip
    for ask in (reward_posterior, choose_prior_precision):
        with pytest.raises(ValueError, match="the first of the two won all of 27 decided"):
            ask(graph, position_effect=True)
