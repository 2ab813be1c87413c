import json

import joblib
import networkx as nx
import numpy as np
import pytest
from matplotlib.figure import Figure

from infometer.graphs import (
    EdgeSplit,
    NetworkProbe,
    as_graph,
    graph_from_edges,
    sample_negatives,
    split_edges,
)
from infometer.reporting import report_to_json


def blocks(compatibility, size=100, degree=12.0, seed=0, **known):
    """A graph whose edges are between blocks as the matrix has it, of a given mean degree."""
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(len(compatibility)), size)
    shape = np.asarray(compatibility, dtype=float)[block][:, block]
    pairs = np.argwhere(np.triu(rng.random(shape.shape) < shape * degree / shape.sum(1).mean(), 1))
    return as_graph(graph_from_edges(pairs, len(block)), labels=block, **known)


def probed(graph, *task, **settings):
    settings = {"n_components": 8, "random_state": 0} | settings
    return NetworkProbe(*task, **settings).fit(graph).result_


def rows(result):
    return result.to_frame().set_index("source")


@pytest.fixture(scope="module")
def miserables():
    return probed(nx.les_miserables_graph(), n_components=16)


def test_nothing_is_told_of_edges_at_random():
    features = np.random.default_rng(0).random((300, 12))
    graph = as_graph(nx.gnp_random_graph(300, 0.07, seed=0), features=features)
    result = probed(graph)
    found = rows(result)
    n = found["n"].iloc[0]
    assert found["score"].max() < 0.5 + 3 * 0.35 * 8 / n + 0.01  # 8/(2n) nats too low in H
    assert found["score"].min() >= 0.5
    assert found["adjusted_p_value"].min() > 0.05
    assert (found["score_low"] <= 0.5 + 1e-12).all()
    assert "beyond chance" in result.answer()
    assert "little to learn" in result.answer()


def test_perfect_features_tell_what_they_must():
    size = 300
    graph = blocks(np.eye(4), size, 6.0, features=np.repeat(np.eye(4), size, axis=0))
    found = rows(probed(graph, components=("F",), feature_scaling="none")).loc["F"]
    assert found["score_low"] < 0.731432 < found["score_high"]
    assert found["score"] == pytest.approx(0.731432, abs=0.03)
    assert found["accuracy"] == pytest.approx(0.875, abs=0.02)
    assert found["raw_score"] == pytest.approx(found["score"], abs=0.03)


@pytest.mark.parametrize("attract", ["like", "opposites"])
def test_the_matrix_sees_which_blocks_attract(attract):
    pattern = np.eye(2) if attract == "like" else 1.0 - np.eye(2)
    result = probed(blocks(pattern, 120, 16.0), components=("U",), n_components=2)
    u = rows(result).loc["U"]
    assert u["score_high"] > 0.5805 > 0.95 * u["score_low"]  # table [[N, N/2], [0, N/2]]
    assert (u["raw_auc"] < 0.4) == (attract == "opposites")
    assert ("Opposites attract" in result.answer()) == (attract == "opposites")
    if attract == "opposites":
        assert u["raw_hits"] < 0.05
        assert any(finding.what.startswith("Opposites attract") for finding in result.findings)


def test_dot_products_miss_what_blocks_in_a_ring_have():
    ring = np.roll(np.eye(12), 1, axis=0) + np.roll(np.eye(12), -1, axis=0)
    features = np.repeat(np.eye(12), 30, axis=0)
    graph = blocks(ring, 30, 10.0, features=features)
    result = probed(graph, components=("F",), n_components=12, feature_scaling="none")
    f = rows(result).loc["F"]
    assert f["score_low"] > f["raw_score_high"]
    assert f["information_nats"] > 2 * f["raw_information_nats"]
    assert "a plain dot product tells" in result.answer()


def test_labels_are_told_by_the_source_that_has_them():
    rng = np.random.default_rng(0)
    pattern = 1.0 - np.eye(3)
    graph = blocks(pattern, 80, 20.0, features=rng.random((240, 6)))
    result = probed(graph, "node", components=("U", "R", "F"), n_components=3)
    found = rows(result)
    whole = np.log(3)
    assert found.loc[["U", "R"], "score"].max() > 0.9
    assert found.loc["F", "score"] < 0.36
    assert found.loc["F", "adjusted_p_value"] > 0.05
    assert found["information_nats"].max() <= whole + 1e-12
    assert found["chance"].to_numpy() == pytest.approx(1 / 3, abs=1e-3)
    assert result.homophily["edge homophily"] == 0.0
    assert found.loc["neighbour's label", "score"] == pytest.approx(0.5, abs=0.01)
    assert np.isnan(found.loc["neighbour's label", "score_low"])
    assert result.tables["U"].sum() == 240


def test_held_out_accuracy_does_not_grow_with_the_clusters():
    rng = np.random.default_rng(0)
    graph = as_graph(nx.gnp_random_graph(120, 0.1, seed=1), labels=rng.integers(0, 3, 120))
    few, many = (
        rows(probed(graph, "node", components=("R",), n_clusters=k)).loc["R"] for k in (3, 30)
    )
    assert many["score"] > few["score"] + 0.05
    assert many["accuracy"] > 0.5 > many["held_out_accuracy"]
    result = probed(graph, "node", components=("R",), n_clusters=30)
    assert any("few labelled nodes" in finding.what for finding in result.findings)


def test_nodes_without_a_label_are_not_counted():
    labels = np.repeat([0, 1], 17)
    labels[::3] = -1
    result = probed(as_graph(np.array(nx.karate_club_graph().edges), labels=labels), "node")
    assert result.settings["labelled_nodes"] == (labels >= 0).sum()
    assert rows(result).loc["U", "n"] == (labels >= 0).sum()


def test_other_names_of_nodes_change_no_score():
    size, order = 60, np.random.default_rng(0).permutation(180)
    graph = blocks(np.eye(3), size, 10.0, features=np.repeat(np.eye(3), size, axis=0))
    edges = np.argsort(order)[graph.edges()]
    other = as_graph(
        graph_from_edges(edges, 180), features=graph.features[order], labels=graph.labels[order]
    )
    settings = {"components": ("F", "S"), "feature_scaling": "none", "n_components": 3}
    first, second = (rows(probed(g, "node", **settings)) for g in (graph, other))
    assert first["score"].tolist() == pytest.approx(second["score"].tolist())
    assert first.loc["F", "score"] == 1.0


def test_one_label_is_trivial_and_told():
    graph = as_graph(nx.karate_club_graph(), labels=np.zeros(34, dtype=int))
    result = probed(graph, "node")
    assert rows(result).loc["U", "score"] == 1.0
    assert result.findings[0].severity == "warning"
    assert "only one label" in result.findings[0].what
    assert "nothing to tell" in result.answer()
    result.plot()


def test_constant_features_tell_nothing():
    graph = as_graph(nx.les_miserables_graph(), features=np.ones((77, 3)))
    found = rows(probed(graph, components=("F",))).loc["F"]
    assert found["score"] == found["raw_score"] == 0.5
    labels = (np.arange(77) % 2).tolist()
    graph = as_graph(nx.les_miserables_graph(), features=np.ones((77, 3)), labels=labels)
    assert rows(probed(graph, "node", components=("F",))).loc["F", "information_nats"] < 1e-12


def test_a_leak_is_caught():
    graph = as_graph(nx.les_miserables_graph())
    with pytest.raises(ValueError, match="60 of 60 validation edges are in the training graph"):
        NetworkProbe().fit(graph, graph.edges()[:60])
    split = split_edges(graph, random_state=0)
    with pytest.raises(ValueError, match="in the training graph"):
        EdgeSplit(graph, split.validation, split.validation_negatives, split.test, split.test)
    parts = (split.graph, split.validation, split.validation_negatives, split.test)
    with pytest.raises(ValueError, match="51 of 51 test_negatives are edges"):
        EdgeSplit(*parts, split.test[:, ::-1])
    with pytest.raises(ValueError, match="3 of 25 validation edges are test edges too"):
        EdgeSplit(*parts[:3], np.r_[split.test, split.validation[:3]], split.test_negatives)
    links = np.concatenate([split.validation, split.test])[:60]
    none = np.concatenate([sample_negatives(graph, 59, random_state=0), links[:1]])
    with pytest.raises(ValueError, match="1 of 60 validation_negatives are edges"):
        NetworkProbe().fit(split.graph, links, none)


def test_a_split_is_probed_on_its_validation_alone():
    graph = as_graph(nx.gnp_random_graph(80, 0.2, seed=0))
    split = split_edges(graph, fractions=(0.6, 0.3, 0.1), random_state=0)
    whole = NetworkProbe(n_components=4, random_state=0).fit(split).result_
    own = NetworkProbe(n_components=4, random_state=0)
    own.fit(split.graph, split.validation, split.validation_negatives)
    np.testing.assert_array_equal(whole.tables["U"], own.result_.tables["U"])
    assert whole.tables["U"].sum(axis=0).tolist() == [len(split.validation)] * 2


def test_the_last_edges_are_held_out_by_time():
    graph = nx.les_miserables_graph()
    for when, edge in enumerate(graph.edges):
        graph.edges[edge]["when"] = when
    result = probed(as_graph(graph, time="when"), by="time", components=("U",))
    assert result.settings["held_out_links"] == 254 - round(0.7 * 254)
    with pytest.raises(ValueError, match="no times"):
        probed(graph, by="time")


def test_few_links_make_fewer_bins_and_too_few_none():
    result = probed(nx.davis_southern_women_graph(), components=("U",))
    assert result.settings["n_bins_used"] == 2
    assert any("bins were made fewer" in finding.what for finding in result.findings)
    with pytest.raises(ValueError, match="a score needs at least 20"):
        probed(nx.florentine_families_graph())


@pytest.mark.parametrize(
    ("settings", "fitted", "says"),
    [
        ({"task": "edge"}, (), "task is 'edge'"),
        ({"n_bins": 1}, (), "n_bins is 1"),
        ({"level": 95}, (), "level is 95"),
        ({"components": ("F",)}, (), "no features"),
        ({"components": ("X",)}, (), "components is"),
        ({"task": "node"}, (), "no labels"),
        ({"task": "node"}, ([[0, 1]],), "expected a graph with labels"),
        ({}, ([[0, 99]],), "names nodes from 0 to 99"),
        ({}, ([[0.5, 1.0]],), "validation has the shape"),
        ({}, (None, [[0, 1]]), "without validation"),
    ],
)
def test_bad_input_is_named(settings, fitted, says):
    with pytest.raises(ValueError, match=says):
        NetworkProbe(**settings).fit(nx.les_miserables_graph(), *fitted)


def test_more_clusters_than_nodes_are_refused():
    graph = as_graph(nx.karate_club_graph(), labels="club")
    with pytest.raises(ValueError, match="n_clusters is 35"):
        probed(graph, "node", n_clusters=35)


def test_workers_change_nothing_and_progress_is_told(miserables):
    told = []
    with joblib.parallel_config(backend="threading"):
        probe = NetworkProbe(n_components=16, random_state=0, n_jobs=2)
        probe.fit(nx.les_miserables_graph(), progress=lambda *done: told.append(done))
    assert told == [(i + 1, 6) for i in range(6)]
    assert probe.result_.to_frame().equals(miserables.to_frame())


def test_bounds_hold_in_every_row(miserables):
    found = miserables.to_frame()
    assert (found["chance"] <= found["score"] + 1e-12).all()
    assert (found["score"] <= found["accuracy"] + 1e-12).all()
    assert (found["accuracy"] <= found["fano_accuracy"] + 1e-12).all()
    assert found["score"].to_numpy() == pytest.approx(np.exp(-found["conditional_entropy_nats"]))


def test_the_report_answers_and_draws(miserables):
    report = miserables.report()
    assert report.answer == miserables.answer()
    assert "Adamic–Adar" in report.answer
    json.loads(report_to_json(report))
    json.dumps(miserables.to_dict())
    for draw in report.figures.values():
        draw(Figure().subplots())
    ax = miserables.plot()
    assert ax.get_yticklabels()[0].get_text() == "structure: U"
    estimate = miserables.estimates()["R"]
    assert f"{estimate.bits:.2f} of 1.00 bits" in report.answer
    assert "nats" in miserables.answer("nats")


def test_noise_is_not_taken_for_too_close_a_fit_nor_for_a_heuristic_that_tells():
    for seed in range(12):
        result = probed(nx.gnm_random_graph(120, 400, seed=seed), n_components=12)
        if len(result.telling):
            continue
        assert not any("Plain dot products score more" in one.what for one in result.findings)
        assert "does tell" not in result.answer()


def test_too_close_a_fit_is_told():
    graph = nx.random_partition_graph([100] * 3, 0.1, 0.01, seed=0)
    found = probed(nx.Graph(graph.edges), components=("U",), n_components=90).findings
    assert any("Plain dot products score more" in one.what for one in found)


def test_the_settings_say_how_the_links_were_held_out():
    graph = blocks(np.eye(2), 120, 16.0)
    split = split_edges(graph, negatives="degree", random_state=0)
    probe = NetworkProbe(components=("U",), n_components=2, random_state=0)
    told = probe.fit(split).result_.settings
    assert (told["by"], told["negatives"]) == ("random", "degree")
    told = probe.fit(split.graph, split.validation).result_.settings
    assert (told["by"], told["negatives"]) == ("given", "uniform")
