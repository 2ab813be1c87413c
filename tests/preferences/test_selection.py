from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from infometer.preferences import (
    ComparisonGraph,
    label_gain,
    reward_posterior,
    select_comparisons,
    selection,
)
from infometer.preferences.candidates import comparable_pairs
from infometer.preferences.designs import design_posterior
from infometer.preferences.label_law import averaged_label

UNIT = np.pi / np.sqrt(3.0)
"""β at which a strength has variance 1."""


def bought(table):
    return list(zip(table["first"].tolist(), table["second"].tolist(), strict=True))


def variances(covariance, pairs):
    u, v = pairs.T
    return covariance[u, u] + covariance[v, v] - 2 * covariance[u, v]


@pytest.mark.parametrize("criterion", ["d", "a"])
def test_greedy_design_of_six_items(criterion):
    empty = ComparisonGraph(n_items=6, pairs=[], kind="cardinal", beta=UNIT, prior_precision=1)
    table = select_comparisons(empty, 9, criterion=criterion)
    assert bought(table) == [
        (0, 1), (2, 3), (4, 5), (0, 2), (1, 4), (3, 5), (0, 5), (1, 3), (2, 4),
    ]  # fmt: skip
    made = ComparisonGraph(
        n_items=6, pairs=bought(table), kind="cardinal", beta=UNIT, prior_precision=1
    )
    covariance = np.linalg.inv(made.laplacian().toarray())
    half_log = 0.5 * np.linalg.slogdet(covariance)[1]
    assert variances(covariance, comparable_pairs(6)).mean() == pytest.approx(0.457143, abs=5e-7)
    assert half_log == pytest.approx(-3.745544, abs=5e-7)
    assert table["gain_nats"].sum() == pytest.approx(-half_log)
    assert table["order"].tolist() == list(range(1, 10))


def brute_force(posterior, pairs, w, budget, value):
    """Greedy choice with an inverse of the precision for every candidate."""
    precision, chosen = posterior.solver.laplacian.toarray(), []
    for _ in range(budget):
        found = []
        for (u, v), weight in zip(pairs, w, strict=True):
            b = np.zeros(len(precision))
            b[u], b[v] = 1.0, -1.0
            found.append(value(np.linalg.pinv(precision + weight * np.outer(b, b), hermitian=True)))
        best = int(np.argmax(found <= min(found) + 1e-9))
        u, v = pairs[best]
        b = np.zeros(len(precision))
        b[u], b[v] = 1.0, -1.0
        precision = precision + w[best] * np.outer(b, b)
        chosen.append((int(u), int(v)))
    return chosen


@pytest.mark.parametrize("prompts", [None, list("aabbabb")])
def test_d_and_a_are_what_an_inverse_for_every_candidate_chooses(prompts):
    graph = ComparisonGraph(
        n_items=7,
        pairs=[(0, 1), (2, 3), (0, 4)],
        outcomes=[1, 0, 1],
        beta=2.0,
        prior_precision=0.7,
        prompts=prompts,
    )
    posterior = reward_posterior(graph)
    pairs = comparable_pairs(7, graph.prompts)
    mean, variance = posterior.pair_mean(pairs), posterior.pair_variance(pairs)
    w = 4.0 * averaged_label(2.0 * mean, 2.0 * np.sqrt(variance)).information
    by_d = brute_force(posterior, pairs, w, 5, lambda s: np.linalg.slogdet(s)[1])
    by_a = brute_force(posterior, pairs, w, 5, lambda s: variances(s, pairs).sum())
    assert bought(select_comparisons(posterior, 5, criterion="d")) == by_d
    assert bought(select_comparisons(graph, 5, criterion="a")) == by_a


@pytest.mark.parametrize("prior_precision", [0.0, 0.7])
@pytest.mark.parametrize("prompts", [None, list("aabbabb")])
def test_targets_are_what_an_inverse_for_every_candidate_chooses(prompts, prior_precision):
    made = [(0, 1), (2, 3), (0, 4), (3, 5), (6, 5)]
    graph = ComparisonGraph(
        n_items=7,
        pairs=made if prompts or prior_precision else [*made, (4, 5)],
        kind="cardinal",
        beta=2.0,
        prior_precision=prior_precision,
        prompts=prompts,
    )
    posterior, pairs = design_posterior(graph), comparable_pairs(7, graph.prompts)
    targets = np.array([(0, 1), (1, 4), (4, 1), (3, 6)])
    w = np.full(len(pairs), graph.strength_precision)
    expected = brute_force(posterior, pairs, w, 6, lambda s: variances(s, targets).sum())
    found = select_comparisons(posterior, 6, criterion="a", targets=targets)
    assert bought(found) == expected
    many = np.concatenate([targets, np.tile([(3, 5)], (20, 1))])
    again = brute_force(posterior, pairs, w, 6, lambda s: variances(s, many).sum())
    assert bought(select_comparisons(graph, 6, criterion="a", targets=many)) == again != expected


@pytest.mark.parametrize("prompts", [None, list("abbabbabb")])
def test_all_pairs_as_targets_are_the_default(prompts):
    rng = np.random.default_rng(2)
    every = comparable_pairs(9, None if prompts is None else np.array(prompts))
    graph = ComparisonGraph(
        n_items=9,
        pairs=every[rng.integers(len(every), size=12)],
        outcomes=rng.integers(0, 2, 12),
        prompts=prompts,
        prior_precision=0.4,
    )
    default = select_comparisons(graph, 12, criterion="a")
    given = select_comparisons(graph, 12, criterion="a", targets=every[:, ::-1])
    pd.testing.assert_frame_equal(given, default)


def test_one_target_on_a_path_is_bought_itself_or_else_its_weakest_link():
    path = ComparisonGraph(
        n_items=5,
        pairs=[(0, 1), (1, 2), (2, 3), (3, 4)],
        kind="cardinal",
        variances=[1.0, 3.0, 1.0, 1.0],
        beta=UNIT,
    )
    ends = {"criterion": "a", "targets": [(3, 0)]}
    assert bought(select_comparisons(path, 1, **ends)) == [(0, 3)]
    # R = 1, 3, 1 of the links: R² / (1 + R) is what each takes off, 9/4 the second.
    links = select_comparisons(path, 2, [(3, 4), (0, 1), (1, 2), (2, 3)], replace=False, **ends)
    assert bought(links) == [(1, 2), (0, 1)]
    with pytest.raises(ValueError, match="1 pairs that tell nothing about targets"):
        select_comparisons(
            replace(path, pairs=[(0, 1)], variances=1.0, prior_precision=1.0), 1, [(2, 4)], **ends
        )


def test_bald_counts_a_chosen_label_as_its_expected_information():
    rng = np.random.default_rng(0)
    pairs = comparable_pairs(8)[rng.permutation(28)[:12]]
    graph = ComparisonGraph(
        n_items=8,
        pairs=pairs,
        outcomes=rng.choice([0.0, 0.5, 1.0], 12),
        prior_precision=1.0,
    )
    posterior = reward_posterior(graph)
    table = select_comparisons(posterior, 4, criterion="bald")
    precision, every = posterior.solver.laplacian.toarray(), comparable_pairs(8)
    mean = posterior.pair_mean(every)
    for _, row in table.iterrows():
        variance = variances(np.linalg.inv(precision), every)
        gains = label_gain(mean, variance, 1.0, posterior.log_tie)
        i = int(gains.argmax())
        assert (row["first"], row["second"]) == tuple(every[i])
        assert row["gain_nats"] == pytest.approx(gains[i], abs=1e-9)
        assert row["mean_difference"] == pytest.approx(mean[i])
        assert row["sd"] == pytest.approx(np.sqrt(variance[i]))
        here = mean[i : i + 1], np.sqrt(variance[i : i + 1])
        b = np.zeros(8)
        b[every[i]] = 1.0, -1.0
        precision += averaged_label(*here, posterior.log_tie).information * np.outer(b, b)


def test_without_replacement_every_row_is_bought_once():
    graph = ComparisonGraph(n_items=4, pairs=[(0, 1)], prior_precision=1.0)
    pool = [(0, 1), (1, 0), (2, 3)]
    assert sorted(bought(select_comparisons(graph, 3, pool, replace=False))) == sorted(pool)
    again = select_comparisons(graph, 5, [(2, 3)])
    assert bought(again) == [(2, 3)] * 5
    assert (np.diff(again["gain_nats"]) < 0).all()


@pytest.mark.parametrize("criterion", ["d", "bald"])
def test_solving_column_by_column_chooses_the_same(criterion, monkeypatch):
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 30, (60, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    graph = ComparisonGraph(
        n_items=30, pairs=pairs, outcomes=rng.integers(0, 2, len(pairs)), prior_precision=1.0
    )
    candidates = comparable_pairs(30)[::7]
    held = select_comparisons(graph, 6, candidates, criterion)
    monkeypatch.setattr(selection, "MOST_ENTRIES", 10)
    solved = select_comparisons(graph, 6, candidates, criterion)
    assert bought(solved) == bought(held)
    np.testing.assert_allclose(solved["gain_nats"], held["gain_nats"])
    shortlist = select_comparisons(graph, 6, criterion=criterion)
    assert len(shortlist) == 6
    with pytest.raises(ValueError, match="criterion is 'a' with 30 items"):
        select_comparisons(graph, 1, candidates, "a")


def test_targets_of_a_few_items_need_no_covariance(monkeypatch):
    rng = np.random.default_rng(3)
    pairs = comparable_pairs(40)[rng.permutation(780)[:70]]
    graph = ComparisonGraph(
        n_items=40, pairs=pairs, outcomes=rng.integers(0, 2, 70), prior_precision=0.5
    )
    leading = comparable_pairs(4)
    about = {"criterion": "a", "targets": leading}
    held = select_comparisons(graph, 8, leading, **about)
    monkeypatch.setattr(selection, "MOST_ENTRIES", 160)
    solved = select_comparisons(graph, 8, **about)
    pd.testing.assert_frame_equal(solved, held)
    path = [(i, i + 1) for i in range(39)]
    connected = replace(graph, prior_precision=0.0, pairs=[*pairs, *path], outcomes=None)
    solved = select_comparisons(connected, 8, **about)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(solved, select_comparisons(connected, 8, leading, **about))
    monkeypatch.setattr(selection, "MOST_ENTRIES", 159)
    with pytest.raises(ValueError, match="targets are of 4 among 40 items"):
        select_comparisons(graph, 1, **about)


def test_prompts_that_prior_edges_join_are_comparable():
    linked = {"prior_edges": [(1, 2)], "prior_variances": 0.5}
    given = {"n_items": 4, "pairs": [], "prompts": list("aabb"), "prior_precision": 1.0}
    assert len(select_comparisons(ComparisonGraph(**given, **linked), 1, [(0, 3)], "a")) == 1
    with pytest.raises(ValueError, match="1 pairs across prompts, the first in row 1"):
        select_comparisons(ComparisonGraph(**given), 1, [(0, 1), (0, 3)])
    with pytest.raises(ValueError, match="targets holds 1 pairs across prompts"):
        select_comparisons(ComparisonGraph(**given), 1, criterion="a", targets=[(1, 2)])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"budget": 0}, "budget is 0; expected 1 to inf, of 3 candidates"),
        ({"budget": 4, "replace": False}, "budget is 4; expected 1 to 3"),
        ({"criterion": "e"}, "criterion is 'e'"),
        ({"criterion": "bald"}, "criterion is 'bald' and the comparisons are cardinal"),
        ({"targets": [(0, 1)]}, "targets is given with criterion 'd'"),
        ({"criterion": "a", "targets": []}, "targets is empty"),
        ({"criterion": "a", "targets": [(0, 3)]}, "targets names items 0 to 3"),
        ({"candidates": [(0, 0)]}, "candidates compares item 0 with itself"),
        ({"candidates": np.empty((0, 2), int)}, "no pair to choose from"),
    ],
)
def test_bad_input_is_named(given, message):
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1)], kind="cardinal", prior_precision=1.0)
    with pytest.raises(ValueError, match=message):
        select_comparisons(graph, **{"budget": 1, **given})


def test_parts_that_nothing_joins_are_named():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1)], kind="cardinal", names=["x", "y", "z"])
    with pytest.raises(ValueError, match="2 pairs that nothing joins, such as x with z"):
        select_comparisons(graph, 1)
    with pytest.raises(ValueError, match="targets holds 1 pairs that nothing joins"):
        select_comparisons(graph, 1, criterion="a", targets=[(0, 1), (2, 1)])
    path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], kind="cardinal")
    assert bought(select_comparisons(design_posterior(path), 1)) == [(0, 2)]


def test_a_single_item_leaves_nothing_to_choose():
    graph = ComparisonGraph(n_items=1, pairs=[], prior_precision=1.0)
    with pytest.raises(ValueError, match="no pair to choose from"):
        select_comparisons(graph, 3)
