import sys
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from sklearn.base import clone

from infometer.graphs import (
    LinkModel,
    NetInfoFLinkPredictor,
    as_graph,
    graph_from_edges,
    pair_products,
    pair_scores,
    split_edges,
    top_pairs,
)
from infometer.graphs.platt_calibration import platt_line

RNG = np.random.default_rng(0)
BLOCKS = np.repeat([0, 1], 100)


def bipartite(p=0.15, n=200):
    """Two blocks whose nodes only attract those of the other."""
    chance = p * (BLOCKS[:, None] != BLOCKS)
    upper = np.triu(np.random.default_rng(1).random((n, n)) < chance, 1)
    return graph_from_edges(np.argwhere(upper), n)


@pytest.fixture(scope="module")
def split():
    return split_edges(bipartite(), random_state=0)


@pytest.fixture(scope="module")
def model(split):
    return NetInfoFLinkPredictor(n_components=8, random_state=0).fit(split)


def test_the_products_are_the_terms_of_the_similarity_and_symmetric():
    z, turn = RNG.standard_normal((20, 5)), RNG.standard_normal((5, 5))
    turn += turn.T
    pairs = RNG.integers(0, 20, (50, 2))
    products = pair_products(z, turn, pairs)
    np.testing.assert_allclose(products.sum(axis=1), pair_scores(z, turn, pairs))
    np.testing.assert_allclose(pair_products(z, turn, pairs[:, ::-1]), products)


def test_opposites_attract_only_through_the_compatibility_matrix(split, model):
    plain = NetInfoFLinkPredictor(n_components=1, k=20, compatibility=False, random_state=0)
    turned = NetInfoFLinkPredictor(n_components=1, k=20, random_state=0)
    none = split.test_negatives[BLOCKS[split.test_negatives].sum(axis=1) != 1]
    for predictor, least in ((turned, 0.9), (plain, 0.0)):
        logits = predictor.fit(split).decision_function(split.test)
        inside = predictor.decision_function(none)
        assert np.mean(logits[:, None] > inside) >= least
    assert model.test_hits_ > model.k_ / len(split.test_negatives) + 0.1


def test_the_logit_is_the_weighted_sum_of_products(model, split):
    pairs = split.test
    logit = model.intercept_ + sum(
        pair_products(model.embeddings_[name], model.compatibility_[name], pairs)
        @ model.weights_[name]
        for name in model.embeddings_
    )
    np.testing.assert_allclose(model.decision_function(pairs), logit, atol=1e-5)
    np.testing.assert_allclose(model.decision_function(pairs[:, ::-1]), logit, atol=1e-5)


def test_the_choice_is_the_best_of_the_validation_and_the_shares_add_up(model):
    table = model.choice_.table
    assert len(table) == 8
    assert model.validation_hits_ == table["score"].max() == model.choice_.score
    assert (table["violation"] <= model.tol).all()
    assert model.component_weights_["share"].sum() == pytest.approx(1.0)
    assert model.component_weights_.loc["U", "knows"] == "structure"


def test_noise_is_switched_off():
    graph = as_graph(nx.random_partition_graph([60, 60], 0.3, 0.02, seed=0))
    noise = np.random.default_rng(0).standard_normal((120, 8))
    model = NetInfoFLinkPredictor(n_components=8, random_state=0).fit(
        as_graph(graph, features=noise)
    )
    assert model.weights_["F"].tolist() == [0.0] * len(model.weights_["F"])
    assert model.component_weights_.loc["F", "used"] == 0
    assert "F" not in model.model_.embeddings


def test_the_same_seed_gives_the_same_model_for_any_number_of_threads(split, model):
    again = clone(model).set_params(n_jobs=2).fit(split)
    assert again.choice_.l1 == model.choice_.l1
    for name, weights in model.weights_.items():
        np.testing.assert_allclose(again.weights_[name], weights, rtol=1e-6, atol=1e-9)


def test_a_graph_is_split_first_and_reports_its_progress():
    steps = []
    graph = bipartite()
    model = NetInfoFLinkPredictor(n_components=4, components=("U",), k=30, random_state=1)
    model.fit(graph, progress=lambda done, most: steps.append((done, most)))
    assert steps[0] == (1, 1000)
    assert model.split_.graph.n_edges == round(0.7 * graph.n_edges)
    assert model.k_ == 30
    assert model.model_.graph.n_edges == graph.n_edges


def test_probabilities_are_calibrated_and_follow_the_base_rate(model, split):
    links, none = split.test, split.test_negatives
    told = model.predict_proba(np.concatenate([links, none]))
    np.testing.assert_allclose(told.sum(axis=1), 1.0)
    truth = np.repeat([1, 0], [len(links), len(none)])
    error = np.sqrt(0.25 / len(truth))
    assert told[:, 1].mean() == pytest.approx(0.5, abs=4 * error)
    high = told[:, 1] > 0.6
    assert truth[high].mean() == pytest.approx(
        told[high, 1].mean(), abs=4 * np.sqrt(0.25 / high.sum())
    )
    rare = model.predict_proba(links, base_rate=model.model_.base_rate)[:, 1]
    odds = lambda p: p / (1 - p)  # noqa: E731
    np.testing.assert_allclose(
        odds(rare) / odds(told[: len(links), 1]), odds(model.model_.base_rate), rtol=1e-6
    )


def test_platts_line_finds_the_true_one():
    scores = np.random.default_rng(0).normal(0.0, 2.0, 40_000)
    linked = np.random.default_rng(1).random(40_000) < 1 / (1 + np.exp(-0.7 * scores))
    slope, offset = platt_line(scores[linked], scores[~linked])
    assert slope == pytest.approx(0.7, abs=0.03)
    assert offset == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("k", [1, 7, 60, 10_000])
def test_the_top_pairs_are_those_of_all_scores(k, monkeypatch):
    monkeypatch.setattr(sys.modules[top_pairs.__module__], "SCORES", 50 * 7)
    n = 50
    z = np.round(RNG.standard_normal((n, 3)), 1)
    graph = as_graph(nx.gnp_random_graph(n, 0.2, seed=0))
    pairs, scores = top_pairs(z, z, graph, k)
    every = np.argwhere(np.triu(graph.adjacency.toarray() == 0, 1))
    truth = np.einsum("ij,ij->i", z[every[:, 0]], z[every[:, 1]])
    best = np.argsort(-truth, kind="stable")[:k]
    np.testing.assert_allclose(scores, truth[best], atol=1e-12)
    assert len(np.unique(pairs @ [n, 1])) == len(pairs) == min(k, len(every))
    assert (graph.adjacency[pairs[:, 0], pairs[:, 1]] == 0).all()


def test_ties_go_to_the_smaller_numbers(monkeypatch):
    monkeypatch.setattr(sys.modules[top_pairs.__module__], "SCORES", 12)
    pairs, _ = top_pairs(np.ones((6, 1)), np.ones((6, 1)), graph_from_edges([[0, 1]], 6), 5)
    assert pairs.tolist() == [[0, 2], [0, 3], [0, 4], [0, 5], [1, 2]]


def test_top_pairs_are_unknown_pairs_with_their_logits(model, split):
    pairs, logits = model.top_pairs(20)
    np.testing.assert_allclose(logits, model.decision_function(pairs), atol=1e-4)
    assert (np.diff(logits) <= 0).all()
    known = {tuple(edge) for part in (split.graph.edges(), split.validation, split.test)
             for edge in part.tolist()}  # fmt: skip
    assert not known & {tuple(pair) for pair in pairs.tolist()}


def test_a_model_without_any_component_still_answers():
    model = LinkModel({}, {}, -2.0, (1.0, 0.0), 0.1, graph_from_edges([[0, 1]], 4))
    pairs, logits = model.top_pairs(2)
    assert pairs.tolist() == [[0, 2], [0, 3]]
    assert logits.tolist() == [-2.0, -2.0]


def test_the_report_says_how_good_and_by_what(model):
    report = model.report()
    assert f"Of {len(model.split_.test)} links" in report.answer
    assert f"{100 * model.test_hits_:.1f} %" in report.answer
    (hits,) = report.estimates
    low, high = hits.interval
    assert low < model.test_hits_ < high
    assert list(report.tables) == ["What each component brings", "Penalties tried"]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda model: model.decision_function([[0, 200]]), "pairs names the node 200"),
        (lambda model: model.decision_function([0, 1]), "pairs has the shape"),
        (lambda model: model.predict_proba([[0, 1]], base_rate=1.0), "base_rate is 1.0"),
        (lambda model: model.top_pairs(0), "k is 0"),
        (lambda model: clone(model).set_params(components="F").fit(model.split_), "need features"),
        (lambda model: clone(model).set_params(k=10_000).fit(model.split_), "k is 10000"),
        (lambda model: clone(model).set_params(l1=()).fit(model.split_), r"l1 is \(\)"),
    ],
)
def test_what_does_not_fit_is_named(model, act, message):
    with pytest.raises(ValueError, match=message):
        act(model)


def test_features_that_are_constant_are_left_out_and_told(split):
    flat = replace(split.graph, features=np.ones((split.graph.n_nodes, 3)))
    constant = replace(split, graph=flat)
    model = NetInfoFLinkPredictor(n_components=4, random_state=0).fit(constant)
    assert list(model.embeddings_) == ["U", "R"]
    told = [finding for finding in model.report().findings if finding.where == "graph"]
    assert "F (features) has 0 columns" in told[0].evidence
    with pytest.raises(ValueError, match="its features are constant"):
        NetInfoFLinkPredictor(("F",), 4).fit(constant)


def test_what_was_changed_in_reading_is_told(split):
    noted = replace(split, graph=replace(split.graph, notes=("1 loop was left out",)))
    model = NetInfoFLinkPredictor(n_components=2, l1=(1e-2,), l2=(1e-2,), random_state=0).fit(noted)
    assert any("1 loop was left out" in finding.evidence for finding in model.report().findings)
