"""A figure that falls with fewer rows says so, and one that stays does not."""

import re

import numpy as np
import pytest

from infometer.estimators import KSG, KernelDensityInformation, total_correlation
from infometer.estimators.drift import drift_bias, drift_note
from infometer.resampling import SubsamplingError
from infometer.sources import CorrelatedGaussian, UniformAdditiveNoise


def falls(found):
    return any("still rises with the number of rows" in text for text in found.warnings)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_a_bias_of_one_over_the_root_of_n_is_found_exactly(parts):
    figures = [1.0 - 2.0 / np.sqrt(rows) for rows in (900, 900 / parts)]
    assert drift_bias(*figures, parts) == pytest.approx(-2.0 / 30)


def test_neither_a_rise_nor_a_figure_that_may_be_0_is_told():
    rise, fall = (SubsamplingError(0.05, 30, in_parts=((3, mean),)) for mean in (2.0, 0.0))
    assert drift_note(1.0, 0.1, rise) == ""
    assert drift_note(0.09, 0.1, fall) == ""
    assert drift_note(1.0, 0.1, fall) != ""


def test_a_direction_is_told_and_no_value_of_the_truth():
    told = drift_note(1.0, 0.1, SubsamplingError(0.05, 30, in_parts=((2, 0.5), (3, 0.25))))
    assert "from 0.250 in thirds" in told
    assert "likely too small" in told
    assert len(re.findall(r"\d\.\d", told)) == 1


def test_a_saturated_figure_has_no_drift_of_its_own():
    fall = SubsamplingError(0.05, 30, in_parts=((3, 0.0),))
    assert drift_note(1.0, 0.1, fall, ceiling=1.2) == ""
    assert drift_note(1.0, 0.1, fall, ceiling=1.3) != ""
    x = np.random.default_rng(0).standard_normal(300)
    for found in (
        KSG(random_state=0).fit(x[:, None], x).estimate_,
        total_correlation(np.column_stack([x, x]), random_state=0),
    ):
        assert found.saturated
        assert not falls(found)


def test_of_rows_far_out_only_their_own_note_is_given():
    x, y = np.exp(2.5 * np.array(CorrelatedGaussian.from_correlation(0.95, 1).sample(500, 0)))
    found = KSG(random_state=0).fit(x, y).estimate_
    assert any("rows far out" in text for text in found.warnings)
    assert not falls(found)


def test_sharp_edges_are_told_and_a_gaussian_rarely():
    edges, smooth = UniformAdditiveNoise(0.01), CorrelatedGaussian.from_correlation(0.6, 1)
    for source, least, most in ((edges, 20, 20), (smooth, 0, 3)):
        told = sum(
            falls(KSG(random_state=seed).fit(*source.sample(500, seed)).estimate_)
            for seed in range(20)
        )
        assert least <= told <= most


def test_no_interval_no_note():
    sample = UniformAdditiveNoise(0.01).sample(300, 0)
    assert not falls(KSG(interval=None).fit(*sample).estimate_)


def test_kernels_that_smooth_much_away_are_told():
    sample = UniformAdditiveNoise(0.01).sample(300, 0)
    found = KernelDensityInformation(n_splits=2, random_state=0).fit(*sample).estimate_
    assert found.value < UniformAdditiveNoise(0.01).mutual_information - 0.3
    assert falls(found)
