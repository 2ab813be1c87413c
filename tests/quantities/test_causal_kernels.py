import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import (
    CausalKernels,
    directed_information,
    directed_information_rate,
    hmm_entropy_rate,
    kernel_directed_information,
)

BITS = math.log(2.0)
FLIP = np.array([[0.7, 0.3], [0.3, 0.7]])
NOISE = np.array([[0.8, 0.2], [0.2, 0.8]])


def markov(transition, channel):
    return CausalKernels.from_functions(
        lambda x, y: transition[x[-1]] if x else [0.5, 0.5], lambda x, y: channel[x[-1]]
    )


def random_kernels(seed, k=3, a=2, b=3):
    rng = np.random.default_rng(seed)
    return CausalKernels(
        rng.dirichlet(np.ones(a), k),
        rng.dirichlet(np.ones(b), (k, a)),
        rng.integers(0, k, (k, a, b)),
        start=int(rng.integers(k)),
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_recursion_equals_the_enumeration(seed):
    kernels = random_kernels(seed)
    recursion = kernel_directed_information(kernels, 4)
    enumeration = directed_information(kernels.law(4), range(4), range(4, 8))
    for part in ("forward_steps", "reverse_steps", "instantaneous_steps"):
        assert getattr(recursion, part) == pytest.approx(getattr(enumeration, part), abs=1e-12)


def test_the_law_is_the_product_of_the_kernels():
    kernels = CausalKernels.from_functions(
        lambda x, y: [[0.2, 0.8], [0.6, 0.4]][(x + y)[0]] if x else [0.3, 0.7],
        lambda x, y: [[0.1, 0.9], [0.5, 0.5]][sum(x + y) % 2],
        memory=2,
    )
    law = kernels.law(3)
    assert law.names == ("x1", "x2", "x3", "y1", "y2", "y3")
    assert law.p.sum() == pytest.approx(1.0)
    x, y = (1, 0, 1), (0, 1, 1)
    by_hand = 0.7 * 0.5  # x1 = 1; of x1 = 1 the sum is odd
    by_hand *= 0.6 * 0.5  # x2 after x1 = 1; 1 + 0 + 0 is odd
    by_hand *= 0.4 * 0.5  # x3 after x1 = 1; 1 + 0 + 1 + 0 + 1 is odd
    assert law.p[x + y] == pytest.approx(by_hand)


def test_the_rate_of_a_markov_source_through_noise():
    rate = directed_information_rate(markov(FLIP, NOISE), 16)
    assert [bound / BITS for bound in rate] == pytest.approx([0.2619594890] * 2, abs=1e-10)
    outputs = hmm_entropy_rate(FLIP, NOISE, 16)
    noise = -sum(p * math.log(p) for p in (0.2, 0.8))
    assert rate.lower == pytest.approx(outputs.lower - noise, abs=1e-12)
    other = directed_information_rate(
        markov([[0.8, 0.2], [0.2, 0.8]], [[0.9, 0.1], [0.1, 0.9]]), 16
    )
    assert other.upper / BITS == pytest.approx(0.4144657574, abs=1e-10)


@pytest.mark.parametrize(("order", "printed"), [(1, 0.26306), (2, 0.26204), (3, 0.26197)])
def test_the_upper_bound_is_the_rate_of_finite_order(order, printed):
    rate = directed_information_rate(markov(FLIP, NOISE), order + 1)
    assert rate.upper / BITS == pytest.approx(printed, abs=5e-6)
    assert rate.lower / BITS < 0.2619594890 < rate.upper / BITS


def test_the_steps_approach_the_rate_with_feedback_too():
    kernels = CausalKernels.from_functions(
        lambda x, y: (
            [[0.8, 0.2], [0.5, 0.5], [0.4, 0.6], [0.1, 0.9]][2 * y[-1] + x[-1]] if x else [0.5, 0.5]
        ),
        lambda x, y: [0.9 - 0.6 * x[-1], 0.1 + 0.6 * x[-1]],
    )
    rate = directed_information_rate(kernels, 12)
    late = kernel_directed_information(kernels, 14).forward_steps[-1]
    assert rate.gap < 1e-6
    assert late == pytest.approx(rate.upper, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.5, 0.5]], np.full((1, 2, 2), 0.5), np.ones((1, 2, 2), int)), "the state 1"),
        (([[0.5, 0.5]], np.full((1, 2, 2), 0.5), np.zeros((1, 2, 2), int), 3), "the state 3"),
        (([[0.5, 0.5]], np.full((1, 3, 2), 0.5), np.zeros((1, 3, 2), int)), r"\(k, a, b\)"),
        (([[0.5, 0.6]], np.full((1, 2, 2), 0.5), np.zeros((1, 2, 2), int)), "row 0 of source"),
        (([[0.5, 0.5]], np.full((1, 2, 2), 0.4), np.zeros((1, 2, 2), int)), "of channel sums"),
    ],
)
def test_bad_kernels_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        CausalKernels(*arguments)


def test_short_floats_are_laws_and_states_may_be_floats_that_are_whole():
    rows = np.float32([[[0.9, 0.1], [0.1, 0.9]]])
    kernels = CausalKernels(np.float32([[0.3, 0.7]]), rows, np.zeros((1, 2, 2)))
    assert kernels.law(3).p.sum() == pytest.approx(1.0, abs=1e-14)
    with pytest.raises(ValueError, match=r"n is 2\.0; expected the number of steps"):
        kernels.law(2.0)


def test_bad_functions_are_named():
    with pytest.raises(ValueError, match="source returned rows"):
        CausalKernels.from_functions(
            lambda x, y: [0.2, 0.3, 0.5] if x else [0.5, 0.5], lambda x, y: [0.5, 0.5]
        )
    with pytest.raises(ValueError, match="memory is 12, which asks for 22,369,621 states"):
        CausalKernels.from_functions(lambda x, y: [0.5, 0.5], lambda x, y: [0.5, 0.5], memory=12)


def test_sizes_are_refused_with_the_way_out():
    kernels = markov(FLIP, NOISE)
    with pytest.raises(ValueError, match="kernel_directed_information needs no joint law"):
        kernels.law(14)
    for function in (kernel_directed_information, directed_information_rate):
        with pytest.raises(ValueError, match="n is 0"):
            function(kernels, 0)


def test_a_long_run_is_cheap_where_pasts_lead_to_few_beliefs():
    kernels = markov(FLIP, np.array([[1.0, 0.0], [0.5, 0.5]]))  # a 1 tells the state
    rate = directed_information_rate(kernels, 400)
    assert rate.gap < 1e-12
    flow = kernel_directed_information(kernels, 400)
    assert flow.forward_steps[-1] == pytest.approx(rate.upper)
    assert flow.reverse == pytest.approx(0.0, abs=1e-10)
