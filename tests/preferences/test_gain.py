import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import logistic, norm

from infometer.preferences import (
    ComparisonGraph,
    gaussian_gain,
    information_gain,
    label_gain,
    reward_posterior,
)


def exact_strength_gain(variance):
    """I(g; δ) of δ = g + Logistic(0, 1) and Gaussian g, by quadrature."""
    sd = np.sqrt(variance)
    nodes = np.linspace(-9.0, 9.0, 1001)
    weights = norm.pdf(nodes) / norm.pdf(nodes).sum()

    def density(strength):
        return float(weights @ logistic.pdf(strength - sd * nodes))

    reach = 9.0 * sd + 40.0
    spread, _ = quad(lambda x: -density(x) * np.log(density(x)), -reach, reach, limit=200)
    return spread - 2.0  # the entropy of the standard logistic law


@pytest.mark.parametrize("variance", [0.1, 0.5, 2.0, 30.0])
def test_a_label_tells_less_than_the_strength_it_is_the_sign_of(variance):
    label = label_gain(np.array([0.0]), np.array([variance]), beta=1.0)[0]
    assert label < exact_strength_gain(variance)
    assert label < np.log(2.0)


def test_known_values():
    assert label_gain(np.array([0.0]), np.array([0.5]), 1.0)[0] == pytest.approx(0.053196, abs=5e-7)
    assert gaussian_gain(np.array([3.0]), 1.0)[0] == pytest.approx(np.log(2.0))


def test_limits_of_a_label():
    mean, one = np.array([0.0, 0.0, 0.0, 50.0]), 1.0
    gains = label_gain(mean, np.array([1e-6, 1e8, 0.0, 1.0]), one)
    np.testing.assert_allclose(gains[0], 1e-6 / 8, rtol=1e-3)
    np.testing.assert_allclose(gains[1:], [np.log(2.0), 0.0, 0.0], atol=2e-3)
    spread = label_gain(np.array([0.3]), np.array([4.0]), 0.5)
    np.testing.assert_allclose(spread, label_gain(np.array([0.15]), np.array([1.0]), 1.0))


def test_a_rare_tie_changes_little_and_labels_with_ties_stay_below_ln_3():
    m, variance = np.array([0.2]), np.array([3.0])
    without = label_gain(m, variance, 1.0)
    np.testing.assert_allclose(label_gain(m, variance, 1.0, log_tie=-30.0), without, rtol=1e-9)
    some = label_gain(m, np.array([50.0]), 1.0, log_tie=2.0)
    assert label_gain(m, np.array([50.0]), 1.0)[0] < some[0] < np.log(3.0)


def test_gain_of_a_posterior_reads_its_moments():
    graph = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (1, 2), (0, 2)], outcomes=[1, 0.5, 1], beta=1.5, prior_precision=1
    )
    posterior, pairs = reward_posterior(graph), [(0, 1), (2, 1)]
    expected = label_gain(
        posterior.pair_mean(pairs), posterior.pair_variance(pairs), 1.5, posterior.log_tie
    )
    np.testing.assert_allclose(information_gain(posterior, pairs), expected)
    np.testing.assert_allclose(information_gain(graph, pairs), expected)
    strength = 0.5 * np.log1p(posterior.pair_variance(pairs) * 3 * 1.5**2 / np.pi**2)
    np.testing.assert_allclose(information_gain(posterior, pairs, "cardinal"), strength)


def test_gain_across_parts_that_nothing_joins():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1)], outcomes=[0.3], kind="cardinal")
    assert information_gain(graph, [(0, 2)])[0] == pytest.approx(np.log(2.0))
    assert information_gain(graph, [(0, 2)], "cardinal")[0] == np.inf
    with pytest.raises(ValueError, match="label is 'ordinal'"):
        information_gain(graph, [(0, 1)], "ordinal")
