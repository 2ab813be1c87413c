"""``infometer graph probe``: what structure and features tell about links or node labels."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import Annotated

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
from infometer.cli.options import Jobs, Json, Out, Seed, Unit, UnitOption
from infometer.cli.progress import progress_bar
from infometer.extras import require

__all__ = ["probe"]


class Negatives(StrEnum):
    """How pairs of nodes that are no link are drawn."""

    uniform = "uniform"
    degree = "degree"


def probe(
    edges: Edges = None,
    features: Features = None,
    labels: Labels = None,
    task: Annotated[
        Task | None, typer.Option(help="What is asked about. Default: node with labels, else link.")
    ] = None,
    time: Time = None,
    scaling: ScalingOption = Scaling.auto,
    dimensions: Annotated[
        int | None, typer.Option(min=1, help="Columns of each embedding. Default: 128.")
    ] = None,
    bins: Annotated[int, typer.Option(min=2, help="Bins of a score of links.")] = 8,
    clusters: Annotated[
        int | None, typer.Option(min=1, help="Clusters of nodes. Default: one a label.")
    ] = None,
    negatives: Annotated[
        Negatives, typer.Option(help="Pairs that are no link: any, or of such degrees as links.")
    ] = Negatives.uniform,
    out: Out = Path("infometer-graph-probe"),
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    unit: UnitOption = Unit.bits,
) -> None:
    """Do structure and features tell links or labels, how much, and is a GNN worth it?"""
    require("matplotlib", "report")
    from infometer.graphs import NetworkProbe
    from infometer.reporting import provenance

    asked = task or (Task.link if labels is None else Task.node)
    graph, usual = asked_graph(edges, features, labels, time, asked)
    if asked is Task.node and negatives is not Negatives.uniform:
        raise ValueError("--negatives is of links; leave it out for --task node")
    with progress_bar("probing") as show:
        found = NetworkProbe(
            asked.value,
            n_components=dimensions or usual,
            feature_scaling=scaling.value,
            n_bins=bins,
            n_clusters=clusters,
            by="random" if time is None else "time",
            negatives=negatives.value,
            random_state=seed,
            n_jobs=jobs,
        ).fit(graph, progress=show)
    result = found.result_
    report = dataclasses.replace(
        result.report(unit.value), provenance=provenance(**inputs_of(graph))
    )
    deliver(report, out, tables={"probe": result.frame}, json=json, unit=unit.value)
