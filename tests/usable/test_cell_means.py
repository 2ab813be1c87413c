"""Means of skewed figures: against single computations, and the coverage that the docs state."""

import numpy as np
import pytest
from scipy import stats

from infometer.usable.cell_means import cell_means


def test_each_cell_has_the_mean_and_error_of_its_values():
    rng = np.random.default_rng(0)
    values, cells = rng.standard_normal(300), rng.integers(4, size=300)
    found = cell_means(values, cells, 5)
    for cell in range(4):
        own = values[cells == cell]
        assert found.n[cell] == len(own)
        assert found.mean[cell] == pytest.approx(own.mean())
        assert found.standard_error[cell] == pytest.approx(stats.sem(own))
    assert found.n[4] == 0
    assert np.isnan(found.mean[4])


def test_without_skewness_the_interval_is_students():
    values = np.r_[-np.arange(1.0, 11), np.arange(1.0, 11)]
    found = cell_means(values, np.zeros(20, dtype=int), 1, level=0.9)
    low, high = stats.t.interval(0.9, 19, loc=0, scale=stats.sem(values))
    assert [found.low[0], found.high[0]] == pytest.approx([low, high])


def test_hall_inverts_his_transformation():
    values = -np.random.default_rng(1).exponential(size=40)
    found = cell_means(values, np.zeros(40, dtype=int), 1)
    skewness, s = stats.skew(values, bias=False), values.std(ddof=1)
    for limit, quantile in ((found.low[0], 0.975), (found.high[0], 0.025)):
        u = (values.mean() - limit) / s
        t = np.sqrt(40) * (u + skewness * u**2 / 3 + skewness**2 * u**3 / 27 + skewness / 240)
        assert t == pytest.approx(stats.t.ppf(quantile, 39))


def test_values_that_repeat_in_groups_count_once():
    values = np.random.default_rng(2).standard_normal(50)
    cells, groups = np.zeros(50, dtype=int), np.arange(50)
    once = cell_means(values, cells, 1)
    thrice = cell_means(np.tile(values, 3), np.tile(cells, 3), 1, groups=np.tile(groups, 3))
    for name in ("mean", "standard_error", "low", "high"):
        assert getattr(thrice, name) == pytest.approx(getattr(once, name))


def test_few_values_have_no_interval_and_equal_ones_an_empty_one():
    cells = np.array([0, 1, 1, 2, 2, 2])
    found = cell_means(np.array([1.0, 1, 2, 5, 5, 5]), cells, 3)
    assert np.isnan(found.standard_error).tolist() == [True, False, False]
    assert np.isnan(found.low).tolist() == [True, True, False]
    assert (found.low[2], found.high[2]) == (5, 5)


def test_intervals_of_skewed_figures_cover_what_students_do_not():
    draws = -np.random.default_rng(3).lognormal(sigma=1.2, size=(3000, 40))
    mean = -np.exp(1.2**2 / 2)
    found = cell_means(draws.ravel(), np.repeat(np.arange(3000), 40), 3000)
    hall = np.mean((found.low <= mean) & (mean <= found.high))
    half = stats.t.ppf(0.975, 39) * found.standard_error
    student = np.mean(np.abs(found.mean - mean) <= half)
    assert student < 0.88  # simulation error 0.006
    assert hall > student + 0.03
