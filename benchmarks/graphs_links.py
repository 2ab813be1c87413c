"""Links of real graphs: NetInfoF beside GCN, GraphSAGE and the paper, on the same splits."""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.graphs_data import NAMES, digest, load, there
from benchmarks.publishing import markdown, publish
from infometer.graphs import EdgeSplit, NetInfoFLinkPredictor, hits_at_k, split_edges
from infometer.graphs.link_heuristics import resource_allocation
from infometer.sweeps import sweep

FIVE_SPLITS = ("cora", "citeseer", "chameleon", "actor", "squirrel")
ONE_SPLIT = (
    "chameleon_filtered", "squirrel_filtered", "amazon_photo", "amazon_computers", "tolokers",
)  # fmt: skip
MODELS = ("NetInfoF", "NetInfoF without H", "GCN", "GraphSAGE", "resource allocation")
NETWORKS = ("GCN", "GraphSAGE")
SHARES = tuple("URFPS")
K = 100
PAPER = {
    "cora": {"NetInfoF": "81.3 ± 0.6", "GCN": "67.1 ± 1.8", "GraphSAGE": "68.4 ± 2.8"},
    "citeseer": {"NetInfoF": "87.3 ± 1.3", "GCN": "60.4 ± 10", "GraphSAGE": "55.9 ± 2.5"},
    "chameleon": {"NetInfoF": "86.9 ± 2.3", "GCN": "82.1 ± 4.5", "GraphSAGE": "84.7 ± 3.6"},
    "squirrel": {
        "NetInfoF": "24.2 ± 2.0", "GCN": "16.5 ± 1.0", "GraphSAGE": "15.5 ± 1.5",
        "NetInfoF without H": "14.3",
    },
    "actor": {"NetInfoF": "36.2 ± 1.2", "GCN": "31.1 ± 1.7", "GraphSAGE": "27.6 ± 1.4"},
    "amazon_photo": {"NetInfoF": "46.8 ± 2.2", "GCN": "39.1 ± 1.6", "GraphSAGE": "40.0 ± 1.9"},
    "amazon_computers": {"NetInfoF": "31.1 ± 1.9", "GCN": "22.5 ± 3.1", "GraphSAGE": "27.5 ± 2.1"},
}  # fmt: skip
"""Hits@100 in per cent, table 3 of Lee et al. and its ablation."""


def predicted(
    random_state: int, graph: str, split: int, model: str, **setting: float
) -> dict[str, Any]:
    """Hits@100 of one model on one split, with the seconds of one core that it took."""
    parts = split_edges(load(graph), random_state=split)
    start = time.process_time()
    if model in NETWORKS:
        row = _network(parts, model, random_state, setting)
    elif model == "resource allocation":
        row = _heuristic(parts)
    else:
        row = _ours(parts, model, random_state)
    return {**row, "seconds": time.process_time() - start}


def _ours(split: EdgeSplit, model: str, seed: int) -> dict[str, Any]:
    found = NetInfoFLinkPredictor(k=K, compatibility=model == "NetInfoF", random_state=seed)
    found.fit(split)
    return {
        "validation_hits": found.validation_hits_,
        "test_hits": found.test_hits_,
        "l1": found.choice_.l1,
        "l2": found.choice_.l2,
        **found.component_weights_["share"].add_prefix("share_"),
    }


def _network(split: EdgeSplit, model: str, seed: int, setting: dict[str, float]) -> dict[str, Any]:
    from benchmarks.graphs_gnn import trained

    return trained(model, split, K, seed % 2**31, **setting)._asdict()


def _heuristic(split: EdgeSplit) -> dict[str, Any]:
    held_out = {
        "validation_hits": (split.validation, split.validation_negatives),
        "test_hits": (split.test, split.test_negatives),
    }
    return {
        name: hits_at_k(*(resource_allocation(split.graph, pairs) for pairs in parts), K)
        for name, parts in held_out.items()
    }


def measured(graph: str, scratch: Path, settings: list[dict[str, float]]) -> pd.DataFrame:
    """All models on all splits of a graph; networks where there are five of them.

    They are trained in every setting on the first split; the one with the best Hits@100 of its
    validation edges is that of the others.
    """

    def swept(points: list[dict[str, Any]]) -> pd.DataFrame:
        return sweep(
            predicted, [{"graph": graph, **point} for point in points], scratch / "links.sqlite",
            fingerprint=digest([graph]),
            progress=lambda n, of: print(f"{graph}: {n} of {of}", flush=True),
        )  # fmt: skip

    splits = range(5) if graph in FIVE_SPLITS else range(1)
    plain = [model for model in MODELS if model not in NETWORKS]
    parts = [swept([{"split": split, "model": model} for split in splits for model in plain])]
    for model in NETWORKS if graph in FIVE_SPLITS else ():
        first = swept([{"split": 0, "model": model, **setting} for setting in settings])
        best = int(first["validation_hits"].argmax())
        others = [{"split": split, "model": model, **settings[best]} for split in splits[1:]]
        parts += [first.assign(chosen=first.index == best), swept(others)]
    rows = pd.concat(parts, ignore_index=True)
    chosen = rows.get("chosen", pd.Series(True, index=rows.index))
    return rows.assign(chosen=chosen.fillna(True).astype(bool))


def quality(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: test Hits@100 in per cent, the paper's beside ours."""
    lines = []
    for graph, part in rows.groupby("graph", sort=False):
        line = {"graph": NAMES[str(graph)], "splits": part["split"].nunique()}
        for model in MODELS:
            hits = 100 * part.loc[part["model"] == model, "test_hits"]
            spread = f" ± {hits.std():.1f}" if len(hits) > 1 else ""
            told = PAPER.get(str(graph), {}).get(model)
            if model != "resource allocation":
                line[f"{model}: paper"] = told
            line[f"{model}: here"] = f"{hits.mean():.1f}{spread}" if len(hits) else None
        lines.append(line)
    return pd.DataFrame(lines).dropna(axis=1, how="all")


def cost(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: mean seconds of one core of every model."""
    table = rows.pivot_table(index="graph", columns="model", values="seconds", sort=False)
    table = table.reindex(columns=list(MODELS)).round(2)
    return table.rename(index=NAMES).reset_index()


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each graph: what each component brings to the logits of NetInfoF."""
    ours = rows[rows["model"] == "NetInfoF"]
    table = ours.groupby("graph", sort=False)[[f"share_{name}" for name in SHARES]].mean()
    table.columns = list(SHARES)
    return table.round(2).rename(index=NAMES).reset_index()


def draw(rows: pd.DataFrame) -> Figure:
    """Hits@100 and seconds of every model on every graph."""
    graphs = list(rows["graph"].unique())
    figure = Figure(figsize=(10, 1.4 + 0.5 * len(graphs)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for place, model in enumerate(MODELS):
        part = rows[rows["model"] == model].groupby("graph")
        if not len(part):
            continue
        found = part.agg(hits=("test_hits", "mean"), seconds=("seconds", "mean"))
        y = np.array([graphs.index(graph) for graph in found.index]) + 0.14 * (place - 2)
        for ax, x in ((left, 100 * found["hits"]), (right, found["seconds"])):
            ax.plot(x, y, "os^Dx"[place], color=f"C{place}", ms=5, label=model)
    for place, model in enumerate(MODELS[:4]):
        told = {g: PAPER[g][model] for g in graphs if model in PAPER.get(g, {})}
        values = [float(value.split(" ")[0]) for value in told.values()]
        y = np.array([graphs.index(graph) for graph in told]) + 0.14 * (place - 2)
        label = "the paper's" if place == 0 else None
        left.plot(values, y, "|", color=f"C{place}", ms=9, mew=1.5, label=label)
    left.set(xlabel="test Hits@100, %", yticks=range(len(graphs)), xlim=(0, None))
    left.set_yticklabels([NAMES[graph] for graph in graphs])
    left.invert_yaxis()
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside upper center", ncols=6, fontsize=8
    )
    right.set(xscale="log", xlabel="seconds of one core")
    return figure


TEXT = """\
Undirected edges are split 70/10/20 at random, with as many uniform pairs that are no edge for
validation and for test; all models see the same splits. Test Hits@100 in per cent, mean ± standard
deviation over the splits:

{quality}

The networks are trained on the graphs with five splits. The paper's figures are those of its
table 3 and its ablation: five splits of its own, with its own training of GCN and GraphSAGE. Here
NetInfoF runs with its defaults: eight pairs of penalties, the best on the validation edges. GCN
and GraphSAGE are torch_geometric {pyg}: two layers of {hidden}, a ReLU and dropout between them,
the dot product of the embeddings as the score, binary cross-entropy on at most {edges} training
edges a step and as many fresh random pairs, messages along all training edges, Adam; stopped when
the validation Hits@100 has not risen for {patience} epochs, at {epochs} at the latest, and taken
at its best epoch. The learning rate, {lr}, and the dropout, {dropout}, are those with the best
validation Hits@100 on the first split. Features are scaled alike for all models. Resource
allocation is a sum over common neighbours, without training.

What each component brings to the logits of NetInfoF, as a share of their variance:

{shares}

Mean seconds of one core (processor time, one thread). NetInfoF: everything, embeddings, matrices
and the choice of the penalties. GCN and GraphSAGE: one training in the chosen setting; choosing it
took {n_settings} on the first split.

{cost}"""


def run(results: Path, scratch: Path) -> None:
    """Fit all models and write ``links.csv``, ``.md`` and ``.svg`` after every graph."""
    import torch
    from torch_geometric import __version__ as pyg

    from benchmarks.graphs_gnn import EPOCHS, GRID, HIDDEN, MAX_EDGES, PATIENCE

    torch.set_num_threads(1)
    settings = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    done = []
    for graph in there((*FIVE_SPLITS, *ONE_SPLIT)):
        done.append(measured(graph, scratch, settings))
        rows = pd.concat(done, ignore_index=True)
        kept = rows[rows["chosen"]]
        text = TEXT.format(
            quality=markdown(quality(kept)), shares=markdown(shares(kept)),
            cost=markdown(cost(kept)), pyg=pyg, hidden=HIDDEN, edges=MAX_EDGES,
            lr=" or ".join(map(str, GRID["lr"])), dropout=" or ".join(map(str, GRID["dropout"])),
            patience=PATIENCE, epochs=EPOCHS, n_settings=len(settings),
        )  # fmt: skip
        publish(
            results, "links", rows,
            title="Links: NetInfoF beside graph neural networks", text=text, figure=draw(kept),
        )  # fmt: skip
