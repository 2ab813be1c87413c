"""``infometer difficulty``: which rows of a labelled set teach, mislead or leak."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import (
    Jobs,
    Json,
    Missing,
    MissingOption,
    Out,
    Seed,
    Unit,
    UnitOption,
)
from infometer.cli.progress import progress_bar
from infometer.extras import require

if TYPE_CHECKING:
    import pandas as pd

    from infometer.contracts import Report
    from infometer.usable import AttributeInformation, Difficulty, LabelledTable

__all__ = ["difficulty"]


class Family(StrEnum):
    """The models that are trained, on each row's other folds."""

    linear = "linear"
    mlp = "mlp"
    knn = "knn"


def difficulty(
    table: Annotated[
        Path | None,
        typer.Argument(
            help="A table of texts: .csv, .csv.gz or .parquet. Default: first sentences of SciPy's "
            "documentation and the subpackages they belong to."
        ),
    ] = None,
    text: Annotated[str, typer.Option(help="The column of texts.")] = "text",
    label: Annotated[str, typer.Option(help="The column of labels.")] = "label",
    text2: Annotated[
        str | None, typer.Option(help="The column of second texts, such as hypotheses.")
    ] = None,
    item: Annotated[
        str | None, typer.Option(help="The column that names items, where several people label.")
    ] = None,
    annotator: Annotated[str | None, typer.Option(help="The column that names the people.")] = None,
    family: Annotated[Family, typer.Option(help="Models that are trained here.")] = Family.linear,
    model: Annotated[
        Path | None,
        typer.Option(
            help="Instead: the folder of a Transformers classifier that was trained on none of "
            "these rows; with --questions that of a language model."
        ),
    ] = None,
    probabilities: Annotated[
        Path | None,
        typer.Option(
            help="Instead: a table with a row for each row of TABLE and a column of "
            "probabilities for each label, of a model that was trained on none of them."
        ),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help="Multiple-choice questions in JSON lines, in place of TABLE."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(help="review.csv with a person's decisions: TABLE is corrected, then read."),
    ] = None,
    attributes: Annotated[
        bool,
        typer.Option(help="Also train on attributes alone: shuffled words, length, overlap…"),
    ] = False,
    folds: Annotated[int, typer.Option(min=2, help="Parts of which one is asked about.")] = 5,
    missing: MissingOption = Missing.pairwise,
    out: Out = Path("infometer-difficulty"),
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    unit: UnitOption = Unit.bits,
) -> None:
    """How many bits does each text give about its label, and which rows stand out?"""
    require("matplotlib", "report")
    if questions is not None:
        of_tables = {"TABLE": table, "--probabilities": probabilities, "--review": review}
        if given := [name for name, value in of_tables.items() if value is not None]:
            raise ValueError(f"{given[0]} is of tables; leave it out for --questions")
        _of_questions(questions, model, folds, seed, out, json, unit.value)
        return
    if model is not None and probabilities is not None:
        raise ValueError("--model and --probabilities both say how likely labels are; give one")
    read = _labelled(table, text, label, text2, item, annotator, missing.value)
    corrected = None
    if review is not None:
        corrected, read = _reviewed(read, review, json)
    found = _measured(read, family, model, probabilities, folds, seed, jobs)
    _deliver(found, corrected, attributes, family, folds, seed, jobs, out, json, unit.value)


def _labelled(
    path: Path | None,
    text: str,
    label: str,
    text2: str | None,
    item: str | None,
    annotator: str | None,
    missing: str,
) -> LabelledTable:
    from infometer.tables import read_table
    from infometer.usable import read_labelled_table, scipy_summaries

    words = [name for name in (text, text2, label) if name is not None]
    frame = scipy_summaries() if path is None else read_table(path, verbatim=words)
    return read_labelled_table(
        frame, text=text, label=label, text2=text2, item=item, annotator=annotator, missing=missing
    )


def _reviewed(read: LabelledTable, path: Path, quiet: bool) -> tuple[pd.DataFrame, LabelledTable]:
    """The corrected rows, and the table of them."""
    from infometer.tables import read_table
    from infometer.usable import apply_review, read_labelled_table

    corrected, counts = apply_review(read, read_table(path, verbatim=[read.label, "new_label"]))
    told = ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))
    typer.echo(f"The review: {told}.", err=quiet)
    again = read_labelled_table(
        corrected, text=read.text, label=read.label, text2=read.text2, item=read.item,
        annotator=read.annotator,
    )  # fmt: skip
    return corrected, again


def _measured(
    read: LabelledTable,
    family: Family,
    model: Path | None,
    probabilities: Path | None,
    folds: int,
    seed: int,
    jobs: int | None,
) -> Difficulty:
    from infometer.tables import read_table
    from infometer.usable import (
        dataset_difficulty,
        load_sequence_classifier,
        match_classes,
        match_probabilities,
    )

    how: dict[str, Any] = {"estimator": family.value, "cv": folds}
    if model is not None:
        predict, names = load_sequence_classifier(model)
        how = {"model": predict, "classes": match_classes(names, read.labels)}
    elif probabilities is not None:
        given, classes = match_probabilities(read_table(probabilities), read)
        how = {"probabilities": given, "classes": classes}
    with progress_bar("reading" if model is None else "asking the model") as show:
        return dataset_difficulty(read, random_state=seed, n_jobs=jobs, progress=show, **how)


def _deliver(
    found: Difficulty,
    corrected: pd.DataFrame | None,
    attributes: bool,
    family: Family,
    folds: int,
    seed: int,
    jobs: int | None,
    out: Path,
    json: bool,
    unit: str,
) -> None:
    from infometer.reporting import provenance
    from infometer.tables import write_table
    from infometer.usable import attribute_information, review_table

    table = found.table
    tables = {"items": found.to_frame(), "slices": found.slices.to_frame()}
    if found.artefacts is not None:
        tables["artefacts"] = found.artefacts.to_frame()
    if (people := found.by_annotator()) is not None:
        tables["annotators"] = people
    if corrected is not None:
        tables["corrected"] = corrected
    report = found.report()
    if attributes:
        with progress_bar("reading attributes alone") as show:
            told = attribute_information(
                family.value, table.texts, table.labels, groups=table.groups, cv=folds,
                random_state=seed, n_jobs=jobs, progress=show,
            )  # fmt: skip
        tables["attributes"] = told.to_frame()
        report = _with_attributes(report, told)
    report = dataclasses.replace(report, provenance=provenance(table=table.frame))
    write_table(review_table(found), out / "review.csv")
    deliver(report, out, tables=tables, json=json, unit=unit)
    where = out / "review.csv"
    typer.echo(f"Suspect labels for a person to decide about: {where.resolve()}", err=json)


def _with_attributes(report: Report, told: AttributeInformation) -> Report:
    title = "What attributes alone tell"
    return dataclasses.replace(
        report,
        tables={**report.tables, title: told.to_frame().round(3)},
        figures={**report.figures, title: told.plot},
    )


def _of_questions(
    path: Path, model: Path | None, folds: int, seed: int, out: Path, json: bool, unit: str
) -> None:
    from infometer.backends import LocalModel, leakage_report, lm_pvi, read_choice_items
    from infometer.contracts import Finding
    from infometer.reporting import provenance

    items, rejected = read_choice_items(path)
    with progress_bar("guessing without the questions"):
        leak = leakage_report(items, cv=folds, random_state=seed)
    report, rows = leak.report(), leak.to_frame()
    if model is not None:
        backend = LocalModel(str(model))
        with progress_bar("asking the model"):
            asked = lm_pvi(backend, items, reduction="choice", null_seen=("options",))
        rows = rows.assign(model_pvi_bits=asked.to_frame()["pvi_bits"].to_numpy())
        report = dataclasses.replace(
            report,
            estimates=(*report.estimates, asked.information),
            findings=(*report.findings, *asked.findings),
            figures={**report.figures, "What the question tells the model": asked.plot},
        )
    notes = [
        Finding(
            "warning", str(path), f"Questions that could not be read: {len(rejected)}.",
            f"The first: {line}.", "Mend them and run again; the figures are without them.",
        )
        for line in rejected[:1]
    ]  # fmt: skip
    report = dataclasses.replace(
        report,
        findings=(*report.findings, *notes),
        provenance=provenance(questions=[f"{item.question}\n{item.options}" for item in items]),
    )
    deliver(report, out, tables={"items": rows}, json=json, unit=unit)
    for line in rejected:
        typer.echo(f"not read: {line}", err=True)
