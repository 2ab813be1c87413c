import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import MarkovKernel, check_data_processing
from infometer.quantities.data_processing import F_DIVERGENCES
from infometer.quantities.divergence import KINDS

ORDERS = (0, 0.3, 0.5, 1, 2, 7.5, math.inf)
ALL = [(kind, None) for kind in sorted(F_DIVERGENCES)] + [("renyi", order) for order in ORDERS]
sizes = st.integers(2, 6)


def laws(rng, n, m):
    """Laws with and without zeros."""
    rows = rng.dirichlet(np.full(m, rng.choice([0.2, 1.0, 5.0])), n)
    rows[rows < rng.choice([0.0, 0.1])] = 0.0
    return rows / rows.sum(axis=1, keepdims=True)


def test_every_kind_is_an_f_divergence_but_renyi():
    assert set(KINDS) == F_DIVERGENCES | {"renyi"}


@pytest.mark.parametrize(("kind", "order"), ALL)
@given(seed=st.integers(0, 10**6), n=sizes, m=sizes)
@settings(max_examples=40, deadline=None)
def test_no_kernel_raises_a_divergence(kind, order, seed, n, m):
    rng = np.random.default_rng(seed)
    kernel, (p, q) = laws(rng, n, m), laws(rng, 2, n)
    found = check_data_processing(kernel, p, q, kind, order)
    assert found.holds
    assert found.after <= found.before * (1 + 1e-9) + 1e-12
    if kind == "renyi":
        assert found.contraction_bound is None
    else:
        assert found.after <= found.contraction_bound * (1 + 1e-9) + 1e-12
        assert found.contraction_bound <= found.before


@pytest.mark.parametrize(("kind", "order"), ALL)
def test_a_kernel_that_relabels_gives_equality(kind, order):
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(5), 2)
    found = check_data_processing(np.eye(5)[rng.permutation(5)], p, q, kind, order)
    assert found.after == pytest.approx(found.before, rel=1e-12)
    assert found.holds


def test_total_variation_of_two_symbols_attains_the_bound():
    channel = MarkovKernel([[0.9, 0.1], [0.1, 0.9]])
    found = check_data_processing(channel, [1, 0], [0, 1], "tv")
    assert (found.before, found.after) == (1.0, pytest.approx(0.8))
    assert found.ratio == pytest.approx(found.contraction_bound)


def test_no_multiple_of_a_renyi_divergence_follows_from_total_variation():
    # For the order ∞ a kernel with the coefficient ½ may leave more than half of the divergence.
    kernel, p, q = [[0.5, 0.5], [0.0, 1.0]], [0.99, 0.01], [0.01, 0.99]
    found = check_data_processing(kernel, p, q, "renyi", math.inf)
    assert MarkovKernel(kernel).dobrushin() == 0.5
    assert found.ratio > 0.8
    assert found.contraction_bound is None
    assert found.holds


def test_what_is_infinite():
    disjoint = [1, 0], [0, 1]
    blurred = check_data_processing([[0.9, 0.1], [0.1, 0.9]], *disjoint)
    assert (blurred.before, blurred.ratio, blurred.contraction_bound) == (math.inf, 0.0, math.inf)
    assert blurred.after == pytest.approx(0.8 * math.log(9))
    kept = check_data_processing(np.eye(2), *disjoint)
    assert kept.after == kept.before == math.inf
    assert math.isnan(kept.ratio)
    forgotten = check_data_processing([[0.5, 0.5], [0.5, 0.5]], *disjoint)
    assert (forgotten.after, forgotten.contraction_bound) == (0.0, 0.0)
    assert blurred.holds
    assert kept.holds
    assert forgotten.holds


def test_of_two_equal_laws_there_is_no_ratio():
    found = check_data_processing(np.eye(2), [0.5, 0.5], [0.5, 0.5])
    assert found.before == found.after == found.contraction_bound == 0.0
    assert math.isnan(found.ratio)
    assert found.holds
    assert set(found.to_dict()) == {"before", "after", "ratio", "contraction_bound", "holds"}


def test_laws_and_kernels_of_short_floats():
    rng = np.random.default_rng(1)
    kernel = rng.dirichlet(np.ones(300), 300).astype(np.float16)
    p, q = rng.dirichlet(np.ones(300), 2).astype(np.float32)
    assert check_data_processing(kernel, p, q).holds


def test_tensors_are_taken():
    torch = pytest.importorskip("torch")
    p, q = torch.tensor([0.9, 0.1]), torch.tensor([0.5, 0.5])
    assert check_data_processing(torch.eye(2), p, q).ratio == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("p", "q", "kind", "message"),
    [
        ([1.0], [0.5, 0.5], "kl", "p has the shape"),
        ([0.5, 0.5], [0.5, 0.6], "kl", "q sums to 1.1"),
        ([[0.5, 0.5]], [0.5, 0.5], "kl", "p has the shape .* one law"),
        ([0.5, 0.5], [0.5, 0.5], "euclid", "kind is 'euclid'"),
        ([0.5, 0.5], [0.5, 0.5], "renyi", "order is None"),
    ],
)
def test_bad_input_is_named(p, q, kind, message):
    with pytest.raises(ValueError, match=message):
        check_data_processing(np.eye(2), p, q, kind)
