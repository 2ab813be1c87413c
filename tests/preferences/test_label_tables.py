import numpy as np
import pytest

from infometer.preferences.gain import label_gain
from infometer.preferences.label_law import averaged_label
from infometer.preferences.label_tables import label_table


def scattered(n=2000):
    rng = np.random.default_rng(0)
    mean = rng.standard_normal(n) * rng.choice([0.1, 1.0, 10.0, 60.0], n)
    return mean, (rng.exponential(size=n) * rng.choice([0.01, 1.0, 5.0, 30.0], n)) ** 2


@pytest.mark.parametrize("log_tie", [-np.inf, 1.5])
def test_the_table_is_as_near_as_it_says(log_tie):
    mean, variance = scattered()
    table = label_table(log_tie)
    exact = label_gain(mean, variance, 0.7, log_tie)
    np.testing.assert_allclose(table.gain(mean, variance, 0.7), exact, atol=5e-7)
    told = averaged_label(0.7 * mean, 0.7 * np.sqrt(variance), log_tie).information
    np.testing.assert_allclose(table.precision(mean, variance, 0.7), 0.49 * told, atol=1e-7)


@pytest.mark.parametrize("log_tie", [-np.inf, 3.0])
@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_the_best_open_pair_is_that_of_all_gains(log_tie, share):
    mean, variance = scattered()
    is_open = np.random.default_rng(1).random(len(mean)) < share
    gains = label_gain(mean, variance, 1.0, log_tie)
    best = label_table(log_tie).best(mean, variance, 1.0, is_open)
    assert is_open[best]
    assert gains[best] >= gains[is_open].max() - 1e-6


def test_equal_gains_go_to_the_first_pair_and_no_open_pair_to_none():
    mean, variance = np.zeros(5), np.array([1.0, 2.0, 2.0 * (1 + 1e-12), 2.0, 1.0])
    table, is_open = label_table(), np.ones(5, dtype=bool)
    assert table.best(mean, variance, 1.0, is_open) == 1
    assert table.best(mean, variance, 1.0, ~is_open) is None
    assert table.best(np.empty(0), np.empty(0), 1.0, np.empty(0, dtype=bool)) is None
