"""Columns of any type: the estimator that they call for, against known information."""

import numpy as np
import pytest

from infometer.estimators import ksg_terms, normal_scores, ross_terms, symbol_information
from infometer.estimators.column_information import (
    column_information,
    joined,
    label_column,
    number_column,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_numbers_get_ksg_and_no_monotone_change_matters(rng):
    x, noise = rng.standard_normal((2, 800))
    y = 0.8 * x + 0.6 * noise
    found = column_information(number_column(x), number_column(y))
    by_hand = ksg_terms(normal_scores(x[:, None]), normal_scores(y[:, None])).mean()
    assert found == by_hand == pytest.approx(-0.5 * np.log(1 - 0.8**2), abs=0.08)
    assert found == column_information(number_column(np.exp(5 * x)), number_column(1e9 * y + 7))


def test_numbers_and_labels_get_ross_on_either_side(rng):
    y = rng.integers(0, 2, 2000)
    x = 2.0 * y - 1 + rng.standard_normal(2000)
    one, two = number_column(x), label_column(y)
    found = column_information(one, two)
    assert found == column_information(two, one)
    assert found == ross_terms(one.points, y).mean() == pytest.approx(0.3368, abs=0.04)


def test_labels_get_counts_whatever_they_are_called(rng):
    x = rng.integers(0, 3, 500)
    y = (x + rng.integers(0, 2, 500)) % 3
    found = column_information(label_column(x), label_column(y))
    assert found == pytest.approx(symbol_information(x, y), abs=1e-12)
    renamed = label_column(np.array(["z", "q", "a"])[x])
    assert found == pytest.approx(column_information(renamed, label_column(y)), abs=1e-12)


@pytest.mark.parametrize("column", [number_column, label_column])
def test_a_constant_column_tells_exactly_nothing(rng, column):
    constant = column(np.full(50, 0.1))
    assert column_information(constant, number_column(rng.standard_normal(50))) == 0.0
    assert column_information(label_column(rng.integers(0, 2, 50)), constant) == 0.0


def test_a_zero_inflated_column_tells_what_its_zeros_tell(rng):
    y = rng.integers(0, 2, 2000)
    x = np.where(y, rng.exponential(size=2000), 0.0)
    found = column_information(number_column(x), label_column(y))
    assert found == pytest.approx(np.log(2), abs=0.02)


def test_rounding_makes_no_information(rng):
    found = []
    for seed in range(20):
        x, y = np.round(rng.standard_normal(400), 1), rng.integers(0, 2, 400)
        found.append(column_information(number_column(x, seed), label_column(y)))
    assert np.mean(found) == pytest.approx(0, abs=0.02)  # without the order of ties: 0.04


def test_ties_have_the_same_order_in_equal_columns_only(rng):
    x, other = rng.integers(0, 3, (2, 300)).astype(float)
    one = number_column(x, 0)
    assert (one.points == number_column(7 * x, 0).points).all()
    assert (one.points != number_column(x, 1).points).any()
    target = number_column(x, 0, "target")
    assert column_information(one, target) == pytest.approx(np.log(3), abs=0.15)
    assert column_information(one, number_column(other, 0)) == pytest.approx(0, abs=0.15)


def test_labels_that_occur_once_are_one_label_and_identifiers_tell_nothing(rng):
    assert label_column(np.array(list("aabbc"))).labels.tolist() == [0, 0, 1, 1, 0]
    names = label_column(np.array([f"row {i}" for i in range(40)]))
    assert column_information(names, label_column(rng.integers(0, 2, 40))) == 0.0


def test_two_columns_together_tell_their_exclusive_or(rng):
    a, b = (label_column(bits) for bits in rng.integers(0, 2, (2, 1000)))
    y = label_column(a.labels ^ b.labels)
    assert column_information(a, y) == pytest.approx(0, abs=0.01)
    assert column_information(joined(a, b), y) == pytest.approx(np.log(2), abs=0.01)
    numbers = number_column(np.where(b.labels, 1, -1) * rng.exponential(size=1000) + 0.0)
    assert column_information(joined(a, numbers), y) == pytest.approx(np.log(2), abs=0.05)
