"""Scores and p-values of many features at once."""

import joblib
import numpy as np
import pytest
from scipy.stats import chi2_contingency

from infometer.estimators.column_information import label_column, number_column
from infometer.estimators.selection import (
    g_test,
    relevance,
    relevance_p_values,
    sequential_p_values,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def mixed_columns(rng, n=80):
    numbers = [number_column(x) for x in rng.standard_normal((3, n))]
    zeros = number_column(np.maximum(rng.standard_normal(n), 0.0))
    return [*numbers, zeros, label_column(rng.integers(0, 3, n))]


def test_stopping_early_keeps_every_level(rng):
    draws = rng.standard_normal((3000, 100))
    p_values = np.array([sequential_p_values(row[1:], row[:1], 99)[0] for row in draws])
    for level in (0.01, 0.05, 0.1, 0.5):
        share = (p_values <= level).mean()
        assert share <= level + 3 * np.sqrt(level * (1 - level) / 3000)
    assert (p_values <= 0.05).mean() > 0.03


def test_what_stopped_early_has_the_p_value_that_all_draws_give_it():
    null = np.tile([0.0, 1.0], 50)
    short, long = (sequential_p_values(null[:n], np.array([0.5]), 100) for n in (20, 100))
    assert short == long == 0.5


def test_columns_with_the_same_values_share_their_null_and_others_do_not_mind(rng):
    columns, y = mixed_columns(rng), label_column(rng.integers(0, 2, 80))
    scores = relevance(columns, y)
    together = relevance_p_values(columns, y, scores, n_permutations=50, random_state=3)
    alone = [
        relevance_p_values([x], y, scores[[j]], n_permutations=50, random_state=3)[0]
        for j, x in enumerate(columns)
    ]
    assert together.tolist() == alone


def test_the_number_of_jobs_changes_nothing(rng):
    columns, y = mixed_columns(rng), number_column(rng.standard_normal(80))
    scores = relevance(columns, y)
    with joblib.parallel_config(backend="threading"):
        one, two = (
            relevance_p_values(columns, y, scores, n_permutations=40, random_state=0, n_jobs=jobs)
            for jobs in (1, 2)
        )
    assert one.tolist() == two.tolist()


def test_the_g_test_is_that_of_scipy_and_asks_for_large_cells(rng):
    x, y = rng.integers(0, 3, 300), rng.integers(0, 2, 300)
    table = np.histogram2d(x, y, bins=(3, 2))[0]
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
    assert g_test(label_column(x), label_column(y)) == pytest.approx(expected)
    assert g_test(label_column(x[:20]), label_column(y[:20])) is None
    assert g_test(number_column(x), label_column(y)) is None
