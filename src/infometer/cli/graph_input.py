"""The graph that a command is asked about: from files, or one that ships with networkx."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from infometer.extras import require

__all__ = ["Edges", "Features", "Labels", "Task", "Time", "asked_graph", "inputs_of"]


class Task(StrEnum):
    """What is asked about, or predicted."""

    link = "link"
    node = "node"


class Scaling(StrEnum):
    """How features are brought to one scale."""

    auto = "auto"
    rows = "rows"
    columns = "columns"
    none = "none"


EXAMPLE_DIMENSIONS = {Task.link: 16, Task.node: 4}
"""Columns that fit graphs of 77 and of 34 nodes."""
DIMENSIONS = 128

Edges = Annotated[
    Path | None,
    typer.Argument(
        help="A table of edges, columns source and target: .csv, .parquet or .npz. Default: "
        "characters of Les Misérables for links, Zachary's karate club for labels."
    ),
]
Features = Annotated[
    Path | None, typer.Option(help="A table of nodes: the column node, then numbers.")
]
Labels = Annotated[
    Path | None, typer.Option(help="A table of nodes: the column node, then the label.")
]
Time = Annotated[
    str | None,
    typer.Option(help="The edges' column of times: the last links are held out, not any."),
]

ScalingOption = Annotated[
    Scaling,
    typer.Option(
        "--scaling", help="Features by rows, as counts, or by columns, as measurements; auto tells."
    ),
]


def asked_graph(
    edges: Path | None,
    features: Path | None,
    labels: Path | None,
    time: str | None,
    task: Task,
) -> tuple[Any, int]:
    """The graph, and how many columns an embedding of it has where nobody says."""
    from infometer.graphs import as_graph, read_graph

    if task is Task.node and time is not None:
        raise ValueError("--time is of links; leave it out for --task node")
    if edges is not None:
        return read_graph(edges, features=features, labels=labels, time=time), DIMENSIONS
    if any(given is not None for given in (features, labels, time)):
        raise ValueError("--features, --labels and --time need EDGES; give a table of edges")
    networkx = require("networkx", "graphs")
    if task is Task.link:
        return as_graph(networkx.les_miserables_graph()), EXAMPLE_DIMENSIONS[task]
    return as_graph(networkx.karate_club_graph(), labels="club"), EXAMPLE_DIMENSIONS[task]


def inputs_of(graph: Any) -> dict[str, Any]:
    """What a fingerprint of a graph is made of: names, edges, weights, and all that is known."""
    inputs = {"nodes": graph.nodes, "edges": graph.edges(), "weights": graph.adjacency.data}
    known = {name: getattr(graph, name) for name in ("features", "labels", "labelled", "times")}
    return inputs | {name: part for name, part in known.items() if part is not None}
