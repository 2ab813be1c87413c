import numpy as np
import pytest
from scipy.special import ndtri

from infometer.sources import asinh, half_cube, normal_cdf, wiggly_x, wiggly_y

GRID = np.linspace(-30, 30, 6001)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (normal_cdf, ndtri),
        (half_cube, lambda y: np.sign(y) * np.abs(y) ** (2 / 3)),
        (asinh, np.sinh),
    ],
)
def test_the_inverse_brings_back(there, back):
    x = np.random.default_rng(0).standard_normal((500, 3))
    np.testing.assert_allclose(back(there(x)), x, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("wiggle", [(wiggly_x, 0.161), (wiggly_y, 0.533)], ids=["x", "y"])
def test_wiggles_have_the_slope_they_promise(wiggle):
    bend, least = wiggle
    slopes = np.diff(bend(GRID)) / np.diff(GRID)
    assert least < slopes.min() < 0.9 < 1.1 < slopes.max()
    assert np.abs(bend(GRID) - GRID).max() < 0.63


@pytest.mark.parametrize(
    ("bend", "at", "expected"),
    [
        (normal_cdf, 0.0, 0.5),
        (normal_cdf, 1.0, 0.841344746068543),
        (half_cube, 9.0, 27.0),
        (half_cube, -9.0, -27.0),
        (asinh, -0.75, -np.log(2)),
    ],
)
def test_known_values(bend, at, expected):
    assert bend(np.array(at)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("bend", "waves"),
    [
        (wiggly_x, [(0.4, 1, 0), (0.2, 1.7, 1), (0.03, 3.3, -2.5)]),
        (wiggly_y, [(-0.4, 0.4, 0), (0.17, 1.3, 3.5), (0.02, 4.3, -2.5)]),
    ],
)
def test_wiggles_are_the_suite_s_waves(bend, waves):
    height, frequency, phase = np.array(waves).T
    expected = GRID + (height * np.sin(np.outer(GRID, frequency) + phase)).sum(axis=1)
    np.testing.assert_allclose(bend(GRID), expected, atol=1e-13)
