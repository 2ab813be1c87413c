import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from infometer.graphs import LinkModel, NodeModel, as_graph, load_model, save_model

FILES = {"report.html", "figures", "model.npz", "model.json"} | {
    f"{name}.{suffix}" for name in ("components", "penalties") for suffix in ("csv", "parquet")
}


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with two groups of people, what they like, and which group they are of."""
    drawn = nx.random_partition_graph([60, 60], 0.25, 0.02, seed=0)
    names = np.array([f"p{i:03d}" for i in range(120)])
    ends = names[np.array(drawn.edges)]
    edges = pd.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "year": range(len(ends))})
    edges.to_csv(tmp_path / "edges.csv", index=False)
    group = np.repeat(["red", "blue"], 60)
    rng = np.random.default_rng(0)
    likes = pd.DataFrame(rng.random((120, 3)), columns=["a", "b", "c"])
    likes.insert(0, "node", names)
    likes.to_parquet(tmp_path / "likes.parquet")
    known = pd.DataFrame({"node": names, "label": group}).iloc[::2]
    known.to_csv(tmp_path / "groups.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def pairs_of(table):
    return set(map(tuple, table[["source", "target"]].to_numpy()))


def test_links_are_fitted_shown_and_predicted(command, work):
    code, out, error = command(
        "graph", "fit", "edges.csv", "--features", "likes.parquet", "--dimensions", 8, "--json"
    )
    assert code == 0, error
    folder = work / "infometer-graph-fit"
    assert {path.name for path in folder.iterdir()} == FILES
    document = json.loads(out)
    assert document["answer"].startswith("Of ")
    assert "it rests on" in document["answer"]
    assert document["input_fingerprint"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert document["answer"] in page
    assert page.count("<svg") == 1
    assert isinstance(load_model(folder), LinkModel)

    code, out, error = command("graph", "predict", folder, "--top", 30, "--json")
    assert code == 0, error
    best = pd.read_csv(folder / "predictions.csv")
    pd.testing.assert_frame_equal(best, pd.read_parquet(folder / "predictions.parquet"))
    pd.testing.assert_frame_equal(best, pd.DataFrame(json.loads(out)["predictions"]))
    known = pd.read_csv("edges.csv")
    assert not pairs_of(best) & pairs_of(known)
    groups = best[["source", "target"]].map(lambda name: int(name[1:]) // 60)
    assert (groups["source"] == groups["target"]).mean() > 0.9
    assert best["logit"].is_monotonic_decreasing
    assert best["probability"].between(0, 1).all()


def test_links_that_are_asked_about_are_judged(command, work, undrawn):
    command("graph", "fit", "edges.csv", "--dimensions", 8, "--components", "U", "--out", "m")
    pd.DataFrame({"source": ["p001", "p001"], "target": ["p002", "p119"]}).to_csv("ask.csv")
    code, _, error = command(
        "graph", "predict", "m", "--pairs", "ask.csv", "--base-rate", 0.5, "--out", "told"
    )
    assert code == 0, error
    inside, across = pd.read_csv("told/predictions.csv")["probability"]
    assert inside > across
    pd.DataFrame({"source": ["p001"], "target": ["nobody"]}).to_csv("ask.csv")
    code, _, error = command("graph", "predict", "m", "--pairs", "ask.csv")
    assert code == 2
    assert "--pairs names 'nobody' in row 0" in error


def test_labels_are_fitted_and_predicted_for_unlabelled_nodes(command, work, undrawn):
    code, out, error = command(
        "graph", "fit", "edges.csv", "--labels", "groups.csv", "--task", "node",
        "--dimensions", 8, "--out", "m", "--json",
    )  # fmt: skip
    assert code == 0, error
    assert "labels that were held out" in json.loads(out)["answer"]
    assert isinstance(load_model("m"), NodeModel)
    code, _, error = command("graph", "predict", "m")
    assert code == 0, error
    told = pd.read_csv("m/predictions.csv")
    truth = np.where(told["node"].str[1:].astype(int) < 60, "red", "blue")
    assert len(told) == 120
    assert told["labelled"].sum() == 60
    assert (told["label"] == truth)[~told["labelled"]].mean() > 0.9


def test_by_time_the_last_links_are_held_out(command, work, undrawn):
    code, out, error = command(
        "graph", "fit", "edges.csv", "--time", "year", "--dimensions", 4, "--json", "--hits", 9
    )
    assert code == 0, error
    assert json.loads(out)["estimates"][0]["quantity"] == "test Hits@9"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fit", "edges.csv", "--task", "node"), "the graph has no labels"),
        (("fit", "edges.csv", "--components", "XU"), "components is ('X', 'U')"),
        (("fit", "edges.csv", "--task", "node", "--hits", "3"), "--hits is of links"),
        (("fit", "none.csv"), "none.csv"),
        (("predict", "empty"), "empty holds no model.json"),
    ],
)
def test_what_does_not_fit_ends_in_one_line(command, work, arguments, message):
    code, _, error = command("graph", *arguments)
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_another_version_is_refused(command, work, undrawn):
    command("graph", "fit", "edges.csv", "--dimensions", 4, "--components", "U", "--out", "m")
    told = json.loads((work / "m" / "model.json").read_text())
    (work / "m" / "model.json").write_text(json.dumps({**told, "version": 99}))
    code, _, error = command("graph", "predict", "m")
    assert code == 2
    assert "of version 99" in error
    assert "fit it again" in error


def test_names_that_cannot_be_kept_are_refused(tmp_path):
    mixed = np.array(["ann", 3], dtype=object)
    model = NodeModel(np.eye(2), np.array(["a", "b"]), mixed, np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="of the types int, str"):
        save_model(model, tmp_path)


def test_a_loaded_model_says_what_the_saved_one_said(tmp_path):
    rng = np.random.default_rng(0)
    z = rng.standard_normal((20, 4)).astype(np.float32)
    named = as_graph(nx.karate_club_graph().subgraph(range(20)))
    model = LinkModel({"U": z}, {"U": np.eye(4)}, -1.0, (2.0, 0.5), 0.01, named)
    save_model(model, tmp_path)
    again = load_model(tmp_path)
    for ours, theirs in zip(model.top_pairs(9), again.top_pairs(9), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(model.probabilities([[0, 5]]), again.probabilities([[0, 5]]))


def test_without_edges_the_example_is_fitted(command, tmp_path, monkeypatch, undrawn):
    monkeypatch.chdir(tmp_path)
    code, out, error = command("graph", "fit", "--json")
    assert code == 0, error
    assert json.loads(out)["answer"].startswith("Of ")
    assert load_model(tmp_path / "infometer-graph-fit").graph.n_nodes == 77


def test_names_and_labels_come_back_as_they_were_given(command, work, undrawn):
    edges = pd.read_csv("edges.csv").replace(r"^p", "", regex=True)
    edges.to_csv("numbered.csv", index=False)
    groups = pd.read_csv("groups.csv").replace(r"^p", "", regex=True)
    groups.assign(label=(groups["label"] == "red") + 3).to_csv("coded.csv", index=False)
    call = ("graph", "fit", "numbered.csv", "--labels", "coded.csv", "--dimensions", 4)
    code, _, error = command(*call, "--components", "U", "--out", "m")
    assert code == 0, error
    assert command("graph", "predict", "m")[0] == 0
    told = pd.read_csv("m/predictions.csv", dtype=str)
    assert told["node"].tolist() == [f"{i:03d}" for i in range(120)]
    assert set(told["label"]) == {"3", "4"}
    code, _, error = command(*call, "--components", "U", "--task", "link", "--out", "links")
    assert code == 0, error
    (work / "ask.csv").write_text("source,target\n001,002\n")
    code, _, error = command("graph", "predict", "links", "--pairs", "ask.csv")
    assert code == 0, error
    assert pd.read_csv("links/predictions.csv", dtype=str)["source"].tolist() == ["001"]


def test_the_fingerprint_knows_the_features(command, work, undrawn):
    call = ("graph", "fit", "edges.csv", "--dimensions", 4, "--components", "U", "--json")
    bare, known = (
        json.loads(command(*call, *more)[1])["input_fingerprint"]
        for more in ((), ("--features", "likes.parquet"))
    )
    assert bare != known
