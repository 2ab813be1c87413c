import numpy as np
import pytest

from infometer.estimators.sandwich import sandwich_error


def test_without_weights_or_groups_it_is_the_error_of_a_mean():
    x = np.random.default_rng(0).standard_normal(50)
    assert sandwich_error(x).standard_error == pytest.approx(x.std() / 50**0.5)


def test_weights_do_not_shrink_it_as_repeated_rows_would():
    rng = np.random.default_rng(0)
    x, repeats = rng.standard_normal(200), rng.integers(1, 5, 200)
    found = sandwich_error(x, weights=repeats).standard_error
    assert found == pytest.approx(sandwich_error(x, weights=7.0 * repeats).standard_error)
    assert found > 1.5 * sandwich_error(np.repeat(x, repeats)).standard_error
    named = sandwich_error(np.repeat(x, repeats), groups=np.repeat(np.arange(200), repeats))
    assert found == pytest.approx(named.standard_error, rel=0.003)  # √(199/200)


def test_a_row_of_weight_zero_is_no_row():
    x = np.random.default_rng(0).standard_normal(30)
    weights = np.r_[np.zeros(10), np.arange(1.0, 21.0)]
    groups = np.repeat(np.arange(6), 5)
    assert sandwich_error(x, weights=weights) == pytest.approx(
        sandwich_error(x[10:], weights=weights[10:])
    )
    with_groups = sandwich_error(x, weights=weights, groups=groups)
    without = sandwich_error(x[10:], weights=weights[10:], groups=groups[10:] - 2)
    assert with_groups[:2] == pytest.approx(without[:2])


def test_groups_that_repeat_one_value_count_once():
    x = np.random.default_rng(0).standard_normal(40)
    found = sandwich_error(np.repeat(x, 5), groups=np.repeat(np.arange(40), 5))
    assert found.standard_error == pytest.approx(x.std(ddof=1) / 40**0.5)
    assert found.degrees_of_freedom == pytest.approx(39)


def test_one_group_has_no_error_but_a_reason():
    found = sandwich_error(np.arange(5.0), groups=np.zeros(5, dtype=int))
    assert found.standard_error is None
    assert "all rows are of one group" in found.reason
