import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from infometer.preferences import theorem_rate

N = 10.0 ** np.arange(2, 13, 2)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_regime_a_follows_from_its_derivation(alpha):
    log_n = np.log(N)
    hops = log_n / np.log(log_n)
    crossing = (N / log_n) ** -alpha
    np.testing.assert_allclose(theorem_rate(N, alpha, "chain"), hops * crossing, rtol=1e-12)
    nearest_leaf = (N / log_n**2) ** -alpha
    np.testing.assert_allclose(theorem_rate(N, alpha, "tree"), nearest_leaf, rtol=1e-12)
    ratio = theorem_rate(N, alpha, "chain") / theorem_rate(N, alpha, "tree")
    np.testing.assert_allclose(ratio, log_n ** (1 - alpha) / np.log(log_n), rtol=1e-12)


@pytest.mark.parametrize("information", [1.0, 0.01])
@pytest.mark.parametrize("alpha", [0.25, 1.0])
def test_regime_b_is_the_best_number_of_clusters(alpha, information):
    """F(M) + M²/n, with n/M² parallel comparisons of variance 1 for each pair of clusters."""

    def least(n):
        def cost(log_m):
            return information * math.exp(-alpha * log_m) + math.exp(2 * log_m) / n

        return minimize_scalar(cost, bounds=(-20, 40), method="bounded").fun

    costs = np.array([least(n) for n in N])
    chain = theorem_rate(N, alpha, "chain", "B", information=information)
    np.testing.assert_allclose(costs / chain, costs[0] / chain[0], rtol=1e-6)
    tree = theorem_rate(N, alpha, "tree", "B", information=information)
    np.testing.assert_allclose(tree / chain, np.log(N) ** (2 * alpha / (2 + alpha)), rtol=1e-12)


def test_slower_structures_do_not_tell_topologies_apart():
    for regime in ("A", "B"):
        rates = [
            theorem_rate(10_000, 0.5, topology, regime, structure="logarithmic", information=3.0)
            for topology in ("chain", "tree")
        ]
        assert rates == [pytest.approx(3.0 / math.sqrt(math.log(10_000)))] * 2

    def slow(m):
        return 1 / np.log(np.log(m) + 3)

    assert theorem_rate(10_000, None, "chain", structure=slow) == slow(100.0)
    assert theorem_rate(10_001, None, "tree", structure=slow) == slow(101.0)
    assert theorem_rate(10_000, None, "tree", "B", structure=slow, information=0.25) == slow(50.0)


def test_shapes():
    assert isinstance(theorem_rate(100, 0.5, "chain"), float)
    assert theorem_rate([[100, 200]], 0.5, "chain").shape == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2, 0.5, "chain"), "n is 2.0; the rates hold for at least 3"),
        ((10, 0.0, "chain"), "alpha is 0.0; expected a number above 0"),
        ((10, None, "chain"), "alpha is None"),
        ((10, 0.5, "star"), "topology is 'star'"),
        ((10, 0.5, "chain", "C"), "regime is 'C'"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        theorem_rate(*arguments)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"structure": "cubic"}, "structure is 'cubic'"),
        ({"structure": np.sqrt}, "structure is F itself; give alpha=None"),
        ({"information": 0.0}, "information is 0.0"),
    ],
)
def test_bad_structures_are_named(keywords, message):
    with pytest.raises(ValueError, match=message):
        theorem_rate(10, 0.5, "chain", **keywords)
