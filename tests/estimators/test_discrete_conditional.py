import numpy as np
import pytest
from scipy.stats import kstest

from infometer.estimators import (
    DiscreteConditionalInformation,
    DiscreteInformation,
    conditional_symbol_information,
    miller_madow_entropy,
    plug_in_entropy,
    symbol_codes,
    symbol_information,
)


def symbols(n, seed, *sizes):
    rng = np.random.default_rng(seed)
    return [symbol_codes(rng.integers(0, size, n)) for size in sizes]


@pytest.mark.parametrize(
    ("method", "entropy"), [("plug-in", plug_in_entropy), ("miller-madow", miller_madow_entropy)]
)
def test_it_is_the_sum_of_four_entropies(method, entropy):
    x, y, z = symbols(60, 0, 3, 4, 5)

    def of(*views):
        return entropy(np.bincount(symbol_codes(np.column_stack(views))))

    expected = of(x, z) + of(y, z) - of(x, y, z) - of(z)
    assert conditional_symbol_information(x, y, z, method) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", ["plug-in", "grassberger", "shrinkage"])
def test_a_constant_condition_leaves_the_information(method):
    x, y = symbols(80, 1, 3, 4)
    expected = symbol_information(x, y, method)
    assert conditional_symbol_information(x, y, 0 * x, method) == pytest.approx(expected)


def test_an_exclusive_or_tells_once_the_output_is_known():
    x, y, noise = np.random.default_rng(0).random((3, 4000)) < [[0.5], [0.5], [0.1]]
    found = DiscreteConditionalInformation().fit(x[:, None], y, x ^ y ^ noise).estimate_
    truth = np.log(2) + 0.1 * np.log(0.1) + 0.9 * np.log(0.9)
    assert found.interval[0] < truth < found.interval[1]
    assert found.p_value < 1e-100
    assert found.ceiling == pytest.approx(np.log(2), abs=0.01)
    assert DiscreteInformation().fit(x[:, None], y).estimate_.p_value > 0.01


def independent_given_z(seed, n=400):
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 3, n)
    return ((rng.random((2, n)) < (z + 1) / 4) * 1, z)


def test_the_p_value_is_uniform_where_nothing_is_left():
    p_values = [
        DiscreteConditionalInformation().fit(x[:, None], y, z).estimate_.p_value
        for (x, y), z in map(independent_given_z, range(200))
    ]
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_permutations_stay_within_the_strata():
    """x and y share z alone: to permute across the strata would show a p-value of 1/20."""
    (x, y), z = independent_given_z(0)
    estimator = DiscreteConditionalInformation(n_permutations=19, random_state=0)
    found = estimator.fit(x[:, None], y, z).estimate_
    assert found.p_value > 0.05
    assert found.parameters["p_value"] == "permutation"
    assert found.null[0] == pytest.approx(0, abs=0.01)
    assert estimator.fit(x[:, None], x ^ (z > 1), z).estimate_.p_value == 0.05


def test_few_rows_and_bad_conditions_are_told():
    x, y, z = symbols(40, 2, 3, 3, 4)
    found = DiscreteConditionalInformation().fit(x[:, None], y, z).estimate_
    assert "fewer than 5 a cell" in found.warnings[0]
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        DiscreteConditionalInformation().fit(x[:, None], y, z[1:])
    with pytest.raises(ValueError, match="column 0 of Z has 1 missing"):
        DiscreteConditionalInformation().fit(x[:, None], y, np.array([None, *"ab" * 19, "a"]))
