import numpy as np
import pytest

from infometer.bottleneck import find_phases


def kinds(values, se=0.1):
    return [phase.kind for phase in find_phases(values, np.full(len(values), se))]


def test_a_monotone_curve_is_one_phase_with_its_whole_change():
    values = np.linspace(1.0, 4.0, 12)
    assert find_phases(values, [0.05] * 12) == [("fitting", 0, 11, 3.0)]
    assert find_phases(values[::-1], [0.05] * 12) == [("compression", 0, 11, -3.0)]


def test_a_v_turns_at_its_foot():
    values = [4.0, 3.0, 2.0, 1.0, 2.0, 3.0]
    first, second = find_phases(values, [0.1] * 6)
    assert first[:3] == ("compression", 0, 3)
    assert second[:3] == ("fitting", 3, 5)
    assert (first.change, second.change) == (-3.0, 2.0)


def test_many_turns_are_told_in_turn_and_meet():
    steps = np.arange(41)
    found = find_phases(np.sin(steps * np.pi / 10), [0.05] * 41)
    assert [p.kind for p in found] == ["fitting", "compression", "fitting", "compression",
                                       "fitting"]  # fmt: skip
    assert [p.stop for p in found[:-1]] == [p.start for p in found[1:]]
    assert [p.stop for p in found] == [5, 15, 25, 35, 40]


def test_a_turn_within_the_error_bars_is_none():
    assert kinds([1.0, 3.0, 2.8, 5.0]) == ["fitting"]
    assert kinds([1.0, 3.0, 2.8, 5.0], se=0.01) == ["fitting", "compression", "fitting"]


def test_nan_is_left_out_and_positions_stay():
    values = [np.nan, 1.0, np.nan, 3.0, 5.0, np.nan]
    assert find_phases(values, [0.1] * 6) == [("fitting", 1, 4, 4.0)]
    assert find_phases([np.nan] * 4, [0.1] * 4) == []
    assert find_phases([1.0, 9.0], [np.nan, np.nan]) == []
    assert find_phases([], []) == []


def test_a_flat_curve_shows_phases_in_at_most_one_case_in_ten():
    rng = np.random.default_rng(0)
    se = 0.05
    alarms = sum(bool(kinds(2.0 + se * rng.standard_normal(33), se)) for _ in range(200))
    assert alarms <= 20


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"values has shape \(3,\) and standard_errors \(2,\)"):
        find_phases([1.0, 2.0, 3.0], [0.1, 0.1])
