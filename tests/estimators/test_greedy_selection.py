"""Greedy criteria, and the test that ends the search."""

import numpy as np
import pytest

from infometer.estimators import symbol_information
from infometer.estimators.column_information import label_column, number_column
from infometer.estimators.conditional_gain import (
    gain_p_values,
    largest_gain_p_values,
    stratified_permutation,
)
from infometer.estimators.greedy_selection import greedy_order, greedy_selection


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def labels(*columns):
    return [label_column(column) for column in columns]


@pytest.mark.parametrize("criterion", ["mrmr", "jmi"])
def test_the_order_is_that_of_the_formula(rng, criterion):
    y = rng.integers(0, 4, 400)
    X = [(y + rng.integers(0, width, 400)) // 2 for width in (2, 3, 5, 8)]

    def information(x, y):
        return symbol_information(np.unique(x, return_inverse=True)[1], y)

    def value(j, chosen):
        if not chosen:
            return information(X[j], y)
        if criterion == "mrmr":
            shared = [information(X[j], X[i]) for i in chosen]
            return information(X[j], y) - np.mean(shared)
        return sum(information(10 * X[j] + X[i], y) for i in chosen)

    expected = []
    while len(expected) < 4:
        left = [j for j in range(4) if j not in expected]
        expected.append(max(left, key=lambda j: value(j, expected)))
    assert greedy_order(labels(*X), label_column(y), 4, criterion).tolist() == expected


def test_the_largest_of_many_gains_keeps_its_level(rng):
    scales = np.array([1.0, 5.0, 0.1, 2.0])
    errors = [
        largest_gain_p_values(scales * rng.standard_normal((40, 4))).min() <= 0.05
        for _ in range(1500)
    ]
    assert np.mean(errors) == pytest.approx(0.05, abs=0.02)


def test_a_permutation_stays_within_its_strata(rng):
    groups = label_column(rng.choice(list("abc"), 200))
    x, z = rng.permutation(200), rng.permutation(200)
    one, two = number_column(x), number_column(z)
    everything = stratified_permutation(200, [], rng)
    by_one = stratified_permutation(200, [one], rng)
    by_both = stratified_permutation(200, [one, two], rng)
    by_groups = stratified_permutation(200, [groups, one], rng)
    for order in (everything, by_one, by_both, by_groups):
        assert sorted(order) == list(range(200))
        assert (order != np.arange(200)).mean() > 0.5
    assert np.abs(x[by_one] - x).max() < 5
    assert np.abs(x[by_both] - x).max() < 32  # √(200 · 5)
    assert np.abs(z[by_both] - z).mean() < 30
    assert (groups.labels[by_groups] == groups.labels).all()


def test_where_nothing_tells_anything_something_is_chosen_at_the_level(rng):
    chosen = 0
    for seed in range(60):
        columns = [number_column(x) for x in rng.standard_normal((2, 40))]
        columns += labels(rng.integers(0, 2, 40), rng.integers(0, 6, 40))
        y = label_column(rng.integers(0, 2, 40)) if seed % 2 else number_column(rng.random(40))
        chosen += len(greedy_selection(columns, y, n_permutations=19, random_state=seed).order) > 0
    assert chosen / 60 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)


@pytest.mark.parametrize("criterion", ["mrmr", "jmi"])
def test_all_that_tells_is_found_also_in_company_and_no_copy(rng, criterion):
    main, partner, second, *noise = rng.integers(0, 2, (6, 600))
    parity = rng.random(600) < 0.5 + 0.2 * (2 * main - 1) * (1 + 1.5 * (2 * partner - 1))
    y = label_column(parity + 2 * (rng.random(600) < 0.2 + 0.6 * second))
    columns = labels(main, main, partner, second, *noise)
    found = greedy_selection(columns, y, criterion, n_permutations=39, random_state=0)
    assert set(found.order) == {0, 2, 3}
    assert found.p_values[1] == 1.0
    assert greedy_order(columns, y, 7, "mrmr").tolist().index(1) > 2


def test_numbers_that_tell_only_together_are_found(rng):
    a, c, *noise = rng.standard_normal((4, 400))
    b = rng.choice([-1.0, 1.0], 400)
    y = number_column(np.abs(a) + a * b + c + 0.2 * rng.standard_normal(400))
    columns = [number_column(a), label_column(b), number_column(c), *map(number_column, noise)]
    found = greedy_selection(columns, y, n_permutations=19, k=10, random_state=0)
    assert set(found.order) == {0, 1, 2}


def test_little_noise_in_y_does_not_make_others_significant(rng):
    a, *noise = rng.standard_normal((4, 300))
    copy = a + 0.3 * rng.standard_normal(300)
    y = number_column(a + 0.02 * rng.standard_normal(300))
    columns = [number_column(x) for x in (a, copy, *noise)]
    assert gain_p_values(columns[1:], y, columns[:1], n_permutations=39, random_state=0).min() > 0.1
