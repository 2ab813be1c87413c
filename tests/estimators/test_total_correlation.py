import numpy as np
import pandas as pd
import pytest
from scipy.special import digamma

import infometer
from infometer.contracts import HighDimensionWarning
from infometer.estimators import (
    gao_terms,
    ksg_terms,
    mutual_information,
    total_correlation,
    total_correlation_terms,
)

CORRELATIONS = np.array([[1, 0.6, 0.3], [0.6, 1, 0.5], [0.3, 0.5, 1]])


def gaussian(n, seed=0):
    return np.random.default_rng(seed).standard_normal((n, 3)) @ np.linalg.cholesky(CORRELATIONS).T


def by_definition(views, k):
    apart = [np.abs(view[:, None] - view[None]).max(-1) for view in views]
    joint = np.max(apart, axis=0)
    radii = np.sort(joint, axis=1)[:, k]
    around = [digamma((d < radii[:, None]).sum(axis=1)) for d in apart]
    n, m = len(joint), len(views)
    return digamma(k) + (m - 1) * digamma(n) - np.sum(around, axis=0).mean()


def test_terms_are_those_of_the_paper():
    x = gaussian(150)
    views = [x[:, :1], x[:, 1:2], x[:, 1:]]
    assert total_correlation_terms(views, 4).mean() == pytest.approx(by_definition(views, 4))


def test_of_two_views_the_terms_are_those_of_ksg_and_of_gao():
    x = gaussian(150)
    assert np.allclose(total_correlation_terms([x[:, :1], x[:, 1:]]), ksg_terms(x[:, :1], x[:, 1:]))
    flat = np.maximum(x.round(1), 0)
    views = [flat[:, :1], flat[:, 1:]]
    assert np.allclose(total_correlation_terms(views), gao_terms(*views))


def test_gaussian_columns():
    """4 draws of 2000 rows, whose mean has an error of about 0.02."""
    assert infometer.total_correlation is total_correlation
    truth = -0.5 * np.log(np.linalg.det(CORRELATIONS))
    found = [total_correlation(gaussian(2000, seed), interval=None).value for seed in range(4)]
    assert np.mean(found) == pytest.approx(truth, abs=0.06)


@pytest.mark.parametrize("kind", ["continuous", "discrete"])
def test_of_two_columns_it_is_mutual_information(kind):
    x = gaussian(400)[:, :2]
    x = x if kind == "continuous" else (2 * x).round().clip(-2, 2)
    found = total_correlation(x, random_state=0)
    same = mutual_information(x[:, 0], x[:, 1], random_state=0)
    assert found.value == pytest.approx(same.value, abs=1e-12)
    assert found.standard_error == pytest.approx(same.standard_error, rel=1e-6)
    assert found.parameters["x_type"] == kind


def test_an_exclusive_or_is_one_bit_of_three_columns():
    x, y = np.random.default_rng(0).integers(0, 2, (2, 4000))
    found = total_correlation(np.column_stack([x, y, x ^ y]), estimator="plug-in", unit="bits")
    assert found.bits == pytest.approx(1, abs=0.01)
    assert found.quantity == "TC(X)"


def test_labels_among_numbers_have_no_units_and_no_names():
    x, y, z = gaussian(300).T
    frame = pd.DataFrame({"x": x, "y": y, "label": np.where(z > 0, "up", "down")})
    found = total_correlation(frame, interval=None)
    assert found.parameters["x_type"] == "mixed (2 continuous, 1 discrete)"
    scaled = frame.assign(x=1024 * x, label=np.where(z > 0, "a", "b"))
    assert total_correlation(scaled, interval=None).value == found.value
    assert found.value > mutual_information(x, y, interval=None).value


def test_equal_columns_of_numbers_stand_at_the_ceiling_and_are_infinite():
    x = gaussian(300)[:, 0]
    found = total_correlation(np.column_stack([x, x, x]), random_state=0)
    assert found.ceiling == pytest.approx(2 * (digamma(300) - digamma(3)))
    assert found.value == pytest.approx(found.ceiling)
    assert any("2 columns of the very same numbers" in text for text in found.warnings)
    two = total_correlation(np.column_stack([x, x]), interval=None)
    assert two.ceiling == mutual_information(x, x, interval=None).ceiling
    plain = total_correlation(gaussian(300), interval=None)
    assert plain.value < plain.ceiling
    assert plain.warnings == ()


def test_constant_columns_add_nothing():
    x = gaussian(100)
    found = total_correlation(np.column_stack([x, np.ones(100)]), interval=None)
    assert found.value == total_correlation(x, interval=None).value
    assert total_correlation(np.ones((9, 3))).interval == (0.0, 0.0)


def test_what_cannot_be_is_refused_and_many_columns_warn():
    with pytest.raises(ValueError, match="x has 1 column"):
        total_correlation(np.arange(9.0))
    with pytest.raises(ValueError, match="x is continuous and 'plug-in' takes labels"):
        total_correlation(gaussian(9), estimator="plug-in")
    with pytest.raises(ValueError, match="estimator is 'gao'"):
        total_correlation(gaussian(9), estimator="gao")
    with pytest.raises(ValueError, match="x has 4 rows"):
        total_correlation(gaussian(4))
    with pytest.warns(HighDimensionWarning):
        total_correlation(np.random.default_rng(0).standard_normal((50, 11)), interval=None)
