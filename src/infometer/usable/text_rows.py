"""One text an item, or a pair such as premise and hypothesis, whatever holds them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infometer.estimators.predictive.item_inputs import read_items, text_columns

__all__ = ["TextRows", "read_texts"]


@dataclass(frozen=True, eq=False)
class TextRows:
    """One or two texts an item.

    Parameters
    ----------
    sides : tuple of ndarray of str, each of shape (n,)
        One array, or two where items are pairs.
    columns : tuple of str, optional
        Names of the sides where they stand in a frame, as pairs always do.
    """

    sides: tuple[np.ndarray, ...]
    columns: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.sides[0])

    @property
    def paired(self) -> bool:
        """Whether every item has two texts."""
        return len(self.sides) == 2

    def rows(self, sides: Sequence[np.ndarray] | None = None) -> Any:
        """These sides, or others, as models get them: an array of texts, or a frame."""
        sides = self.sides if sides is None else sides
        if self.columns is None:
            return sides[0]
        return pd.DataFrame(dict(zip(self.columns, sides, strict=True)))

    def place(self, side: Hashable | None) -> int:
        """Which of the sides is named: by 0 or 1, or by the name of its column.

        Raises
        ------
        ValueError
            For a side that there is not, or none where items are pairs.
        """
        if not self.paired and side is None:
            return 0
        if self.paired and side in (0, 1):
            return int(str(side))
        names = list(self.columns or ())
        if side in names:
            return names.index(str(side))
        if not self.paired:
            raise ValueError(f"side is {side!r}, but texts holds one text an item; leave it out")
        raise ValueError(
            f"side is {side!r} for pairs of texts; expected 0, 1 or one of {names}: the side to "
            "change"
        )


def read_texts(texts: Any, name: str = "texts") -> TextRows:
    """Texts of shape (n,), or pairs of shape (n, 2), checked: strings all, none missing.

    Parameters
    ----------
    texts : sequence of str, sequence of (str, str), ndarray, Series or DataFrame
    name : str
        For messages.

    Returns
    -------
    TextRows

    Raises
    ------
    ValueError
        For no texts, missing ones, what is no string, or a shape of neither kind.

    Examples
    --------
    >>> read_texts([("A man eats.", "Nobody eats.")]).sides[1].tolist()
    ['Nobody eats.']
    """
    if isinstance(texts, str):
        raise ValueError(f"{name} is one string; expected a sequence of texts")
    items = read_items(texts if hasattr(texts, "dtype") else _listed(texts), name)
    if isinstance(items, np.ndarray) and items.dtype == object and items.ndim == 1:
        return TextRows((items,))
    if isinstance(items, pd.DataFrame) and items.shape[1] <= 2:
        columns = tuple(map(str, items.columns))
        if text_columns(items) == list(columns):
            return TextRows(tuple(items[c].to_numpy(object) for c in columns), columns)
    raise ValueError(
        f"{name} has shape {items.shape} and holds no texts, or more than two an item; expected "
        "texts (n,) or pairs of texts (n, 2)"
    )


def _listed(texts: Any) -> Any:
    return texts if isinstance(texts, pd.DataFrame) else list(texts)
