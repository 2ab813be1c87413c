"""What a front door was given, read once: finite rows, and which columns are numbers or labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
import pyarrow as pa
from array_api_compat import is_torch_array
from pandas.api.types import infer_dtype, is_bool_dtype, is_numeric_dtype
from scipy.sparse import issparse

from infometer.estimators.dask_arrays import refuse_dask
from infometer.estimators.symbols import symbol_codes
from infometer.tables import MAX_DISCRETE, column_kinds

__all__ = [
    "View",
    "ViewType",
    "as_frame",
    "read_view",
    "read_views",
    "varying_view",
]

ViewType = Literal["auto", "continuous", "discrete"]

LONGEST_LAW = 1000
"""Fewer numbers than this that sum to 1 are asked whether they are a law and no samples."""


@dataclass(frozen=True)
class View:
    """The columns of one view that vary: numbers, and labels coded as integers.

    Parameters
    ----------
    name : str
        The argument that it was given as.
    numbers : ndarray of float, shape (n, c)
        The continuous columns.
    labels : ndarray of int, shape (n, d)
        The discrete columns, their values numbered from 0.
    n_constant : (int, int)
        Columns of numbers, and of labels, that were left out as they do not vary.
    """

    name: str
    numbers: np.ndarray
    labels: np.ndarray
    n_constant: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def kind(self) -> Literal["constant", "continuous", "discrete", "mixed"]:
        """What the columns that vary hold."""
        continuous, discrete = self.numbers.shape[1] > 0, self.labels.shape[1] > 0
        if continuous and discrete:
            return "mixed"
        return "continuous" if continuous else "discrete" if discrete else "constant"

    @property
    def told(self) -> str:
        """The kind as a user reads it, such as ``"mixed (1 continuous, 2 discrete)"``."""
        if self.kind != "mixed":
            return self.kind
        return f"mixed ({self.numbers.shape[1]} continuous, {self.labels.shape[1]} discrete)"

    @property
    def n_columns(self) -> int:
        """How many columns were given."""
        return self.numbers.shape[1] + self.labels.shape[1] + sum(self.n_constant)

    @property
    def is_symbol(self) -> bool:
        """Whether every row is one symbol: no column holds numbers."""
        return self.numbers.shape[1] == 0

    @property
    def symbols(self) -> np.ndarray:
        """All labels of a row as one integer, shape (n,)."""
        return symbol_codes(self.labels)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a figure of this view must know."""
        if self.kind == "discrete" and int(self.symbols.max()) + 1 == len(self):
            return (
                f"every row of {self.name} has a label of its own, as identifiers have: such a "
                "figure says how many rows there are and nothing of the data",
            )
        return ()


def read_view(values: Any, name: str, kind: ViewType = "auto") -> View:
    """Read rows of any kind as a `View`; times become seconds, constant columns are left out.

    Parameters
    ----------
    values : array-like, Series or DataFrame, shape (n,) or (n, d)
    name : str
        The argument, for messages.
    kind : {"auto", "continuous", "discrete"}
        "auto" reads each column as `infometer.tables.column_kinds` does: text, truth values,
        categories and whole numbers of at most 20 values are labels.

    Returns
    -------
    View

    Raises
    ------
    ValueError
        For anything but finite rows, for a law, and for text as ``"continuous"``.

    Examples
    --------
    >>> read_view(pd.DataFrame({"a": [0.5, 1.5, 2.5], "b": ["u", "v", "u"]}), "x").told
    'mixed (1 continuous, 1 discrete)'
    """
    if kind not in ("auto", "continuous", "discrete"):
        raise ValueError(f"{name}_type is {kind!r}; it must be 'auto', 'continuous' or 'discrete'")
    frame = as_frame(values, name)
    _require_complete(frame, name)
    numbers, labels = [], []
    for j in range(frame.shape[1]):
        column = frame.iloc[:, j]
        if _reads_labels(column, name, kind):
            labels.append(pd.factorize(column)[0])
        else:
            numbers.append(_as_numbers(column))
    return varying_view(name, _stacked(numbers, len(frame)), _stacked(labels, len(frame)))


def varying_view(name: str, numbers: np.ndarray, labels: np.ndarray) -> View:
    """A `View` of these columns without those that are constant.

    Examples
    --------
    >>> varying_view("x", np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([[0], [0]])).n_constant
    (1, 1)
    """
    parts = [part[:, (part != part[0]).any(axis=0)] for part in (numbers, labels)]
    left = (numbers.shape[1] - parts[0].shape[1], labels.shape[1] - parts[1].shape[1])
    return View(name, parts[0], parts[1], left)


def read_views(**given: tuple[Any, ViewType]) -> list[View]:
    """Read several views by name, each with its type, and refuse unequal lengths.

    Examples
    --------
    >>> [view.kind for view in read_views(x=([0.5, 1.5], "auto"), y=(["a", "b"], "auto"))]
    ['continuous', 'discrete']
    """
    views = [read_view(values, name, kind) for name, (values, kind) in given.items()]
    if len({len(view) for view in views}) > 1:
        told = ", ".join(f"{view.name} has {len(view)} rows" for view in views)
        raise ValueError(f"{told}; expected as many of each: row i of all of them is one sample")
    return views


def as_frame(values: Any, name: str) -> pd.DataFrame:
    """Rows of any kind as a table of inferred types; what is no sample raises ValueError.

    Examples
    --------
    >>> as_frame(["a", "b"], "x").shape
    (2, 1)
    """
    refuse_dask(values, name)
    if issparse(values):
        raise ValueError(
            f"{name} is a sparse matrix; expected a dense array or a "
            "table: choose a few columns and call .toarray()"
        )
    if isinstance(values, pd.DataFrame):
        frame = values
    elif isinstance(values, pd.Series | pd.Index | pd.Categorical):
        frame = pd.Series(values).to_frame()
    else:
        frame = pd.DataFrame(_as_array(values, name))
    if 0 in frame.shape:
        raise ValueError(f"{name} is empty, of shape {frame.shape}; expected rows (n,) or (n, d)")
    if len(frame) == 1:
        raise ValueError(
            f"{name} has 1 row and {frame.shape[1]} column{'s' * (frame.shape[1] > 1)}; expected "
            "samples one a row, shape (n,) or (n, d): transpose it if they stand side by side"
        )
    one_dimensional = isinstance(values, pd.Series) or np.ndim(values) == 1
    if one_dimensional:
        _refuse_law(frame.iloc[:, 0], name)
    frame = frame.infer_objects().apply(_of_numpy)
    return frame.set_axis([str(label) for label in frame.columns], axis=1)


def _of_numpy(column: pd.Series) -> pd.Series:
    """Times of Arrow, decimals and foreign byte orders as the types that numpy computes with."""
    dtype = column.dtype
    if isinstance(dtype, pd.ArrowDtype) and dtype.kind in "mM":
        return pd.Series(pa.array(column).to_pandas(date_as_object=False).array, column.index)
    if isinstance(dtype, np.dtype) and not dtype.isnative:
        return column.astype(dtype.newbyteorder("="))
    return column.astype(float) if infer_dtype(column) == "decimal" else column


def _as_array(values: Any, name: str) -> np.ndarray:
    if isinstance(values, np.ma.MaskedArray):  # a frame reads what is masked as missing
        return cast(np.ndarray, values)
    if is_torch_array(values):
        values = _of_torch(values, name)
    try:
        array = np.asarray(values)
        if array.dtype.kind in "US" and not isinstance(values, np.ndarray):
            array = np.asarray(values, dtype=object)  # numbers among text are not text
    except ValueError as error:
        raise ValueError(f"{name} has rows of unequal lengths; expected (n,) or (n, d)") from error
    if array.ndim not in (1, 2):
        what = f"the single value {values!r}" if array.ndim == 0 else f"of shape {array.shape}"
        raise ValueError(f"{name} is {what}; expected rows, shape (n,) or (n, d)")
    if array.dtype.kind == "c":
        raise ValueError(f"{name} is complex; give its real and imaginary parts as two columns")
    return array


def _of_torch(values: Any, name: str) -> np.ndarray:
    """The numbers of a tensor, on the CPU; NumPy has no bfloat16."""
    if values.requires_grad:
        raise ValueError(
            f"{name} is a tensor with a gradient, which no estimate passes on: give {name}.detach()"
        )
    here = values.cpu()
    short = here.dtype.is_floating_point and here.dtype.itemsize < 4
    return np.asarray((here.float() if short else here).numpy())


def _refuse_law(column: pd.Series, name: str) -> None:
    if column.dtype.kind != "f" or not 2 <= len(column) <= LONGEST_LAW:
        return
    p = column.to_numpy(dtype=float, na_value=np.nan)
    if (p >= 0).all() and abs(p.sum() - 1) <= 1e-9 and (p % 1).any():
        raise ValueError(
            f"{name} is {len(p)} non-negative numbers with the sum 1, which looks like a law; this "
            "function takes samples, one a row: the exact functions of infometer.quantities take "
            "laws, such as entropy(p) (if these are samples, give them as one column, shape (n, 1))"
        )


def _require_complete(frame: pd.DataFrame, name: str) -> None:
    counts = {
        str(label): int(bad.sum())
        for j, label in enumerate(frame.columns)
        for column in [frame.iloc[:, j]]
        if (bad := column.isna() | _infinite(column)).any()
    }
    if counts:
        told = ", ".join(f"{label!r}: {n}" for label, n in list(counts.items())[:5])
        raise ValueError(
            f"{name} contains NaN, infinity or missing values (rows by column: {told}); expected "
            "a finite value in every row: drop those rows or impute them first"
        )


def _infinite(column: pd.Series) -> Any:
    if is_bool_dtype(column):  # which would read infinity as true
        return False
    return column.isin([np.inf, -np.inf])


def _reads_labels(column: pd.Series, name: str, kind: ViewType) -> bool:
    """The one rule of tables; of values that are all distinct, numbers beyond 20 are numbers."""
    if kind == "discrete":
        return True
    numeric = is_numeric_dtype(column) or is_bool_dtype(column) or column.dtype.kind in "mM"
    if kind == "auto":
        found = column_kinds(column.to_frame())[str(column.name)]
        if found == "identifier":
            return not (numeric and len(column) > MAX_DISCRETE)
        if found == "constant":
            return not (column.dtype.kind == "f" and column.iloc[0] % 1)
        return found == "discrete"
    if not numeric:
        raise ValueError(
            f"{name}_type is 'continuous' and column {str(column.name)!r} of {name} holds "
            f"{column.iloc[0]!r}; expected numbers or times: leave {name}_type at 'auto', or "
            "convert the column"
        )
    return False


def _as_numbers(column: pd.Series) -> np.ndarray:
    if column.dtype.kind == "M":
        column = column - column.min()
    if column.dtype.kind == "m":
        column = column.dt.total_seconds()
    return np.asarray(column.to_numpy(dtype=float)) + 0.0  # -0.0 is 0.0


def _stacked(columns: list[np.ndarray], n: int) -> np.ndarray:
    return np.column_stack(columns) if columns else np.empty((n, 0), dtype=int)
