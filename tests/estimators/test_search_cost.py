import pytest

from infometer.estimators.search_cost import cheapest, search_seconds


def test_the_search_that_was_measured_to_be_quickest_is_taken():
    pytest.importorskip("numba")
    assert cheapest(10_000, [1, 1], 1) == "window"
    assert cheapest(10_000, [1, 2], 1) == "tree"  # 0.04 s against 0.11
    assert cheapest(10_000, [1, 2], 21) == "blocks"  # 0.17 s against 0.5
    assert cheapest(40_000, [2, 2], 1) == "tree"  # 0.6 s against 2.1
    assert cheapest(10_000, [5, 5], 1) == "blocks"  # 0.17 s against 0.65
    assert cheapest(10_000, [20, 20], 21) == "blocks"


def test_two_columns_in_one_view_are_no_two_lines():
    assert cheapest(10_000, [2], 21) in ("tree", "blocks")
    assert "window" in search_seconds(100, 2, 1)


def test_without_the_speed_extra_trees_are_taken(monkeypatch):
    monkeypatch.setattr("infometer.estimators.search_cost.find_spec", lambda name: None)
    assert cheapest(10_000, [20, 20], 1) == "tree"
