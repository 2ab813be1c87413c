import math

import numpy as np
import pytest
from scipy.stats import kstest, lomax

from infometer.sources import GammaExponential


@pytest.mark.parametrize(("a", "expected"), [(1.0, 0.422784), (0.5, 0.229637), (2.0, 0.729637)])
def test_printed_values(a, expected):
    value = GammaExponential(shape=1 / a).mutual_information
    assert value == pytest.approx(expected, abs=5e-7)


def test_large_shapes_approach_half_their_inverse():
    assert GammaExponential(1e6).mutual_information == pytest.approx(0.5e-6, rel=1e-5)


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_sampler_and_formula_agree_through_the_densities(shape):
    source = GammaExponential(shape)
    x, y = (side.ravel() for side in source.sample(60_000, random_state=0))
    pointwise = np.log(x) - x * y - lomax(shape).logpdf(y)
    error = pointwise.std() / math.sqrt(len(x))
    assert abs(pointwise.mean() - source.mutual_information) < 4 * error


def test_margins():
    x, y = GammaExponential(2.0).sample(20_000, random_state=1)
    assert x.shape == y.shape == (20_000, 1)
    assert kstest(x.ravel(), "gamma", args=(2.0,)).pvalue > 1e-3
    assert kstest(y.ravel(), "lomax", args=(2.0,)).pvalue > 1e-3


def test_least_shape_draws_nothing_infinite():
    x, y = GammaExponential(0.05).sample(100_000, random_state=0)
    assert np.all(x > 0)
    assert np.isfinite(y).all()


@pytest.mark.parametrize("shape", [0.0, 0.01, np.nan, np.inf])
def test_bad_input(shape):
    with pytest.raises(ValueError, match=r"^shape is .* \[0.05, inf\)"):
        GammaExponential(shape)
