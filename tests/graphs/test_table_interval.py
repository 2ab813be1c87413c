import sys

import numpy as np
import pytest

from infometer.graphs import link_table, table_interval
from infometer.quantities import usable_information

BINS = np.linspace(-1.0, 1.0, 8)


def law(slope):
    """Eight bins against link or none, of equal shares."""
    link = 1.0 / (1.0 + np.exp(-slope * BINS))
    table = np.column_stack([1.0 - link, link])
    return table / table.sum(axis=0) / 2


def within(value, interval):
    """But for rounding: where nothing is told the interval ends there."""
    return interval[0] - 1e-12 <= value <= interval[1] + 1e-12


@pytest.mark.parametrize(
    ("slope", "n", "least"), [(0.0, 300, 0.93), (1.6, 400, 0.9), (4, 200, 0.88)]
)
def test_the_interval_covers_the_law(slope, n, least):
    known, draws = usable_information(law(slope)), 150
    rng = np.random.default_rng(0)
    score = told = 0
    for seed in range(draws):
        halves = [rng.multinomial(n // 2, 2 * column) for column in law(slope).T]
        found = table_interval(np.column_stack(halves), random_state=seed)
        score += within(known.score, found.score)
        told += within(known.information, found.information)
    error = 2 * np.sqrt(0.05 * 0.95 / draws)
    assert min(score, told) / draws >= least - error


def test_p_values_of_no_tie_are_uniform():
    rng = np.random.default_rng(1)
    p = [
        table_interval(
            rng.multinomial(300, law(0.0).ravel()).reshape(8, 2), random_state=seed
        ).p_value
        for seed in range(150)
    ]
    assert 0.4 < np.mean(p) < 0.6
    assert np.mean(np.array(p) <= 0.1) < 0.1 + 2 * np.sqrt(0.09 / 150)


def test_without_an_error_the_interval_has_a_width():
    few, many = (table_interval(np.diag([n, n]), random_state=0) for n in (20, 2000))
    assert few.score[1] == many.score[1] == 1.0
    assert 0.75 < few.score[0] < 0.95
    assert many.score[0] > 0.99
    assert few.p_value == 0.001


def test_it_stays_within_what_is_possible_and_empty_rows_have_no_say():
    table = np.array([[30, 29], [0, 0], [31, 30]])
    found = table_interval(table, random_state=0)
    whole = usable_information(table)
    assert found.score[0] == pytest.approx(whole.chance)
    assert found.information[0] == 0.0
    assert found == table_interval(table[[0, 2]], random_state=0)
    assert found.null_score[0] < found.null_score[1]


def test_margins_that_leave_no_choice():
    one_label = table_interval(np.array([[5], [7]]), random_state=0)
    assert one_label.score == (1.0, 1.0)
    assert one_label.information == (0.0, 0.0)
    assert one_label.p_value == 1.0
    one_row = table_interval(np.array([[40, 40]]), random_state=0)
    assert one_row.score == pytest.approx((0.5, 0.5))
    assert one_row.p_value == 1.0


def test_portions_of_draws_hold_the_law(monkeypatch):
    table = np.array([[40, 10], [10, 40]])
    whole = table_interval(table, random_state=0)
    monkeypatch.setattr(sys.modules[table_interval.__module__], "CELLS", 100)
    parted = table_interval(table, random_state=0)
    assert parted.score == pytest.approx(whole.score, abs=1e-12)
    assert parted.p_value == whole.p_value


def test_bins_are_quantiles_of_the_fitted_scores():
    fitted = np.arange(80.0)
    table = link_table(fitted, links=fitted[40:], none=fitted[:40], n_bins=8)
    assert table.tolist() == [[10, 0]] * 4 + [[0, 10]] * 4


def test_a_score_that_many_pairs_have_is_a_bin_by_itself():
    fitted = np.r_[np.zeros(90), np.arange(1.0, 11.0)]
    table = link_table(fitted, links=[0.0, 5.0, 9.0], none=[0.0, 0.0, 1.0], n_bins=4)
    assert table[0].tolist() == [2, 1]
    assert table.sum() == 6
    assert len(table) > 2
    assert link_table(np.zeros(5), [0.0], [0.0]).tolist() == [[1, 1]]


def test_the_order_of_scores_and_their_scale_do_not_matter():
    rng = np.random.default_rng(0)
    fitted, links, none = rng.normal(size=300), rng.normal(1, 1, 50), rng.normal(size=50)
    table = link_table(fitted, links, none)
    np.testing.assert_array_equal(table, link_table(fitted[::-1], links[::-1], none))
    np.testing.assert_array_equal(table, link_table(4 * fitted, 4 * links, 4 * none))
