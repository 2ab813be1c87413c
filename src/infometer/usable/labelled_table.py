"""A table of labelled texts: which column is what, and what every row is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infometer.usable.annotators import AnnotatorLabels, annotator_labels

__all__ = ["LabelledTable", "read_labelled_table"]

TAKEN = {
    "row", "predicted", "correct", "null_entropy_bits", "conditional_entropy_bits", "pvi_bits",
    "suspect_rank", "easy_first_rank", "mark", "guess", "guess_probability", "decision",
    "new_label", "note",
}  # fmt: skip
"""Names of the columns that stand beside a text and its label in what is written."""


@dataclass(frozen=True, eq=False)
class LabelledTable:
    """Rows of text, or pairs of texts, with a label each.

    Parameters
    ----------
    frame : DataFrame
        The rows used, numbered from 0; ``row`` is their place in the table that was given.
    text : str
    text2 : str or None
        The second text of a pair.
    label : str
    item, annotator : str or None
        Where several people labelled one item.
    annotators : AnnotatorLabels or None
    n_left_out : int
        Rows without a text or a label.
    """

    frame: pd.DataFrame
    text: str
    label: str
    text2: str | None = None
    item: str | None = None
    annotator: str | None = None
    annotators: AnnotatorLabels | None = None
    n_left_out: int = 0

    @property
    def texts(self) -> Any:
        """A list of texts, or a frame of two columns of them."""
        if self.text2 is None:
            return self.frame[self.text].tolist()
        return self.frame[[self.text, self.text2]]

    @property
    def labels(self) -> np.ndarray:
        """The labels, shape (n,)."""
        return self.frame[self.label].to_numpy()

    @property
    def groups(self) -> np.ndarray | None:
        """Rows that are to stand in one fold, numbered; None where every row stands alone.

        Those of one item; else those with the same text, of pairs the same first text: a premise
        that is trained on with one hypothesis gives away the labels of its others.
        """
        name = self.text if self.item is None else self.item
        codes = pd.factorize(self.frame[name])[0]
        return None if codes.max() + 1 == len(codes) else codes

    @property
    def others(self) -> list[str]:
        """The columns that have no role."""
        roles = {"row", self.text, self.text2, self.label, self.item}
        return [name for name in self.frame.columns if name not in roles]


def read_labelled_table(
    table: pd.DataFrame,
    *,
    text: str,
    label: str,
    text2: str | None = None,
    item: str | None = None,
    annotator: str | None = None,
    missing: str = "error",
) -> LabelledTable:
    """Take the columns of a table for what they are.

    Parameters
    ----------
    table : DataFrame
    text, label : str
        Columns.
    text2 : str, optional
        The second text of a pair, such as the hypothesis.
    item, annotator : str, optional
        Both or none: a row is the label that an annotator gave an item.
    missing : {"error", "pairwise", "category"}
        Rows without a text or a label: refused, left out, or a text read as empty and a label as
        the class "(missing)".

    Returns
    -------
    LabelledTable

    Raises
    ------
    ValueError
        For columns that there are not, columns of text that hold numbers, missing values, fewer
        than two labels, or labels that are almost all different.

    Examples
    --------
    >>> table = pd.DataFrame({"said": ["good", "bad", None], "label": [1, 0, 1]})
    >>> read = read_labelled_table(table, text="said", label="label", missing="pairwise")
    >>> read.texts, read.n_left_out
    (['good', 'bad'], 1)
    """
    if (item is None) != (annotator is None):
        raise ValueError(
            f"item is {item!r} and annotator {annotator!r}; give both columns, or none of them"
        )
    roles = [name for name in (text, text2, label, item, annotator) if name is not None]
    lost = [name for name in roles if name not in table.columns]
    if lost:
        raise ValueError(f"the table has no columns {lost}; it has {list(map(str, table.columns))}")
    if len(set(roles)) < len(roles):
        raise ValueError(f"the columns {roles} have two roles; give every role one of its own")
    if taken := sorted(TAKEN & set(roles)):
        raise ValueError(
            f"the columns {taken} have names that figures of the rows bear; rename them, such as "
            f"{taken[0] + '_given'!r}"
        )
    if missing not in ("error", "pairwise", "category"):
        raise ValueError(f"missing is {missing!r}; it must be 'error', 'pairwise' or 'category'")
    frame = _numbered(table.reset_index(drop=True))
    asked = [name for name in (text, text2, label) if name is not None]
    frame, n_left_out = _without_missing(frame, asked, label, missing)
    for name in asked[:-1]:
        _require_text(frame[name])
    _require_classes(frame[label])
    people = None
    if item is not None and annotator is not None:
        people = annotator_labels(frame, item=item, annotator=annotator, label=label)
    return LabelledTable(frame, text, label, text2, item, annotator, people, n_left_out)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """With the place of each row, unless a column tells it already, as of a corrected table."""
    if "row" not in frame.columns:
        frame.insert(0, "row", np.arange(len(frame)))
    elif not (pd.api.types.is_integer_dtype(frame["row"]) and frame["row"].is_unique):
        raise ValueError(
            "column 'row' holds what are no different whole numbers; it numbers the rows: rename it"
        )
    return frame


def _without_missing(
    frame: pd.DataFrame, asked: list[str], label: str, missing: str
) -> tuple[pd.DataFrame, int]:
    lacking = frame[asked].isna()
    if not lacking.to_numpy().any():
        return frame, 0
    counts = {name: int(n) for name, n in lacking.sum().items() if n}
    if missing == "error":
        raise ValueError(
            f"the table has missing values, by column: {counts}; fill them, or take "
            "missing='pairwise' to leave their rows out"
        )
    if missing == "pairwise":
        kept = frame[~lacking.any(axis=1)].reset_index(drop=True)
        if pd.api.types.is_float_dtype(kept[label]):
            kept[label] = _whole_again(kept[label])
        return kept, len(frame) - len(kept)
    filled = frame.copy()
    for name in asked:
        if counts.get(name):
            as_text = filled[name].astype(object)
            if name == label:
                as_text = as_text.where(as_text.isna(), as_text.astype(str))
            filled[name] = as_text.fillna("(missing)" if name == label else "")
    return filled, 0


def _whole_again(labels: pd.Series) -> pd.Series:
    """Whole numbers that pandas made floats because one was missing."""
    return labels.astype(int) if (labels % 1 == 0).all() else labels


def _require_text(column: pd.Series) -> None:
    wrong = [value for value in column.head(1000) if not isinstance(value, str)]
    if wrong:
        raise ValueError(
            f"column {column.name!r} holds {wrong[0]!r} of type {type(wrong[0]).__name__}; "
            "expected text: `infometer measure` is for numbers"
        )


def _require_classes(labels: pd.Series) -> None:
    counts = labels.value_counts()
    if len(counts) < 2:
        raise ValueError(f"column {labels.name!r} has {len(counts)} label; expected two at least")
    rare = counts[counts < 2]
    if len(rare) > len(counts) / 2 and len(counts) > 20:
        raise ValueError(
            f"column {labels.name!r} has {len(counts)} different values in {len(labels)} rows; "
            "expected the labels of classes"
        )
