"""Suspect labels out to a person as CSV, and the person's decisions back into the table."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from infometer.usable.difficulty import Difficulty
from infometer.usable.labelled_table import LabelledTable

__all__ = ["apply_review", "review_table"]

DECISIONS = ("keep", "relabel", "drop")


def review_table(found: Difficulty, n: int = 200) -> pd.DataFrame:
    """The n labels most likely to be wrong, for a person to decide about.

    Parameters
    ----------
    found : Difficulty
    n : int

    Returns
    -------
    DataFrame
        ``row`` and ``mark`` tell the row of the table again; the texts (with an apostrophe before
        one that a spreadsheet would calculate), the label, the model's
        guess and its probability; ``decision``, to be filled with keep, relabel or drop (empty:
        not decided); ``new_label`` for relabel; ``note``.

    Examples
    --------
    >>> from infometer.usable import dataset_difficulty, read_labelled_table
    >>> frame = pd.DataFrame({"text": list("abcd"), "label": [0, 1, 0, 1]})
    >>> table = read_labelled_table(frame, text="text", label="label")
    >>> p = [[0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.9, 0.1]]
    >>> review_table(dataset_difficulty(table, probabilities=p, classes=[0, 1]), n=1)[
    ...     ["row", "text", "label", "guess", "decision"]].values.tolist()
    [[3, 'd', 1, 0, '']]
    """
    table = found.table
    ranked = found.suspects.to_frame().head(n)
    own = table.frame.loc[ranked["item"]]
    texts = [table.text] if table.text2 is None else [table.text, table.text2]
    columns: dict[str, Any] = {
        "row": own["row"].to_numpy(),
        "mark": _marks(own, texts).to_numpy(),
        **{name: own[name].map(_as_text).to_numpy() for name in texts},
        table.label: own[table.label].to_numpy(),
    }
    for name in ("guess", "guess_probability", "pvi_bits"):
        if name in ranked:
            columns[name] = ranked[name].to_numpy()
    return pd.DataFrame(columns).assign(decision="", new_label="", note="")


def _as_text(text: str) -> str:
    """With an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _marks(frame: pd.DataFrame, texts: list[str]) -> pd.Series:
    """What tells that a row still has the texts that were reviewed.

    The letter at the beginning keeps a spreadsheet from taking digits for a number.
    """
    joined = frame[texts].agg("\x1f".join, axis=1)
    return joined.map(lambda text: "m" + hashlib.sha256(text.encode()).hexdigest()[:12])


def apply_review(table: LabelledTable, review: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The table after a person's decisions; undecided rows stay as they are.

    Parameters
    ----------
    table : LabelledTable
    review : DataFrame
        From `review_table`, with decisions.

    Returns
    -------
    corrected : DataFrame
        The table's columns; relabelled rows have the new label, dropped ones are gone.
    counts : dict of str to int
        Rows by decision, the empty one as "undecided".

    Raises
    ------
    ValueError
        For a decision that is none, a new label that no row has, a row that the table does not
        have, has with another text, or that is decided about twice.

    Examples
    --------
    >>> from infometer.usable import read_labelled_table
    >>> frame = pd.DataFrame({"text": ["good", "bad", "fine"], "label": ["+", "-", "-"]})
    >>> table = read_labelled_table(frame, text="text", label="label")
    >>> review = frame.assign(row=[0, 1, 2], mark=_marks(frame, ["text"]), note="",
    ...                       decision=["", "keep", "relabel"], new_label=["", "", "+"])
    >>> apply_review(table, review)[0]["label"].tolist()
    ['+', '-', '+']
    """
    needed = ("row", "mark", "decision", "new_label")
    lost = [name for name in needed if name not in review.columns]
    if lost:
        raise ValueError(f"the review has no columns {lost}; give back the file as it was written")
    texts = [table.text] if table.text2 is None else [table.text, table.text2]
    decided = review.assign(
        decision=review["decision"].fillna("").astype(str).str.strip().str.lower(),
        new_label=review["new_label"].fillna("").astype(str).str.strip(),
    )
    _check_rows(table, decided, texts)
    named = {str(label): label for label in table.frame[table.label].unique()}
    _check_decisions(decided, named)
    place = pd.Series(table.frame.index, index=table.frame["row"])
    corrected = table.frame.copy()
    relabelled = decided[decided["decision"] == "relabel"]
    new = [named[_as_known(label, named)] for label in relabelled["new_label"]]
    for row, label in zip(relabelled["row"], new, strict=True):
        corrected.loc[place[row], table.label] = label
    dropped = decided.loc[decided["decision"] == "drop", "row"]
    corrected = corrected.drop(index=place[dropped].tolist()).reset_index(drop=True)
    counts = decided["decision"].replace("", "undecided").value_counts()
    return corrected, {str(name): int(n) for name, n in counts.items()}


def _as_known(label: str, named: dict[str, Any]) -> str:
    """The label as the table writes it: a spreadsheet may have made 1 into 1.0, True into TRUE."""
    alike = [name for name in named if name.lower() == label.removesuffix(".0").lower()]
    return alike[0] if label not in named and len(alike) == 1 else label


def _check_rows(table: LabelledTable, decided: pd.DataFrame, texts: list[str]) -> None:
    if decided["row"].duplicated().any():
        twice = decided.loc[decided["row"].duplicated(), "row"].iloc[0]
        raise ValueError(f"the review has row {twice} more than once; keep one of its lines")
    marks = _marks(table.frame, texts).set_axis(table.frame["row"])
    strange = decided[decided["mark"] != marks.reindex(decided["row"]).to_numpy()]
    if len(strange):
        raise ValueError(
            f"{len(strange)} lines of the review, the first of row {strange['row'].iloc[0]}, do "
            "not fit the table: no such row, or another text. Give the table that was reviewed"
        )


def _check_decisions(decided: pd.DataFrame, named: dict[str, Any]) -> None:
    other = decided[~decided["decision"].isin(("", *DECISIONS))]
    if len(other):
        raise ValueError(
            f"row {other['row'].iloc[0]} of the review has the decision "
            f"{other['decision'].iloc[0]!r}; expected {', '.join(DECISIONS)} or nothing"
        )
    asked = decided[decided["decision"] == "relabel"]
    unknown = asked[[_as_known(label, named) not in named for label in asked["new_label"]]]
    if len(unknown):
        raise ValueError(
            f"row {unknown['row'].iloc[0]} of the review is relabelled "
            f"{unknown['new_label'].iloc[0]!r}; expected one of {sorted(named)}"
        )
