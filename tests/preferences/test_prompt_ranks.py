import numpy as np
import pytest

from infometer.preferences import (
    ComparisonGraph,
    rank_intervals,
    rank_within_prompts,
    reward_posterior,
)


def two_prompts():
    rng = np.random.default_rng(0)
    pairs = np.array([(0, 1), (1, 2), (0, 2)] * 12 + [(3, 4)] * 5)
    outcomes = rng.random(len(pairs)) < np.where(pairs[:, 0] < 3, 0.8, 0.5)
    return ComparisonGraph(
        n_items=6, pairs=pairs, outcomes=outcomes.astype(float), prior_precision=0.5,
        prompts=["p", "p", "p", "q", "q", "r"], names=list("abcdef"),
    )  # fmt: skip


def test_a_prompt_is_ranked_as_if_it_were_alone():
    graph = two_prompts()
    table = rank_within_prompts(reward_posterior(graph))
    alone = ComparisonGraph(
        n_items=3, pairs=graph.pairs[:36], outcomes=graph.outcomes[:36], prior_precision=0.5
    )
    expected = rank_intervals(reward_posterior(alone))
    own = table[table["prompt"] == "p"]
    columns = ["mean", "sd", "low", "high", "rank", "rank_low", "rank_high"]
    np.testing.assert_allclose(own[columns], expected[columns], rtol=1e-9, atol=1e-12)
    assert own["p_best"].sum() == pytest.approx(1.0)


def test_prompts_keep_their_order_and_single_items_their_rank():
    table = rank_within_prompts(reward_posterior(two_prompts()))
    assert table["prompt"].tolist() == ["p"] * 3 + ["q"] * 2 + ["r"]
    last = table.iloc[-1]
    assert (last["rank_low"], last["rank_high"], last["p_best"], last["sd"]) == (1, 1, 1.0, 0.0)
