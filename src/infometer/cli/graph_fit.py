"""``infometer graph fit`` and ``predict``: a model of links or node labels, and what it says."""

from __future__ import annotations

import dataclasses
import json as json_module
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from infometer.cli.options import Jobs, Json, Out, Seed
from infometer.extras import require

__all__ = ["fit", "predict"]


class Task(StrEnum):
    """What the model predicts."""

    link = "link"
    node = "node"


def fit(
    edges: Annotated[
        Path,
        typer.Argument(help="A table of edges, columns source and target: .csv, .parquet or .npz."),
    ],
    features: Annotated[
        Path | None, typer.Option(help="A table of nodes: the column node, then numbers.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="A table of nodes: the column node, then the label.")
    ] = None,
    task: Annotated[Task, typer.Option(help="Predict missing links, or labels of nodes.")] = (
        Task.link
    ),
    time: Annotated[
        str | None,
        typer.Option(help="The edges' column of times: the last links are held out, not any."),
    ] = None,
    components: Annotated[
        str, typer.Option(help="U structure, R walks, F features, P and S features spread.")
    ] = "URFPS",
    dimensions: Annotated[int, typer.Option(min=1, help="Columns of each component.")] = 128,
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
        read_graph,
        save_model,
        split_edges,
    )

    graph = read_graph(edges, features=features, labels=labels, time=time)
    given: dict[str, Any] = {
        "components": tuple(components), "n_components": dimensions, "random_state": seed,
    }  # fmt: skip
    model: Any
    learnt_from: Any = graph
    if task is Task.link:
        by: Any = "random" if time is None else "time"
        learnt_from = split_edges(graph, by=by, random_state=seed)
        model = NetInfoFLinkPredictor(k=hits, n_jobs=jobs, **given)
    else:
        if hits is not None or time is not None:
            raise ValueError("--hits and --time are of links; leave them out for --task node")
        model = NetInfoFNodeClassifier(**given)
    with _progress() as show:
        model.fit(learnt_from, progress=show)
    save_model(model.model_, out)
    _finish(model, graph, out, json)


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

    from infometer.tables import read_table

    nodes = model.graph.nodes
    if pairs is None:
        ends, logits = model.top_pairs(top)
    else:
        asked = read_table(pairs)
        if missing := {"source", "target"} - set(asked):
            raise ValueError(f"--pairs lacks the columns {sorted(missing)}; it needs both")
        places = [pd.Index(nodes).get_indexer(asked[end]) for end in ("source", "target")]
        ends = np.column_stack(places)
        if (ends < 0).any():
            row, side = np.argwhere(ends < 0)[0]
            raise ValueError(
                f"--pairs names {asked[('source', 'target')[side]].iloc[row]!r} in row {row}, "
                "which is no node of the model's graph"
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


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("embedding", total=None)
        yield lambda done, most: bar.update(
            task, description="weighing", completed=done, total=most
        )


def _finish(model: Any, graph: Any, out: Path, json: bool) -> None:
    """Write the page, the figures and the tables, and say where they are."""
    from rich.console import Console

    from infometer.reporting import (
        print_report,
        provenance,
        report_to_json,
        save_figures,
        write_html,
    )
    from infometer.tables import write_table

    report = dataclasses.replace(model.report(), provenance=provenance(edges=graph.edges()))
    write_html(report, out / "report.html")
    save_figures(report, out / "figures")
    named = {"components": model.component_weights_, "penalties": model.choice_.table}
    for name, rows in named.items():
        for suffix in ("csv", "parquet"):
            write_table(rows, out / f"{name}.{suffix}")
    if json:
        typer.echo(report_to_json(report))
    console = Console(stderr=json)
    print_report(report, console)
    page = (out / "report.html").resolve()
    console.print(f"\nThe page: {page}", soft_wrap=True, highlight=False, markup=False)
