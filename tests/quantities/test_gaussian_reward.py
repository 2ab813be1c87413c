import math

import numpy as np
import pytest
from scipy import integrate, stats

from infometer.quantities import (
    gaussian_best_of_n,
    gaussian_reward_frontier,
    kl_reward_frontier,
)


@pytest.mark.parametrize(
    ("n", "kl", "gain", "frontier"),
    [
        (2, 0.1931472, 0.5641896, 0.6215258),
        (4, 0.6362944, 1.0293754, 1.1280907),
        (16, 1.8350887, 1.7659914, 1.9157708),
    ],
)
def test_best_of_n_lies_below_the_frontier(n, kl, gain, frontier):
    found = gaussian_best_of_n(n)
    assert found.kl == pytest.approx(kl, abs=1e-7)
    assert found.expected_reward == pytest.approx(gain, abs=1e-7)
    assert gaussian_reward_frontier(found.kl) == pytest.approx(frontier, abs=1e-7)


def test_one_and_two_draws():
    assert gaussian_best_of_n(1) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert gaussian_best_of_n(2).expected_reward == pytest.approx(1 / math.sqrt(math.pi), abs=1e-12)


@pytest.mark.parametrize("n", [3, 1000, 10**6, 10**12])
def test_the_density_of_the_maximum_has_this_mean(n):
    def integrand(z):
        return z * math.exp(math.log(n) + stats.norm.logpdf(z) + (n - 1) * stats.norm.logcdf(z))

    middle = stats.norm.isf(math.log(2) / n)
    mean = integrate.quad(integrand, middle - 8, middle + 8, points=[middle], epsabs=1e-11)[0]
    assert gaussian_best_of_n(n).expected_reward == pytest.approx(mean, abs=1e-8)


def test_the_frontier_is_that_of_a_fine_normal_law():
    grid = np.linspace(-12, 12, 4001)
    law = stats.norm.pdf(grid)
    found = kl_reward_frontier(law / law.sum(), 3.0 + 2.0 * grid, [0.7, 1.0, 4.0])
    expected = gaussian_reward_frontier(found.kl, mean=3.0, deviation=2.0)
    assert found.expected_reward == pytest.approx(expected, abs=1e-9)
    assert found.kl == pytest.approx(2.0 / np.array([0.7, 1.0, 4.0]) ** 2, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_reward_frontier(-0.1), "kl is -0.1"),
        (lambda: gaussian_reward_frontier([0.1, math.nan]), "kl is"),
        (lambda: gaussian_reward_frontier(0.1, deviation=-1.0), "deviation is -1.0"),
        (lambda: gaussian_best_of_n(0), "n is 0"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
