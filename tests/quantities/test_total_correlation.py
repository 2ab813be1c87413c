import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import (
    conditional_entropy,
    dual_total_correlation,
    interaction_information,
    joint_entropy,
    mutual_information,
    o_information,
    total_correlation,
)

LOG2 = np.log(2)
ALL = (total_correlation, dual_total_correlation, o_information, interaction_information)


def some_law(seed, k=4):
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 4, k)
    cells = rng.gamma(0.5, size=shape) * (rng.random(shape) < 0.8)
    cells.flat[0] += 1e-6
    return cells / cells.sum()


def parity(k):
    return (np.indices((2,) * k).sum(axis=0) % 2 == 0) / 2 ** (k - 1)


def copies(k):
    p = np.zeros((2,) * k)
    p[(0,) * k] = p[(1,) * k] = 0.5
    return p


laws = st.integers(0, 2**32 - 1).map(some_law)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_copies_and_parity_of_k_bits(k):
    assert total_correlation(copies(k)) == pytest.approx((k - 1) * LOG2)
    assert dual_total_correlation(copies(k)) == pytest.approx(LOG2)
    assert o_information(copies(k)) == pytest.approx((k - 2) * LOG2)
    assert total_correlation(parity(k)) == pytest.approx(LOG2)
    assert dual_total_correlation(parity(k)) == pytest.approx((k - 1) * LOG2)
    assert o_information(parity(k)) == pytest.approx(-(k - 2) * LOG2)


@pytest.mark.parametrize(
    ("law", "signs"), [(copies, [1, -1, 1, -1]), (parity, [1, 1, 1, 1])], ids=["copies", "parity"]
)
def test_the_sign_of_interaction_is_that_of_mcgill(law, signs):
    found = [interaction_information(law(k)) for k in (2, 3, 4, 5)]
    assert found == pytest.approx([sign * LOG2 for sign in signs])


@given(laws)
@settings(max_examples=30, deadline=None)
def test_total_correlation_is_the_divergence_from_the_product_and_adds_up(p):
    margins = [p.sum(axis=tuple(j for j in range(4) if j != i)) for i in range(4)]
    product = np.einsum("i,j,k,l->ijkl", *margins)
    some = p > 0
    divergence = (p[some] * np.log(p[some] / product[some])).sum()
    assert total_correlation(p) == pytest.approx(divergence, abs=1e-12)
    grown = [mutual_information(p, range(i), i) for i in (1, 2, 3)]
    assert total_correlation(p) == pytest.approx(sum(grown), abs=1e-12)


@given(laws)
@settings(max_examples=30, deadline=None)
def test_dual_total_correlation_is_what_is_private_to_none(p):
    rest = [conditional_entropy(p, i, [j for j in range(4) if j != i]) for i in range(4)]
    total, dual = total_correlation(p), dual_total_correlation(p)
    assert dual == pytest.approx(joint_entropy(p) - sum(rest), abs=1e-12)
    assert total / 3 - 1e-12 <= dual <= 3 * total + 1e-12
    assert o_information(p) == pytest.approx(total - dual, abs=1e-12)


@given(laws)
@settings(max_examples=30, deadline=None)
def test_of_two_it_is_mutual_information_and_of_three_the_balance(p):
    pair = mutual_information(p, 3, 1)
    for quantity in ALL:
        expected = 0.0 if quantity is o_information else pair
        assert quantity(p, of=[1, 3]) == pytest.approx(expected, abs=1e-12)
    balance = mutual_information(p, 0, 1, given=3) - mutual_information(p, 0, 1)
    for three in itertools.permutations([0, 1, 3]):
        assert interaction_information(p, of=three) == pytest.approx(balance, abs=1e-12)
    assert o_information(p, of=[0, 1, 3]) == pytest.approx(-balance, abs=1e-12)


@given(laws)
@settings(max_examples=20, deadline=None)
def test_given_a_variable_it_is_the_mean_over_its_values(p):
    weights = p.sum(axis=(0, 1, 3))
    for quantity in ALL:
        parts = [
            weight * quantity(p[:, :, value] / weight)
            for value, weight in enumerate(weights)
            if weight > 0
        ]
        assert quantity(p, given=2) == pytest.approx(sum(parts), abs=1e-12)
        assert quantity(p, of=[0, 1, 3], given=2) == pytest.approx(sum(parts), abs=1e-12)


@given(laws)
@settings(max_examples=20, deadline=None)
def test_interaction_of_four_is_the_change_of_that_of_three(p):
    three, known = (interaction_information(p, of=[0, 1, 2], given=z) for z in ((), 3))
    assert interaction_information(p) == pytest.approx(known - three, abs=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [1, 2])
def test_dit_has_the_same_figures(seed):
    dit = pytest.importorskip("dit")
    p = some_law(seed)
    law = dit.Distribution(list(np.ndindex(p.shape)), p.ravel())
    for quantity in ALL:
        theirs = getattr(dit.multivariate, quantity.__name__)
        assert quantity(p) == pytest.approx(theirs(law) * LOG2, abs=1e-9)
        bits = theirs(law, [[0], [1], [3]], [2])
        assert quantity(p, of=[0, 1, 3], given=2) == pytest.approx(bits * LOG2, abs=1e-9)


def test_many_variables_and_what_is_refused():
    p = parity(16)
    assert total_correlation(p) == pytest.approx(LOG2, rel=1e-12)
    assert o_information(p) == pytest.approx(-14 * LOG2, rel=1e-12)
    assert total_correlation(p, of=3) == o_information([0.5, 0.5]) == 0.0
    with pytest.raises(ValueError, match=r"these 20 variables have 3.5e\+09 cells.*o_information"):
        interaction_information(np.full((2,) * 20, 2.0**-20))
    with pytest.raises(ValueError, match="of names 1 variable; an interaction has two or more"):
        interaction_information(p, of=3)
    with pytest.raises(ValueError, match="of and given both name 2"):
        total_correlation(p, of=[1, 2], given=2)
    with pytest.raises(ValueError, match="of names no variable"):
        dual_total_correlation([0.5, 0.5], given=0)
