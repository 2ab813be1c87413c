import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import rel_entr

from infometer.quantities import nishiyama_bound

masses = st.floats(0.001, 1.0)
values = st.floats(-10.0, 10.0)


def bound_of(p, q, values):
    """The bound on KL(P‖Q) of two laws on the same values."""
    mean_p, mean_q = p @ values, q @ values
    return nishiyama_bound(mean_p, mean_q, p @ (values - mean_p) ** 2, q @ (values - mean_q) ** 2)


@pytest.mark.parametrize(("r", "s"), [(0.2, 0.7), (0.7, 0.2), (0.01, 0.02), (0.5, 0.9), (0.9, 0.5)])
def test_two_laws_on_two_points_attain_it(r, s):
    p, q = np.array([r, 1 - r]), np.array([s, 1 - s])
    exact = rel_entr(p, q).sum()
    assert bound_of(p, q, np.array([-1.0, 3.0])) == pytest.approx(exact, rel=1e-12)
    assert abs(rel_entr(q, p).sum() / exact - 1) > 1e-3 or r + s == 1  # P and Q are not swapped


@given(st.lists(st.tuples(masses, masses, st.integers(-9, 9)), min_size=2, max_size=8))
def test_no_discrete_law_is_below_it(rows):
    p, q, points = np.array(rows).T
    assume(np.ptp(points) > 0)
    p, q = p / p.sum(), q / q.sum()
    assert bound_of(p, q, points) <= rel_entr(p, q).sum() + 1e-9


@given(values, st.floats(0.01, 100.0), st.floats(0.01, 100.0))
def test_no_gaussian_is_below_it(gap, v_p, v_q):
    divergence = 0.5 * ((v_p + gap**2) / v_q - 1 + math.log(v_q / v_p))
    assert 0 <= nishiyama_bound(gap, 0.0, v_p, v_q) <= divergence + 1e-12


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), st.floats(0.1, 10.0))
def test_it_is_the_formula_of_the_docstring(gap, v_p, v_q):
    a = gap**2 + v_p + v_q
    d = math.sqrt(a**2 - 4 * v_p * v_q)
    formula = (a - 2 * v_p) * math.atanh(d / a) / d + 0.5 * math.log(v_p / v_q)
    assert nishiyama_bound(0.0, gap, v_p, v_q) == pytest.approx(formula, rel=1e-7)


@pytest.mark.parametrize("gap", [1e-3, 1e-8, 1e-150])
@pytest.mark.parametrize("nearly", [1.0, 1 + 1e-15])
def test_a_small_gap_of_equal_variances_gives_its_square_over_twice_the_variance(gap, nearly):
    expected = gap**2 / (2 * 3.0)
    assert nishiyama_bound(gap, 0.0, 3.0, 3.0 * nearly) == pytest.approx(expected, rel=1e-6)


def test_the_limits():
    assert nishiyama_bound(1.0, 1.0, 2.0, 2.0) == 0.0
    assert nishiyama_bound(1.0, 1.0, 2.0, 5.0) == 0.0
    assert nishiyama_bound(1.0, 1.0, 0.0, 0.0) == 0.0
    assert nishiyama_bound(1.0, 0.0, 2.0, 0.0) == math.inf
    assert nishiyama_bound(1.0, 1.0, 2.0, 0.0) == math.inf
    assert nishiyama_bound(2.0, 0.0, 0.0, 3.0) == pytest.approx(math.log1p(4 / 3))
    assert nishiyama_bound(2.0, 0.0, 1e-20, 3.0) == pytest.approx(math.log1p(4 / 3))


def test_shift_and_scale_change_nothing():
    assert nishiyama_bound(1.0, 3.0, 0.5, 2.0) == pytest.approx(
        nishiyama_bound(10 - 7 * 1.0, 10 - 7 * 3.0, 49 * 0.5, 49 * 2.0)
    )


@pytest.mark.parametrize(
    ("moments", "message"),
    [
        ((math.nan, 0.0, 1.0, 1.0), "mean_p is nan"),
        ((0.0, math.inf, 1.0, 1.0), "mean_q is inf"),
        ((0.0, 0.0, -1.0, 1.0), "variance_p is -1.0"),
        ((0.0, 0.0, 1.0, -2.0), "variance_q is -2.0"),
    ],
)
def test_bad_moments_are_named(moments, message):
    with pytest.raises(ValueError, match=message):
        nishiyama_bound(*moments)
