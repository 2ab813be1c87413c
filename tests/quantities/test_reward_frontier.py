import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr

from infometer.quantities import kl_coefficient, kl_reward_frontier

REFERENCE, REWARD = [0.5, 0.3, 0.2], [0.0, 1.0, 2.0]


def a_law(seed, size=6):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(size)), rng.normal(size=size)


def test_three_responses():
    found = kl_reward_frontier(REFERENCE, REWARD, [1.0, 0.5])
    assert found.policies[0] == pytest.approx([0.1790000, 0.2919435, 0.5290565], abs=1e-7)
    assert found.expected_reward == pytest.approx([1.3500565, 1.7641071], abs=1e-7)
    assert found.kl == pytest.approx([0.3228343, 0.9154755], abs=1e-7)
    assert found.value[0] == pytest.approx(1.0272222, abs=1e-7)
    assert (found.reference_reward, found.highest_reward) == pytest.approx((0.7, 2.0))


def test_both_ends():
    found = kl_reward_frontier(REFERENCE, REWARD, [1e-300, 1e-3, 1e9])
    assert found.policies == pytest.approx(np.array([[0, 0, 1], [0, 0, 1], REFERENCE]), abs=1e-8)
    assert found.kl == pytest.approx([math.log(5), math.log(5), 0.0], abs=1e-15)
    variance = np.dot(REFERENCE, np.square(REWARD)) - 0.7**2
    assert found.value[2] == pytest.approx(0.7 + variance / 2e9, rel=1e-15)
    assert found.kl[2] == pytest.approx(0.5 * variance * 1e-18, rel=1e-5)
    tied = kl_reward_frontier([0.5, 0.3, 0.2], [0.0, 2.0, 2.0], 1e-6)
    assert tied.policies[0] == pytest.approx([0, 0.6, 0.4])
    assert tied.kl[0] == pytest.approx(-math.log(0.5))


@given(st.integers(0, 10**6), st.floats(0.05, 20.0))
@settings(max_examples=30, deadline=None)
def test_its_slope_is_beta_and_it_is_concave(seed, beta):
    law, reward = a_law(seed)
    found = kl_reward_frontier(law, reward, beta * np.array([0.999, 1.0, 1.001]))
    assert (np.diff(found.kl) <= 0).all()
    rise, run = np.diff(found.expected_reward), np.diff(found.kl)
    if run.max() < -1e-9:
        assert (rise[0] + rise[1]) / (run[0] + run[1]) == pytest.approx(beta, rel=1e-4)
        assert rise[0] / run[0] <= rise[1] / run[1]
    assert found.value == pytest.approx(found.expected_reward - found.betas * found.kl, abs=1e-9)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.05, 5.0))
@settings(max_examples=30, deadline=None)
def test_no_policy_is_above_it(seed, other, beta):
    law, reward = a_law(seed)
    policy = np.random.default_rng(other).dirichlet(np.ones(law.size))
    value = kl_reward_frontier(law, reward, beta).value[0]
    assert policy @ reward - beta * rel_entr(policy, law).sum() <= value + 1e-12


def test_tensors_and_short_floats():
    torch = pytest.importorskip("torch")
    exact = kl_reward_frontier(np.full(10, 0.1), np.arange(10.0), 1e9).value[0]
    short = torch.full((10,), 0.1, dtype=torch.bfloat16)
    found = kl_reward_frontier(short, torch.arange(10, dtype=torch.bfloat16), 1e9)
    assert found.value[0] == pytest.approx(exact, rel=1e-15)
    with pytest.raises(ValueError, match=r"reward is a tensor with a gradient.*reward.detach"):
        kl_reward_frontier(short, torch.arange(10.0, requires_grad=True), 1.0)


def test_a_response_without_probability_has_none_however_good():
    found = kl_reward_frontier([0.5, 0.5, 0.0], [0.0, 1.0, 1e6], [0.1, 10.0])
    assert (found.policies[:, 2] == 0).all()
    assert found.highest_reward == 1.0


def test_prompts_share_beta_and_their_means_are_the_best():
    laws, rewards = (np.array(rows) for rows in zip(a_law(0), a_law(1), strict=True))
    found = kl_reward_frontier(laws, rewards, [0.3, 1.0])
    assert found.policies.shape == (2, 2, 6)
    single = [kl_reward_frontier(*pair, [0.3, 1.0]) for pair in zip(laws, rewards, strict=True)]
    assert found.kl == pytest.approx(np.mean([one.kl for one in single], axis=0))
    assert found.value == pytest.approx(np.mean([one.value for one in single], axis=0))
    cvxpy = pytest.importorskip("cvxpy")
    policy = cvxpy.Variable((2, 6), nonneg=True)
    reward = cvxpy.sum(cvxpy.multiply(policy, rewards)) / 2
    rules = [cvxpy.sum(policy, axis=1) == 1]
    rules.append(cvxpy.sum(cvxpy.rel_entr(policy, laws)) / 2 <= found.kl[0])
    best = cvxpy.Problem(cvxpy.Maximize(reward), rules).solve(solver="CLARABEL")
    assert found.expected_reward[0] == pytest.approx(best, abs=1e-6)


@given(st.integers(0, 10**6), st.floats(1e-6, 0.999))
@settings(max_examples=30, deadline=None)
def test_the_coefficient_of_a_budget(seed, share):
    law, reward = a_law(seed)
    most = -math.log(law[np.argmax(reward)])
    beta = kl_coefficient(law, reward, share * most)
    assert kl_reward_frontier(law, reward, beta).kl[0] == pytest.approx(share * most, rel=1e-6)


def test_the_coefficient_of_several_prompts():
    laws, rewards = (np.array(rows) for rows in zip(a_law(0), a_law(1), strict=True))
    beta = kl_coefficient(laws, rewards, 0.4)
    assert kl_reward_frontier(laws, rewards, beta).kl[0] == pytest.approx(0.4)


def test_table_and_picture():
    pytest.importorskip("matplotlib")
    found = kl_reward_frontier(REFERENCE, REWARD, [0.5, 1.0])
    assert list(found.to_frame()) == ["beta", "expected_reward", "kl_nats", "value"]
    assert found.to_dict()["beta"] == [0.5, 1.0]
    ax = found.plot(unit="bits")
    assert ax.lines[0].get_xdata() == pytest.approx(found.kl[::-1] / math.log(2))
    assert "(bits)" in ax.get_xlabel()
    with pytest.raises(ValueError, match="unit is 'bit'; it must be"):
        found.plot(unit="bit")
    assert "2 points; reward 1.35006 to 1.76411 of 0.7 to 2" in repr(found)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kl_reward_frontier([0.5, 0.6], [0, 1], 1.0), "reference sums to 1.1"),
        (lambda: kl_reward_frontier(REFERENCE, [0, 1], 1.0), r"shapes \(3,\) and \(2,\)"),
        (lambda: kl_reward_frontier(REFERENCE, [0, 1, math.inf], 1.0), "not finite"),
        (lambda: kl_reward_frontier(REFERENCE, REWARD, 0.0), "betas is 0.0"),
        (lambda: kl_reward_frontier(REFERENCE, REWARD, [1.0, -1.0]), "positive numbers"),
        (lambda: kl_reward_frontier(REFERENCE, REWARD, []), "positive numbers, one or a list"),
        (lambda: kl_coefficient(REFERENCE, REWARD, 1.7), "below 1.60944"),
        (
            lambda: kl_coefficient(REFERENCE, [1.0, 1.0, 1.0], 0.1),
            "no response is better than another",
        ),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
