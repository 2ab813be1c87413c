"""V-information by laws of fixed variance, beside the variance that is explained."""

import math

import numpy as np
import pytest
from joblib import parallel_config
from scipy.stats import laplace, norm
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, QuantileRegressor
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor

from infometer.estimators.predictive import fixed_variance_information
from infometer.resampling import subsampling_splits


def linear_data(n, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    return X, X @ [1.0, -2.0, 0.5] + 1.5 * rng.standard_normal(n) + 7


def test_it_is_the_variance_that_a_linear_model_explains():
    X, y = linear_data(20000)
    found = fixed_variance_information(LinearRegression(), X, y, random_state=0)
    explained, share = 5.25, 5.25 / 7.5
    assert abs(found.information.value - explained) < 3 * found.information.standard_error
    assert found.information.value / np.var(y) == pytest.approx(share, abs=0.01)


def test_it_equals_what_cross_validation_by_other_code_gives():
    X, y = linear_data(200)
    (part,) = subsampling_splits(200, parts=(5,), repeats=1, random_state=3)
    folds = PredefinedSplit(part)
    seen = cross_val_predict(LinearRegression(), X, y, cv=folds)
    null = cross_val_predict(DummyRegressor(), X, y, cv=folds)
    found = fixed_variance_information(LinearRegression(), X, y, variance=3.0, random_state=3)
    scale = math.sqrt(3.0)
    np.testing.assert_allclose(found.log_p, norm.logpdf(y, seen, scale))
    np.testing.assert_allclose(found.log_p_null, norm.logpdf(y, null, scale))
    np.testing.assert_allclose(found.pvi.mean(), found.information.value)
    assert found.conditional_entropy.value == pytest.approx(-found.log_p.mean())


def test_laplace_laws_give_the_reduction_of_the_absolute_deviation():
    rng = np.random.default_rng(1)
    X = rng.integers(0, 2, (1000, 1)).astype(float)
    y = 6 * X[:, 0] + rng.laplace(size=1000)
    median = QuantileRegressor(quantile=0.5, alpha=0)
    found = fixed_variance_information(median, X, y, law="laplace", random_state=0)
    expected = np.mean(np.abs(y - np.median(y))) - 1  # E|Y - 6X| of the noise is 1
    assert found.information.value == pytest.approx(expected, abs=0.1)
    wide = fixed_variance_information(median, X, y, law="laplace", variance=8.0, random_state=0)
    assert wide.information.value == pytest.approx(found.information.value / 2)
    (part,) = subsampling_splits(1000, parts=(5,), repeats=1, random_state=0)
    seen = cross_val_predict(median, X, y, cv=PredefinedSplit(part))
    np.testing.assert_allclose(wide.log_p, laplace.logpdf(y, seen, 2.0))


def test_noise_gives_nothing_and_overfitting_less_than_nothing():
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((500, 5)), rng.standard_normal(500)
    nearest = fixed_variance_information(KNeighborsRegressor(1), X, y, random_state=0)
    assert nearest.information.value == pytest.approx(-1.0, abs=0.3)  # 1 - 2 in expectation
    assert nearest.in_sample.value == pytest.approx(np.var(y), rel=0.02)
    assert nearest.gap > 1.5
    linear = fixed_variance_information(LinearRegression(), X, y, random_state=0)
    assert linear.information.p_value > 0.01


def test_information_does_not_depend_on_an_offset_or_on_the_number_of_jobs():
    X, y = linear_data(100)
    one = fixed_variance_information(LinearRegression(), X, y, random_state=0)
    with parallel_config("threading"):
        two = fixed_variance_information(LinearRegression(), X, y + 1e4, random_state=0, n_jobs=2)
    np.testing.assert_allclose(one.pvi, two.pvi, atol=1e-6)


def test_groups_are_held_out_whole():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(60), 5)
    X, y = rng.standard_normal((60, 4))[groups], rng.standard_normal(60)[groups]
    leaking = fixed_variance_information(KNeighborsRegressor(1), X, y, random_state=0)
    whole = fixed_variance_information(KNeighborsRegressor(1), X, y, groups=groups, random_state=0)
    assert leaking.information.value > 0.5 > 0 > whole.information.value


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"law": "cauchy"}, "law is 'cauchy'; expected 'gaussian' or 'laplace'"),
        ({"variance": 0.0}, r"variance is 0\.0; expected a positive number"),
        ({"cv": 1}, "cv is 1; it must be a whole number, at least 2"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        fixed_variance_information(LinearRegression(), *linear_data(20), **settings)


def test_labels_and_classifiers_are_refused():
    from sklearn.linear_model import LogisticRegression

    X, y = linear_data(20)
    with pytest.raises(ValueError, match="no scikit-learn regressor; for labels"):
        fixed_variance_information(LogisticRegression(), X, y)
    with pytest.raises(ValueError, match=r"y has shape \(20,\) and holds <U1"):
        fixed_variance_information(LinearRegression(), X, np.full(20, "a"))
    with pytest.raises(ValueError, match="y contains NaN"):
        fixed_variance_information(LinearRegression(), X, np.full(20, np.nan))
