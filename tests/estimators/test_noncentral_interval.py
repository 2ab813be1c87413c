"""Intervals of information near 0 and far from it, counted over samples of known truth."""

import numpy as np
import pytest

from infometer.estimators import DiscreteEntropy, DiscreteInformation, GaussianInformation
from infometer.estimators.noncentral_interval import noncentral_interval
from infometer.sources import CorrelatedGaussian, SymmetricLabelNoise

SAMPLES = 300
NARROW, WIDE = 0.92, 0.99  # of 300 samples, of intervals that hold 95 or near 0 97.5 in 100


def share(fits, truth):
    intervals = [fit.estimate_.interval for fit in fits]
    return np.mean([low <= truth <= high for low, high in intervals])


@pytest.mark.parametrize("noise", [0.75, 0.6, 0.3])
def test_labels_from_independent_to_much_alike(noise):
    source = SymmetricLabelNoise(4, noise)
    samples = (source.sample(500, seed) for seed in range(SAMPLES))
    fits = [DiscreteInformation().fit(x[:, None], y) for x, y in samples]
    assert NARROW <= share(fits, source.mutual_information) <= WIDE


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.6])
def test_gaussian_views_of_several_columns(rho):
    source = CorrelatedGaussian.from_correlation(rho, 2)
    samples = (source.sample(300, seed) for seed in range(SAMPLES))
    fits = [GaussianInformation().fit(x, y) for x, y in samples]
    assert NARROW <= share(fits, source.mutual_information) <= WIDE


@pytest.mark.parametrize("first", [0.25, 0.3, 0.7])
def test_entropy_at_its_most_and_below(first):
    p = np.array([first, *[(1 - first) / 3] * 3])
    draws = (np.random.default_rng(seed).choice(4, (500, 1), p=p) for seed in range(SAMPLES))
    fits = [DiscreteEntropy().fit(x) for x in draws]
    assert NARROW <= share(fits, -(p * np.log(p)).sum()) <= WIDE


def test_the_figure_lies_in_its_interval_even_below_0():
    low, high = noncentral_interval(0.0, 0.0, 100, 4)
    assert low == pytest.approx(-0.02)
    assert high > 0.005


def test_both_limits_meet_where_the_law_becomes_normal():
    inside, beyond = (noncentral_interval(0.5, 0.4, n, 9) for n in (799, 801))
    assert np.allclose(inside, beyond, atol=2e-3)


def test_a_method_without_correction_is_told():
    source = SymmetricLabelNoise(10, 0.9)
    x, y = source.sample(600, 0)
    plug_in, corrected = (
        DiscreteInformation(method).fit(x[:, None], y).estimate_
        for method in ("plug-in", "miller-madow")
    )
    assert "Miller and Madow" in plug_in.warnings[0]
    assert corrected.warnings == ()
    assert (
        "fewer than 5" in DiscreteEntropy().fit(np.arange(60)[:, None] % 30).estimate_.warnings[0]
    )
