import math

import numpy as np
import pytest

from infometer.usable import pvi_select

PVI = np.random.default_rng(2).permutation(np.linspace(-3.0, 1.0, 200))


def test_the_lowest_and_the_highest_go():
    kept = pvi_select(PVI, drop_lowest=0.05, drop_highest=0.1)
    assert kept.sum() == 200 - 10 - 20
    assert np.sort(PVI)[10:-20].tolist() == np.sort(PVI[kept]).tolist()
    assert pvi_select(PVI).tolist() == pvi_select(PVI, drop_lowest=0.05).tolist()


def test_a_share_is_counted_as_it_is_written():
    assert pvi_select(np.arange(100.0), drop_lowest=0.29).sum() == 71  # 0.29 * 100 is 28.999…


def test_items_of_one_pvi_stay_together_and_a_share_is_never_exceeded():
    tied = np.array([0.0] * 50 + [1.0] * 50)
    assert pvi_select(tied, drop_lowest=0.3, drop_highest=0.3).all()
    assert pvi_select(tied, drop_lowest=0.5).tolist() == (tied == 1).tolist()
    assert pvi_select(np.full(9, -4.0), drop_lowest=0.9).all()


def test_by_class_takes_the_share_of_each():
    labels = np.where(np.arange(200) < 40, "rare", "common")
    pvi = PVI + 10 * (labels == "rare")
    assert (labels[~pvi_select(pvi, drop_lowest=0.1)] == "common").all()
    left_out = labels[~pvi_select(pvi, drop_lowest=0.1, by_class=labels)]
    assert (left_out == "rare").sum() == 4
    assert (left_out == "common").sum() == 16


def test_a_band_in_bits_is_read_in_bits_and_leaves_the_shares_alone():
    bit = math.log(2)
    kept = pvi_select(PVI, band=(-0.5, 0.7), unit="bits")
    assert kept.tolist() == (np.abs(PVI / bit - 0.1) <= 0.6).tolist()
    both = pvi_select(PVI, band=(-2.9, 0.7), drop_lowest=0.1)
    assert both.tolist() == (pvi_select(PVI, drop_lowest=0.1) & (PVI <= 0.7)).tolist()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"drop_lowest": -0.1}, "drop_lowest is -0.1"),
        ({"drop_lowest": 0.5, "drop_highest": 0.5}, "with a sum below 1"),
        ({"band": (1.0, 0.0)}, "expected its lower end below its upper end"),
        ({"band": (2.0, 3.0)}, "PVI goes from -3 to 1 nats; widen it, or look at unit="),
        ({"by_class": ["a"]}, r"by_class has shape \(1,\)"),
        ({"unit": "bans"}, "unit is 'bans'"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        pvi_select(PVI, **{"band": None, **settings})
