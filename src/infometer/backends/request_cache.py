"""Answers to requests in one SQLite file: each is durable when it comes, and asked for once.

`sweeps.RowStore` does not serve here: it has one writer in one thread and reads whole tables,
where a cache has many threads and processes, each after a single answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["RequestCache", "request_key"]

APPLICATION_ID = 0x496E6643  # "InfC": the mark of these files in the header of SQLite
CREATION = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "BEGIN IMMEDIATE",
    "CREATE TABLE IF NOT EXISTS answers "
    "(key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    "COMMIT",
)
PATIENCE_S = 30.0  # how long to wait for another process that writes


def canonical_json(request: Mapping[str, Any]) -> str:
    """One text for equal requests: sorted names, no spaces."""
    return json.dumps(request, sort_keys=True, separators=(",", ":"), allow_nan=False)


def request_key(request: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a request.

    Examples
    --------
    >>> request_key({"a": 1, "b": 2}) == request_key({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(request).encode()).hexdigest()


class RequestCache:
    """Answers by their requests, shared by threads and processes.

    Parameters
    ----------
    path : path
        Made, with its folder, where there is none.

    Raises
    ------
    ValueError
        If the file is damaged or belongs to another program.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = RequestCache(Path(folder) / "answers.sqlite")
    ...     cache.put({"prompt": "2 + 2 ="}, "4")
    ...     cache.get({"prompt": "2 + 2 ="}), cache.get({"prompt": "2 + 3 ="}), len(cache)
    ('4', None, 1)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise ValueError(f"cache {str(path)!r} is a folder; give a file in it")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            self.path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
        )
        self.close = weakref.finalize(self, self._connection.close)
        try:
            self._claim()
        except sqlite3.DatabaseError as error:
            self.close()
            raise ValueError(
                f"cache {str(path)!r} cannot hold answers: {error}; give another path"
            ) from error

    def _claim(self) -> None:
        """Make the table in an empty file; a file of another program raises before it changes."""
        (tables,) = self._one("SELECT count(*) FROM sqlite_master")
        (mark,) = self._one("PRAGMA application_id")  # last: who made the tables has marked it
        if mark not in (0, APPLICATION_ID) or (tables and mark == 0):
            raise sqlite3.DatabaseError("it is the database of another program")
        for statement in CREATION:
            self._one(statement)

    def _one(self, statement: str, values: Sequence[str] = ()) -> Any:
        with self._lock:
            return self._connection.execute(statement, values).fetchone()

    def get(self, request: Mapping[str, Any]) -> str | None:
        """The answer to this request, or None."""
        found = self._one("SELECT answer FROM answers WHERE key = ?", (request_key(request),))
        return None if found is None else str(found[0])

    def put(self, request: Mapping[str, Any], answer: str) -> None:
        """Keep an answer; of two to the same request the first one stays."""
        row = (request_key(request), canonical_json(request), answer)
        self._one("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", row)

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM answers")[0])
