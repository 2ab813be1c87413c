import numpy as np
import pytest
from sklearn.feature_selection import mutual_info_classif

from infometer.estimators import Ross, label_entropy


def two_centres(sigma, n, seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    return (2.0 * y - 1 + sigma * rng.standard_normal(n))[:, None], y


@pytest.mark.parametrize(("sigma", "truth"), [(0.5, 0.632720), (1.0, 0.336831), (2.0, 0.111421)])
def test_two_centres(sigma, truth):
    assert (
        abs(float(Ross(interval=None).fit(*two_centres(sigma, 4000, 0)).estimate_) - truth) < 0.02
    )


def test_agrees_with_scikit_learn():
    x, y = two_centres(1.0, 500, 1)
    theirs = mutual_info_classif(x, y, n_neighbors=3, random_state=0)[0]
    assert float(Ross(interval=None).fit(x, y).estimate_) == pytest.approx(theirs, abs=1e-6)


def test_quantised_coordinate():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(4000, 2))
    found = Ross(interval=None).fit(x, np.floor(7 * x[:, 0]).astype(int)).estimate_
    assert found.value == pytest.approx(np.log(7), abs=0.1)
    assert found.ceiling == pytest.approx(np.log(7), abs=3e-3)


def test_text_labels_and_interval():
    x, y = two_centres(1.0, 600, 2)
    found = Ross(random_state=0).fit(x, np.where(y == 0, "cat", "dog")).estimate_
    assert found.interval[0] < 0.3368 < found.interval[1]


def test_no_interval_where_a_class_is_too_small_and_the_reason():
    x, y = two_centres(1.0, 300, 2)
    y[:5] = 2
    found = Ross(random_state=0).fit(x, y).estimate_
    assert found.interval is None
    assert "no interval: a class (2) would have 1 rows" in found.warnings[0]


def test_single_rows_are_refused():
    x, y = two_centres(1.0, 50, 2)
    y[0] = 9
    with pytest.raises(ValueError, match=r"classes with 1 row \(2\)|classes with 1 row \(9\)"):
        Ross().fit(x, y)


def test_one_class_carries_nothing():
    x, _ = two_centres(1.0, 50, 2)
    assert Ross().fit(x, np.zeros(50, dtype=int)).estimate_.value == 0.0


def test_permuted_labels_stay_in_the_null():
    x, y = two_centres(1.0, 400, 3)
    mixed = np.random.default_rng(0).permutation(y)
    found = Ross(interval=None, n_permutations=49, random_state=0).fit(x, mixed).estimate_
    assert found.p_value > 0.05
    assert (
        Ross(interval=None, n_permutations=49, random_state=0).fit(x, y).estimate_.p_value == 0.02
    )


def test_label_entropy():
    assert label_entropy(np.repeat(np.arange(10), 5)) == pytest.approx(2.302585, abs=1e-6)


def test_two_columns_of_labels_and_mixed_types_are_refused():
    x, y = two_centres(1.0, 60, 0)
    with pytest.raises(ValueError, match="y has 2 columns"):
        Ross().fit(x, np.column_stack([y, 1 - y]))
    with pytest.raises(ValueError, match="y mixes NoneType, str"):
        Ross().fit(x, np.array([None, "b"] * 30, dtype=object))
