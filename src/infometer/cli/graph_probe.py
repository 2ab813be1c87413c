"""``infometer graph probe``: what structure and features tell about links or node labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from infometer.cli.options import Jobs, Json, Out, Seed, Unit, UnitOption
from infometer.extras import require

__all__ = ["probe"]


class Task(StrEnum):
    """What the graph is asked about."""

    link = "link"
    node = "node"


EXAMPLE_DIMENSIONS = {Task.link: 16, Task.node: 4}
"""Columns that fit graphs of 77 and of 34 nodes."""


class Negatives(StrEnum):
    """How pairs of nodes that are no link are drawn."""

    uniform = "uniform"
    degree = "degree"


def probe(
    edges: Annotated[
        Path | None,
        typer.Argument(
            help="A table of edges, columns source and target: .csv, .parquet or .npz. Default: "
            "characters of Les Misérables for links, Zachary's karate club for labels."
        ),
    ] = None,
    features: Annotated[
        Path | None, typer.Option(help="A table of nodes: the column node, then numbers.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="A table of nodes: the column node, then the label.")
    ] = None,
    task: Annotated[
        Task | None, typer.Option(help="What is asked about. Default: node with labels, else link.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(help="The edges' column of times: the last links are held out, not any."),
    ] = None,
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
    from infometer.graphs import NetworkProbe, read_graph

    asked = task or (Task.link if labels is None else Task.node)
    if edges is None:
        if any(given is not None for given in (features, labels, time)):
            raise ValueError("--features, --labels and --time need EDGES; give a table of edges")
        graph, usual = _example(asked), EXAMPLE_DIMENSIONS[asked]
    else:
        graph, usual = read_graph(edges, features=features, labels=labels, time=time), 128
    if asked is Task.node and (time is not None or negatives is not Negatives.uniform):
        raise ValueError("--time and --negatives are of links; leave them out for --task node")
    with _progress() as show:
        found = NetworkProbe(
            asked.value,
            n_components=dimensions or usual,
            n_bins=bins,
            n_clusters=clusters,
            by="random" if time is None else "time",
            negatives=negatives.value,
            random_state=seed,
            n_jobs=jobs,
        ).fit(graph, progress=show)
    _finish(found.result_, graph, out, json, unit.value)


def _example(task: Task) -> Any:
    """A graph that networkx has."""
    from infometer.graphs import as_graph

    networkx = require("networkx", "graphs")
    if task is Task.link:
        return as_graph(networkx.les_miserables_graph())
    return as_graph(networkx.karate_club_graph(), labels="club")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("probing"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("probing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _finish(result: Any, graph: Any, out: Path, json: bool, unit: str) -> None:
    """Write the page, the figures and the table, and say where they are."""
    from rich.console import Console

    from infometer.reporting import (
        print_report,
        provenance,
        report_to_json,
        save_figures,
        write_html,
    )
    from infometer.tables import write_table

    report = dataclasses.replace(result.report(unit), provenance=provenance(edges=graph.edges()))
    write_html(report, out / "report.html", unit)
    save_figures(report, out / "figures")
    for suffix in ("parquet", "csv"):
        write_table(result.frame, out / f"probe.{suffix}")
    if json:
        typer.echo(report_to_json(report))
    console = Console(stderr=json)
    print_report(report, console, unit)
    page = (out / "report.html").resolve()
    console.print(f"\nThe page: {page}", soft_wrap=True, highlight=False, markup=False)
