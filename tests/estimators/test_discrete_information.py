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


@pytest.mark.parametrize("method", ["plug-in", "miller-madow"])
def test_a_whole_weight_is_a_repeated_row_for_the_figure_and_not_for_its_error(method):
    x, y = noisy_labels(300, 0)
    weights = np.random.default_rng(1).integers(0, 5, 300)
    repeated = [np.repeat(v, weights) for v in (x, y)]
    fitted = DiscreteInformation(method).fit(x[:, None], y, weights)
    naive = DiscreteInformation(method).fit(repeated[0][:, None], repeated[1]).estimate_
    size = weights.sum() ** 2 / (weights @ weights)
    bias = 4 / 2 * (1 / size - 1 / weights.sum()) if method == "miller-madow" else 0.0
    found = fitted.estimate_
    assert found.value == pytest.approx(naive.value - bias)
    assert np.average(fitted.local_information_, weights=weights) == pytest.approx(found.value)
    assert found.standard_error > 1.4 * naive.standard_error
    scaled = DiscreteInformation(method).fit(x[:, None], y, 7.0 * weights).estimate_
    assert scaled.value == pytest.approx(found.value)
    assert scaled.p_value == pytest.approx(found.p_value)


def test_a_label_without_weight_is_no_label():
    x, y = noisy_labels(300, 0)
    weights = np.where(y == 2, 0.0, 1.0 + x)
    whole = DiscreteInformation().fit(x[:, None], y, weights).estimate_
    kept = y != 2
    part = DiscreteInformation().fit(x[kept][:, None], y[kept], weights[kept]).estimate_
    assert whole.value == pytest.approx(part.value)
    assert whole.standard_error == pytest.approx(part.standard_error)
    assert whole.p_value == pytest.approx(part.p_value)
    nothing = DiscreteInformation().fit(x[:, None], y, (y == 1).astype(float)).estimate_
    assert (nothing.value, nothing.interval, nothing.p_value) == (0.0, (0.0, 0.0), 1.0)


@pytest.mark.parametrize("method", ["grassberger", "chao-shen", "shrinkage"])
def test_formulas_of_whole_counts_refuse_weights(method):
    x, y = noisy_labels(50, 0)
    with pytest.raises(ValueError, match=r"a formula of whole counts.*expected 'miller-madow'"):
        DiscreteInformation(method).fit(x[:, None], y, np.arange(50))


WEIGHTS = {
    "x": lambda x, y, rng: np.array([1.0, 4.0])[x],
    "y": lambda x, y, rng: np.array([5.0, 1.0, 2.0])[y],
    "neither": lambda x, y, rng: rng.exponential(size=len(x)),
}


@pytest.mark.parametrize("weighs", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("n_permutations", [0, 19])
def test_weighted_p_values_are_uniform_where_there_is_nothing(weighs, n_permutations):
    """200 tables, p ≤ 0.1 in 20 ± 4.2 of them."""
    small = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x, y = rng.integers(0, 2, 150), rng.choice(3, 150, p=[0.2, 0.3, 0.5])
        estimator = DiscreteInformation(n_permutations=n_permutations, random_state=seed)
        found = estimator.fit(x[:, None], y, weighs(x, y, rng)).estimate_
        small += found.p_value <= 0.1
    assert 8 <= small <= 34


def test_the_weighted_interval_covers_under_the_law_that_weights_make():
    """Labels y = 0 were drawn half as often as they weigh; 150 draws of 400 rows."""
    covered, truth = 0, np.log(2) + 0.8 * np.log(0.8) + 0.2 * np.log(0.2)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        y = (rng.random(400) < 2 / 3).astype(int)
        x = np.where(rng.random(400) < 0.2, 1 - y, y)
        found = DiscreteInformation().fit(x[:, None], y, np.array([2.0, 1.0])[y]).estimate_
        covered += found.interval[0] <= truth <= found.interval[1]
    assert 0.9 <= covered / 150 <= 1.0
