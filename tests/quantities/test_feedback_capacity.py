import math

import numpy as np
import pytest

from infometer.quantities import (
    CausalKernels,
    channel_capacity,
    directed_information_rate,
    ma1_feedback_capacity,
    unifilar_feedback_bound,
)
from infometer.quantities.hmm_entropy_rate import output_entropies

BITS = math.log(2.0)
GOLDEN = (1 + math.sqrt(5)) / 2
TRAPDOOR_GRAPH = np.array([[0, 2], [0, 3], [0, 3], [1, 3]])
ISING_GRAPH = np.array([[1, 2], [3, 2], [1, 0], [1, 2]])

EITHER = np.zeros((2, 2, 2))  # the output is the input or the state, as often
TRAPDOOR_NEXT = np.zeros((2, 2, 2), dtype=int)  # the ball that stays in the box
ISING_NEXT = np.zeros((2, 2, 2), dtype=int)  # the input before
for s, x, y in np.ndindex(2, 2, 2):
    EITHER[s, x, y] = ((x == y) + (s == y)) / 2
    TRAPDOOR_NEXT[s, x, y] = (s + x - y) % 2
    ISING_NEXT[s, x, y] = x


def scheme(source, next_state, graph):
    """A scheme p(x | q, s) with its channel; its states are the pairs (q, s)."""
    following = (graph[:, None, None, :] * 2 + next_state).reshape(-1, 2, 2)
    return CausalKernels(source, np.tile(EITHER, (len(graph), 1, 1)), following)


def h(p):
    return -(p * math.log(p) + (1 - p) * math.log(1 - p))


@pytest.mark.parametrize(("alpha", "power", "bits"), [(0.5, 1.0, 0.7879866), (0.9, 2.0, 1.2923263)])
def test_the_known_capacities_of_moving_averages(alpha, power, bits):
    assert ma1_feedback_capacity(alpha, power) / BITS == pytest.approx(bits, abs=1e-7)
    assert ma1_feedback_capacity(-alpha, power) == ma1_feedback_capacity(alpha, power)


@pytest.mark.parametrize("power", [1e-9, 1.0, 1e9])
def test_white_noise_has_the_capacity_without_feedback(power):
    assert ma1_feedback_capacity(0.0, power) == pytest.approx(0.5 * math.log1p(power), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.3, 1.0])
@pytest.mark.parametrize("power", [1e-6, 0.5, 30.0])
def test_the_capacity_solves_its_equation_and_grows_with_memory(alpha, power):
    capacity = ma1_feedback_capacity(alpha, power)
    x = math.exp(-capacity)
    assert power * x**2 == pytest.approx(-math.expm1(-2 * capacity) * (1 - alpha * x) ** 2)
    assert capacity > ma1_feedback_capacity(alpha / 2, power)


@pytest.mark.parametrize("power", [1e-300, 1e-60, 1e-30])
def test_little_power_keeps_its_digits_at_full_memory(power):
    """2C · C² = P where C is small."""
    assert ma1_feedback_capacity(1.0, power) == pytest.approx((power / 2) ** (1 / 3), rel=1e-9)


def test_much_power_is_half_its_logarithm():
    assert ma1_feedback_capacity(0.5, 1e308) == pytest.approx(0.5 * math.log(1e308), rel=1e-12)


def test_no_power_tells_nothing():
    assert ma1_feedback_capacity(1.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("alpha", "power", "message"),
    [(1.5, 1.0, "alpha is 1.5"), (math.nan, 1.0, "alpha is nan"), (0.5, -1.0, "power is -1.0")],
)
def test_bad_noise_is_named(alpha, power, message):
    with pytest.raises(ValueError, match=message):
        ma1_feedback_capacity(alpha, power)


def trapdoor_scheme():
    """The optimal one: the ball in the box goes in again, or one of its kinds is exchanged.

    In the first two nodes ball 0 is exchanged with probability 1/φ², in the others ball 1.
    """
    first = [[1 / GOLDEN, 1 / GOLDEN**2], [0, 1]]
    last = [[1, 0], [1 / GOLDEN**2, 1 / GOLDEN]]
    return scheme([*first, *first, *last, *last], TRAPDOOR_NEXT, TRAPDOOR_GRAPH)


def test_the_trapdoor_channel_has_the_golden_capacity():
    """The bound of the graph, and the rate of the scheme on it, whose beliefs are four for ever."""
    pytest.importorskip("cvxpy")
    bound = unifilar_feedback_bound(EITHER, TRAPDOOR_NEXT, TRAPDOOR_GRAPH)
    assert bound / BITS == pytest.approx(0.6942419, abs=1e-7)
    assert bound == pytest.approx(math.log(GOLDEN), abs=1e-7)
    assert bound >= math.log(GOLDEN)
    ball = np.array([math.sqrt(5) - 2, (3 - math.sqrt(5)) / 2])
    ball = np.r_[ball, 1 - ball[::-1]]  # P(s = 1) in each node
    known = np.zeros((4, 8))
    for q in range(4):
        known[q, 2 * q : 2 * q + 2] = [1 - ball[q], ball[q]]
    nodes = np.array([GOLDEN, 1 / GOLDEN, 1 / GOLDEN, GOLDEN]) / (2 * math.sqrt(5))
    kernels = trapdoor_scheme()
    step = kernels.moves.sum(axis=1)
    weights = nodes[:, None] * known
    exchanged = kernels.source[np.arange(8), [1, 0] * 4]
    noise = BITS * weights.sum(axis=0) @ exchanged  # a fair bit where input and ball differ
    rates = output_entropies(weights, step, 30) - noise
    assert rates == pytest.approx(math.log(GOLDEN), abs=1e-12)


def test_the_rate_of_the_trapdoor_scheme_is_enclosed():
    wide, narrow = (directed_information_rate(trapdoor_scheme(), n) for n in (4, 14))
    assert wide.lower < narrow.lower < math.log(GOLDEN) <= narrow.upper + 1e-12
    assert narrow.gap < wide.gap / 3


def test_the_ising_channel_between_its_scheme_and_its_graph():
    """max 2h(a)/(3+a), of Elishco and Permuter (2014), is attained at a = 0.4503."""
    pytest.importorskip("cvxpy")
    a = 0.4503
    sure = [[1, 0], [0, 1]]
    source = [*sure, [a, 1 - a], [0, 1], [1, 0], [1 - a, a], *sure]
    rate = directed_information_rate(scheme(source, ISING_NEXT, ISING_GRAPH), 6)
    assert rate.lower == pytest.approx(2 * h(a) / (3 + a), abs=1e-12)
    bound = unifilar_feedback_bound(EITHER, ISING_NEXT, ISING_GRAPH)
    assert rate.lower <= bound < rate.lower + 1e-6
    assert bound / BITS == pytest.approx(0.575522, abs=1e-6)


def test_every_graph_bounds_from_above():
    pytest.importorskip("cvxpy")
    blind = unifilar_feedback_bound(EITHER, TRAPDOOR_NEXT, [[0, 0]])
    last = unifilar_feedback_bound(EITHER, TRAPDOOR_NEXT, [[0, 1], [0, 1]])
    assert blind == pytest.approx(BITS, abs=1e-6)
    assert math.log(GOLDEN) < last < blind


def test_without_a_state_it_is_the_capacity():
    pytest.importorskip("cvxpy")
    rows = np.random.default_rng(0).dirichlet(np.ones(4), 3)
    bound = unifilar_feedback_bound(rows[None], np.zeros((1, 3, 4), int), [[0] * 4])
    assert bound == pytest.approx(channel_capacity(rows).capacity, abs=1e-6)


@pytest.mark.parametrize(
    ("channel", "graph", "message"),
    [
        (EITHER, [[0, 0, 0]], r"graph has the shape \(1, 3\); expected \(nodes, 2\)"),
        (EITHER, [[0, 1]], "graph names a node that is none of 0 to 0"),
        (EITHER[0], [[0, 0]], r"channel has the shape \(2, 2\)"),
        (EITHER / 2, [[0, 0]], "of channel sums"),
        (EITHER, np.zeros((20_000, 2), int), "20000 nodes, 2 states and 2 inputs"),
    ],
)
def test_bad_channels_are_named(channel, graph, message):
    with pytest.raises(ValueError, match=message):
        unifilar_feedback_bound(channel, TRAPDOOR_NEXT, graph)
