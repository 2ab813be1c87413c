import pytest

from infometer.usable import pvi_pacing


def test_the_share_grows_linearly_and_stays_open():
    shares = [pvi_pacing(step, 50, start=0.2, full_at=0.5) for step in range(51)]
    assert shares[0] == 0.2
    assert shares[10] - shares[0] == pytest.approx(10 * 0.8 / 25)
    assert shares[25:] == [1.0] * 26
    assert shares == sorted(shares)


def test_from_one_on_everything_is_open():
    assert pvi_pacing(0, 7, start=1.0) == 1.0


@pytest.mark.parametrize(
    ("step", "total", "settings", "message"),
    [
        (0, 10, {"start": 0.0}, "start is 0.0"),
        (0, 10, {"full_at": 1.5}, "full_at is 1.5"),
        (-1, 10, {}, "step is -1 of total_steps 10"),
        (0, 0, {}, "step is 0 of total_steps 0"),
    ],
)
def test_bad_pacing_is_refused(step, total, settings, message):
    with pytest.raises(ValueError, match=message):
        pvi_pacing(step, total, **settings)
