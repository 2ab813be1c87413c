import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy as scipy_entropy

from infometer.quantities import entropy, joint_law, renyi_entropy, tsallis_entropy

P = np.array([0.5, 0.25, 0.125, 0.125])
masses = st.integers(1, 9).flatmap(lambda m: arrays(float, m, elements=st.floats(0.01, 1.0)))


def test_the_values_of_a_law_of_four():
    assert entropy(P) == pytest.approx(1.2130075660, abs=5e-11)
    assert entropy(P) / math.log(2) == pytest.approx(1.75, abs=1e-14)
    assert renyi_entropy(P, 0) == pytest.approx(math.log(4))
    assert renyi_entropy(P, 2) == pytest.approx(-math.log(0.34375))
    assert renyi_entropy(P, math.inf) == pytest.approx(math.log(2))
    assert tsallis_entropy(P, 0) == 3.0
    assert tsallis_entropy(P, 2) == pytest.approx(0.65625)
    assert tsallis_entropy(P, 1) == entropy(P)


@pytest.mark.parametrize("order", [0.0, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 2.0, 7.0, math.inf])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_all_orders_agree_on_a_uniform_law_and_its_zeros(order, size):
    p = np.r_[np.full(size, 1 / size), 0.0, 0.0]
    assert renyi_entropy(p, order) == pytest.approx(math.log(size), abs=1e-13)
    if order < math.inf:
        expected = math.log(size) if order == 1 else math.expm1((1 - order) * math.log(size))
        expected /= 1 if order == 1 else 1 - order
        assert tsallis_entropy(p, order) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@given(masses)
@settings(max_examples=60, deadline=None)
def test_the_renyi_entropy_falls_with_the_order(mass):
    p = mass / mass.sum()
    orders = (0.0, 0.2, 0.9, 0.999_999, 1.0, 1.000_001, 1.2, 2.0, 3.0, 30.0, math.inf)
    found = [renyi_entropy(p, order) for order in orders]
    assert all(b <= a + 1e-12 for a, b in pairwise(found))
    assert found[0] <= math.log(len(p)) + 1e-12
    assert found[7] <= 2 * found[-1] + 1e-12  # H_2 ≤ 2 H_∞
    assert found[-1] >= 0.0


@given(masses, st.floats(0.01, 5.0))
@settings(max_examples=60, deadline=None)
def test_tsallis_and_renyi_are_functions_of_one_sum(mass, order):
    p = mass / mass.sum()
    if abs(order - 1) > 1e-3:
        total = (p**order).sum()
        assert renyi_entropy(p, order) == pytest.approx(math.log(total) / (1 - order), abs=1e-10)
        assert tsallis_entropy(p, order) == pytest.approx((1 - total) / (order - 1), abs=1e-10)


@given(masses, masses)
@settings(max_examples=40, deadline=None)
def test_entropies_of_independent_variables_add_up(a, b):
    p, q = a / a.sum(), b / b.sum()
    for order in (0.0, 0.5, 1.0, 2.0, math.inf):
        whole = renyi_entropy(np.outer(p, q), order, axis=None)
        assert whole == pytest.approx(renyi_entropy(p, order) + renyi_entropy(q, order), abs=1e-12)


def test_agreement_with_scipy_along_an_axis():
    p = np.random.default_rng(0).dirichlet(np.ones(6), (4, 3)).transpose(2, 0, 1)
    assert np.allclose(entropy(p, axis=0), scipy_entropy(p, axis=0), rtol=1e-13)
    assert entropy(p, axis=0).shape == (4, 3)


@pytest.mark.filterwarnings("ignore")
def test_agreement_with_dit():
    dit = pytest.importorskip("dit")
    law = dit.Distribution(["0", "1", "2", "3"], list(P))
    for order in (0.5, 1, 2, 3):
        expected = dit.other.renyi_entropy(law, order) * math.log(2)
        assert renyi_entropy(P, order) == pytest.approx(expected, rel=1e-9)
        assert (
            tsallis_entropy(P, order)
            == pytest.approx(dit.other.tsallis_entropy(law, order), rel=1e-9)
            or order == 1
        )


def test_the_law_of_a_whole_table():
    law = joint_law([[40, 10], [10, 40]])
    assert entropy(law, axis=None) == pytest.approx(entropy([0.4, 0.1, 0.1, 0.4]))
    assert isinstance(entropy(law, axis=None), float)


def test_logits_of_minus_infinity_and_such_that_underflow():
    z = np.array([0.0, 0.0, -np.inf, -5000.0])
    assert entropy(z, from_logits=True) == pytest.approx(math.log(2))
    assert renyi_entropy(z, 0, from_logits=True) == pytest.approx(math.log(3))
    assert tsallis_entropy(z, 0, from_logits=True) == pytest.approx(2.0)
    assert entropy([7.0], from_logits=True) == 0.0


@pytest.mark.parametrize("order", [0.0, 0.5, 1.0, 2.0, math.inf])
def test_a_law_that_is_sure_has_entropy_0_without_a_sign(order):
    assert str(renyi_entropy([1.0, 0.0], order)) == "0.0"
    assert order == math.inf or str(tsallis_entropy([1.0, 0.0], order)) == "0.0"


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e4])
def test_float32_logits_of_a_vocabulary_keep_five_digits(offset):
    z = (np.random.default_rng(0).normal(size=(2, 50_000)) + offset).astype(np.float32)
    wide = z.astype(float)
    log_p = wide - wide.max(-1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(-1, keepdims=True))
    expected = -(np.exp(log_p) * log_p).sum(-1)
    assert np.allclose(entropy(z, from_logits=True), expected, rtol=1e-12)
    p = np.exp(log_p).astype(np.float32)
    assert np.allclose(entropy(p), expected, rtol=1e-5)


def test_orders_that_are_refused():
    for function, order in [(renyi_entropy, -1), (renyi_entropy, math.nan), (tsallis_entropy, -1)]:
        with pytest.raises(ValueError, match=r"order is .* not negative"):
            function(P, order)
    with pytest.raises(ValueError, match="order is inf; expected a finite number"):
        tsallis_entropy(P, math.inf)
