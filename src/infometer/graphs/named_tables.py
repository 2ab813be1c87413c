"""Tables whose columns name nodes, read with the names as they are written: 007 is not 7."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from infometer.tables import read_table

__all__ = ["ends_of", "node_column", "read_named"]

PathLike = str | os.PathLike[str]


def ends_of(table: pd.DataFrame) -> list[str]:
    """The two columns that name the ends of edges.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    list of str
        ``source`` and ``target``, or else the first two.

    Raises
    ------
    ValueError
        If there are not two, one of them stands twice, or the first is an index that was written
        along.

    Examples
    --------
    >>> ends_of(pd.DataFrame(columns=["weight", "target", "source"]))
    ['source', 'target']
    """
    columns = list(table.columns)
    ends = ["source", "target"] if {"source", "target"} <= set(columns) else columns[:2]
    if len(ends) < 2:
        raise ValueError(f"the table of edges has the columns {columns}; expected two")
    for name in (*ends, "weight"):
        if columns.count(name) > 1:
            raise ValueError(f"the table of edges has the column {name!r} twice; expected it once")
    if str(ends[0]).startswith("Unnamed: "):
        raise ValueError(
            f"the table of edges has the columns {columns}, the first of them without a name; "
            "expected source and target: name the two columns of the ends so"
        )
    return ends


def node_column(table: pd.DataFrame) -> list[str]:
    """The column that names the nodes, ``node`` or else the first, alone in a list."""
    return ["node"] if "node" in table else list(table.columns[:1])


def read_named(
    files: Sequence[tuple[PathLike, Callable[[pd.DataFrame], list[str]]]], *, text: bool = False
) -> list[pd.DataFrame]:
    r"""Read tables that name the same nodes.

    Numbers of a CSV file that are written otherwise than numbers are, as 007 is, are names: they
    stay text, and so do those of all other CSV files that are read along with them.

    Parameters
    ----------
    files : sequence of (path, callable)
        The callable says which columns of the table name nodes.
    text : bool
        The names are known to be text.

    Returns
    -------
    list of DataFrame

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "edges.csv"
    ...     _ = path.write_text("source,target\n007,010\n")
    ...     read_named([(path, ends_of)])[0].loc[0].tolist()
    ['007', '010']
    """
    tables = [read_table(path) for path, _ in files]
    named = [columns(table) for table, (_, columns) in zip(tables, files, strict=True)]
    numbers = [
        [name for name in names if pd.api.types.is_numeric_dtype(table[name])]
        for table, names in zip(tables, named, strict=True)
    ]
    written = [
        _written(path, table, names)
        for (path, _), table, names in zip(files, tables, numbers, strict=True)
    ]
    text = text or numbers != named
    for table, raw in zip(tables, written, strict=True):
        text = text or any((raw[name] != table[name].astype(str)).any() for name in raw)
    if text:
        tables = [table.assign(**raw) for table, raw in zip(tables, written, strict=True)]
    return tables


def _written(path: PathLike, table: pd.DataFrame, names: list[str]) -> dict[str, pd.Series]:
    """Columns of numbers of a CSV file as the text that stands there; none of another file."""
    if not names or not Path(path).name.endswith((".csv", ".csv.gz")):
        return {}
    places = sorted(list(table.columns).index(name) for name in names)
    raw = pd.read_csv(path, usecols=places, dtype=str)
    return {str(table.columns[place]): raw.iloc[:, j] for j, place in enumerate(places)}
