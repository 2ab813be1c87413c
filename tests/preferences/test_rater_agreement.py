import numpy as np

from infometer.preferences import ComparisonGraph, agreement_of_raters, reward_posterior


def test_a_rater_who_answers_backwards_stands_first():
    rng = np.random.default_rng(0)
    rewards, m = np.array([2.0, 1.0, 0.0, -1.0]), 400
    u = rng.integers(0, 4, m)
    v = (u + rng.integers(1, 4, m)) % 4
    won = rng.logistic(size=m) < rewards[u] - rewards[v]
    raters = np.array(["ann", "bob", "eve", "zoe"])[np.arange(m) % 4]
    won[raters == "eve"] ^= True
    graph = ComparisonGraph(
        n_items=4, pairs=np.stack([u, v], axis=1), outcomes=won.astype(float), raters=raters,
        prior_precision=0.3,
    )  # fmt: skip
    table = agreement_of_raters(reward_posterior(graph))
    assert table["rater"][0] == "eve"
    assert table["z"][0] < -6
    assert (table["z"][1:] > -2).all()
    assert table["comparisons"].tolist() == [100] * 4
