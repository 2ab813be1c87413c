from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad

from infometer.preferences import ComparisonGraph, reward_posterior
from infometer.preferences.expectation_propagation import _Answers, tilted_moments
from infometer.preferences.outcome_model import log_likelihood


def answer(likelihood, outcome, slope, offset, power, log_tie=-np.inf):
    one = SimpleNamespace(
        likelihood=likelihood, outcomes=np.array([outcome]), sharpness=np.array([1.0])
    )
    return _Answers(one, np.array([slope]), np.array([offset]), np.array([power]), log_tie)


def by_adaptive_quadrature(likelihood, outcome, slope, offset, power, log_tie, mean, variance):
    def density(g):
        d = slope * g + offset
        tilt = log_likelihood(likelihood, np.array(outcome), np.array(d), log_tie=log_tie)
        return np.exp(power * tilt - 0.5 * (g - mean) ** 2 / variance)

    sd = np.sqrt(variance)
    reach = (mean - 10 * sd - slope * variance, mean + 10 * sd + slope * variance)
    options = {"limit": 400, "epsabs": 1e-12, "epsrel": 1e-9, "points": [mean, -offset / slope]}
    total = quad(density, *reach, **options)[0]
    first = quad(lambda g: g * density(g) / total, *reach, **options)[0]
    second = quad(lambda g: (g - first) ** 2 * density(g) / total, *reach, **options)[0]
    return first, second


@pytest.mark.parametrize(("mean", "variance"), [(0.0, 2.0), (-3.0, 0.2), (4.0, 30.0), (-8.0, 9.0)])
@pytest.mark.parametrize(
    "told",
    [
        ("davidson", 1.0, 1.0, 0.0, 1.0, -np.inf),
        ("davidson", 0.0, 2.5, 0.7, 0.4, -np.inf),
        ("davidson", 0.5, 1.0, -0.5, 1.0, 1.0),
        ("davidson", 0.5, 1.0, 0.0, 1.0, -4.0),
        ("logistic", 1.7, 1.3, 0.0, 1.0, -np.inf),
    ],
)
def test_tilted_moments_by_quadrature(told, mean, variance):
    found = tilted_moments(answer(*told), np.array([mean]), np.array([variance]))
    expected = by_adaptive_quadrature(*told, mean, variance)
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-7, atol=1e-7)


def test_ep_widens_laplace_where_answers_are_few():
    rng = np.random.default_rng(0)
    pairs = np.array([rng.choice(12, 2, replace=False) for _ in range(15)])
    graph = ComparisonGraph(n_items=12, pairs=pairs, outcomes=np.ones(15), prior_precision=0.2)
    laplace, ep = (reward_posterior(graph, method) for method in ("laplace", "ep"))
    compared = np.unique(pairs, axis=0)
    assert (ep.pair_variance(compared) > laplace.pair_variance(compared)).all()


def test_ep_and_laplace_agree_where_answers_are_many():
    pairs = np.array([(0, 1), (1, 2), (2, 0)] * 2)
    graph = ComparisonGraph(n_items=3, pairs=pairs, outcomes=[1, 1, 1, 0, 0, 0],
                            weights=[7e4, 6e4, 3e4, 3e4, 2e4, 6e4],
                            prior_precision=1.0)  # fmt: skip
    laplace, ep = (reward_posterior(graph, method) for method in ("laplace", "ep"))
    np.testing.assert_allclose(ep.mean, laplace.mean, atol=1e-4)
    told = laplace.pair_variance(pairs[:3])
    np.testing.assert_allclose(ep.pair_variance(pairs[:3]), told, rtol=1e-4)


def test_ep_keeps_what_the_nuisance_adds():
    rng = np.random.default_rng(1)
    pairs = np.array([rng.choice(5, 2, replace=False) for _ in range(60)])
    graph = ComparisonGraph(n_items=5, pairs=pairs, outcomes=rng.integers(3, size=60) / 2,
                            raters=rng.integers(3, size=60), prior_precision=1.0)  # fmt: skip
    asked = {"position_effect": True, "rater_reliability": True}
    laplace, ep = (reward_posterior(graph, method, **asked) for method in ("laplace", "ep"))
    assert {k: float(v) for k, v in ep.nuisance.items()} == {
        k: float(v) for k, v in laplace.nuisance.items()
    }
    np.testing.assert_allclose(
        ep.pair_variance([(0, 1)]), laplace.pair_variance([(0, 1)]), rtol=0.1
    )


def test_a_wide_prior_and_uneven_weights_settle():
    rng = np.random.default_rng(33)
    u = rng.integers(12, size=30)
    graph = ComparisonGraph(
        n_items=12, pairs=np.stack([u, (u + rng.integers(1, 12, size=30)) % 12], 1),
        outcomes=rng.integers(3, size=30) / 2, weights=10 ** rng.uniform(-2, 3, size=30),
        prior_precision=1e-3,
    )  # fmt: skip
    posterior = reward_posterior(graph, "ep")
    assert (posterior.pair_variance(graph.pairs) <= 2e3).all()
    assert (posterior.comparison_precisions >= 0).all()
