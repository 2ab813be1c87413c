import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr

from infometer.quantities import best_of_n, kl_coefficient, kl_reward_frontier

laws = st.lists(st.tuples(st.integers(0, 50), st.integers(-3, 3)), min_size=2, max_size=8)


def law_of(rows):
    weights, reward = np.array(rows, dtype=float).T
    assume(weights.sum() > 0)
    return weights / weights.sum(), reward


def by_enumeration(law, reward, n):
    policy = np.zeros(len(law))
    for draws in itertools.product(range(len(law)), repeat=n):
        rewards = reward[list(draws)]
        best = [y for y, r in zip(draws, rewards, strict=True) if r == rewards.max()]
        for y in best:
            policy[y] += law[list(draws)].prod() / len(best)
    return policy


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-2, 2)), min_size=2, max_size=4))
@settings(max_examples=25, deadline=None)
def test_it_is_the_law_of_the_best_draw(rows):
    law, reward = law_of(rows)
    for n in (1, 2, 4):
        found = best_of_n(law, reward, n)
        policy = by_enumeration(law, reward, n)
        assert found.policy == pytest.approx(policy, abs=1e-12)
        assert found.expected_reward == pytest.approx(policy @ reward)
        assert found.kl == pytest.approx(rel_entr(policy, law).sum(), abs=1e-12)


@given(laws, st.integers(1, 10**6))
@settings(max_examples=50, deadline=None)
def test_its_kl_is_below_the_bound_and_it_is_below_the_frontier(rows, n):
    law, reward = law_of(rows)
    found = best_of_n(law, reward, n)
    assert found.policy.sum() == pytest.approx(1.0)
    assert -1e-15 <= found.kl <= found.kl_bound + 1e-12
    more = best_of_n(law, reward, n + 1)
    assert more.expected_reward >= found.expected_reward - 1e-9
    assert more.kl >= found.kl - 1e-9
    most = -math.log(law[reward == reward[law > 0].max()].sum())
    if 1e-9 < found.kl < most * (1 - 1e-9):
        frontier = kl_reward_frontier(law, reward, kl_coefficient(law, reward, found.kl))
        assert found.expected_reward <= frontier.expected_reward[0] + 1e-6


@pytest.mark.parametrize("n", [2, 4, 16])
def test_many_unlikely_responses_have_the_kl_of_the_bound(n):
    found = best_of_n(np.full(100_000, 1e-5), np.arange(100_000.0), n)
    assert found.kl == pytest.approx(math.log(n) - (n - 1) / n, abs=1e-6)
    assert found.kl <= found.kl_bound
    assert found.expected_reward == pytest.approx(100_000 * n / (n + 1), rel=1e-4)


def test_where_all_tie_nothing_is_bought():
    found = best_of_n([0.2, 0.8], [1.0, 1.0], 64)
    assert found.policy == pytest.approx([0.2, 0.8])
    assert (found.expected_reward, found.kl) == (1.0, pytest.approx(0.0, abs=1e-15))


def test_rare_responses_keep_their_digits():
    rare = best_of_n([1 - 1e-18, 1e-18], [0.0, 1.0], 1000)
    assert rare.policy[1] == pytest.approx(1e-15)
    assert best_of_n([1e-18, 1 - 1e-18], [0.0, 1.0], 1).policy[0] == pytest.approx(1e-18)
    sure = best_of_n([0.5, 0.5], [0.0, 1.0], 10**9)
    assert sure.policy.tolist() == [0.0, 1.0]
    assert sure.kl == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.6], [0, 1], 2), "reference sums to 1.1"),
        (([0.5, 0.5], [0, 1, 2], 2), r"expected \(v,\) twice"),
        (([0.5, 0.5], [0, math.nan], 2), "not finite"),
        (([0.5, 0.5], [0, 1], 0), "n is 0"),
        (([0.5, 0.5], [0, 1], 1.5), "n is 1.5"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        best_of_n(*arguments)
