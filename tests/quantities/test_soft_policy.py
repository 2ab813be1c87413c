import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import kl_reward_frontier, soft_optimal_chain, soft_optimal_policy

INITIAL, TRANSITION = np.array([0.6, 0.4]), np.array([[0.8, 0.2], [0.4, 0.6]])


def squared_ones(y):
    return y.sum(axis=1) ** 2


def a_chain(seed, letters=3):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(letters)), rng.dirichlet(np.ones(letters), letters), rng


def sequence_law(initial, transition, horizon):
    law = np.asarray(initial)
    for _ in range(horizon - 1):
        law = law[..., None] * transition
    return law


def test_the_square_of_the_number_of_ones():
    found = soft_optimal_policy(INITIAL, TRANSITION, squared_ones, beta=1.0, horizon=3)
    assert found.value == pytest.approx(7.0723261, abs=1e-7)
    assert found.expected_reward == pytest.approx(8.9457377, abs=1e-7)
    assert found.kl == pytest.approx(1.8734116, abs=1e-7)
    assert found.policies[0][0, 1] == pytest.approx(0.9960077, abs=1e-7)
    law = sequence_law(INITIAL, TRANSITION, 3)
    assert (law * np.indices((2,) * 3).sum(axis=0) ** 2).sum() == pytest.approx(2.368)


@given(st.integers(0, 10**6), st.floats(0.2, 5.0))
@settings(max_examples=20, deadline=None)
def test_it_is_the_tilted_law_of_sequences_and_its_kl_adds_up(seed, beta):
    initial, transition, rng = a_chain(seed)
    reward = rng.normal(size=(3,) * 4)
    found = soft_optimal_policy(initial, transition, reward, beta, 4)
    law = sequence_law(initial, transition, 4)
    whole = kl_reward_frontier(law.ravel(), reward.ravel(), beta)
    policy = np.ones(1)
    for step in found.policies:
        policy = (policy[:, None] * step).ravel()
    assert policy == pytest.approx(whole.policies[0])
    assert found.kl == pytest.approx(whole.kl[0], abs=1e-10)
    assert found.step_kl.sum() == pytest.approx(found.kl)
    assert found.expected_reward == pytest.approx(whole.expected_reward[0], abs=1e-10)
    assert found.value == pytest.approx(found.expected_reward - beta * found.kl, abs=1e-9)


def test_the_policy_is_the_reference_times_the_rise_of_the_value():
    found = soft_optimal_policy(INITIAL, TRANSITION, squared_ones, beta=2.0, horizon=3)
    law, gain = sequence_law(INITIAL, TRANSITION, 3), np.indices((2,) * 3).sum(axis=0) ** 2 / 2.0
    value_2 = 2.0 * np.log((law * np.exp(gain)).sum(axis=2) / law.sum(axis=2))
    value_1 = 2.0 * np.log((law * np.exp(gain)).sum(axis=(1, 2)) / law.sum(axis=(1, 2)))
    rise = np.exp((value_2 - value_1[:, None]) / 2.0)
    assert found.policies[1] == pytest.approx(TRANSITION * rise)


@given(st.integers(0, 10**6), st.floats(0.1, 5.0))
@settings(max_examples=20, deadline=None)
def test_a_reward_that_adds_up_needs_no_enumeration(seed, beta):
    initial, transition, rng = a_chain(seed)
    steps = rng.normal(size=(4, 3))
    reward = sum(steps[t][np.indices((3,) * 4)[t]] for t in range(4))
    chain = soft_optimal_chain(initial, transition, steps, beta, 4)
    whole = soft_optimal_policy(initial, transition, reward, beta, 4)
    assert chain.value == pytest.approx(whole.value, abs=1e-9)
    assert chain.step_kl == pytest.approx(whole.step_kl, abs=1e-9)
    assert chain.expected_reward == pytest.approx(whole.expected_reward, abs=1e-9)
    assert whole.policies[3] == pytest.approx(np.tile(chain.policies[3], (9, 1)))


def test_a_count_may_be_part_of_the_letter():
    # States (y, ones so far); only the last is paid, with the square of the count.
    n, pairs = 3, [(y, k) for k in range(4) for y in range(2)]
    initial = [INITIAL[y] if k == y else 0.0 for y, k in pairs]
    move = [[TRANSITION[y, z] * (m == min(k + z, n)) for z, m in pairs] for y, k in pairs]
    paid = np.zeros((n, len(pairs)))
    paid[-1] = [k**2 for _, k in pairs]
    chain = soft_optimal_chain(initial, move, paid, beta=1.0, horizon=n)
    assert chain.value == pytest.approx(7.0723261, abs=1e-7)
    assert chain.kl == pytest.approx(1.8734116, abs=1e-7)


def test_long_sequences_and_both_ends_of_beta():
    long = soft_optimal_chain(INITIAL, TRANSITION, [0.0, 1.0], beta=1.0, horizon=2000)
    tilted = TRANSITION * np.exp([0.0, 1.0])  # Perron: the value of a letter is log of its root
    root = np.abs(np.linalg.eigvals(tilted)).max()
    assert long.value / 2000 == pytest.approx(math.log(root), abs=1e-3)
    greedy = soft_optimal_policy(INITIAL, TRANSITION, squared_ones, beta=1e-6, horizon=3)
    assert greedy.expected_reward == pytest.approx(9.0)
    assert greedy.kl == pytest.approx(-math.log(0.4 * 0.6 * 0.6))
    idle = soft_optimal_policy(INITIAL, TRANSITION, squared_ones, beta=1e6, horizon=3)
    assert idle.expected_reward == pytest.approx(2.368, abs=1e-4)
    assert idle.kl == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("beta", [1e8, 1e12, 1e16])
def test_the_value_keeps_its_digits_where_reward_is_worth_little(beta):
    """E r + Var r / 2β, of the number of ones in three letters."""
    law = sequence_law(INITIAL, TRANSITION, 3)
    ones = np.indices((2,) * 3).sum(axis=0)
    mean = (law * ones).sum()
    variance = (law * ones**2).sum() - mean**2
    policy = soft_optimal_policy(INITIAL, TRANSITION, lambda y: y.sum(axis=1), beta, 3)
    chain = soft_optimal_chain(INITIAL, TRANSITION, [0.0, 1.0], beta, 3)
    for found in (policy, chain):
        assert found.value == pytest.approx(mean + variance / (2 * beta), rel=1e-14)
        assert found.kl == pytest.approx(variance / (2 * beta**2), rel=1e-6)


def test_a_single_letter_has_no_choice_however_long_it_goes_on():
    found = soft_optimal_policy([1.0], [[1.0]], lambda y: 2.0 + y.sum(axis=1), 1.0, 100)
    assert (found.value, found.kl) == (2.0, 0.0)


def test_laws_of_short_floats_are_brought_to_the_sum_one():
    law, kernel = np.full(10, 0.1), np.full((10, 10), 0.1)
    found = soft_optimal_chain(np.float32(law), np.float32(kernel), np.arange(10.0), 1e9, 5)
    assert found.value == pytest.approx(22.5 + 5 * 8.25 / 2e9, rel=1e-12)


def test_what_the_reference_never_does_the_policy_does_not():
    found = soft_optimal_policy([1.0, 0.0], [[0.5, 0.5], [0.0, 1.0]], squared_ones, 0.5, 4)
    assert found.policies[0].tolist() == [[1.0, 0.0]]
    assert np.isfinite(found.step_kl).all()
    assert found.step_kl[0] == 0.0


def test_table_and_picture():
    pytest.importorskip("matplotlib")
    found = soft_optimal_policy(INITIAL, TRANSITION, squared_ones, beta=1.0, horizon=3)
    assert found.to_frame()["kl_nats"].sum() == pytest.approx(found.kl)
    assert found.to_dict()["value"] == found.value
    heights = [bar.get_height() for bar in found.plot(unit="bits").patches]
    assert heights == pytest.approx((found.step_kl / math.log(2)).tolist())
    with pytest.raises(ValueError, match="unit is 'bit'; it must be"):
        found.plot(unit="bit")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"initial": [0.5, 0.6]}, "initial sums to 1.1"),
        ({"transition": np.full((3, 3), 1 / 3)}, r"expected \(v,\) and \(v, v\)"),
        ({"reward": np.zeros((2, 2))}, r"expected \(2, 2, 2\)"),
        ({"reward": lambda y: y}, "one number a row"),
        ({"reward": np.full((2, 2, 2), np.inf)}, "not finite"),
        ({"beta": 0.0}, "beta is 0.0"),
        ({"beta": np.array([1.0, 2.0])}, "expected a positive number"),
        ({"horizon": 0}, "horizon is 0"),
        ({"horizon": 40}, "1.1e.12 sequences.*soft_optimal_chain"),
    ],
)
def test_what_is_refused(change, message):
    arguments = {
        "initial": INITIAL,
        "transition": TRANSITION,
        "reward": squared_ones,
        "beta": 1.0,
        "horizon": 3,
    }
    with pytest.raises(ValueError, match=message):
        soft_optimal_policy(**(arguments | change))


def test_a_chain_refuses_rewards_that_do_not_fit():
    with pytest.raises(ValueError, match=r"step_reward has the shape \(3,\)"):
        soft_optimal_chain(INITIAL, TRANSITION, [0.0, 1.0, 2.0], 1.0, 5)


def test_policies_that_would_not_fit_are_refused_with_their_size():
    with pytest.raises(ValueError, match=r"2e.08 probabilities of the policy.*lower horizon"):
        soft_optimal_chain(np.full(100, 0.01), np.full((100, 100), 0.01), np.zeros(100), 1.0, 20000)
