import time

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr
from scipy.stats import kstest

from infometer.sources import bimodal_x, bimodal_y, normal_to_mixture

MIXTURES = [
    (bimodal_x, (0.3, 0.7), (0.0, 5.0)),
    (bimodal_y, (0.5, 0.5), (-1.0, 3.0)),
]
both = pytest.mark.parametrize(("bend", "w", "m"), MIXTURES, ids=["x", "y"])


@both
def test_the_law_is_the_mixture(bend, w, m):
    values = bend(np.random.default_rng(0).standard_normal(20_000))
    law = kstest(values, lambda q: w[0] * ndtr(q - m[0]) + w[1] * ndtr(q - m[1]))
    assert law.pvalue > 1e-3


@both
def test_both_tails_are_exact_where_probabilities_round_away(bend, w, m):
    """Against a bisection that looks at the tail in logarithms, 35 deviations out."""

    def quantile(x):
        side = 1 if x < 0 else -1

        def excess(q):
            tails = np.log(w) + log_ndtr(side * (q - np.array(m)))
            return np.logaddexp(*tails) - log_ndtr(side * x)

        return brentq(excess, x - 10, x + 10, xtol=1e-14, rtol=1e-15)

    x = np.array([-35.0, -9.0, -4.0, -1.0, -0.1, 0.1, 0.5, 1.0, 4.0, 9.0, 35.0])
    np.testing.assert_allclose(bend(x), [quantile(one) for one in x], rtol=0, atol=1e-10)


@both
def test_rises_everywhere(bend, w, m):
    assert np.diff(bend(np.linspace(-37, 37, 20_001))).min() > 0


def test_a_mixture_of_one_is_a_shift():
    x = np.linspace(-38, 38, 77)
    np.testing.assert_allclose(normal_to_mixture(x, (1.0,), (2.5,)), x + 2.5, atol=1e-12)


def test_a_mixture_that_mirrors_itself_has_a_map_that_does():
    x = np.linspace(0, 38, 200)
    up, down = (normal_to_mixture(s * x, (0.5, 0.5), (-9.0, 9.0)) for s in (1, -1))
    np.testing.assert_allclose(up, -down, atol=1e-9)


def test_ten_thousand_values_take_a_moment():
    x = np.random.default_rng(0).standard_normal((10_000, 1))
    start = time.perf_counter()
    assert bimodal_x(x).shape == x.shape
    assert time.perf_counter() - start < 0.5
