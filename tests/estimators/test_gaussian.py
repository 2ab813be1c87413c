import numpy as np
import pytest

from infometer.estimators import (
    GaussianInformation,
    canonical_correlations,
    gaussian_bias,
    gaussian_terms,
)


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


def weighted_pair(seed, n=120):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    y = x @ [[0.5, 0.1], [0.0, 0.4]] + rng.standard_normal((n, 2))
    return x, y, rng.integers(0, 5, n)


def test_a_whole_weight_is_a_repeated_row_for_the_figure_and_not_for_its_error():
    x, y, weights = weighted_pair(0)
    repeated = [np.repeat(v, weights, axis=0) for v in (x, y)]
    rho = canonical_correlations(x, y, weights)
    assert rho == pytest.approx(canonical_correlations(*repeated))
    terms = gaussian_terms(x, y, weights)
    assert terms[weights > 0] == pytest.approx(gaussian_terms(*repeated)[first_of(weights)])
    assert np.average(terms, weights=weights) == pytest.approx(-0.5 * np.log1p(-(rho**2)).sum())
    found = GaussianInformation().fit(x, y, weights).estimate_
    naive = GaussianInformation().fit(*repeated).estimate_
    assert found.standard_error > 1.3 * naive.standard_error
    size = weights.sum() ** 2 / (weights @ weights)
    plug_in = -0.5 * np.log1p(-(rho**2)).sum()
    assert found.value == pytest.approx(plug_in - gaussian_bias(size, 2, 2))


def first_of(weights):
    """Where each repeated row first stands."""
    return (np.cumsum(weights) - weights)[weights > 0]


def test_rows_of_weight_zero_are_no_rows():
    x, y, weights = weighted_pair(1)
    kept = weights > 0
    wild = np.where(kept[:, None], x, 1e6 * (1 + np.arange(120))[:, None] * [1.0, -1.0])
    whole = GaussianInformation().fit(wild, y, weights).estimate_
    part = GaussianInformation().fit(x[kept], y[kept], weights[kept]).estimate_
    assert whole.value == pytest.approx(part.value, abs=1e-6)
    assert whole.standard_error == pytest.approx(part.standard_error, rel=1e-4)
    spread = np.where(kept, 0.0, np.arange(120))[:, None]
    assert GaussianInformation().fit(spread, y, weights).estimate_.value == 0.0


@pytest.mark.parametrize("d", [1, 2])
def test_the_weighted_interval_covers_under_the_law_that_weights_make(d):
    """Drawn with ρ = 0.3, weighted to ρ = 0.6 by the ratio of densities; 150 draws."""
    covered, truth = 0, -0.5 * d * np.log(1 - 0.36)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((600, d))
        y = 0.3 * x + np.sqrt(1 - 0.09) * rng.standard_normal((600, d))
        ratio = [
            -((y - rho * x) ** 2).sum(1) / (2 * (1 - rho**2)) - d / 2 * np.log(1 - rho**2)
            for rho in (0.6, 0.3)
        ]
        found = GaussianInformation().fit(x, y, np.exp(ratio[0] - ratio[1])).estimate_
        covered += found.interval[0] <= truth <= found.interval[1]
    assert 0.87 <= covered / 150 <= 1.0


def test_weighted_permutations_hold_where_weights_depend_on_x():
    """150 draws, p ≤ 0.1 in 15 ± 3.7 of them."""
    small = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((2, 60, 1))
        estimator = GaussianInformation(n_permutations=19, random_state=seed)
        small += estimator.fit(x, y, np.exp(x[:, 0])).estimate_.p_value <= 0.1
    assert 5 <= small <= 27


def test_too_little_weight_for_the_columns_is_told():
    x, y, _ = weighted_pair(0)
    with pytest.raises(ValueError, match="rows by their weights for 2 \\+ 2 columns"):
        GaussianInformation().fit(x, y, np.r_[np.full(4, 1e6), np.ones(116)])
