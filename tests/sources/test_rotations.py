import numpy as np
import pytest
from scipy.linalg import expm

from infometer.sources import spiral_x, spiral_y, swiss_roll


def test_the_swiss_roll_is_a_curve_whose_radius_tells_the_place():
    u = np.random.default_rng(0).random((500, 1))
    roll = swiss_roll(u)
    t = 21 * np.hypot(*roll.T)
    np.testing.assert_allclose((t / (1.5 * np.pi) - 1) / 2, u[:, 0], atol=1e-14)
    np.testing.assert_allclose(np.exp(1j * t), (roll[:, 0] + 1j * roll[:, 1]) * 21 / t, atol=1e-12)


def test_the_swiss_roll_ends_after_a_turn_and_a_half():
    ends = swiss_roll(np.array([[0.0], [1.0]])) * 21 / np.pi
    np.testing.assert_allclose(ends, [[0, -1.5], [0, 4.5]], atol=1e-14)


@pytest.mark.parametrize("u", [[[1.2]], [[0.1, 0.2]], [0.5], [[np.nan]]])
def test_the_swiss_roll_takes_one_column_of_uniforms(u):
    with pytest.raises(ValueError, match=r"^x has"):
        swiss_roll(u)


@pytest.mark.parametrize(("twist", "plane"), [(spiral_x, (0, 1)), (spiral_y, (1, 2))])
@pytest.mark.parametrize("d", [3, 5])
def test_a_spiral_is_the_exponential_of_its_generator(twist, plane, d):
    x = np.random.default_rng(d).standard_normal((40, d))
    before = x.copy()
    generator = np.zeros((d, d))
    generator[plane[1], plane[0]], generator[plane[0], plane[1]] = 1, -1
    expected = [expm(row @ row / d * generator) @ row for row in x]
    np.testing.assert_allclose(twist(x), expected, atol=1e-12)
    np.testing.assert_allclose((twist(x) ** 2).sum(axis=1), (x**2).sum(axis=1), rtol=1e-13)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(("twist", "d"), [(spiral_x, 1), (spiral_y, 2)])
def test_a_spiral_needs_its_plane(twist, d):
    with pytest.raises(ValueError, match=rf"shape \(4, {d}\); it must be \(n, d\), d ≥ {d + 1}"):
        twist(np.zeros((4, d)))
