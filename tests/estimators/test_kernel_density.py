import numpy as np
import pytest
from scipy.stats import norm
from sklearn.neighbors import KernelDensity

from infometer.estimators import (
    KernelDensityInformation,
    kernel_bandwidth,
    kernel_density,
    kernel_density_terms,
    kernel_log_densities,
)


def gaussian_pair(rho, n, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 1))
    return x, rho * x + np.sqrt(1 - rho**2) * rng.standard_normal((n, 1))


def test_log_densities_are_those_of_scikit_learn_without_the_row():
    x = np.random.default_rng(0).standard_normal((40, 3))
    theirs = [
        KernelDensity(bandwidth=0.7).fit(np.delete(x, i, axis=0)).score(x[[i]]) for i in range(40)
    ]
    assert kernel_log_densities(x, 0.7) == pytest.approx(theirs)


def test_blocks_change_nothing(monkeypatch):
    x = np.random.default_rng(0).standard_normal((50, 2))
    whole = kernel_log_densities(x, 0.5)
    monkeypatch.setattr(kernel_density, "BLOCK", 350)
    assert kernel_log_densities(x, 0.5) == pytest.approx(whole)


def test_far_rows_have_finite_densities():
    x = np.array([[0.0], [1.0], [1e6]])
    assert np.isfinite(kernel_log_densities(x, 0.01)).all()


def test_the_bandwidth_is_the_likeliest():
    x = np.random.default_rng(0).standard_normal((300, 2))
    best = kernel_bandwidth(x)
    here = kernel_log_densities(x, best).mean()
    assert here > kernel_log_densities(x, 1.15 * best).mean()
    assert here > kernel_log_densities(x, best / 1.15).mean()
    assert here == pytest.approx(2 * norm.entropy() * -1, abs=0.15)


@pytest.mark.parametrize(("rho", "truth", "bias"), [(0.0, 0.0, -0.010), (0.6, 0.223144, -0.029)])
def test_gaussian_pairs_and_what_smoothing_takes_away(rho, truth, bias):
    """10 draws of 500 rows, whose mean has an error of 0.008."""
    found = [
        KernelDensityInformation(interval=None).fit(*gaussian_pair(rho, 500, s)).estimate_.value
        for s in range(10)
    ]
    assert np.mean(found) == pytest.approx(truth + bias, abs=0.02)


def test_interval_null_and_units():
    x, y = gaussian_pair(0.6, 200, 0)
    model = KernelDensityInformation(n_splits=3, n_permutations=19, random_state=0)
    found = model.fit(x, y).estimate_
    assert found.interval[0] < found.value < found.interval[1]
    assert found.p_value == 0.05
    assert found.parameters["bandwidth"] == model.bandwidth_
    assert model.fit(1000 * x, y - 7).estimate_.value == pytest.approx(found.value)


def test_swapping_the_views_changes_nothing():
    x, y = gaussian_pair(0.6, 100, 0)
    assert kernel_density_terms(x, y, 0.3) == pytest.approx(kernel_density_terms(y, x, 0.3))


def test_repeated_rows_are_refused():
    x, y = gaussian_pair(0.6, 50, 0)
    with pytest.raises(ValueError, match="the best bandwidth is 0, as rows"):
        KernelDensityInformation().fit(np.repeat(x, 2, axis=0), np.repeat(y, 2, axis=0))


def test_a_constant_carries_nothing():
    _, y = gaussian_pair(0.6, 50, 0)
    assert KernelDensityInformation().fit(np.ones((50, 1)), y).estimate_.value == 0.0
