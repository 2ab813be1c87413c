"""Capacity against closed forms, an independent solver and what must hold for any channel."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import entr

from infometer.quantities import channel_capacity
from infometer.quantities.markov_kernel import MarkovKernel

BITS = np.log(2)
seeds = st.integers(0, 2**32 - 1)


def channel(seed, n=None, m=None):
    rng = np.random.default_rng(seed)
    n, m = n or rng.integers(1, 7), m or rng.integers(1, 7)
    return rng.dirichlet(np.full(m, 10 ** rng.uniform(-1.5, 1)), n)


def flip(p):
    return np.array([[1 - p, p], [p, 1 - p]])


@pytest.mark.parametrize(
    ("kernel", "bits"),
    [
        (flip(0.1), 0.5310044),
        ([[1, 0], [0.5, 0.5]], np.log2(5) - 2),
        ([[0.7, 0.3, 0], [0, 0.3, 0.7]], 0.7),
        (np.eye(5), np.log2(5)),
        ([[0.2, 0.8]] * 3, 0.0),
        ([[1.0]], 0.0),
    ],
    ids=["BSC", "Z", "BEC", "noiseless", "useless", "constant"],
)
def test_channels_in_closed_form(kernel, bits):
    found = channel_capacity(kernel, tol=1e-11)
    assert found.capacity / BITS == pytest.approx(bits, abs=5e-8)
    assert found.gap <= 1e-11


def test_the_input_of_the_z_channel():
    found = channel_capacity([[1, 0], [0.5, 0.5]], tol=1e-12)
    np.testing.assert_allclose(found.input_law, [0.6, 0.4], atol=1e-6)
    assert float(found) == found.capacity


def test_equal_rows_and_columns_that_no_input_reaches():
    plain = channel_capacity(flip(0.1), tol=1e-12).capacity
    rows = channel_capacity(flip(0.1)[[0, 1, 0, 0]], tol=1e-12)
    columns = channel_capacity(np.insert(flip(0.1), 1, 0, axis=1), tol=1e-12)
    assert rows.capacity == pytest.approx(plain, abs=1e-11)
    assert columns.capacity == pytest.approx(plain, abs=1e-11)
    assert columns.output_law[1] == 0


def test_a_kernel_is_its_matrix():
    assert (
        channel_capacity(MarkovKernel(flip(0.2))).capacity == channel_capacity(flip(0.2)).capacity
    )


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_the_certificate(seed):
    matrix = channel(seed)
    found = channel_capacity(matrix)
    assert found.gap <= 1e-9
    assert found.capacity <= np.log(min(matrix.shape)) + 1e-12
    # Kuhn-Tucker: no symbol says more than the capacity, those that are used say as much
    excess = found.divergence - found.capacity
    assert excess.max() <= found.gap + 1e-14
    assert (found.input_law * abs(excess)).max() <= 1e-8
    np.testing.assert_allclose(found.output_law, found.input_law @ matrix)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_what_is_processed_carries_no_more_and_names_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    first = channel(seed, 4, 5)
    second = rng.dirichlet(np.ones(3), 5)
    whole = channel_capacity(first, tol=1e-11).capacity
    assert channel_capacity(first @ second).capacity <= whole + 1e-10
    shuffled = first[rng.permutation(4)][:, rng.permutation(5)]
    assert channel_capacity(shuffled, tol=1e-11).capacity == pytest.approx(whole, abs=2e-11)


def test_against_a_conic_solver():
    cvxpy = pytest.importorskip("cvxpy")
    for seed in range(4):
        matrix, cost = channel(seed, 4, 3), np.random.default_rng(seed).random(4)
        p = cvxpy.Variable(4, nonneg=True)
        told = cvxpy.sum(cvxpy.entr(p @ matrix)) - p @ entr(matrix).sum(1)
        budget = np.quantile(cost, 0.3)
        for limits in ([], [p @ cost <= budget]):
            problem = cvxpy.Problem(cvxpy.Maximize(told), [cvxpy.sum(p) == 1, *limits])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = problem.solve(solver="CLARABEL")
            asked = {"cost": cost, "budget": budget} if limits else {}
            assert channel_capacity(matrix, **asked).capacity == pytest.approx(value, abs=2e-7)


def test_a_noiseless_bit_of_which_one_symbol_costs():
    for budget in (0.05, 0.2, 0.45):
        found = channel_capacity(np.eye(2), cost=[0, 1], budget=budget)
        assert found.capacity == pytest.approx(entr([budget, 1 - budget]).sum(), abs=1e-9)
        assert found.cost == pytest.approx(budget)
        assert found.multiplier == pytest.approx(np.log(1 / budget - 1), abs=1e-3)
        assert found.gap <= 1e-9


def test_budgets_that_do_not_bind_or_leave_the_cheapest_symbols():
    free = channel_capacity(flip(0.1), cost=[0, 1], budget=0.9)
    assert free.capacity / BITS == pytest.approx(0.5310044, abs=1e-7)
    assert free.multiplier == 0
    cheapest = channel_capacity(np.eye(3), cost=[0, 0, 5], budget=0)
    assert cheapest.capacity == pytest.approx(np.log(2), abs=1e-9)
    assert cheapest.input_law[2] == 0
    # a straight stretch: equal rows at unlike costs
    twice = channel_capacity(flip(0.1)[[0, 1, 1]], cost=[0, 0, 3], budget=1)
    assert twice.capacity / BITS == pytest.approx(0.5310044, abs=1e-7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.5, 0.4]],), "row 0 of kernel sums to 0.9"),
        (([0.5, 0.5],), r"kernel has the shape \(2,\)"),
        ((np.eye(2), [0, 1]), "cost and budget go together"),
        ((np.eye(2), None, 1.0), "cost and budget go together"),
        ((np.eye(2), [0, 1, 2], 1.0), r"cost has the shape \(3,\)"),
        ((np.eye(2), [0, np.inf], 1.0), "one finite number"),
        ((np.eye(2), [1, 2], 0.5), "budget is 0.5; expected at least 1"),
        ((np.eye(2), [1, 2], np.nan), "budget is nan"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        channel_capacity(*arguments)


def test_a_kernel_too_large_is_refused_before_the_start(monkeypatch):
    import importlib

    module = importlib.import_module("infometer.quantities.channel_capacity")
    monkeypatch.setattr(module, "LARGEST", 8)
    with pytest.raises(ValueError, match="merge output symbols"):
        channel_capacity(np.eye(3))


def test_the_result_as_plain_values():
    values = channel_capacity(flip(0.1)).to_dict()
    assert values["input_law"] == pytest.approx([0.5, 0.5])
    assert values["cost"] == values["multiplier"] == 0
    assert "2 of 2 input symbols used" in repr(channel_capacity(flip(0.1)))
