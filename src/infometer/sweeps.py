"""A grid of tasks into one SQLite file: killed at any moment it resumes; it exports tables.

Only the parent process writes. What a file holds is JSON with the two words that JSON lacks, NaN
and Infinity, so that every float comes back as it was; floats are written in full.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from infometer.resampling import integer_seed, root_seed
from infometer.tables import write_table

__all__ = ["RowStore", "sweep"]

APPLICATION_ID = 0x496E666F  # "Info": the mark of our files in the header of SQLite
CREATION = (
    "BEGIN IMMEDIATE",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE tasks (key TEXT PRIMARY KEY, rows TEXT NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
)
UPSERT = "INSERT INTO tasks VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET rows = excluded.rows"

Key = tuple[Any, ...] | Mapping[str, Any]
Row = Mapping[str, Any]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(
        f"{value!r} of type {type(value).__name__} cannot be stored; "
        "give numbers, text, None, lists or mappings of them"
    )


def _canonical(value: Any) -> str:
    """One text for equal values: sorted names, no spaces, NumPy scalars as plain numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)


class RowStore:
    """Rows of finished tasks in one SQLite file, kept by the key of the task.

    Parameters
    ----------
    path : path
        Made, with its folder, where there is none.
    settings : mapping of str to JSON values
        What all rows have in common. Written when the file is made; the same ever after.

    Raises
    ------
    ValueError
        If the file was made with other settings, is damaged, or is not a file of this class.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with RowStore(Path(folder) / "run.sqlite", {"k": 3}) as store:
    ...         store.put(("layer", 1), [{"epoch": 0, "value_nats": 0.25}])
    ...         print(store.has(("layer", 1)), store.keys())
    ...         print(store.to_frame())
    True [('layer', 1)]
       epoch  value_nats
    0      0        0.25
    """

    def __init__(self, path: str | os.PathLike[str], settings: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        given = {str(name): _canonical(value) for name, value in settings.items()}
        if self.path.is_dir():
            raise ValueError(f"path {str(path)!r} is a folder; give a file in it")
        self._connection = sqlite3.connect(self.path, timeout=30.0, isolation_level=None)
        try:
            is_new = self._is_new()
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            if is_new:
                self._create(given)
            self._agree(given)
        except BaseException as error:
            self.close()
            if not isinstance(error, sqlite3.DatabaseError):
                raise
            raise ValueError(
                f"path {str(path)!r} cannot hold rows: {error}; give another path"
            ) from error

    def _is_new(self) -> bool:
        """Tell an empty file from one of ours; any other raises before a byte of it changes."""
        (mark,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and mark != APPLICATION_ID:
            raise sqlite3.DatabaseError("it is the database of another program")
        (health,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({health})")
        return not tables

    def _agree(self, given: dict[str, str]) -> None:
        there = dict(self._connection.execute("SELECT name, value FROM settings"))
        differing = [
            f"{name}: {there.get(name, 'absent')} in the file, {given.get(name, 'absent')} given"
            for name in sorted(there.keys() | given.keys())
            if there.get(name) != given.get(name)
        ]
        if differing:
            raise ValueError(
                f"path {str(self.path)!r} was made with other settings: {'; '.join(differing)}. "
                "Give the settings of the file to go on with it, or another path to begin anew"
            )

    def _create(self, given: dict[str, str]) -> None:
        for statement in CREATION:
            self._connection.execute(statement)
        self._connection.executemany("INSERT INTO settings VALUES (?, ?)", given.items())
        self._connection.execute("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a closed store cannot be used again."""
        self._connection.close()

    def put(self, key: Key, rows: Sequence[Row]) -> None:
        """Write all rows of a task at once, in place of any it had.

        Parameters
        ----------
        key : tuple or mapping
            The task's own name.
        rows : sequence of mapping of str to JSON values
        """
        text = json.dumps([dict(row) for row in rows], default=_plain)
        self._connection.execute(UPSERT, (_canonical(key), text))

    def has(self, key: Key) -> bool:
        """Whether the rows of this task are there."""
        query = "SELECT 1 FROM tasks WHERE key = ?"
        return self._connection.execute(query, (_canonical(key),)).fetchone() is not None

    def keys(self) -> list[tuple[Any, ...] | dict[str, Any]]:
        """Give the keys of all tasks that are there, in the order in which they were first put."""
        found = self._connection.execute("SELECT key FROM tasks ORDER BY rowid")
        keys = (json.loads(text) for (text,) in found)
        return [tuple(key) if isinstance(key, list) else key for key in keys]

    def to_frame(self, keys: Iterable[Key] | None = None) -> pd.DataFrame:
        """All rows as a table.

        Parameters
        ----------
        keys : iterable of tuple or mapping, optional
            Only these, in this order, which must be there; by default all, as in `keys()`.

        Returns
        -------
        pandas.DataFrame
        """
        found = dict(self._connection.execute("SELECT key, rows FROM tasks ORDER BY rowid"))
        texts = found.values() if keys is None else [found[_canonical(key)] for key in keys]
        return pd.DataFrame([row for text in texts for row in json.loads(text)])

    def export(self, folder: str | os.PathLike[str], stem: str) -> None:
        """Write all rows as ``folder/stem.parquet`` and ``folder/stem.csv``."""
        frame = self.to_frame()
        for suffix in (".parquet", ".csv"):
            write_table(frame, Path(folder) / f"{stem}{suffix}")


def sweep(
    task: Callable[..., Row | Sequence[Row]],
    grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
    path: str | os.PathLike[str],
    *,
    fingerprint: str = "",
    random_state: Any = 0,
    n_jobs: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Run a task at every point of a grid, each point once, through one SQLite file.

    A task that is in the file is not run again: the same call resumes a sweep that was killed. The
    seed of a task follows from its key: one table for any `n_jobs`, order and resumption.

    Parameters
    ----------
    task : callable
        Called as ``task(random_state=seed, **parameters)`` with an integer seed; gives one row or
        a list of rows. A file holds the sweeps of one task, told by its name.
    grid : mapping of str to values, or iterable of mappings
        The product of the values, the last name running fastest; or the points themselves.
    path : path
        The file; see `RowStore`.
    fingerprint : str
        Of the data that the task reads beside its parameters (`tables.fingerprint`).
    random_state : int, None, RandomState or Generator
        Only an integer can be resumed; each of the others is a new sweep.
    n_jobs : int, optional
        As in joblib; by default its active ``parallel_config`` decides.
    progress : callable, optional
        Called as ``progress(done, total)`` at the start and after every task.

    Returns
    -------
    pandas.DataFrame
        The parameters and what the task gave, in the order of the grid.

    Raises
    ------
    ValueError
        If two points of the grid are the same, a row contradicts the parameters it belongs to, or
        the file cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> def area(random_state, width, height):
    ...     return {"area": width * height}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sweep(area, {"width": [1, 2], "height": [5]}, Path(folder) / "areas.sqlite")
       width  height  area
    0      1       5     5
    1      2       5    10
    """
    root = root_seed(random_state)
    points = _points(grid)
    keys = [{"parameters": p, "fingerprint": fingerprint, "random_state": root} for p in points]
    with RowStore(path, {"task": _name(task)}) as store:
        todo = [index for index, key in enumerate(keys) if not store.has(key)]
        tell = progress or (lambda done, total: None)
        done = len(points) - len(todo)
        tell(done, len(points))
        # One task a batch: what is finished is in the file, whenever the sweep is killed.
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
        calls = (
            delayed(_run)(task, index, integer_seed(root, _canonical(keys[index])), points[index])
            for index in todo
        )
        for index, rows in parallel(calls):
            store.put(keys[index], rows)
            done += 1
            tell(done, len(points))
        return store.to_frame(keys)


def _points(grid: Any) -> list[dict[str, Any]]:
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str):
                raise ValueError(f"grid gives {name!r} the string {values!r}; give [{values!r}]")
        grid = [dict(zip(grid, point, strict=True)) for point in itertools.product(*grid.values())]
    points = [dict(point) for point in grid]
    seen: set[str] = set()
    for point in points:
        if "random_state" in point:
            raise ValueError("grid has 'random_state'; give it to sweep, which seeds every task")
        if _canonical(point) in seen:
            raise ValueError(f"grid has the point {point} twice; give it once")
        seen.add(_canonical(point))
    return points


def _name(task: Any) -> str:
    named = getattr(task, "func", task)  # functools.partial
    return str(getattr(named, "__qualname__", type(named).__qualname__))


def _run(
    task: Callable[..., Any], index: int, seed: int, parameters: dict[str, Any]
) -> tuple[int, list[dict[str, Any]]]:
    try:
        given = task(random_state=seed, **parameters)
        rows = [given] if isinstance(given, Mapping) else list(given)
        for row in rows:
            for name in parameters.keys() & row.keys():
                if _canonical(row[name]) != _canonical(parameters[name]):
                    raise ValueError(f"the task gave {name} = {row[name]!r}; rename one of them")
    except Exception as error:
        error.add_note(f"in the task of the sweep with {parameters}")
        raise
    return index, [{**parameters, **row} for row in rows]
