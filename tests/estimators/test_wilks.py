import numpy as np
import pytest
from scipy.stats import chi2, f_oneway, kstest, pearsonr

from infometer.estimators import GaussianCopula, GaussianInformation, canonical_correlations
from infometer.estimators.wilks import wilks_p_value


def test_of_a_pair_it_is_the_t_test_of_the_correlation():
    x, y = np.random.default_rng(0).standard_normal((2, 25))
    rho = canonical_correlations(x[:, None], y[:, None])
    assert wilks_p_value(rho, 25, 1, 1) == pytest.approx(pearsonr(x, y).pvalue)


def test_of_indicators_it_is_the_analysis_of_variance():
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal(40), np.arange(40) % 4
    rho = canonical_correlations(x[:, None], np.eye(4)[labels][:, :3])
    expected = f_oneway(*(x[labels == label] for label in range(4))).pvalue
    assert wilks_p_value(rho, 40, 1, 3) == pytest.approx(expected)


def test_of_many_rows_it_is_the_chi_square_of_bartlett():
    x, y = np.random.default_rng(0).standard_normal((2, 3000, 4))
    rho = canonical_correlations(x, y[:, :3])
    statistic = -(3000 - 1 - 4) * np.log1p(-(rho**2)).sum()
    assert wilks_p_value(rho, 3000, 4, 3) == pytest.approx(chi2.sf(statistic, 12), abs=1e-4)


@pytest.mark.parametrize("estimator", [GaussianInformation(), GaussianCopula()])
@pytest.mark.parametrize(("n", "dx", "dy"), [(10, 1, 1), (30, 2, 2), (40, 3, 4)])
def test_p_values_are_uniform_where_there_is_nothing(estimator, n, dx, dy):
    rng = np.random.default_rng(0)
    values = [
        estimator.fit(rng.standard_normal((n, dx)), rng.standard_normal((n, dy))).estimate_.p_value
        for _ in range(200)
    ]
    assert kstest(values, "uniform").pvalue > 0.01


def test_weights_groups_and_permutations_have_no_such_p_value():
    x, y = np.random.default_rng(0).standard_normal((2, 60, 1))
    groups = np.arange(60) % 10
    assert GaussianInformation().fit(x, y).estimate_.p_value is not None
    assert GaussianInformation().fit(x, y, groups=groups).estimate_.p_value is None
    assert GaussianInformation().fit(x, y, np.arange(60)).estimate_.p_value is None
    permuted = GaussianInformation(n_permutations=19, random_state=0).fit(x, y).estimate_
    assert 20 * permuted.p_value == pytest.approx(round(20 * permuted.p_value))
