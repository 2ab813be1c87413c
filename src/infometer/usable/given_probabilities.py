"""Probabilities of someone else's model brought into line with the labels of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from infometer.usable.labelled_table import LabelledTable

__all__ = ["match_classes", "match_probabilities"]


def match_classes(names: Sequence[str], labels: np.ndarray) -> list[Any]:
    """The labels that a model's class names stand for, in the model's order.

    A label is named as it is written, in upper or lower case, or, where the names are those that
    Transformers makes up, by its number: LABEL_1 is 1.

    Parameters
    ----------
    names : sequence of K str
    labels : ndarray, shape (n,)

    Returns
    -------
    list of K labels
        A name that no row has stays a name.

    Raises
    ------
    ValueError
        Where a label has no class, or two.

    Examples
    --------
    >>> match_classes(["LABEL_0", "LABEL_1"], np.array([1, 0, 1]))
    [0, 1]
    >>> match_classes(["Entailment", "Neutral"], np.array(["neutral"]))
    ['Entailment', 'neutral']
    """
    used = list(dict.fromkeys(labels.tolist()))
    bare = [name if name in map(str, used) else name.lower() for name in names]
    known = {str(label).lower(): label for label in used} | {str(label): label for label in used}
    found = [
        known.get(name.removeprefix("label_"), given)
        for name, given in zip(bare, names, strict=True)
    ]
    lost = [label for label in used if found.count(label) != 1]
    if lost:
        raise ValueError(
            f"the labels {lost[:5]} of the table are none of the classes {list(names)}, or more "
            "than one of them; name every class (a column of the probabilities, or id2label in the "
            "model's configuration) as the table names the label"
        )
    return found


def match_probabilities(
    probabilities: pd.DataFrame, table: LabelledTable
) -> tuple[np.ndarray, list[Any]]:
    """The columns that are named after labels, and the rows that the table has kept.

    Parameters
    ----------
    probabilities : DataFrame
        A row for each row of the table as it was given, in its order, or a column ``row`` that
        names them; a column for each label. Columns whose name is no label, and that hold
        numbers from 0 to 1, are classes that no row has.
    table : LabelledTable

    Returns
    -------
    given : ndarray, shape (n, K)
    classes : list of K labels

    Raises
    ------
    ValueError
        For rows that are missing or too many, or a label without a column.

    Examples
    --------
    >>> from infometer.usable import read_labelled_table
    >>> frame = pd.DataFrame({"text": ["a", "b"], "label": [0, 1]})
    >>> table = read_labelled_table(frame, text="text", label="label")
    >>> match_probabilities(pd.DataFrame({"0": [0.9, 0.2], "1": [0.1, 0.8]}), table)[1]
    [0, 1]
    """
    frame = probabilities.set_index("row") if "row" in probabilities else probabilities
    frame = frame.set_axis(frame.columns.astype(str), axis=1)
    n_given = len(table.frame) + table.n_left_out
    if "row" not in probabilities and len(frame) != n_given:
        raise ValueError(
            f"probabilities have {len(frame)} rows and the table {n_given}; expected one for each, "
            "in the same order, or a column 'row' with the table's row numbers from 0"
        )
    numbers = frame.select_dtypes("number")
    shares = numbers.loc[:, ((numbers >= 0) & (numbers <= 1)).all()]
    _require_shares(numbers.drop(columns=list(shares)), table.labels)
    names = [str(name) for name in shares.columns]
    classes = match_classes(names, table.labels)
    rows = table.frame["row"]
    absent = rows[~rows.isin(frame.index)]
    if len(absent) or frame.index.has_duplicates:
        raise ValueError(
            f"probabilities lack {len(absent)} rows of the table, or have one twice; expected one "
            "for each"
        )
    return shares.loc[rows].to_numpy(dtype=float), classes


def _require_shares(others: pd.DataFrame, labels: np.ndarray) -> None:
    """Raise where a column that is named after a label holds numbers that are no probabilities."""
    named = {str(label).lower() for label in labels.tolist()}
    for name in others:
        if str(name).lower() in named:
            low, high = others[name].min(), others[name].max()
            raise ValueError(
                f"column {name!r} of the probabilities goes from {low:.3g} to {high:.3g}; expected "
                "0 to 1: divide percentages by 100, give the softmax of logits"
            )
