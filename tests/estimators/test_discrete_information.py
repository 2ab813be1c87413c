import numpy as np
import pytest
from scipy.stats import chi2_contingency, kstest
from sklearn.metrics import mutual_info_score

from infometer.estimators import DiscreteInformation, symbol_information

METHODS = ("plug-in", "miller-madow", "grassberger", "chao-shen", "shrinkage")


def rows_of(table):
    table = np.asarray(table)
    first, second = np.indices(table.shape)
    return np.repeat(first.ravel(), table.ravel()), np.repeat(second.ravel(), table.ravel())


def noisy_labels(n, seed, flip=0.3, size=3):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, size, n)
    return x, np.where(rng.random(n) < flip, rng.integers(0, size, n), x)


def test_two_by_two_table():
    x, y = rows_of([[40, 10], [10, 40]])
    found = DiscreteInformation("plug-in").fit(x[:, None], y).estimate_
    assert found.value == pytest.approx(0.192745, abs=1e-6)
    assert found.ceiling == pytest.approx(np.log(2))
    # log p/pq is log 1.6 with 0.8 and log 0.4 with 0.2
    spread = 0.8 * 0.2 * np.log(1.6 / 0.4) ** 2
    assert found.standard_error == pytest.approx(np.sqrt(spread / 100 + 1 / 20000))


def test_agrees_with_scikit_learn_and_scipy():
    x, y = noisy_labels(400, 0, size=4)
    found = DiscreteInformation("plug-in").fit(x[:, None], y).estimate_
    assert found.value == pytest.approx(mutual_info_score(x, y))
    table = np.histogram2d(x, y, bins=4)[0]
    test = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert 2 * 400 * found.value == pytest.approx(test.statistic)
    assert found.p_value == pytest.approx(test.pvalue)


def test_miller_madow_takes_the_bias_off():
    """Independent labels: the plug-in mean is (a−1)(b−1)/2n = 0.0112; simulation error 0.0003."""
    draws = [noisy_labels(400, seed, flip=1.0, size=4) for seed in range(300)]
    plug_in = np.mean([symbol_information(*pair, "plug-in") for pair in draws])
    assert plug_in == pytest.approx(9 / 800, abs=0.001)
    assert abs(np.mean([symbol_information(*pair) for pair in draws])) < 0.001


def test_shrinkage_is_that_of_the_whole_table():
    x, y = rows_of([[9, 0, 2], [1, 5, 0]])
    p = np.array([[9, 0, 2], [1, 5, 0]]) / 17
    pull = (1 - (p**2).sum()) / 16 / ((1 / 6 - p) ** 2).sum()
    law = pull / 6 + (1 - pull) * p
    product = law.sum(1, keepdims=True) * law.sum(0, keepdims=True)
    expected = (law * np.log(law / product)).sum()
    assert symbol_information(x, y, "shrinkage") == pytest.approx(expected)


@pytest.mark.parametrize("method", METHODS)
def test_terms_have_the_figure_as_their_mean_and_names_do_not_matter(method):
    x, y = noisy_labels(200, 1)
    fitted = DiscreteInformation(method).fit(x[:, None], y)
    assert fitted.local_information_.mean() == pytest.approx(fitted.estimate_.value)
    named = DiscreteInformation(method).fit(
        np.array(["red", "green", "blue"])[x][:, None], np.array([7.5, -1.0, 0.0])[y]
    )
    assert named.estimate_.value == pytest.approx(fitted.estimate_.value)
    swapped = DiscreteInformation(method).fit(y[:, None], x)
    assert swapped.estimate_.value == pytest.approx(fitted.estimate_.value)


def test_columns_are_one_symbol_together():
    """Neither of two fair coins tells their exclusive or; both tell it all."""
    x = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], 25, axis=0)
    y = x[:, 0] ^ x[:, 1]
    assert DiscreteInformation("plug-in").fit(x, y).estimate_.value == pytest.approx(np.log(2))
    one = DiscreteInformation("plug-in").fit(x[:, :1], y).estimate_
    assert one.value == pytest.approx(0.0, abs=1e-12)
    both = DiscreteInformation("plug-in").fit(y[:, None], x).estimate_
    assert both.value == pytest.approx(np.log(2))


def test_interval_covers():
    """200 draws of 300 rows: 95 % nominal, whose own error is 1.5 %."""
    stay = 0.7 + 0.3 / 3
    truth = np.log(3) + stay * np.log(stay) + 2 * 0.1 * np.log(0.1)
    found = [
        DiscreteInformation().fit(x[:, None], y).estimate_
        for x, y in (noisy_labels(300, seed) for seed in range(200))
    ]
    covered = np.mean([e.interval[0] <= truth <= e.interval[1] for e in found])
    assert 0.90 <= covered <= 0.99


def test_p_values_are_uniform_where_there_is_nothing():
    values = [
        DiscreteInformation().fit(x[:, None], y).estimate_.p_value
        for x, y in (noisy_labels(300, seed, flip=1.0) for seed in range(200))
    ]
    assert kstest(values, "uniform").pvalue > 0.01


def test_permutations_replace_the_chi_square():
    x, y = noisy_labels(60, 0, flip=0.4)
    found = DiscreteInformation(n_permutations=99, random_state=0).fit(x[:, None], y).estimate_
    assert found.p_value == 0.01
    assert found.null[0] == pytest.approx(0.0, abs=0.01)
    assert found.parameters["p_value"] == "permutation"


def test_few_rows_for_many_cells_are_told():
    x, y = noisy_labels(50, 0, size=5)
    found = DiscreteInformation().fit(x[:, None], y).estimate_
    assert "50 rows for 5 × 5 cells" in found.warnings[0]


@pytest.mark.parametrize("method", METHODS)
def test_one_label_carries_nothing(method):
    found = DiscreteInformation(method).fit(np.zeros((30, 1)), np.arange(30) % 2).estimate_
    assert (found.value, found.interval, found.p_value) == (0.0, (0.0, 0.0), 1.0)


def test_missing_labels_are_refused():
    with pytest.raises(ValueError, match="column 0 of y has 1 missing labels"):
        DiscreteInformation().fit(np.arange(3)[:, None], np.array(["a", None, "b"], dtype=object))
