"""Six synthetic scenarios: which source is told right, with the compatibility matrix and without.

The truth: structure (U, R) tells about links in all six, and so do P and S, which spread features
over it, be they random; F tells nothing where features are random. Where opposites attract, a plain
dot product of an embedding that is a cluster's own sees nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.graphs import hits_at_k, make_usable_graph, split_edges
from infometer.graphs.link_probe import link_samples, link_table, probe_component
from infometer.graphs.scenarios import SCENARIOS
from infometer.quantities import usable_information
from infometer.sweeps import sweep

N_NODES, N_FEATURES, N_COMPONENTS, K = 2000, 400, 128, 100
COMPONENTS = tuple("URFPS")
FEATURES_OF = ("train", "all")
SEEDS = (0, 1, 2)
TOLD = 0.55
"""A score above it says that a source tells something; without any it is 0.502 here."""

EARLIER = {
    ("random", "diagonal"): ".827/.929/.815/.909 .827/.933/.833/.925 .501/.052/.501/.064 "
    ".807/.913/.796/.899 .800/.914/.789/.897",
    ("global", "diagonal"): ".827/.929/.815/.909 .827/.933/.833/.925 .849/.948/.835/.925 "
    ".837/.945/.843/.948 .849/.952/.845/.955",
    ("local", "diagonal"): ".827/.929/.815/.909 .827/.933/.833/.925 .840/.941/.818/.911 "
    ".842/.945/.834/.947 .842/.953/.842/.952",
    ("random", "off_diagonal"): ".813/.927/.503/.028 .805/.923/.777/.846 .501/.042/.501/.056 "
    ".795/.881/.501/.041 .781/.896/.645/.694",
    ("global", "off_diagonal"): ".813/.927/.503/.028 .805/.923/.777/.846 .884/.971/.865/.958 "
    ".832/.945/.839/.939 .836/.947/.848/.955",
    ("local", "off_diagonal"): ".813/.927/.503/.028 .805/.923/.777/.846 .865/.970/.501/.011 "
    ".828/.945/.501/.016 .856/.968/.693/.705",
}
"""Adjusted and raw score and Hits@100 of an independent implementation, one split, features of all
edges: for each component adjusted score / adjusted hits / raw score / raw hits."""


def probed(
    random_state: int, features: str, structure: str, edges_for_features: str, seed: int
) -> list[dict[str, Any]]:
    """A row for each component: score and Hits@100 of the held-out edges, adjusted and raw."""
    graph = make_usable_graph(
        features, structure, n_nodes=N_NODES, n_features=N_FEATURES,
        edges_for_features=edges_for_features, random_state=seed,
    )  # fmt: skip
    split = split_edges(graph, by="time", random_state=seed)
    samples = link_samples(split.graph, split.test, split.test_negatives, random_state)
    rows = []
    for name in COMPONENTS:
        scores = probe_component(
            split.graph, name, samples, n_components=N_COMPONENTS, feature_scaling="none",
            random_state=random_state,
        )  # fmt: skip
        row: dict[str, Any] = {"edges": graph.n_edges, "component": name}
        for kind, part in zip(("adjusted", "raw"), scores, strict=False):
            table = link_table(part.fitted, part.links, part.none)
            row[f"score_{kind}"] = usable_information(table).score
            row[f"hits_{kind}"] = hits_at_k(part.links, part.none, K)
        rows.append(row)
    return rows


def is_told(features: str, component: str) -> bool:
    """Whether a component tells about links in truth."""
    return not (features == "random" and component == "F")


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each scenario and component: means over the seeds, and the truth."""
    keys = ["structure", "features", "component"]
    columns = ["score_adjusted", "hits_adjusted", "score_raw", "hits_raw"]
    table = rows.groupby(keys, sort=False)[columns].mean()
    table = table.assign(
        told=table["score_adjusted"] > TOLD,
        told_raw=table["score_raw"] > TOLD,
        truth=[is_told(features, component) for _, features, component in table.index],
    )
    return table.reset_index()


def page_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Adjusted score / its hits / raw score / its hits of every component, earlier ones below."""
    lines = []
    for features, structure in SCENARIOS:
        part = rows[(rows["features"] == features) & (rows["structure"] == structure)]
        means = cells(part).set_index("component")
        line = {"scenario": f"{features}, {structure.replace('_', '-')}", "": "here"}
        for name in COMPONENTS:
            values = means.loc[name, ["score_adjusted", "hits_adjusted", "score_raw", "hits_raw"]]
            line[name] = " / ".join(f"{value:.3f}".lstrip("0") for value in values)
        lines.append(line)
        told = [cell.replace("/", " / ") for cell in EARLIER[features, structure].split(" ")]
        lines.append({"scenario": "", "": "earlier", **dict(zip(COMPONENTS, told, strict=True))})
    return pd.DataFrame(lines)


def verdict(rows: pd.DataFrame) -> str:
    """How many of the thirty cells are told right, adjusted and raw, and which are not."""
    table = cells(rows)
    parts = []
    for kind, column in (("adjusted", "told"), ("raw", "told_raw")):
        wrong = table[table[column] != table["truth"]]
        names = "; ".join(
            f"{structure.replace('_', '-')} {features}: {', '.join(part['component'])}"
            for (structure, features), part in wrong.groupby(["structure", "features"], sort=False)
        )
        missed = f" (wrong: {names})" if names else ""
        parts.append(f"{len(table) - len(wrong)} of {len(table)} {kind}{missed}")
    return ", ".join(parts)


def draw(rows: pd.DataFrame) -> Figure:
    """Adjusted and raw score of every component in each scenario."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True, sharey=True)
    for ax, (features, structure) in zip(axes.flat, SCENARIOS, strict=True):
        part = rows[(rows["features"] == features) & (rows["structure"] == structure)]
        means = cells(part)
        ax.bar(range(5), means["score_adjusted"] - 0.5, 0.6, 0.5, color="C0", label="adjusted")
        ax.plot(range(5), means["score_raw"], "D", color="C1", ms=6, label="raw dot product")
        ax.set(title=f"{features}, {structure.replace('_', '-')}", ylim=(0.48, 1.0))
        ax.set_xticks(range(5), COMPONENTS)
    axes[0, 0].legend(fontsize=8)
    for ax in axes[:, 0]:
        ax.set_ylabel("NUI about links, chance 0.5")
    return figure


TEXT = """\
n = {n}, {f} features, 128 columns a component, seeds {seeds}; of the edges, in a random order, the
last 20 % are probed, and the 10 % before them left aside. In each cell: score with the
compatibility matrix / its Hits@100 / score of the plain dot product / its Hits@100. "Earlier" is
another implementation of the same generator and probe, one seed, one split of its own.

Features made of the training edges, as they have to be; components told right (a score above
{told} where there is something to tell): {honest}.

{train}

Features made of all edges, as in the paper, which lets them know those that are probed (and the
earlier figures too): {leaking}.

{all}"""


def run(results: Path, scratch: Path) -> None:
    """Probe all scenarios and write ``scenarios.csv``, ``.md`` and ``.svg`` to `results`."""
    grid = [
        {"features": f, "structure": s, "edges_for_features": known, "seed": seed}
        for f, s in SCENARIOS
        for known in FEATURES_OF
        for seed in SEEDS
    ]
    rows = sweep(
        probed, grid, scratch / "scenarios.sqlite",
        progress=lambda n, of: print(f"scenarios: {n} of {of}", flush=True),
    )  # fmt: skip
    train, every = (rows[rows["edges_for_features"] == known] for known in FEATURES_OF)
    text = TEXT.format(
        n=N_NODES, f=N_FEATURES, seeds=", ".join(map(str, SEEDS)), told=TOLD,
        honest=verdict(train), train=markdown(page_table(train)),
        leaking=verdict(every), all=markdown(page_table(every)),
    )  # fmt: skip
    publish(
        results, "scenarios", rows,
        title="Six scenarios: which source tells about links", text=text, figure=draw(train),
    )  # fmt: skip
