import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest

FILES = {"report.html", "figures", "probe.csv", "probe.parquet"}


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with two groups of people, what they like, and which group they are of."""
    drawn = nx.random_partition_graph([50, 50], 0.02, 0.25, seed=0)
    names = np.array([f"p{i:03d}" for i in range(100)])
    ends = names[np.array(drawn.edges)]
    edges = pd.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "year": range(len(ends))})
    edges.to_csv(tmp_path / "edges.csv", index=False)
    likes = pd.DataFrame(np.random.default_rng(0).random((100, 4)), columns=list("abcd"))
    likes.insert(0, "node", names)
    likes.to_parquet(tmp_path / "likes.parquet")
    groups = pd.DataFrame({"node": names, "label": np.repeat(["red", "blue"], 50)}).iloc[::2]
    groups.to_csv(tmp_path / "groups.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def test_links_are_probed_and_shown(command, work):
    code, out, error = command(
        "graph", "probe", "edges.csv", "--features", "likes.parquet", "--dimensions", 4, "--json"
    )
    assert code == 0, error
    folder = work / "infometer-graph-probe"
    assert {path.name for path in folder.iterdir()} == FILES
    document = json.loads(out)
    assert "Opposites attract" in document["answer"]
    assert " bits (score " in document["answer"]
    assert document["answer"] in " ".join(error.split())
    assert document["input_fingerprint"]
    table = pd.read_csv(folder / "probe.csv").set_index("source")
    assert {"U", "R", "F", "P", "S", "Katz"} <= set(table.index)
    assert table.loc["F", "adjusted_p_value"] > 0.05 > table.loc["U", "adjusted_p_value"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert document["answer"] in page
    assert page.count("<svg") == 2
    assert error.rstrip().endswith("report.html")


@pytest.mark.usefixtures("undrawn")
def test_labels_make_it_a_question_of_nodes(command, work):
    call = ("graph", "probe", "edges.csv", "--labels", "groups.csv", "--dimensions", 4, "--json")
    code, out, error = command(*call, "--clusters", 4, "--seed", 3)
    assert code == 0, error
    document = json.loads(out)
    assert document["settings"]["labelled_nodes"] == 50
    assert document["settings"]["n_clusters_used"] == 4
    figures = {row["figure"]: row["value"] for row in document["tables"]["Labels of neighbours"]}
    assert figures["edge homophily"] < 0.2
    assert "about labels" in document["answer"]
    code, out, _ = command(*call, "--task", "link", "--unit", "nats")
    assert code == 0
    assert "of 0.69 nats" in json.loads(out)["answer"]


@pytest.mark.usefixtures("undrawn")
def test_options_reach_the_probe(command, work):
    code, out, error = command(
        "graph", "probe", "edges.csv", "--time", "year", "--bins", 4, "--negatives", "degree",
        "--dimensions", 3, "--jobs", 1, "--out", "elsewhere", "--json",
    )  # fmt: skip
    assert code == 0, error
    settings = json.loads(out)["settings"]
    assert settings["by"] == "time"
    assert settings["negatives"] == "degree"
    assert (settings["n_bins"], settings["n_components"]) == (4, 3)
    assert (work / "elsewhere" / "probe.csv").exists()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("task", "about"), [("link", "links"), ("node", "labels")])
def test_without_edges_it_shows_an_example(command, tmp_path, task, about):
    code, out, error = command("graph", "probe", "--task", task, "--out", tmp_path, "--json")
    assert code == 0, error
    assert f"tells most about {about}" in json.loads(out)["answer"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nosuch.csv"], "nosuch.csv"),
        (["edges.csv", "--task", "node"], "no labels"),
        (["edges.csv", "--labels", "groups.csv", "--time", "year"], "--time is of links"),
        (["edges.csv", "--time", "month"], "time is 'month'"),
        (["--features", "likes.parquet"], "need EDGES"),
        (["edges.csv", "--bins", "1"], "--bins"),
        (["edges.csv", "--task", "graph"], "graph"),
    ],
)
def test_a_wrong_call_ends_in_one_line_and_2(command, work, arguments, says):
    before = set(work.iterdir())
    code, out, error = command("graph", "probe", *arguments)
    assert (code, out) == (2, "")
    assert error.startswith("infometer: ")
    assert says in error
    assert error.count("\n") == 1
    assert set(work.iterdir()) == before


def test_a_missing_extra_is_told_with_the_line_that_installs_it(process, tmp_path):
    block = "import sys; sys.modules['networkx'] = None"
    ended = process("graph", "probe", before=block, cwd=tmp_path)
    assert ended.returncode == 3
    assert ended.stderr == 'networkx is not installed; run: pip install "infometer[graphs]"\n'
    assert list(tmp_path.iterdir()) == []
