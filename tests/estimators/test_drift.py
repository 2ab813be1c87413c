"""A figure that falls with fewer rows says so, and one that stays does not."""

import numpy as np
import pytest

from infometer.estimators import KSG, KernelDensityInformation
from infometer.estimators.drift import drift_bias, drift_note
from infometer.resampling import SubsamplingError
from infometer.sources import CorrelatedGaussian, UniformAdditiveNoise


def falls(found):
    return any("falls with fewer rows" in text for text in found.warnings)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_a_bias_of_one_over_the_root_of_n_is_found_exactly(parts):
    figures = [1.0 - 2.0 / np.sqrt(rows) for rows in (900, 900 / parts)]
    assert drift_bias(*figures, parts) == pytest.approx(-2.0 / 30)


def test_neither_a_rise_nor_a_figure_that_may_be_0_is_told():
    rise, fall = (SubsamplingError(0.05, 30, in_parts=((3, mean),)) for mean in (2.0, 0.0))
    assert drift_note(1.0, 0.1, rise) == ""
    assert drift_note(0.09, 0.1, fall) == ""
    assert drift_note(1.0, 0.1, fall) != ""


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
