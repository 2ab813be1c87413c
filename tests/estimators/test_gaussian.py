import numpy as np
import pytest

from infometer.estimators import GaussianInformation, canonical_correlations, gaussian_bias


def equicorrelated(d, rho, n, seed):
    covariance = np.full((2 * d, 2 * d), rho) + (1 - rho) * np.eye(2 * d)
    z = np.random.default_rng(seed).multivariate_normal(np.zeros(2 * d), covariance, n)
    return z[:, :d], z[:, d:]


@pytest.mark.parametrize(("d", "truth"), [(2, 0.293893), (5, 0.592812), (25, 1.292184)])
def test_unbiased_on_equicorrelated_normals(d, truth):
    found = [
        float(GaussianInformation().fit(*equicorrelated(d, 0.5, 1000, s)).estimate_)
        for s in range(20)
    ]
    assert abs(np.mean(found) - truth) < 4 * np.std(found) / np.sqrt(20)


def test_bias_is_that_of_independent_views():
    figures = []
    for seed in range(300):
        x, y = equicorrelated(3, 0.0, 100, seed)
        rho = canonical_correlations(x, y)
        figures.append(-0.5 * np.log1p(-(rho**2)).sum())
    assert np.mean(figures) == pytest.approx(
        gaussian_bias(100, 3, 3), abs=4 * np.std(figures) / 300**0.5
    )


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.6])
def test_interval_of_a_pair_covers(rho):
    rng = np.random.default_rng(0)
    truth = -0.5 * np.log1p(-(rho**2))
    covered = 0
    for _ in range(300):
        x = rng.standard_normal((300, 1))
        y = rho * x + np.sqrt(1 - rho**2) * rng.standard_normal((300, 1))
        low, high = GaussianInformation().fit(x, y).estimate_.interval
        covered += low <= truth <= high
    assert 0.92 <= covered / 300 <= 0.98


def test_interval_of_independent_views_is_not_short():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        low, high = GaussianInformation().fit(*rng.standard_normal((2, 200, 2))).estimate_.interval
        covered += low <= 0.0 <= high
    assert covered / 200 >= 0.95


def test_linear_maps_change_nothing_and_terms_average_to_the_formula():
    x, y = equicorrelated(2, 0.5, 500, 0)
    fitted = GaussianInformation().fit(x, y)
    mixed = GaussianInformation().fit(x @ [[2.0, 1.0], [0.0, 3.0]] + 7, y)
    assert mixed.estimate_.value == pytest.approx(fitted.estimate_.value, abs=1e-12)
    rho = canonical_correlations(x, y)
    formula = -0.5 * np.log1p(-(rho**2)).sum() - gaussian_bias(500, 2, 2)
    assert fitted.local_information_.mean() == pytest.approx(formula, abs=1e-12)


def test_dependent_columns_determined_views_and_too_few_rows():
    x, y = equicorrelated(2, 0.5, 100, 0)
    with pytest.raises(ValueError, match=r"columns of X are linearly dependent \(rank 2 of 3\)"):
        GaussianInformation().fit(np.column_stack([x, x.sum(1)]), y)
    with pytest.raises(ValueError, match="information is infinite"):
        GaussianInformation().fit(x, 3 * x)
    with pytest.raises(ValueError, match="needs more rows than columns"):
        GaussianInformation().fit(*equicorrelated(10, 0.5, 20, 0))
