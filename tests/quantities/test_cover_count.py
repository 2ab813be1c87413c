import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog

from infometer.quantities import cover_count, separable_fraction


@pytest.mark.parametrize(
    ("points", "dimensions", "expected"),
    [(10, 5, 0.5), (20, 10, 0.5), (15, 10, 0.9102173), (30, 10, 0.0307142)],
)
def test_the_known_values(points, dimensions, expected):
    assert separable_fraction(points, dimensions) == pytest.approx(expected, abs=6e-8)


@pytest.mark.parametrize("points", [1, 2, 5, 40, 61])
def test_the_count_is_the_sum_and_obeys_the_recursion(points):
    for dimensions in range(1, 45):
        expected = 2 * sum(comb(points - 1, k) for k in range(dimensions))
        assert cover_count(points, dimensions) == expected
        if points > 1 and dimensions > 1:
            fewer = cover_count(points - 1, dimensions)
            assert cover_count(points, dimensions) == fewer + cover_count(
                points - 1, dimensions - 1
            )


@pytest.mark.parametrize(("points", "dimensions"), [(4, 2), (5, 3), (6, 3)])
def test_a_linear_programme_separates_as_many_labellings(points, dimensions):
    x = np.random.default_rng(0).normal(size=(points, dimensions))
    found = 0
    for signs in itertools.product([-1.0, 1.0], repeat=points):
        margins = -np.array(signs)[:, None] * x
        found += linprog(
            np.zeros(dimensions), A_ub=margins, b_ub=-np.ones(points), bounds=(None, None)
        ).success
    assert found == cover_count(points, dimensions)


@pytest.mark.parametrize(
    ("points", "dimensions"), [(1000, 300), (1000, 500), (3000, 1450), (900, 3)]
)
def test_the_share_is_that_of_the_count_far_into_the_tail(points, dimensions):
    exact = float(Fraction(cover_count(points, dimensions), 2**points))
    assert separable_fraction(points, dimensions) == pytest.approx(exact, rel=1e-10)


def test_large_numbers():
    assert separable_fraction(2 * 10**8, 10**8) == pytest.approx(0.5, abs=1e-9)
    assert separable_fraction(10**9, 10) == 0.0
    assert separable_fraction(10**9, 10**9) == 1.0
    assert cover_count(10**6, 10**6) == 2 ** (10**6)
    with pytest.raises(ValueError, match="separable_fraction"):
        cover_count(10**6, 10**5)
    with pytest.raises(ValueError, match="separable_fraction"):
        cover_count(10**12, 10**12)


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True])
def test_what_is_no_number_of_things_is_refused(wrong):
    with pytest.raises(ValueError, match="n_points is"):
        cover_count(wrong, 3)
    with pytest.raises(ValueError, match="n_dimensions is"):
        separable_fraction(3, wrong)
