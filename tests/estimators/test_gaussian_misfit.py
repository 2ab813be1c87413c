"""A Gaussian figure of views that are not Gaussian says so, and one of Gaussian views does not."""

import numpy as np
import pytest
from scipy.stats import kstest

from infometer.estimators import GaussianCopula, GaussianInformation, normal_scores
from infometer.estimators.gaussian_misfit import missed_information, neighbor_excess
from infometer.sources import CorrelatedGaussian, StudentT, UniformAdditiveNoise


def parabola(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 1))
    return x, x**2 + 0.5 * rng.standard_normal((n, 1))


@pytest.mark.parametrize(("d", "rho"), [(1, 0.0), (1, 0.9), (2, 0.6)])
def test_the_p_value_of_gaussian_views_is_uniform(d, rho):
    source = CorrelatedGaussian.from_correlation(rho, d)
    p_values = [missed_information(*source.sample(500, seed))[1] for seed in range(200)]
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_what_is_missed_is_what_a_common_scale_tells():
    source = StudentT(1, 1, 8.0)  # 0.007 nats and no correlation
    samples = (source.sample(20000, seed) for seed in range(5))
    missed = [missed_information(normal_scores(x), normal_scores(y))[0] for x, y in samples]
    assert np.mean(missed) == pytest.approx(source.mutual_information, abs=0.003)


def test_neighbors_see_what_is_in_no_trend():
    x, y = parabola(1000, 0)
    excess, error = neighbor_excess(x, y, np.zeros(1000))
    assert excess > 0.6
    assert 0.01 < error < 0.1


@pytest.mark.parametrize("kind", [GaussianInformation, GaussianCopula])
def test_warnings_of_few_gaussian_samples_and_of_all_others(kind):
    def told(draw):
        return sum(bool(kind().fit(*draw(seed)).estimate_.warnings) for seed in range(20))

    for rho in (0.0, 0.6, 0.9):
        assert told(lambda s, r=rho: CorrelatedGaussian.from_correlation(r, 1).sample(500, s)) <= 2
    assert told(lambda s: parabola(500, s)) == 20
    assert told(lambda s: StudentT(1, 1, 1.0).sample(500, s)) == 20
    assert told(lambda s: UniformAdditiveNoise(0.75).sample(500, s)) >= 16


def test_margins_are_told_to_the_gaussian_and_are_nothing_to_the_copula():
    x, y = CorrelatedGaussian.from_correlation(0.6, 1).sample(1000, 0)
    x, y = np.exp(2 * x), y**3
    (text,) = GaussianInformation().fit(x, y).estimate_.warnings[-1:]
    assert "from their ranks" in text
    assert GaussianCopula().fit(x, y).estimate_.warnings == ()


def test_the_bound_of_a_copula_stays_below_the_truth():
    sources = [StudentT(1, 1, 1.0), UniformAdditiveNoise(0.1), StudentT(1, 1, 3.0, 0.6)]
    for source in sources:
        for seed in range(10):
            found = GaussianCopula().fit(*source.sample(500, seed)).estimate_
            assert found.bound == "lower"
            assert found.value <= source.mutual_information + 3 * found.standard_error
