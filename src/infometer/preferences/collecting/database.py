"""A database in which a commit is on the disk, and one transaction at a time reads and writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from infometer.extras import require

__all__ = ["database_url", "open_engine", "shown_url"]

WAIT_SECONDS = 30
"""For another process to end its transaction."""
ADVISORY_LOCK = 0x1AF0_3E7E
"""PostgreSQL's lock of the one transaction that runs at a time; the number is arbitrary."""


def database_url(text: str) -> URL:
    """The address of a database, of the two kinds that are supported.

    Parameters
    ----------
    text : str
        ``sqlite:///answers.db`` or ``postgresql://user@host/name``.

    Returns
    -------
    sqlalchemy.engine.URL

    Raises
    ------
    ValueError
        If it is no address, of another kind, in memory, or in a folder that does not exist.

    Examples
    --------
    >>> shown_url(database_url("postgresql://ann:secret@db/answers"))
    'postgresql+psycopg://ann:***@db/answers'
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("sqlite", "postgresql"):
        kind = "no address" if url is None else f"of {url.get_backend_name()}"
        raise ValueError(
            f"db is {kind}; expected sqlite:///answers.db or postgresql://user@host/name"
        )
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.database in (None, "", ":memory:"):
        raise ValueError("db is in memory and would be lost; give a file: sqlite:///answers.db")
    if not (folder := Path(str(url.database)).absolute().parent).is_dir():
        raise ValueError(f"db lies in {str(folder)!r}, which is no folder; make it first")
    return url.set(drivername="sqlite")


def shown_url(url: URL) -> str:
    """The address without its password, wherever it stands."""
    return url.difference_update_query(("password", "sslpassword")).render_as_string(
        hide_password=True
    )


def open_engine(url: URL) -> Engine:
    """An engine whose every transaction waits for the one before, in any process.

    Parameters
    ----------
    url : sqlalchemy.engine.URL
        As `database_url` gives it.

    Returns
    -------
    sqlalchemy.Engine
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    require("psycopg", "postgres")
    engine = create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
