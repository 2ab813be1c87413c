import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import (
    binary_markov_causal_rate,
    causal_rate_distortion,
    gauss_markov_causal_rate,
)


def entropy(p):
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


@pytest.mark.parametrize(("flip", "bits"), [(0.2, 0.3577508), (0.3, 0.4558231)])
def test_a_bit_that_flips(flip, bits):
    rate = binary_markov_causal_rate(flip, 0.1)
    assert rate / math.log(2) == pytest.approx(bits, abs=1e-7)
    assert binary_markov_causal_rate(1 - flip, 0.1) == pytest.approx(rate)


@pytest.mark.parametrize(("flip", "bits"), [(0.2, 0.2529325), (0.3, 0.4122953)])
def test_it_is_above_what_blocks_cost(flip, bits):
    block = entropy(flip) - entropy(0.1)  # Gray 1970: the rate-distortion function at small D
    assert block / math.log(2) == pytest.approx(bits, abs=1e-7)
    assert binary_markov_causal_rate(flip, 0.1) > block


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.5))
def test_no_block_code_costs_more(flip, distortion):
    assert binary_markov_causal_rate(flip, distortion) >= entropy(flip) - entropy(distortion) - 1e-9


@pytest.mark.parametrize(("flip", "slope"), [(0.2, math.log(9)), (0.05, 3.0), (0.4, 1.5)])
def test_it_is_the_limit_of_the_alternating_minimisation(flip, slope):
    kernel = [[1 - flip, flip], [flip, 1 - flip]]
    found = causal_rate_distortion([0.5, 0.5], kernel, 1 - np.eye(2), slope, 200, memory=1)
    rate, distortion = found.step_rates[100], found.step_distortions[100]
    assert rate == pytest.approx(binary_markov_causal_rate(flip, distortion), abs=1e-6)
    near = binary_markov_causal_rate(flip, distortion + np.array([-1e-5, 1e-5]))
    assert np.diff(near)[0] / 2e-5 == pytest.approx(-slope, rel=1e-5)


def test_it_ends_at_a_guess():
    rates = binary_markov_causal_rate(0.2, [0.0, 0.5, 0.7])
    assert rates == pytest.approx([entropy(0.2), 0.0, 0.0])
    assert binary_markov_causal_rate(0.5, 0.1) == pytest.approx(math.log(2) - entropy(0.1))


def test_gauss_markov():
    rates = gauss_markov_causal_rate(0.9, 1.0, [0.5, 1.0]) / math.log(2)
    assert rates == pytest.approx([0.7452851, 0.4279948], abs=1e-7)
    variance = 1 / (1 - 0.9**2)
    assert gauss_markov_causal_rate(0.9, 1.0, variance) == pytest.approx(0.0, abs=1e-12)
    assert gauss_markov_causal_rate(0.9, 1.0, 2 * variance) == 0.0
    assert gauss_markov_causal_rate(0.9, 1.0, 0.0) == math.inf
    assert gauss_markov_causal_rate(2.0, 1.0, math.inf) == pytest.approx(math.log(2))
    assert gauss_markov_causal_rate(0.0, 1.0, 0.25) == pytest.approx(math.log(2))


@given(st.floats(-0.95, 0.95), st.floats(0.05, 3.0))
@settings(deadline=None)
def test_gaussian_blocks_cost_no_more(alpha, level):
    frequencies = (np.arange(4096) + 0.5) * math.pi / 4096
    spectrum = 1 / (1 + alpha**2 - 2 * alpha * np.cos(frequencies))
    distortion = np.minimum(level, spectrum).mean()  # reverse water-filling, Kolmogorov 1956
    block = 0.5 * np.log(np.maximum(spectrum / level, 1.0)).mean()
    assert gauss_markov_causal_rate(alpha, 1.0, distortion) >= block - 1e-7


def test_quantised_gauss_markov_is_near_its_closed_form():
    grid = np.linspace(-4, 4, 25)
    move = np.exp(-0.5 * (grid[None] - 0.6 * grid[:, None]) ** 2)
    move /= move.sum(axis=1, keepdims=True)
    start = np.linalg.matrix_power(move, 64)[0]
    distance = (grid[:, None] - grid[None]) ** 2
    found = causal_rate_distortion(start, move, distance, 1.5, 8, memory=1, tol=0.05)
    rate, distortion = found.step_rates[4], found.step_distortions[4]
    assert rate == pytest.approx(gauss_markov_causal_rate(0.6, 1.0, distortion), abs=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binary_markov_causal_rate(1.2, 0.1), "flip is 1.2"),
        (lambda: binary_markov_causal_rate(0.2, -0.1), "distortion is -0.1"),
        (lambda: gauss_markov_causal_rate(math.inf, 1.0, 0.1), "alpha is inf"),
        (lambda: gauss_markov_causal_rate(0.5, 0.0, 0.1), "variance is 0.0"),
        (lambda: gauss_markov_causal_rate(0.5, 1.0, [0.1, math.nan]), "distortion is"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
