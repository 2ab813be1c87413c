import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, position_bias


def graph(pairs, outcomes, **options):
    return ComparisonGraph(n_items=3, pairs=pairs, outcomes=outcomes, **options)


def test_interval_is_wilsons():
    found = position_bias(graph([(0, 1)] * 10, [1] * 8 + [0] * 2))
    z, p, n = 1.959963985, 0.8, 10
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    np.testing.assert_allclose(found.interval, [middle - half, middle + half], rtol=1e-8)
    assert (found.first_wins, found.decided) == (8, 10)


def test_good_items_placed_first_are_no_bias():
    pairs = [(0, 1)] * 30 + [(1, 0)] * 10
    found = position_bias(graph(pairs, [1] * 30 + [0] * 10))
    assert found.share == 0.75
    assert found.balanced_share == 0.5
    assert found.balanced_pairs == 1


def test_a_table_of_winners_is_no_bias():
    found = position_bias(graph([(0, 1), (1, 2), (0, 2)], [1, 1, 1]))
    assert found.one_sided
    assert not found.excludes_half


def test_ties_skips_and_equal_strengths_are_apart():
    assert position_bias(graph([(0, 1)] * 3, ["tie", "skip", "first"])).decided == 1
    assert position_bias(graph([(0, 1)] * 3, [0.0, -2.0, 3.0], kind="cardinal")).decided == 2
    nothing = position_bias(graph([(0, 1)], ["tie"]))
    assert np.isnan(nothing.share)
    assert not nothing.excludes_half


def test_a_design_has_no_answers():
    with pytest.raises(ValueError, match="no outcomes"):
        position_bias(graph([(0, 1)], None))
