import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import causal_rate_distortion

FAIR, HAMMING = np.full(2, 0.5), 1.0 - np.eye(2)


def flips(p):
    return np.array([[1 - p, p], [p, 1 - p]])


def bits(nats):
    return nats / math.log(2)


def sources(seed, letters=2, reproductions=2):
    rng = np.random.default_rng(seed)
    return (
        rng.dirichlet(np.ones(letters)),
        rng.dirichlet(np.ones(letters), letters),
        rng.random((letters, reproductions)),
    )


def joint_of(found, initial, transition):
    """The law of (x1, ..., xn, x̂1, ..., x̂n), path by path from the kernels."""
    n, (m, a) = len(found.kernels), found.kernels[0].shape[1:]
    p = np.zeros((m,) * n + (a,) * n)
    for x in itertools.product(range(m), repeat=n):
        for y in itertools.product(range(a), repeat=n):
            mass, history = initial[x[0]], 0
            for t in range(n):
                size = len(found.kernels[t])
                mass *= found.kernels[t][history % size, x[t], y[t]]
                mass *= transition[x[t], x[t + 1]] if t + 1 < n else 1.0
                history = history * a + y[t]
            p[x + y] = mass
    return p


def directed_information_of(p, n):
    def entropy(axes):
        others = tuple(axis for axis in range(2 * n) if axis not in axes)
        q = p.sum(axis=others)
        return -(q[q > 0] * np.log(q[q > 0])).sum()

    total = 0.0
    for t in range(n):
        x, past, now = list(range(t + 1)), list(range(n, n + t)), [n + t]
        total += entropy(x + past) + entropy(past + now) - entropy(past) - entropy(x + past + now)
    return total


@pytest.mark.parametrize(
    ("flip", "n", "rate", "distortion"),
    [
        (0.2, 1, 0.5310044, 0.1),
        (0.2, 2, 1.0188500, 0.1511830),
        (0.2, 3, 1.5066955, 0.2023659),
        (0.2, 5, 2.4823866, 0.3047318),
        (0.3, 2, 1.0540898, 0.1773583),
        (0.3, 5, 2.6233460, 0.4094332),
    ],
)
def test_a_bit_that_flips(flip, n, rate, distortion):
    found = causal_rate_distortion(FAIR, flips(flip), HAMMING, math.log(9), n)
    assert bits(found.rate) == pytest.approx(rate, abs=1e-7)
    assert found.distortion == pytest.approx(distortion, abs=1e-7)
    assert found.rate_per_letter * n == pytest.approx(found.rate)
    assert found.distortion_per_letter * n == pytest.approx(found.distortion)
    assert found.gap <= 1e-12


def test_one_letter_more_costs_what_the_closed_form_says_and_the_last_pays_for_no_future():
    found = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 5)
    four = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 4)
    assert bits(found.rate - four.rate) == pytest.approx(0.4878455, abs=2e-7)
    assert found.distortion - four.distortion == pytest.approx(0.0511829, abs=1e-7)
    assert found.step_distortions[-1] == pytest.approx(0.1)
    assert found.to_frame()["rate_nats"].sum() == pytest.approx(found.rate)


def test_independent_letters_cost_what_each_costs_alone():
    found = causal_rate_distortion([0.7, 0.3], [[0.7, 0.3]] * 2, HAMMING, math.log(9), 3)
    assert bits(found.rate) == pytest.approx(1.2368859, abs=1e-7)
    assert bits(found.rate) / 3 == pytest.approx(0.4122953056, abs=1e-10)
    assert found.distortion == pytest.approx(0.3)


def test_a_block_of_two_letters_that_sees_its_future_costs_less():
    pairs = (FAIR[:, None] * flips(0.2)).ravel()
    both = (HAMMING[:, None, :, None] + HAMMING[None, :, None, :]).reshape(4, 4)
    block = causal_rate_distortion(pairs, np.full((4, 4), 0.25), both, math.log(9), 1)
    assert bits(block.rate) == pytest.approx(0.7839369, abs=1e-7)
    assert block.distortion == pytest.approx(0.2, abs=1e-7)
    causal = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 2)
    assert block.objective < causal.objective - 0.05


def test_three_letters_and_a_distance():
    law, distance = [0.5, 0.3, 0.2], np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    for slope, rate, distortion in [
        (1, 0.1951308, 0.4435344),
        (2, 0.7599894, 0.1661582),
        (4, 1.3151952, 0.0235834),
    ]:
        found = causal_rate_distortion(law, [law] * 3, distance, slope, 1)
        assert bits(found.rate) == pytest.approx(rate, abs=1e-6)
        assert found.distortion == pytest.approx(distortion, abs=1e-6)


def test_a_reward_is_a_distortion_below_zero():
    reward = np.array([[1, 0.5, 0], [0, 1, 0], [0, 0.5, 1]])
    law = np.full(3, 1 / 3)
    found = causal_rate_distortion(law, [law] * 3, -reward, 3.0, 1)
    assert bits(found.rate) == pytest.approx(0.6188944, abs=1e-7)
    assert -found.distortion == pytest.approx(0.8533121, abs=1e-7)


def test_an_erasure_stands_for_any_bit_and_a_wrong_bit_for_none():
    erasure = np.array([[0, np.inf, 1], [np.inf, 0, 1]])
    low, edge, high = (
        causal_rate_distortion(FAIR, flips(0.5), erasure, slope, 3)
        for slope in (0.5, math.log(2), 0.9)
    )
    assert (low.rate, low.distortion) == pytest.approx((0.0, 3.0), abs=1e-10)
    assert (high.rate, high.distortion) == pytest.approx((3 * math.log(2), 0.0), abs=1e-10)
    assert edge.objective == pytest.approx(3 * math.log(2))
    for found in (low, edge, high):
        assert found.gap <= 1e-12
        assert all(np.isfinite(kernel).all() for kernel in found.kernels)


def test_a_reproduction_that_is_forbidden_to_all_might_as_well_not_be_there():
    law, move, distance = [0.4, 0.6], flips(0.2), np.array([[0.0, 1.0], [1.0, 0.0]])
    without = causal_rate_distortion(law, move, distance, 2.0, 3)
    forbidden = np.insert(distance, 1, np.inf, axis=1)
    found = causal_rate_distortion(law, move, forbidden, 2.0, 3)
    assert found.gap <= 2e-12
    assert found.objective == pytest.approx(without.objective, abs=1e-11)
    assert all(np.isfinite(kernel).all() for kernel in found.kernels)
    unreached = causal_rate_distortion([1.0, 0.0], np.eye(2), [[1.0, np.inf], [0.0, 0.0]], 2.0, 4)
    assert (unreached.rate, unreached.distortion) == (0.0, 4.0)


def test_a_source_that_goes_round_and_forbids_mistakes():
    forbid = np.where(np.eye(3) > 0, 0.0, np.inf)
    turn = np.roll(np.eye(3), 1, axis=1)
    known = causal_rate_distortion([1, 0, 0], turn, forbid, 1.0, 4)
    assert known.objective == pytest.approx(0.0, abs=1e-12)
    unknown = causal_rate_distortion([1 / 3] * 3, turn, forbid, 1.0, 4)
    assert unknown.step_rates == pytest.approx([math.log(3), 0, 0, 0], abs=1e-10)


@given(st.integers(0, 10**6), st.floats(0.1, 8.0), st.sampled_from([None, 0, 1]))
@settings(max_examples=15, deadline=None)
def test_its_rate_is_the_directed_information_of_its_kernels(seed, slope, memory):
    initial, transition, distortion = sources(seed)
    found = causal_rate_distortion(initial, transition, distortion, slope, 3, memory, tol=1e-9)
    p = joint_of(found, initial, transition)
    assert p.sum() == pytest.approx(1.0)
    exact = directed_information_of(p, 3)
    if memory is None:
        assert found.rate == pytest.approx(exact, abs=1e-8)
    else:
        assert found.rate >= exact - 1e-8
    places = np.indices(p.shape)
    cost = sum(distortion[places[t], places[3 + t]] for t in range(3))
    assert found.distortion == pytest.approx((p * cost).sum())


@given(st.integers(0, 10**6), st.floats(0.5, 5.0))
@settings(max_examples=10, deadline=None)
def test_less_memory_costs_more_and_the_full_lies_between_free_and_foreseen(seed, slope):
    given_source = sources(seed, 3, 2)
    full = causal_rate_distortion(*given_source, slope, 4, tol=1e-8)
    one = causal_rate_distortion(*given_source, slope, 4, memory=1, tol=1e-8)
    none = causal_rate_distortion(*given_source, slope, 4, memory=0, tol=1e-8)
    assert one.gap is None
    assert full.gap is not None
    assert -1e-7 <= full.objective - full.gap - 1e-9 <= one.objective
    assert one.objective <= none.objective + 1e-6
    law = given_source[0]
    for step in range(4):  # a letter by itself: the history known to the decoder is of no use
        alone = causal_rate_distortion(law, given_source[1], given_source[2], slope, 1)
        step_objective = none.step_rates[step] + slope * none.step_distortions[step]
        assert step_objective == pytest.approx(alone.objective, abs=1e-6)
        law = law @ given_source[1]


def test_of_a_bit_that_flips_the_last_reproduction_is_all_that_is_worth_knowing():
    full = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 8)
    last = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 8, memory=1)
    assert last.objective == pytest.approx(full.objective, abs=1e-11)
    long = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 500, memory=1)
    assert bits(long.step_rates[250]) == pytest.approx(0.4878455, abs=1e-7)


@pytest.mark.parametrize(("seed", "slope"), [(0, 1.0), (1, 3.0), (2, 8.0)])
def test_a_convex_program_finds_the_same(seed, slope):
    cvxpy = pytest.importorskip("cvxpy")
    initial, transition, distortion = sources(seed)
    first = cvxpy.Variable((2, 2), nonneg=True)  # p(x1, x̂1)
    both = [cvxpy.Variable((2, 2), nonneg=True) for _ in range(4)]  # p(x2, x̂2) of (x1, x̂1)
    paths = list(itertools.product(range(2), repeat=2))
    rules = [cvxpy.sum(first, axis=1) == initial]
    objective = slope * cvxpy.sum(cvxpy.multiply(first, distortion))
    for place, (x, y) in zip(both, paths, strict=True):
        rules.append(cvxpy.sum(place, axis=1) == first[x, y] * transition[x])
        objective += slope * cvxpy.sum(cvxpy.multiply(place, distortion))
    for index, (x, y) in enumerate(paths):
        other = paths.index((1 - x, y))
        output = cvxpy.sum(both[index] + both[other], axis=0)
        for z in range(2):
            source = initial[x] * transition[x, z]
            objective += cvxpy.sum(cvxpy.rel_entr(both[index][z], source * output))
    solved = cvxpy.Problem(cvxpy.Minimize(objective), rules).solve(solver="CLARABEL")
    found = causal_rate_distortion(initial, transition, distortion, slope, 2)
    assert found.gap <= 1e-12
    assert found.objective == pytest.approx(solved, abs=2e-7)


def test_a_loose_tolerance_says_how_far_it_is():
    exact = causal_rate_distortion(*sources(3), 2.0, 4)
    loose = causal_rate_distortion(*sources(3), 2.0, 4, tol=0.1)
    assert 0 < loose.objective - exact.objective <= loose.gap <= 0.1
    assert "at most" in repr(loose)
    assert loose.to_dict()["gap"] == loose.gap


def test_laws_of_short_floats_are_brought_to_the_sum_one():
    law, kernel, distance = np.full(10, 0.1), np.full((10, 10), 0.1), 1.0 - np.eye(10)
    exact = causal_rate_distortion(law, kernel, distance, 4.0, 2)
    short = causal_rate_distortion(np.float32(law), np.float32(kernel), distance, 4.0, 2)
    assert short.rate == pytest.approx(exact.rate, abs=1e-12)
    assert sum(short.outputs[0][0]) == pytest.approx(1.0, abs=1e-14)


def test_of_one_letter_and_of_one_reproduction_there_is_nothing_to_say():
    for law, distance in (([1.0], [[0.0, 1.0]]), (FAIR, [[0.0], [1.0]])):
        found = causal_rate_distortion(law, [law] * len(law), distance, 2.0, 3)
        assert 0.0 <= found.rate < 1e-12
        assert 0.0 <= found.gap < 1e-11


def test_the_gap_is_not_below_what_floats_resolve():
    found = causal_rate_distortion(FAIR, flips(0.2), HAMMING, math.log(9), 4, tol=1e-300)
    assert 1e-15 < found.gap < 1e-12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"initial": [0.5, 0.6]}, "initial sums to 1.1"),
        ({"transition": [[0.5, 0.5], [0.5, 0.6]]}, "row 1 of transition sums to 1.1"),
        ({"distortion": np.zeros((3, 2))}, "one row a letter of the source"),
        ({"distortion": [[0, np.nan], [1, 0]]}, "without NaN"),
        ({"distortion": [[0, 1], [np.inf, np.inf]]}, "row 1 of distortion has no finite entry"),
        ({"distortion": [["a", "b"]] * 2}, "distortion holds values of the type <U1"),
        ({"slope": 0.0}, "slope is 0.0"),
        ({"slope": [1.0, 2.0]}, "expected one positive number"),
        ({"horizon": 0}, "horizon is 0"),
        ({"horizon": 2.0}, "horizon is 2.0; expected the number of letters"),
        ({"memory": -1}, "memory is -1"),
        ({"memory": math.nan}, "memory is nan"),
        ({"tol": 0.0}, "tol is 0.0"),
        ({"horizon": 30}, "4.29e.09 cells.*give memory=16 or less"),
        ({"horizon": 10**7, "distortion": [[0], [1]]}, "2e.07 cells.*lower horizon"),
    ],
)
def test_what_is_refused(change, message):
    arguments = {
        "initial": FAIR,
        "transition": flips(0.2),
        "distortion": HAMMING,
        "slope": 1.0,
        "horizon": 2,
    }
    with pytest.raises(ValueError, match=message):
        causal_rate_distortion(**(arguments | change))
