import itertools

import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, reward_posterior, uncertainty_report


def cardinal(pairs, n, **options):
    return ComparisonGraph(n_items=n, pairs=pairs, kind="cardinal", variances=1.0, **options)


def wheres(report, severity="warning"):
    return {finding.where for finding in report.findings() if finding.severity == severity}


def test_known_graphs():
    path = uncertainty_report(cardinal([(i, i + 1) for i in range(9)], 10))
    assert path.mean_resistance.value == pytest.approx(165 / 45)
    assert path.mean_inference_distance.value == pytest.approx(165 / 45)
    assert len(path.bridges) == 9
    np.testing.assert_allclose(path.leverage, 1.0)
    complete = uncertainty_report(cardinal(list(itertools.combinations(range(10), 2)), 10))
    assert complete.mean_resistance.value == pytest.approx(0.2)
    assert complete.mean_inference_distance.value == pytest.approx(1.0)
    assert complete.lambda2 == pytest.approx(10.0)
    np.testing.assert_allclose(complete.leverage, 0.2)
    assert not complete.findings()


def test_prompts_are_never_compared_with_each_other():
    graph = cardinal([(0, 1), (2, 3), (3, 4)], 5, prompts=["p", "p", "q", "q", "q"])
    report = uncertainty_report(graph)
    # q has pairs of 1, 1 and 2, p one of 1
    assert report.mean_resistance.value == pytest.approx(5 / 4)
    assert np.isfinite(report.mean_inference_distance.value)
    assert report.split_prompts == 0


def test_what_falls_apart_is_named_and_infinite():
    graph = cardinal([(0, 1), (2, 3)], 4, names=["ann", "bob", "eve", "zoe"])
    report = uncertainty_report(graph)
    assert report.mean_resistance.value == np.inf
    assert "components" in wheres(report)
    told = next(f for f in report.findings() if f.where == "components")
    assert "eve, zoe" in told.evidence


def test_sampled_means_say_their_error():
    rng = np.random.default_rng(0)
    u = rng.integers(0, 120, 900)
    graph = cardinal(np.stack([u, (u + rng.integers(1, 120, 900)) % 120], axis=1), 120)
    report = uncertainty_report(graph)
    pairs = list(itertools.combinations(range(120), 2))
    from infometer.preferences import effective_resistance

    exact = effective_resistance(graph, pairs).mean()
    found = report.mean_resistance
    assert found.standard_error > 0
    assert found.value == pytest.approx(exact, abs=4 * found.standard_error)


def test_skips_have_no_leverage_and_prior_precision_no_say():
    graph = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (1, 2), (0, 2)], outcomes=[1, 1, np.nan], prior_precision=1.0
    )
    report = uncertainty_report(graph)
    np.testing.assert_allclose(report.leverage, [1.0, 1.0, 0.0])
    assert report.bridges.tolist() == [[0, 1], [1, 2]]


def answers(order_bias=0.0, backwards=(), seed=0):
    rng = np.random.default_rng(seed)
    rewards, m = np.linspace(1.5, -1.5, 6), 600
    u = rng.integers(0, 6, m)
    v = (u + rng.integers(1, 6, m)) % 6
    won = rng.logistic(size=m) < rewards[u] - rewards[v] + order_bias
    raters = np.array(list("abcd"))[np.arange(m) % 4]
    won ^= np.isin(raters, backwards)
    return reward_posterior(
        ComparisonGraph(
            n_items=6, pairs=np.stack([u, v], axis=1), outcomes=won.astype(float), raters=raters,
            prior_precision=0.5,
        )
    )  # fmt: skip


def test_honest_answers_have_no_warning():
    assert not wheres(uncertainty_report(answers()))


def test_position_and_raters_are_found():
    assert wheres(uncertainty_report(answers(order_bias=0.8))) == {"position"}
    assert "raters" in wheres(uncertainty_report(answers(backwards=("b",))))


def test_pairs_of_whole_rankings_have_too_few_cycles():
    rng = np.random.default_rng(0)
    pairs, outcomes = [], []
    for prompt in range(60):
        place = rng.permutation(4)
        for u, v in itertools.combinations(range(4), 2):
            pairs.append((4 * prompt + u, 4 * prompt + v))
            outcomes.append(float(place[u] < place[v]))
    graph = ComparisonGraph(
        n_items=240, pairs=pairs, outcomes=outcomes, prompts=np.repeat(np.arange(60), 4),
        prior_precision=0.3,
    )  # fmt: skip
    report = uncertainty_report(reward_posterior(graph))
    assert report.cyclic.cyclic_triads == 0
    assert any("fewer cycles" in finding.what for finding in report.findings())


def test_a_table_of_winners_is_told():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (2, 0)], outcomes=[1, 1, 1])
    told = next(f for f in uncertainty_report(graph).findings() if f.where == "position")
    assert "lists winners" in told.what
    assert told.severity == "info"


def test_frame_and_dict_hold_the_same_figures():
    report = uncertainty_report(answers())
    frame = report.to_frame().set_index("figure")["value"]
    assert frame["cyclic triads"] == report.cyclic.cyclic_triads
    assert report.to_dict()["mean resistance"] == frame["mean resistance"]
    assert set(report.tables()) == {"How weak, and where", "What most rests on", "Raters"}
