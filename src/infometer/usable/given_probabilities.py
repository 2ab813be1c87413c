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
    known = {str(label).lower(): label for label in dict.fromkeys(labels.tolist())}
    found = [known.get(name.lower().removeprefix("label_"), name) for name in names]
    lost = [label for label in known.values() if found.count(label) != 1]
    if lost:
        raise ValueError(
            f"the labels {lost[:5]} of the table are none of the model's classes {list(names)}, or "
            "more than one; name the classes in the model's id2label as the table does"
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
