"""``infometer graph fit`` and ``predict``: a model of links or node labels, and what it says."""

from __future__ import annotations

import dataclasses
import json as json_module
from pathlib import Path
from typing import Annotated, Any

import typer

from infometer.cli.delivery import deliver
from infometer.cli.graph_input import (
    Edges,
    Features,
    Labels,
    Scaling,
    ScalingOption,
    Task,
    Time,
    asked_graph,
    inputs_of,
)
from infometer.cli.options import Jobs, Json, Out, Seed
from infometer.cli.progress import progress_bar
from infometer.extras import require

__all__ = ["fit", "predict"]


def fit(
    edges: Edges = None,
    features: Features = None,
    labels: Labels = None,
    task: Annotated[
        Task | None, typer.Option(help="What is predicted. Default: node with labels, else link.")
    ] = None,
    time: Time = None,
    components: Annotated[
        str, typer.Option(help="U structure, R walks, F features, P and S features spread.")
    ] = "URFPS",
    scaling: ScalingOption = Scaling.auto,
    dimensions: Annotated[
        int | None, typer.Option(min=1, help="Columns of each component. Default: 128.")
    ] = None,
    hits: Annotated[
        int | None, typer.Option(min=1, help="K of Hits@K. Default: 100, less of few links.")
    ] = None,
    out: Out = Path("infometer-graph-fit"),
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
) -> None:
    """Which sources tell the links or labels, how well, and a model that says so of new ones?"""
    require("matplotlib", "report")
    from infometer.graphs import (
        NetInfoFLinkPredictor,
        NetInfoFNodeClassifier,
        save_model,
        split_edges,
    )
    from infometer.reporting import provenance

    task = task or (Task.link if labels is None else Task.node)
    graph, usual = asked_graph(edges, features, labels, time, task)
    given: dict[str, Any] = {
        "components": tuple(components), "n_components": dimensions or usual,
        "feature_scaling": scaling.value, "random_state": seed,
    }  # fmt: skip
    model: Any
    learnt_from: Any = graph
    if task is Task.link:
        by: Any = "random" if time is None else "time"
        learnt_from = split_edges(graph, by=by, random_state=seed)
        model = NetInfoFLinkPredictor(k=hits, n_jobs=jobs, **given)
    else:
        if hits is not None:
            raise ValueError("--hits is of links; leave it out for --task node")
        model = NetInfoFNodeClassifier(**given)
    with progress_bar("embedding") as show:
        model.fit(learnt_from, progress=lambda done, most: show(done, most, "weighing"))
    save_model(model.model_, out)
    report = dataclasses.replace(model.report(), provenance=provenance(**inputs_of(graph)))
    tables = {"components": model.component_weights_, "penalties": model.choice_.table}
    deliver(report, out, tables=tables, json=json)


def predict(
    folder: Annotated[Path, typer.Argument(help="Where infometer graph fit left its model.")],
    top: Annotated[int, typer.Option(min=1, help="So many of the likeliest missing links.")] = 100,
    pairs: Annotated[
        Path | None,
        typer.Option(help="Links to judge instead: a table with columns source and target."),
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(help="Share of links among the pairs. Default: as held out, of all pairs."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for predictions. Default: the model's.")
    ] = None,
    json: Json = False,
) -> None:
    """The likeliest missing links, or every node's label, with probabilities."""
    from infometer.graphs import NodeModel, load_model
    from infometer.tables import write_table

    model = load_model(folder)
    if isinstance(model, NodeModel):
        if pairs is not None or base_rate is not None:
            raise ValueError("--pairs and --base-rate are of links; the model is of node labels")
        frame = model.to_frame()
    else:
        frame = _links(model, top, pairs, base_rate)
    target = folder if out is None else out
    for suffix in ("csv", "parquet"):
        write_table(frame, target / f"predictions.{suffix}")
    if json:
        typer.echo(json_module.dumps({"predictions": frame.to_dict("records")}))
    where = (target / "predictions.csv").resolve()
    typer.echo(f"{len(frame)} predictions: {where}", err=json)


def _links(model: Any, top: int, pairs: Path | None, base_rate: float | None) -> Any:
    """The table of the best pairs, or of those that were asked for."""
    import numpy as np
    import pandas as pd

    from infometer.graphs.named_tables import read_named

    nodes = model.graph.nodes
    if pairs is None:
        ends, logits = model.top_pairs(top)
    else:
        [asked] = read_named([(pairs, _both_ends)], text=nodes.dtype.kind in "OU")
        places = [pd.Index(nodes).get_indexer(asked[end]) for end in ("source", "target")]
        ends = np.column_stack(places)
        if (ends < 0).any():
            row, side = np.argwhere(ends < 0)[0]
            name = asked[("source", "target")[side]].iloc[[row]].tolist()[0]
            raise ValueError(
                f"--pairs names {name!r} in row {row}, which is no node of the model's graph"
            )
        logits = model.logits(ends)
    rate = model.base_rate if base_rate is None else base_rate
    probability = model.probabilities(ends, base_rate=rate)
    return pd.DataFrame(
        {
            "source": nodes[ends[:, 0]],
            "target": nodes[ends[:, 1]],
            "logit": logits,
            "probability": probability,
        }
    )


def _both_ends(table: Any) -> list[str]:
    if missing := {"source", "target"} - set(table):
        raise ValueError(f"--pairs lacks the columns {sorted(missing)}; it needs both")
    return ["source", "target"]
