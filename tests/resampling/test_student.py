import pytest

from infometer.resampling import student_interval


def test_the_student_interval():
    low, high = student_interval(1.0, 0.1, 30)
    assert (low, high) == (pytest.approx(1 - 0.2042272), pytest.approx(1 + 0.2042272))
    wider = student_interval(1.0, 0.1, 3)
    assert wider[0] < low < high < wider[1]
    assert student_interval(0.0, 1.0, 1e9, level=0.9)[1] == pytest.approx(1.644854, abs=1e-5)
