"""Labels of nodes on real graphs: what the probe says beforehand, and the accuracy then reached."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score

from benchmarks.graphs_data import NAMES, digest, load, standard_splits, there
from benchmarks.publishing import markdown, publish
from infometer.graphs import NetInfoFNodeClassifier, NetworkProbe
from infometer.sweeps import sweep
from infometer.tables import write_table

GRAPHS = (
    "cora", "citeseer", "chameleon", "chameleon_filtered", "squirrel", "squirrel_filtered",
    "actor", "tolokers",
)  # fmt: skip
COMPONENTS = tuple("URFPS")
CLUSTERS = (1, 4)
"""Clusters of the probe for each label."""


def probed(random_state: int, graph: str, clusters: int) -> list[dict[str, Any]]:
    """The probe of all labelled nodes: a row for each source."""
    given = load(graph)
    n_labels = len(np.unique(given.labels[given.labelled]))
    start = time.process_time()
    probe = NetworkProbe("node", n_clusters=clusters * n_labels, random_state=random_state)
    frame = probe.fit(given).result_.to_frame()
    columns = ["source", "score", "score_low", "score_high", "accuracy", "held_out_accuracy"]
    rows = frame[columns].astype(object).where(frame[columns].notna(), None)
    return [
        {**row, "seconds": time.process_time() - start}
        for row in rows.to_dict(orient="records")
    ]  # fmt: skip


def classified(random_state: int, graph: str, split: str) -> dict[str, Any]:
    """Test accuracy on one split, beside the accuracy of the commonest training label."""
    given, parts = load(graph), dict(standard_splits(graph))[split]
    start = time.process_time()
    model = NetInfoFNodeClassifier(random_state=random_state).fit(given, **parts._asdict())
    seconds = time.process_time() - start
    row: dict[str, Any] = {
        "train": int(parts.train.sum()),
        "test_accuracy": model.test_accuracy_,
        "majority": model.majority_,
        "validation_accuracy": model.validation_accuracy_,
        "l1": model.choice_.l1,
        "l2": model.choice_.l2,
        **model.component_weights_["share"].add_prefix("share_"),
        "seconds": seconds,
    }
    if len(model.classes_) == 2:
        logits = model.decision_function(np.flatnonzero(parts.test))[:, 0]
        row["test_auc"] = roc_auc_score(given.labels[parts.test] == model.classes_[1], logits)
    return row


def mean_and_spread(values: pd.Series) -> str | None:
    """In per cent; nothing where there are none."""
    if values.empty or values.isna().all():
        return None
    spread = f" ± {100 * values.std():.1f}" if len(values) > 1 else ""
    return f"{100 * values.mean():.1f}{spread}"


def reached(rows: pd.DataFrame, probes: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: the best component by the probe, and the accuracy of the model."""
    lines = []
    for graph in rows["graph"].unique():
        own = probes[(probes["graph"] == graph) & probes["source"].isin(COMPONENTS)]
        line: dict[str, Any] = {"graph": NAMES[graph]}
        for clusters in CLUSTERS:
            found = own[own["clusters"] == clusters]
            best = found.loc[found["score"].astype(float).idxmax()]
            line[f"probe, {clusters} c"] = f"{100 * best['score']:.1f} ({best['source']})"
            line[f"its rule, {clusters} c"] = mean_and_spread(
                pd.Series([best["held_out_accuracy"]], dtype=float)
            )
        part = rows[rows["graph"] == graph]
        public, geom = part[part["split"] == "public"], part[part["split"] != "public"]
        line["majority"] = mean_and_spread(geom["majority"])
        line["accuracy, ten splits"] = mean_and_spread(geom["test_accuracy"])
        line["public split"] = mean_and_spread(public["test_accuracy"])
        if "test_auc" in part:
            line["AUC"] = mean_and_spread(geom["test_auc"])
        lines.append(line)
    return pd.DataFrame(lines)


def told(probes: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: the score of every source, c clusters / 4 c."""
    table = probes.assign(percent=100 * probes["score"].astype(float))
    table = table.pivot_table(
        index="graph", columns="source", values="percent", aggfunc=list, sort=False
    )
    table = table.map(lambda scores: " / ".join(dict.fromkeys(f"{s:.1f}" for s in scores)))
    return table.rename(index=NAMES).reset_index()


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: what each component brings to the logits, mean over the splits."""
    geom = rows[rows["split"] != "public"].groupby("graph", sort=False)
    table = geom[[f"share_{name}" for name in COMPONENTS] + ["seconds"]].mean().round(2)
    return table.rename(columns=lambda name: name.removeprefix("share_"), index=NAMES).reset_index()


def draw(rows: pd.DataFrame, probes: pd.DataFrame) -> Figure:
    """On a line for each graph: the score, the accuracy reached and the commonest label's."""
    best = probes[probes["source"].isin(COMPONENTS)].astype({"score": float})
    best = best.groupby(["graph", "clusters"])["score"].max().unstack()
    geom = rows[rows["split"] != "public"].groupby("graph", sort=False)
    accuracy, majority = geom["test_accuracy"].mean(), geom["majority"].mean()
    figure = Figure(figsize=(8, 1.4 + 0.35 * len(accuracy)), layout="constrained")
    ax = figure.add_subplot()
    for place, graph in enumerate(accuracy.index):
        ax.plot([best.loc[graph].max(), accuracy[graph]], [place, place], color="0.85", zorder=0)
    lines = range(len(accuracy))
    for clusters, marker in zip(CLUSTERS, "Do", strict=True):
        label = f"probe's score, {clusters} c clusters"
        ax.plot(best[clusters].reindex(accuracy.index), lines, marker, color="C1", label=label)
    ax.plot(accuracy, lines, "s", color="C0", label="accuracy reached")
    ax.plot(majority, lines, "|", color="black", ms=11, mew=1.5, label="commonest label")
    ax.set_yticks(lines, [NAMES[graph] for graph in accuracy.index])
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="test accuracy; the score is on the same scale")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=8)
    return figure


TEXT = """\
The splits in common use: ten for each graph (about 48/32/20 per cent; of Cora and CiteSeer those of
Geom-GCN, which leave some nodes out), and the public split of Cora and CiteSeer, with 20 training
nodes a class. In per cent. The probe sees all labelled nodes and trains nothing: the score
2^-H(label | cluster) of the component (in brackets) that has the highest, with as many clusters as
there are labels (c), and with four times as many; "its rule" is the held-out accuracy of the
commonest label in each cluster. NetInfoF runs with its defaults, penalties chosen on the
validation nodes; mean ± standard deviation over the splits. "Majority" is the accuracy of the
commonest training label.

{reached}

The score bounds the accuracy of the clusters' rule from below, not that of the linear model on all
five embeddings; four clusters a label tell more than one. Chameleon and Squirrel hold duplicates of
nodes, which a split puts on both sides: the filtered graphs have none. On the public split the
first GCN has 81.5 on Cora and 70.3 on CiteSeer (Kipf and Welling, ICLR 2017, table 2).

Score of every source, c clusters / 4 c clusters; "neighbour's label" knows the labels themselves:

{told}

What each component brings to the logits of NetInfoF, as a share of their variance, and mean seconds
of one core for a fit, embeddings and choice of penalties included (ten splits):

{shares}"""


def run(results: Path, scratch: Path) -> None:
    """Probe and classify, and write ``nodes.csv``, ``nodes_probe.csv``, ``.md``, ``.svg``."""
    graphs = there(GRAPHS)
    known: dict[str, Any] = {
        "fingerprint": digest(graphs),
        "progress": lambda n, of: print(f"nodes: {n} of {of}", flush=True),
    }
    probes = sweep(
        probed, {"graph": graphs, "clusters": CLUSTERS}, scratch / "nodes_probe.sqlite", **known
    )
    grid = [
        {"graph": graph, "split": split} for graph in graphs for split, _ in standard_splits(graph)
    ]
    rows = sweep(classified, grid, scratch / "nodes.sqlite", **known)
    write_table(probes, results / "nodes_probe.csv")
    text = TEXT.format(
        reached=markdown(reached(rows, probes)),
        told=markdown(told(probes)),
        shares=markdown(shares(rows)),
    )
    publish(
        results, "nodes", rows,
        title="Labels of nodes: the probe beside the accuracy reached", text=text,
        figure=draw(rows, probes),
    )  # fmt: skip
