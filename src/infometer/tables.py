"""Reading and writing tables and arrays; kinds of columns, missing values and fingerprints."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "column_kinds",
    "fingerprint",
    "read_arrays",
    "read_table",
    "require_no_missing",
    "write_table",
]

MAX_DISCRETE = 20  # an integer column with more distinct values is continuous
EXACT_FLOAT = 2.0**53  # from here on every float is whole, whatever the data


def read_table(
    path: str | os.PathLike[str], *, verbatim: Sequence[str] = (), as_text: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a table from CSV, parquet or npz.

    Parameters
    ----------
    path : path
        ``.csv``, ``.csv.gz``, ``.parquet`` or ``.npz``. In an npz file a 1-D array ``x`` becomes
        the column ``x`` and a 2-D array of shape (n, d) the columns ``x_0`` to ``x_{d-1}``.
    verbatim : sequence of str
        Columns of a CSV file in which only an empty cell is missing, and ``NA``, ``None`` or
        ``null`` are words; a name that the file does not have is passed over.
    as_text : sequence of str
        The same, and numbers stay as they are written: ``007`` is not ``7``.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        If the file is of another kind or damaged, or holds arrays that are no columns.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder) / "a.npz", x=np.eye(2), y=[3, 4])
    ...     read_table(Path(folder) / "a.npz")
       x_0  x_1  y
    0  1.0  0.0  3
    1  0.0  1.0  4
    """
    path = _existing(path)
    if path.suffix == ".npz":
        return _columns_of(_load_npz(path), path)
    if not path.name.endswith((".csv", ".csv.gz", ".parquet")):
        raise ValueError(f"path {str(path)!r} must end in .csv, .csv.gz, .parquet or .npz")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return _read_csv(path, verbatim, as_text)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def _read_csv(path: Path, verbatim: Sequence[str], as_text: Sequence[str]) -> pd.DataFrame:
    frame = pd.read_csv(path, low_memory=False)  # else a long column may be of two types
    asked = [name for name in frame if name in (*verbatim, *as_text)]
    if not asked:
        return frame
    as_written = pd.read_csv(
        path, low_memory=False, usecols=asked, keep_default_na=False, na_values=[""],
        dtype=dict.fromkeys(as_text, str),
    )  # fmt: skip
    return frame.assign(**{name: as_written[name] for name in asked})


def write_table(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as parquet or CSV; a reader sees the old file or the whole new one.

    Parameters
    ----------
    frame : pandas.DataFrame
        An index that has a name is written as columns; one that has none is not data.
    path : path
        ``.parquet`` or ``.csv``, else it raises ValueError; its folder is made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_table(pd.DataFrame({"x": [0.1]}), Path(folder) / "a.csv")
    ...     print((Path(folder) / "a.csv").read_text().split())
    ['x', '0.1']
    """
    path = Path(path)
    if path.suffix not in (".csv", ".parquet"):
        raise ValueError(f"path {str(path)!r} must end in .csv or .parquet")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        if path.suffix == ".csv":
            frame.to_csv(part, index=False)
        else:
            frame.to_parquet(part, index=False)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read_arrays(
    path: str | os.PathLike[str], names: Sequence[str] = ("x", "y")
) -> dict[str, np.ndarray]:
    """Read named arrays from an npz file, never unpickling.

    Parameters
    ----------
    path : path
        A ``.npz`` file.
    names : sequence of str

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        If a name is not in the file, the file is no npz file, or an array holds Python objects.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder) / "a.npz", x=[1, 2], y=[3, 4])
    ...     read_arrays(Path(folder) / "a.npz", names=["y"])
    {'y': array([3, 4])}
    """
    if isinstance(names, str):
        raise ValueError(f"names is the string {names!r}; give a sequence, such as [{names!r}]")
    return _load_npz(_existing(path), names)


def _existing(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path {str(path)!r}: there is no such file")
    return path


def _load_npz(path: Path, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("it holds one bare array; write it with numpy.savez")
            absent = sorted(set(names or ()) - set(archive.files))
            if absent:
                raise ValueError(
                    f"it has no array {', '.join(map(repr, absent))}; "
                    f"it has {', '.join(map(repr, archive.files)) or 'none'}"
                )
            return {name: _member(archive, name) for name in names or archive.files}
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ValueError:
    return ValueError(
        f"path {str(path)!r} cannot be read as {path.suffix[1:]}: {str(error).strip()}"
    )


def _member(archive: Any, name: str) -> np.ndarray:
    try:
        return np.asarray(archive[name])
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise ValueError(
            f"array {name!r} holds Python objects and would need unpickling, which can run any "
            "code; save it as numbers or as text (dtype 'U')"
        ) from error


def _columns_of(arrays: dict[str, np.ndarray], path: Path) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if array.ndim not in (1, 2):
            raise ValueError(
                f"path {str(path)!r}: array {name!r} has shape {array.shape}; a column is 1-D "
                "and a block of columns 2-D: reshape it to (n, d)"
            )
        one = array.ndim == 1
        named = {name: array} if one else {f"{name}_{j}": c for j, c in enumerate(array.T)}
        for repeated in columns.keys() & named.keys():
            raise ValueError(f"path {str(path)!r}: two arrays give the column {repeated!r}")
        columns |= named
    if len({len(column) for column in columns.values()}) > 1:
        lengths = {name: len(array) for name, array in arrays.items()}
        raise ValueError(f"path {str(path)!r}: the arrays differ in length: {lengths}")
    return pd.DataFrame(columns)


def column_kinds(frame: pd.DataFrame) -> dict[str, str]:
    """Tell what each column holds, missing values apart; a column of objects raises ValueError.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    dict of str to {"continuous", "discrete", "identifier", "constant"}
        *constant*: at most one value. *identifier*: text or integers of which every one is
        distinct. *discrete*: text, categories, truth values, integers with at most 20 distinct
        values. *continuous*: all other numbers, and times. Whole numbers that are stored as
        floats, as pandas does where some are missing, count as integers.

    Examples
    --------
    >>> column_kinds(pd.DataFrame({"id": ["a", "b", "c"], "x": [.5, .1, .1], "y": [0, 1, 1]}))
    {'id': 'identifier', 'x': 'continuous', 'y': 'discrete'}
    """
    return {str(name): _kind(str(name), frame.iloc[:, j]) for j, name in enumerate(frame.columns)}


def _kind(name: str, column: pd.Series) -> str:
    values = column.dropna()
    try:
        distinct = values.nunique()
    except TypeError as error:
        found = type(values.iloc[0]).__name__
        raise ValueError(f"column {name!r} holds a {found}; give numbers, text or times") from error
    if distinct <= 1:
        return "constant"
    if pd.api.types.is_bool_dtype(values):
        return "discrete"
    numeric = pd.api.types.is_numeric_dtype(values)
    if values.dtype.kind in "mM" or (numeric and not _is_whole(values)):
        return "continuous"
    if distinct == len(values):
        return "identifier"
    return "continuous" if numeric and distinct > MAX_DISCRETE else "discrete"


def _is_whole(values: pd.Series) -> bool:
    if pd.api.types.is_integer_dtype(values):
        return True
    numbers = values.to_numpy(dtype=float)
    return bool(np.all((np.abs(numbers) < EXACT_FLOAT) & (numbers == np.round(numbers))))


def require_no_missing(frame: pd.DataFrame) -> None:
    """Raise ValueError if any value is missing, naming the columns and how many.

    Parameters
    ----------
    frame : pandas.DataFrame

    Examples
    --------
    >>> require_no_missing(pd.DataFrame({"x": [1.0, None]}))
    Traceback (most recent call last):
    ValueError: frame of 2 rows has missing values in x (1); drop or fill them first
    """
    counts = frame.isna().sum()
    missing = ", ".join(f"{name} ({count})" for name, count in counts[counts > 0].items())
    if missing:
        where = f"frame of {len(frame)} rows has missing values in {missing}"
        raise ValueError(f"{where}; drop or fill them first")


def fingerprint(*arrays: Any) -> str:
    """Give the first 16 hexadecimal digits of the SHA-256 of dtypes, shapes and bytes.

    Parameters
    ----------
    *arrays : ndarray, DataFrame, Series, str or array-like
        Their order counts; the memory layout of an array does not.

    Returns
    -------
    str

    Examples
    --------
    >>> fingerprint(np.arange(3, dtype=np.int64), "tea")
    '67e471180d6137d4'
    """
    digest = hashlib.sha256()
    for array in arrays:
        for part in _parts(array):
            digest.update(part)
    return digest.hexdigest()[:16]


def _parts(data: Any) -> list[Any]:
    if isinstance(data, pd.DataFrame | pd.Series):
        data = pd.DataFrame(data)
        types = [(str(name), str(dtype)) for name, dtype in data.dtypes.items()]
        rows = pd.util.hash_pandas_object(data, index=False).to_numpy()
        return [f"frame {types} {data.shape};".encode(), rows]
    array = np.asarray(data)
    head = f"{array.dtype.str} {array.shape};".encode()
    if array.dtype.hasobject:
        return [head, pd.util.hash_array(array.ravel())]
    return [head, np.ascontiguousarray(array).view(np.uint8)]
