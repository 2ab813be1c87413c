"""What a model may see of an item: numbers, texts, pairs of texts, or columns of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.estimators.samples import require_finite
from infometer.tables import require_no_missing

__all__ = ["are_sparse", "are_texts", "read_items", "text_columns"]


def read_items(X: Any, name: str = "X") -> Any:
    """Bring the inputs of n items into one of four forms, each of which keeps one row an item.

    Parameters
    ----------
    X : array-like
        Numbers (n, ...), a sparse matrix (n, d), a frame, n texts, or n pairs (triples, …) of
        texts. One column of numbers is (n, 1).
    name : str
        For messages.

    Returns
    -------
    ndarray of numbers, csr_array, ndarray of str (n,), or DataFrame
        Pairs of texts are a frame with the columns ``text_1`` and ``text_2``.

    Raises
    ------
    ValueError
        For missing values, infinity, or texts mixed with other things.

    Examples
    --------
    >>> read_items([("It rains.", "It is wet."), ("It rains.", "")]).columns.tolist()
    ['text_1', 'text_2']
    """
    if are_sparse(X):
        require_finite(X.data, name)
        return sparse.csr_array(X)
    if isinstance(X, pd.DataFrame):
        return _read_frame(X, name)
    if isinstance(X, pd.Series):
        X = X.to_frame().iloc[:, 0].array if isinstance(X.dtype, pd.CategoricalDtype) else X
    if isinstance(X, pd.Categorical):
        return _read_frame(pd.DataFrame({name: X}), name)
    values = _as_array(X, name)
    if values.dtype.kind in "OUT":
        return _read_texts(values, name)
    if values.dtype.kind not in "biuf" or values.ndim == 0 or not len(values):
        raise ValueError(
            f"{name} has shape {values.shape} and holds {values.dtype}; expected a row an item, of "
            "numbers or texts"
        )
    values = values[:, None] if values.ndim == 1 else values
    require_finite(values.reshape(len(values), -1), name)
    return values


def _as_array(X: Any, name: str) -> np.ndarray:
    try:
        values = np.asarray(X)
        written = values.dtype.kind == "U" and not isinstance(X, np.ndarray)
        return np.asarray(X, dtype=object) if written else values  # numbers are not made texts
    except ValueError as error:
        raise ValueError(
            f"{name} has rows of different lengths; expected as many values for every item"
        ) from error


def _read_texts(values: np.ndarray, name: str) -> Any:
    frame = pd.DataFrame(values.astype(object))
    if frame.isna().any(axis=None):
        rows = np.flatnonzero(frame.isna().any(axis=1))
        raise ValueError(
            f"{name} has {len(rows)} missing texts, the first at {rows[0]}; take these items out, "
            'or give "" where an empty text is meant'
        )
    strange = [value for value in frame.to_numpy().ravel() if not isinstance(value, str)]
    if strange or values.ndim > 2 or not len(values):
        what = f"{len(strange)} that are no text, such as {strange[0]!r}" if strange else "no items"
        raise ValueError(
            f"{name} of shape {values.shape} holds {what}; expected texts, pairs of texts, numbers "
            "or a DataFrame with a type for each column"
        )
    if values.ndim == 1:
        return values.astype(object)
    return frame.set_axis([f"text_{k + 1}" for k in range(values.shape[1])], axis=1)


def _read_frame(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    require_no_missing(frame)
    if not len(frame) or not frame.shape[1]:
        raise ValueError(f"{name} is a frame of shape {frame.shape}; expected items and columns")
    names = frame.columns.astype(str)
    if names.has_duplicates:
        raise ValueError(f"{name} has two columns {names[names.duplicated()][0]!r}; rename one")
    frame = frame.set_axis(names, axis=1).reset_index(drop=True).infer_objects()
    require_finite(frame, name)
    for column in frame.columns[frame.dtypes.map(pd.api.types.is_object_dtype)]:
        if not all(isinstance(value, str) for value in frame[column]):
            raise ValueError(f"column {column!r} of {name} holds objects; expected numbers or text")
    return frame


def are_texts(items: Any) -> bool:
    """Whether each item is one text."""
    return isinstance(items, np.ndarray) and items.dtype.kind == "O"


def are_sparse(items: Any) -> bool:
    """Whether the items are the rows of a sparse matrix."""
    return bool(sparse.issparse(items))


def text_columns(frame: pd.DataFrame) -> list[str]:
    """Columns of text; what is of a few kinds says so by its type, ``category``."""
    return [
        str(name)
        for name in frame
        if pd.api.types.is_string_dtype(frame[name])
        and not isinstance(frame[name].dtype, pd.CategoricalDtype)
    ]
