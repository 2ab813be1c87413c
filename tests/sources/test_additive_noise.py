import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest

from infometer.sources import UniformAdditiveNoise


@pytest.mark.parametrize(
    ("epsilon", "expected"),
    [(0.1, 1.709438), (0.25, 0.943147), (0.5, 0.5), (0.75, 1 / 3), (2.0, 0.125)],
)
def test_printed_values(epsilon, expected):
    value = UniformAdditiveNoise(epsilon).mutual_information
    assert value == pytest.approx(expected, abs=5e-7)


def test_the_two_branches_meet():
    below, above = (UniformAdditiveNoise(0.5 + step).mutual_information for step in (0, 1e-12))
    assert below == pytest.approx(above, abs=1e-11)


@pytest.mark.parametrize("epsilon", [0.05, 0.3, 0.5, 0.8, 3.0])
def test_formula_against_the_integral_of_the_trapezoid(epsilon):
    """I = h(Y) − log 2ε, with the density of Y written down piece by piece."""

    def surprise(y):
        density = (min(1.0, y + epsilon) - max(0.0, y - epsilon)) / (2 * epsilon)
        return -density * math.log(density) if density > 0 else 0.0

    corners = sorted({-epsilon, epsilon, 1 - epsilon, 1 + epsilon})
    entropy = sum(quad(surprise, a, b)[0] for a, b in pairwise(corners))
    expected = entropy - math.log(2 * epsilon)
    value = UniformAdditiveNoise(epsilon).mutual_information
    assert value == pytest.approx(expected, abs=1e-7)


def test_sampler():
    x, y = UniformAdditiveNoise(0.3).sample(20_000, random_state=0)
    assert x.shape == y.shape == (20_000, 1)
    noise = (y - x).ravel()
    assert kstest(x.ravel(), "uniform").pvalue > 1e-3
    assert kstest(noise, "uniform", args=(-0.3, 0.6)).pvalue > 1e-3
    assert abs(np.corrcoef(x.ravel(), noise)[0, 1]) < 0.03


@pytest.mark.parametrize("epsilon", [0.0, 1e-13, -1.0, np.nan, np.inf])
def test_bad_input(epsilon):
    with pytest.raises(ValueError, match=r"^epsilon is"):
        UniformAdditiveNoise(epsilon)
