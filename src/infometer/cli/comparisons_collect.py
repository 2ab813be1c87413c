"""``infometer comparisons collect``: a page where people compare two items at a time."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infometer.extras import require

if TYPE_CHECKING:
    from infometer.preferences.collecting.store import AnswerStore

__all__ = ["collect"]

TOKEN = "INFOMETER_COLLECT_TOKEN"


def collect(
    items: Annotated[
        Path,
        typer.Argument(
            help="A table with a column text or image, and name and prompt where there are; a "
            "folder of images; or a .txt file with one text a line."
        ),
    ],
    db: Annotated[
        str, typer.Option("--db", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")
    ] = "sqlite:///answers.db",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the page; 0 for one that is free.")
    ] = 8765,
    question: Annotated[
        str | None, typer.Option(help='What is asked. Default: "Which is better?".')
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(help="Write the answers so far as CSV or parquet, and end."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of which item is shown first. Default: by chance.")
    ] = None,
) -> None:
    """Ask people which of two items is better, the most telling pair next.

    Answers are on the disk when the page goes on; start it again to continue. The page is for this
    machine; its address holds a token, new at each start, or that of INFOMETER_COLLECT_TOKEN. The
    password of a PostgreSQL database is read from PGPASSWORD.
    """
    for package in ("sqlalchemy", "starlette", "uvicorn"):
        require(package, "collect")
    from sqlalchemy.exc import SQLAlchemyError

    from infometer.preferences.collecting import AnswerStore, read_items
    from infometer.preferences.collecting.database import database_url, shown_url

    url = database_url(db)
    where = shown_url(url)
    try:
        store = AnswerStore.open(url, read_items(items), question)
        try:
            if export is None:
                _serve(store, port, seed, where)
            else:
                _export(store, export)
        finally:
            store.close()
    except SQLAlchemyError as error:
        told = " ".join(str(getattr(error, "orig", None) or error).split())
        raise ValueError(f"db {where}: {told}") from error


def _serve(store: AnswerStore, port: int, seed: int | None, where: str) -> None:
    """Show the page until Ctrl-C; then say how many answers there are."""
    import uvicorn

    from infometer.preferences.collecting import collecting_application

    token = os.environ.get(TOKEN) or secrets.token_urlsafe(24)
    application = collecting_application(store, token, random_state=seed)
    config = uvicorn.Config(
        application, log_level="warning", access_log=False, server_header=False, ws="none",
        lifespan="off", timeout_graceful_shutdown=2,
    )  # fmt: skip
    with _loopback(port) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/{token}/"
        typer.echo(f"Open {address} — Ctrl-C ends; answers are in {where}")
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            typer.echo(f"{len(store.answers())} answers in {where}")


def _loopback(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise ValueError(
            f"--port {port} cannot be had ({error.strerror}); give another, or 0 for a free one"
        ) from error


def _export(store: AnswerStore, path: Path) -> None:
    from infometer.preferences.collecting.export import answers_frame
    from infometer.tables import write_table

    frame = answers_frame(store)
    write_table(frame, path)
    typer.echo(f"{len(frame)} answers: {path.resolve()}")
