"""``infometer questions build`` and ``check``: a question set from documents, or one that is there.

The set is a file, named by ``--out``; the page and the tables stand in a folder beside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infometer.cli.backend_input import Model, asked_backend
from infometer.cli.delivery import deliver
from infometer.cli.options import Json, Seed
from infometer.cli.progress import progress_bar
from infometer.extras import require as require_extra

if TYPE_CHECKING:
    from infometer.questions import QuestionSetReport

__all__ = ["questions"]

questions = typer.Typer(
    help="Question sets from documents: drafted, gated, their answers checked.",
    no_args_is_help=True,
)

Documents = Annotated[
    list[Path] | None,
    typer.Argument(help="Text, Markdown, LaTeX or reStructuredText. Default: a text on NOMA."),
]
Judge = Annotated[
    str | None,
    typer.Option(help="Who answers and scores: an address or a folder. Default: the backend."),
]
Require = Annotated[
    list[str] | None,
    typer.Option("--require", help="Reject where this gate could not judge; may be repeated."),
]
Page = Annotated[
    Path | None, typer.Option(help="Folder of the page and tables. Default: beside the set.")
]


@questions.command()
def build(
    docs: Documents = None,
    out: Annotated[Path, typer.Option("--out", help="The set, JSON lines.")] = Path(
        "questions.jsonl"
    ),
    backend: Annotated[
        str, typer.Option(help="Who drafts: rules, the address of a server, a model's folder.")
    ] = "rules",
    model: Model = None,
    judge: Judge = None,
    judge_model: Annotated[
        str | None, typer.Option(help="Name of the model on the server that --judge names.")
    ] = None,
    per_level: Annotated[
        int, typer.Option(min=1, help="Questions to draft of each kind and level.")
    ] = 20,
    problems: Annotated[
        int, typer.Option(min=0, help="Numeric problems besides, with a solver's keys.")
    ] = 0,
    require: Require = None,
    page: Page = None,
    json: Json = False,
    seed: Seed = 0,
) -> None:
    """Which questions do these documents carry, and which of them can be trusted?

    Run it again to go on after an interruption.
    """
    require_extra("matplotlib", "report")
    from infometer.questions import QuestionPipeline, example_document, read_documents
    from infometer.questions.drafting import RULES

    if out.is_dir():
        raise ValueError(
            f"--out is {str(out)!r}, a folder; give a file such as {out / 'set.jsonl'}"
        )
    documents = read_documents(docs) if docs else [example_document()]
    pipeline = QuestionPipeline(
        asked_backend(backend, model, "--backend", RULES),
        judge=None if judge is None else asked_backend(judge, judge_model, "--judge", RULES),
        require=tuple(dict.fromkeys(["evidence", *(require or ())])),
    )
    with progress_bar("drafting") as show, _told_backend_errors():
        made = pipeline.run(
            documents, out, per_level=per_level, problems=problems, random_state=seed, progress=show
        )
    _show(made, page or _beside(out, "report"), json)
    typer.echo(f"{len(made.accepted)} questions: {out.resolve()}", err=json)


@questions.command()
def check(
    path: Annotated[Path, typer.Argument(help="The set: JSON lines, or a JSON file of many.")],
    docs: Annotated[
        list[Path] | None, typer.Option(help="A document that is quoted; may be repeated.")
    ] = None,
    backend: Annotated[
        str | None, typer.Option(help="Who answers and scores: an address or a model's folder.")
    ] = None,
    model: Model = None,
    require: Require = None,
    page: Page = None,
    json: Json = False,
    seed: Seed = 0,
) -> None:
    """Which questions of this set can be trusted, and what do the options give away?"""
    require_extra("matplotlib", "report")
    from infometer.questions import check_questions, chunk_documents, read_documents
    from infometer.questions.drafting import RULES

    documents = chunk_documents(read_documents(docs)) if docs else []
    judge = None if backend is None else asked_backend(backend, model, "--backend", RULES)
    with progress_bar("reading") as show, _told_backend_errors():
        found = check_questions(
            path,
            documents=documents,
            judge=judge,
            require=require or (),
            random_state=seed,
            progress=show,
        )
    _show(found, page or _beside(path, "check"), json)


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")


def _show(found: QuestionSetReport, folder: Path, json: bool) -> None:
    from infometer.reporting import provenance

    frame = found.to_frame()
    report = dataclasses.replace(found.report(), provenance=provenance(questions=frame))
    deliver(report, folder, tables={"questions": frame, "gates": found.yields}, json=json,
            unit="bits")  # fmt: skip


@contextmanager
def _told_backend_errors() -> Iterator[None]:
    """A backend that fails ends the command in one line."""
    from infometer.backends import BackendError

    try:
        yield
    except BackendError as error:
        raise ValueError(
            f"{error}; what it answered before is kept: the same command goes on from there"
        ) from error
