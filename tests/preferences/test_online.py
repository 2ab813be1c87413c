from dataclasses import replace

import numpy as np
import pytest

from infometer.preferences import (
    ComparisonGraph,
    OnlinePosterior,
    label_gain,
    online,
    reward_posterior,
)
from infometer.preferences.candidates import comparable_pairs
from infometer.preferences.online import answered_moments


def start(n=5, **given):
    return OnlinePosterior.from_graph(
        ComparisonGraph(n_items=n, pairs=[], **{"prior_precision": 1.0, **given})
    )


def test_moments_of_an_answer():
    mean, variance = answered_moments(1.0, 0.0, 0.5, 1.0)
    assert (mean, variance) == pytest.approx((0.224623, 0.449544), abs=5e-7)
    lost = answered_moments(0.0, 0.0, 0.5, 1.0)
    assert lost == pytest.approx((-0.224623, 0.449544), abs=5e-7)
    # e^x times a Gaussian is a Gaussian around m + R.
    surprise = answered_moments(1.0, -400.0, 100.0, 1.0)
    assert surprise == pytest.approx((-300.0, 100.0), rel=1e-6)
    tie = answered_moments(0.5, 3.0, 2.0, 1.0, log_tie=0.0)
    assert abs(tie[0]) < 3.0
    assert tie[1] < 2.0


def test_an_answer_moves_all_rewards_as_an_exact_posterior_of_one_answer_does():
    state = start(20).answer(0, 1, 1.0)
    difference = state.mean[0] - state.mean[1]
    variance = state.covariance[0, 0] + state.covariance[1, 1] - 2 * state.covariance[0, 1]
    assert (difference, variance) == pytest.approx((0.726324, 1.472454), abs=5e-7)
    assert state.mean[2] == 0.0
    assert state.covariance[2].tolist() == [0.0, 0.0, 1.0] + [0.0] * 17


def test_answers_one_at_a_time_stay_near_all_at_once(monkeypatch):
    monkeypatch.setattr(online, "refit_after", lambda n_items: 100)
    rng = np.random.default_rng(0)
    rewards, state = rng.standard_normal(12), start(12)
    for _ in range(99):
        u, v = state.next_pair(random_state=0)
        state = state.answer(u, v, float(rng.random() < 1 / (1 + np.exp(rewards[v] - rewards[u]))))
    assert state.since_fit == 99
    whole = reward_posterior(state.graph, "ep")
    sd = np.sqrt(np.diag(whole.covariance()))
    assert np.abs((state.mean - whole.mean) / sd).max() < 0.1
    np.testing.assert_allclose(np.diag(state.covariance), sd**2, rtol=0.1)
    refitted = state.answer(0, 1, "first")
    assert refitted.since_fit == 0
    np.testing.assert_allclose(refitted.mean, reward_posterior(refitted.graph, "ep").mean)


@pytest.mark.parametrize(("n", "after"), [(4, 1), (19, 1), (20, 2), (35, 3)])
def test_the_posterior_is_found_anew_after_one_answer_for_every_ten_items(n, after):
    state = start(n)
    for answer in range(after - 1):
        state = state.answer(0, 1 + answer, 1.0)
        assert state.since_fit == answer + 1
    state = state.answer(1, 2, 1.0)
    assert state.since_fit == 0
    whole = reward_posterior(state.graph, "ep")
    np.testing.assert_allclose(state.mean, whole.mean)
    np.testing.assert_allclose(state.covariance, whole.covariance())


def test_next_pair_is_the_one_that_tells_most():
    rng = np.random.default_rng(1)
    pairs = comparable_pairs(9)[rng.integers(0, 36, 40)]
    graph = ComparisonGraph(
        n_items=9, pairs=pairs, outcomes=rng.choice([0, 0.5, 1], 40), prior_precision=0.5
    )
    state, every = OnlinePosterior.from_graph(graph), comparable_pairs(9)
    u, v = every.T
    variance = state.covariance[u, u] + state.covariance[v, v] - 2 * state.covariance[u, v]
    gains = label_gain(state.mean[u] - state.mean[v], variance, 1.0, state.log_tie)
    order = [tuple(pair) for pair in every[np.argsort(-gains)].tolist()]
    assert tuple(sorted(state.next_pair(random_state=0))) == order[0]
    assert tuple(sorted(state.next_pair(exclude=order[:3], random_state=0))) == order[3]
    assert state.next_pair(exclude=[(v, u) for u, v in order]) is None


def test_a_pending_pair_counts_as_asked():
    state = start(4)
    assert sorted(state.next_pair()) == [0, 1]
    assert sorted(state.next_pair(pending=[(1, 0)])) == [2, 3]
    assert sorted(state.next_pair(pending=[(1, 0), (2, 3)])) == [0, 2]
    assert start(2).next_pair(pending=[(0, 1)]) is None
    assert start(1).next_pair() is None


def test_which_is_shown_first_is_drawn_anew_for_each_asking_of_a_pair():
    orders = {start(2).next_pair(random_state=seed) for seed in range(20)}
    assert orders == {(0, 1), (1, 0)}
    state, shown = start(2), []
    for _ in range(20):
        shown.append(state.next_pair(random_state=0))
        state = state.answer(*shown[-1], "skip")
    assert set(shown) == orders
    assert start(2).next_pair(random_state=3) == start(2).next_pair(random_state=3)


def test_a_skip_is_kept_and_changes_no_reward():
    state = start(3)
    skipped = state.answer(0, 1, np.nan)
    assert skipped.mean is state.mean
    assert len(skipped.graph.pairs) == 1
    assert len(state.graph.pairs) == 0


def test_the_first_tie_finds_how_common_ties_are():
    state = start(30).answer(0, 1, 1.0)
    assert state.log_tie == -np.inf
    tied = state.answer(1, 2, "tie")
    assert np.isfinite(tied.log_tie)
    again = tied.answer(0, 2, "tie")
    assert again.log_tie == tied.log_tie


def test_taking_back_is_building_anew():
    state = start(4).answer(0, 1, 1.0).answer(2, 3, 0.0)
    graph = state.graph
    back = OnlinePosterior.from_graph(
        replace(graph, pairs=graph.pairs[:-1], outcomes=graph.outcomes[:-1])
    )
    np.testing.assert_allclose(back.mean[2:], 0.0, atol=1e-12)


def test_only_pairs_of_a_prompt_are_asked():
    state = start(4, prompts=list("abab"))
    assert sorted(state.next_pair()) == [0, 2]
    assert state.pairs.tolist() == [[0, 2], [1, 3]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"prior_precision": 0.0}, "prior_precision is 0"),
        ({"kind": "cardinal"}, "kind is 'cardinal'"),
        ({"pairs": [(0, 1)]}, "a design without outcomes"),
    ],
)
def test_graphs_that_no_collection_can_start_from(given, message):
    graph = ComparisonGraph(**{"n_items": 3, "pairs": [], "prior_precision": 1.0, **given})
    with pytest.raises(ValueError, match=message):
        OnlinePosterior.from_graph(graph)


def test_bad_answers_and_sizes_are_named(monkeypatch):
    with pytest.raises(ValueError, match="compares item 1 with itself"):
        start().answer(1, 1, 1.0)
    with pytest.raises(ValueError, match="outcomes holds 2"):
        start().answer(0, 1, 2)
    monkeypatch.setattr(online, "MOST_ITEMS", 4)
    with pytest.raises(ValueError, match="graph has 5 items; expected at most 4"):
        start()
