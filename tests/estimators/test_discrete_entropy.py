import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import entropy

from infometer.estimators import (
    DiscreteEntropy,
    chao_shen_entropy,
    grassberger_entropy,
    miller_madow_entropy,
    plug_in_entropy,
    shrinkage_entropy,
    symbol_codes,
)
from infometer.estimators.discrete_entropy import count_entropy

METHODS = ("plug-in", "miller-madow", "grassberger", "chao-shen", "shrinkage")
COUNTS = np.array([12, 7, 3, 1, 1, 0])


def test_plug_in_is_that_of_scipy():
    assert plug_in_entropy(COUNTS) == pytest.approx(entropy(COUNTS))
    assert miller_madow_entropy(COUNTS) == pytest.approx(entropy(COUNTS) + 4 / 48)


def test_grassberger_by_the_integral_of_the_paper():
    """G(m) = ψ(m) + (−1)^m ∫ x^(m−1) / (1 + x) dx, where ψ(m) = −γ + Σ 1/j."""

    def g(m):
        integral = quad(lambda x: x ** (m - 1) / (1 + x), 0, 1)[0]
        return -np.euler_gamma + sum(1 / j for j in range(1, m)) + (-1) ** m * integral

    seen = [12, 7, 3, 1, 1]
    expected = np.log(24) - sum(m * g(m) for m in seen) / 24
    assert grassberger_entropy(COUNTS) == pytest.approx(expected)
    assert g(2) == pytest.approx(2 - np.euler_gamma - np.log(2))


def test_chao_shen_by_its_sum():
    share = np.array([12, 7, 3, 1, 1]) / 24 * (1 - 2 / 24)
    expected = -sum(p * np.log(p) / (1 - (1 - p) ** 24) for p in share)
    assert chao_shen_entropy(COUNTS) == pytest.approx(expected)
    assert chao_shen_entropy([9]) == 0.0
    assert np.isfinite(chao_shen_entropy(np.ones(20)))


def test_shrinkage_has_the_least_expected_square_error_on_its_own_terms():
    """λ = Σ var(p_i) / Σ (1/m − p_i)², the variances being p(1 − p) / (n − 1)."""
    p = COUNTS / 24
    pull = (p * (1 - p)).sum() / 23 / ((1 / 6 - p) ** 2).sum()
    assert shrinkage_entropy(COUNTS) == pytest.approx(entropy(pull / 6 + (1 - pull) * p))
    assert shrinkage_entropy([5, 5, 5]) == pytest.approx(np.log(3))


@pytest.mark.parametrize("method", METHODS)
def test_one_symbol_has_no_entropy_and_many_rows_the_right_one(method):
    assert count_entropy([10**6], method) == pytest.approx(0.0, abs=2e-6)
    law = np.array([0.5, 0.25, 0.125, 0.125])
    assert count_entropy(np.round(law * 8e6), method) == pytest.approx(entropy(law), abs=1e-5)


def test_what_mends_the_bias_mends_it():
    """50 rows of 30 equally likely symbols: the plug-in figure is a quarter of a nat short."""
    rng = np.random.default_rng(0)
    draws = [np.bincount(rng.integers(0, 30, 50), minlength=30) for _ in range(300)]
    mean = {m: np.mean([count_entropy(c, m) for c in draws]) - np.log(30) for m in METHODS}
    assert mean["plug-in"] < -0.25
    for method in ("miller-madow", "grassberger", "chao-shen", "shrinkage"):
        assert abs(mean[method]) < 0.4 * abs(mean["plug-in"])


@pytest.mark.parametrize("counts", [[0.5, 0.5], [-1, 3], [0, 0], [[1, 2]]])
def test_a_law_is_no_count(counts):
    with pytest.raises(ValueError, match=r"expected whole numbers of rows, shape \(m,\)"):
        plug_in_entropy(counts)


def test_unknown_method_lists_the_known():
    with pytest.raises(ValueError, match="method is 'nsb'; it must be one of plug-in, miller"):
        DiscreteEntropy("nsb").fit(np.zeros((5, 1)))


def test_symbols_of_any_type_and_several_columns():
    rows = np.array([["a", 1], ["a", 2], ["b", 1], ["a", 1]], dtype=object)
    assert symbol_codes(rows).tolist() == [0, 1, 2, 0]
    assert symbol_codes(np.array([2.5, -1.0, 2.5])).tolist() == [0, 1, 0]
    many = np.random.default_rng(0).integers(0, 1000, (500, 40))  # 1000^40 does not fit an int
    assert len(np.unique(symbol_codes(many))) == 500


def test_missing_labels_are_refused():
    with pytest.raises(ValueError, match="column 1 of X has 1 missing labels"):
        DiscreteEntropy().fit(np.array([["a", "b"], ["a", None]], dtype=object))


def test_interval_covers():
    """200 draws of 300 rows: 95 % nominal, whose own error is 1.5 %."""
    law = np.array([0.6, 0.2, 0.1, 0.1])
    found = [
        DiscreteEntropy().fit(np.random.default_rng(s).choice(4, (300, 1), p=law)).estimate_
        for s in range(200)
    ]
    covered = np.mean([e.interval[0] <= entropy(law) <= e.interval[1] for e in found])
    assert 0.90 <= covered <= 0.99


def test_rows_that_all_differ_are_saturated():
    found = DiscreteEntropy("plug-in").fit(np.arange(50)[:, None]).estimate_
    assert found.quantity == "H(X)"
    assert found.value == pytest.approx(found.ceiling) == pytest.approx(np.log(50))
    assert found.saturated


def test_weighted_entropy_is_that_of_the_shares_of_weight():
    x = np.repeat(["a", "b", "c"], [10, 20, 70])[:, None]
    weights = np.repeat([7.0, 3.5, 1.0], [10, 20, 70])
    found = DiscreteEntropy("plug-in").fit(x, sample_weight=weights).estimate_
    assert found.value == pytest.approx(np.log(3))
    mended = DiscreteEntropy().fit(x, sample_weight=weights).estimate_
    size = weights.sum() ** 2 / (weights @ weights)
    assert mended.value == pytest.approx(np.log(3) + 1 / size)
    unseen = DiscreteEntropy().fit(x, sample_weight=(x[:, 0] != "a") * 1.0).estimate_
    assert unseen.value == pytest.approx(DiscreteEntropy().fit(x[10:]).estimate_.value)
    assert unseen.parameters == {"n_symbols": 2}
    with pytest.raises(ValueError, match="method is 'chao-shen', a formula of whole counts"):
        DiscreteEntropy("chao-shen").fit(x, sample_weight=weights)
