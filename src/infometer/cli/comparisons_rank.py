"""``infometer comparisons rank``: which is best, how sure that is, and what to compare next."""

from __future__ import annotations

import dataclasses
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import Json, Missing, MissingOption, Out, Seed
from infometer.cli.progress import progress_bar
from infometer.extras import require

if TYPE_CHECKING:
    import pandas as pd

    from infometer.contracts import Finding
    from infometer.preferences import ComparisonGraph, Ranking

__all__ = ["rank"]


class Method(StrEnum):
    """How rewards are found."""

    laplace = "laplace"
    gaussian = "gaussian"
    ep = "ep"


class Criterion(StrEnum):
    """What the next comparisons are chosen by."""

    d = "d"
    a = "a"
    bald = "bald"


def rank(
    table: Annotated[
        Path | None,
        typer.Argument(
            help="A comparison a row: .csv, .csv.gz or .parquet. Default: a simulated tournament "
            "of 16 items."
        ),
    ] = None,
    first: Annotated[
        str, typer.Option(help="The column of the item that was shown first.")
    ] = "first",
    second: Annotated[str, typer.Option(help="The column of the other.")] = "second",
    winner: Annotated[
        str,
        typer.Option(
            help="The column of the winner: a name, first, second, tie or skip, or 1, 2 and 0 for "
            "a tie."
        ),
    ] = "winner",
    strength: Annotated[
        str | None,
        typer.Option(help="Instead: a column of strengths of preference, above 0 for the first."),
    ] = None,
    chosen: Annotated[
        str | None,
        typer.Option(help="Instead of first, second and winner: the column of the winners…"),
    ] = None,
    rejected: Annotated[str | None, typer.Option(help="…and of the losers.")] = None,
    prompt: Annotated[
        str | None,
        typer.Option(
            help="The column of what items answer; each has a ranking of its own. '' for none."
        ),
    ] = None,
    rater: Annotated[str | None, typer.Option(help="The column of who judged.")] = None,
    time: Annotated[str | None, typer.Option(help="The column of when: dates, or numbers.")] = None,
    half_life: Annotated[
        float | None,
        typer.Option(help="A comparison counts half after each: days, or the unit of --time."),
    ] = None,
    method: Annotated[
        Method | None,
        typer.Option(
            help="How rewards are found. Default: ep for choices among 500 items or fewer, else "
            "laplace."
        ),
    ] = None,
    prior_precision: Annotated[
        float | None,
        typer.Option(help="Of rewards around 0, 1/variance. Default: that of most evidence."),
    ] = None,
    position_effect: Annotated[
        bool, typer.Option("--position-effect", help="Find how much being shown first helps.")
    ] = False,
    rater_reliability: Annotated[
        bool, typer.Option("--rater-reliability", help="Find how reliable each rater is.")
    ] = False,
    buy: Annotated[int, typer.Option(min=1, help="How many comparisons to propose.")] = 100,
    criterion: Annotated[
        Criterion | None,
        typer.Option(
            help="They are chosen to tell most about all rewards (d, the default), to lower the "
            "mean variance (a), or by what each label tells (bald)."
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="They are chosen to tell this many best items apart, of every prompt, rather than "
            "all (by a).",
        ),
    ] = None,
    missing: MissingOption = Missing.pairwise,
    out: Out = Path("infometer-comparisons-rank"),
    json: Json = False,
    seed: Seed = 0,
) -> None:
    """Which is best, how sure is that, and which comparisons should be bought next?"""
    require("matplotlib", "report")
    from infometer.preferences import rank_items

    columns = {"first": first, "second": second, "winner": winner, "strength": strength}
    if (chosen is None) != (rejected is None):
        raise ValueError("--chosen and --rejected go together; give both columns")
    if chosen is not None:
        columns = {"chosen": chosen, "rejected": rejected}
    columns |= {"prompt": prompt, "rater": rater, "time": time}
    frame, graph, notes = _read(table, columns, missing.value)
    if prior_precision is not None:
        graph = dataclasses.replace(graph, prior_precision=prior_precision)
    with progress_bar("ranking"):
        found = rank_items(
            graph, None if method is None else method.value, position_effect=position_effect,
            rater_reliability=rater_reliability, half_life=half_life, budget=buy,
            criterion=None if criterion is None else criterion.value, top=top, random_state=seed,
        )  # fmt: skip
    _deliver(found, frame, notes, out, json)


def _read(
    path: Path | None, columns: dict[str, str | None], missing: str
) -> tuple[pd.DataFrame, ComparisonGraph, list[Finding]]:
    """The table, its graph, and what was left out or is told twice."""
    from infometer.contracts import Finding, RepeatedComparisonsWarning
    from infometer.preferences import (
        read_chosen_rejected,
        read_comparisons,
        simulated_tournament,
    )
    from infometer.tables import read_table

    numbers = {columns.get("strength"), columns["time"]}
    names = {"prompt", "rater"} | {name for name in columns.values() if name is not None}
    frame = simulated_tournament() if path is None else read_table(path, as_text=[*names - numbers])
    read: Any = read_chosen_rejected if "chosen" in columns else read_comparisons
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RepeatedComparisonsWarning)
        graph = read(frame, **columns, missing=missing)
    notes = []
    for told in caught:
        if issubclass(told.category, RepeatedComparisonsWarning):
            notes.append(Finding("info", "repeated rows", f"{told.message}."))
        else:
            warnings.warn_explicit(told.message, told.category, told.filename, told.lineno)
    if path is None:
        notes.append(Finding("info", "example", "These comparisons are simulated: A is the best, P "
                             "the worst and compared once, and zoe answers by chance.",
                             remedy="Give a table of your own."))  # fmt: skip
    if left_out := len(frame) - len(graph.pairs):
        notes.append(
            Finding("warning", "missing values", f"{left_out} of {len(frame)} rows are left out, "
                    "because a value that is read is missing.",
                    remedy="Fill them in, or see --missing.")
        )  # fmt: skip
    return frame, graph, notes


def _deliver(
    found: Ranking, frame: pd.DataFrame, notes: list[Finding], out: Path, json: bool
) -> None:
    from infometer.reporting import provenance
    from infometer.tables import write_table

    report = found.report()
    report = dataclasses.replace(
        report, findings=(*report.findings, *notes), provenance=provenance(table=frame)
    )
    following = found.purchases[
        [name for name in ("prompt", "first", "second", "gain_nats") if name in found.purchases]
    ]
    tables = {
        "ranking": found.table.drop(columns="item"),
        "uncertainty": found.uncertainty.to_frame(),
        "leverage": found.uncertainty.weak_points(),
    }
    if found.uncertainty.raters is not None:
        tables["raters"] = found.uncertainty.raters
    write_table(following, out / "next.csv")
    deliver(report, out, tables=tables, json=json)
    where = (out / "next.csv").resolve()
    typer.echo(f"Compare next: {where}", err=json)
