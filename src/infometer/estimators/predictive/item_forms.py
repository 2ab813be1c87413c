"""Items in the forms that `read_items` gives: chosen, emptied, joined, and told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.estimators.predictive.item_inputs import are_sparse, are_texts, text_columns

__all__ = [
    "count_empty_texts",
    "emptied",
    "form_of",
    "item_keys",
    "n_items",
    "side_by_side",
    "stacked",
    "take_items",
]


def n_items(items: Any) -> int:
    """How many."""
    return int(items.shape[0])


def take_items(items: Any, rows: np.ndarray) -> Any:
    """Those of `rows`, in the same form."""
    return items.iloc[rows] if isinstance(items, pd.DataFrame) else items[rows]


def emptied(items: Any) -> Any:
    """The same form with nothing in it: 0, "" or one category in every place."""
    if isinstance(items, pd.DataFrame):
        return items.assign(**{str(name): _emptied_column(items[name]) for name in items})
    if are_sparse(items):
        return sparse.csr_array(items.shape, dtype=items.dtype)
    return np.full(items.shape, "", object) if are_texts(items) else np.zeros_like(items)


def _emptied_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column * 0 if column.dtype != bool else column & False
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = np.zeros(len(column), dtype=int)
        return pd.Series(pd.Categorical.from_codes(codes, dtype=column.dtype), column.index)
    return pd.Series([""] * len(column), column.index, dtype=column.dtype)


def stacked(first: Any, second: Any) -> Any:
    """The items of both, one after the other; they must be of one form."""
    shown = [form_of(items) for items in (first, second)]
    if shown[0] != shown[1]:
        raise ValueError(f"X holds {shown[0]} and X_test {shown[1]}; expected the same columns")
    if isinstance(first, pd.DataFrame):
        return pd.concat([first, second], ignore_index=True)
    if are_sparse(first) or are_sparse(second):
        return sparse.csr_array(sparse.vstack([first, second]))
    return np.concatenate([first, second])


def form_of(items: Any) -> str:
    """What the items are, for messages."""
    if isinstance(items, pd.DataFrame):
        return f"a frame of {list(items)}"
    return "texts" if are_texts(items) else f"numbers of shape (n, {str(items.shape[1:])[1:-2]})"


def side_by_side(parts: dict[str, Any]) -> Any:
    """One input of several: numbers are joined in a matrix, all else in a frame.

    Parameters
    ----------
    parts : dict of str to what `read_items` gives
        A text takes the name of its part as its column; columns of frames keep theirs.

    Examples
    --------
    >>> from infometer.estimators.predictive.item_inputs import read_items
    >>> side_by_side({"question": read_items(["why?"]), "context": read_items(["so"])}).columns
    Index(['question', 'context'], dtype='str')
    """
    every = list(parts.values())
    sizes = {name: n_items(items) for name, items in parts.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the inputs have different numbers of items: {sizes}")
    if len(every) == 1:
        return every[0]
    if any(are_sparse(items) for items in every) and all(_is_matrix(items) for items in every):
        return sparse.csr_array(sparse.hstack(every))
    if all(_is_matrix(items) for items in every):
        return np.hstack(every)
    frames = [_as_frame(items, name) for name, items in parts.items()]
    names = pd.Index([column for frame in frames for column in frame])
    if names.has_duplicates:
        raise ValueError(
            f"column {names[names.duplicated()][0]!r} stands in two of the inputs {list(parts)}; "
            "rename it in one"
        )
    return pd.concat(frames, axis=1)


def _is_matrix(items: Any) -> bool:
    return not isinstance(items, pd.DataFrame) and items.ndim == 2


def _as_frame(items: Any, name: str) -> pd.DataFrame:
    if isinstance(items, pd.DataFrame):
        return items
    if are_texts(items):
        return pd.DataFrame({name: pd.array(items, dtype="str")})
    if are_sparse(items) or items.ndim > 2:
        raise ValueError(
            f"{name} holds {form_of(items)}, which have no place beside texts in a frame; give "
            "them as a frame of columns"
        )
    return pd.DataFrame(items, columns=[f"{name}_{k + 1}" for k in range(items.shape[1])])


def item_keys(items: Any) -> np.ndarray | None:
    """A number for every item, equal where items are equal; None where equal items are no copies.

    Rows of whole numbers repeat because there are few of them, not because one was copied.
    """
    if isinstance(items, pd.DataFrame):
        if not text_columns(items) and not _are_measured(items.select_dtypes("number").to_numpy()):
            return None
        return pd.util.hash_pandas_object(items, index=False).to_numpy()
    if are_sparse(items):
        if not _are_measured(items.data):
            return None
        ordered = items.sorted_indices()
        rows = zip(ordered.indptr[:-1], ordered.indptr[1:], strict=True)
        seen = [ordered.indices[a:b].tobytes() + ordered.data[a:b].tobytes() for a, b in rows]
        return np.asarray(pd.factorize(np.array(seen, dtype=object))[0])
    if are_texts(items):
        return np.asarray(pd.factorize(items)[0])
    if not _are_measured(items):
        return None
    return pd.util.hash_pandas_object(
        pd.DataFrame(items.reshape(len(items), -1)), index=False
    ).to_numpy()


def _are_measured(values: np.ndarray) -> bool:
    return values.dtype.kind == "f" and bool((values != np.round(values)).any())


def count_empty_texts(items: Any) -> int:
    """Items with a text of nothing but white space."""
    if isinstance(items, pd.DataFrame):
        columns = [items[name].astype(str) for name in text_columns(items)]
    else:
        columns = [pd.Series(items)] if are_texts(items) else []
    empty = np.zeros(n_items(items), dtype=bool)
    for column in columns:
        empty |= column.str.strip().eq("").to_numpy(dtype=bool)
    return int(empty.sum())
