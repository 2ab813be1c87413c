"""Tables of comparisons: who was compared with whom, and who won."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import pandas as pd

from infometer.contracts import RepeatedComparisonsWarning
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.winners import winner_outcomes

__all__ = ["read_chosen_rejected", "read_comparisons"]

MissingValues = Literal["error", "pairwise", "category"]

_FOUND = ("prompt", "rater", "time")
"""Columns that are read where a table has them, whoever asks."""
_MAY_BE_MISSING = ("winner", "strength", "rater", "prompt")
"""Columns in which missing may be read as a value: skipped, or one rater or prompt more."""
_UNKNOWN = "(missing)"


def read_comparisons(
    frame: pd.DataFrame,
    *,
    first: str = "first",
    second: str = "second",
    winner: str = "winner",
    strength: str | None = None,
    prompt: str | None = None,
    rater: str | None = None,
    time: str | None = None,
    missing: MissingValues = "error",
) -> ComparisonGraph:
    """Read a table with a comparison a row.

    Parameters
    ----------
    frame : DataFrame
    first, second : str
        Columns of the items' names, in the order in which they were shown.
    winner : str
        Column of the winner: the name of one of the two, the name of its column, or first, second,
        tie, skip in any case; 1, 2 and 0 for a tie where no item is called so.
    strength : str, optional
        Instead of `winner`: column of a real strength δ of preference, above 0 for the first.
    prompt : str, optional
        What the items answer; then an item is a name under a prompt. Default: ``prompt`` if there.
        Of this, `rater` and `time` "" reads none.
    rater : str, optional
        Who judged. Default: ``rater`` if there.
    time : str, optional
        When: dates and whole numbers that read as YYYYMMDD become days since 1970, other numbers
        stay. Default: ``time`` if there.
    missing : {"error", "pairwise", "category"}
        Refuse missing values, leave out their rows, or read them as a value: a comparison that was
        skipped, one more rater or prompt; an item or a time that is missing is an error then.

    Returns
    -------
    ComparisonGraph
        Items in the order in which the table names them.

    Raises
    ------
    ValueError
        Columns that are not there, items compared with themselves, winners that can be read in two
        ways or in none; with row numbers, counted from 0.

    Warns
    -----
    RepeatedComparisonsWarning
        If rows are alike in every column that is read; each counts.

    Examples
    --------
    >>> frame = pd.DataFrame({"first": ["ann", "bob"], "second": ["bob", "eve"],
    ...                       "winner": ["ann", "tie"], "time": ["2024-01-01", "2024-01-03"]})
    >>> graph = read_comparisons(frame)
    >>> graph.names, graph.outcomes.tolist(), float(np.ptp(graph.times))
    (('ann', 'bob', 'eve'), [1.0, 0.5], 2.0)
    """
    told = {"winner": winner} if strength is None else {"strength": strength}
    known = {"prompt": prompt, "rater": rater, "time": time}
    columns = {"first": first, "second": second, **told, **_found(frame, known)}
    table = _table(frame, columns, missing)
    values: dict[str, Any]
    if strength is None:
        names = table[["first", "second"]].set_axis([first, second], axis=1)
        written = _as_written(table["winner"]).rename(winner)
        outcomes = winner_outcomes(written, names[first], names[second])
        values = {"outcomes": outcomes}
    else:
        values = {"outcomes": _numbers(table["strength"], strength), "kind": "cardinal"}
    if "rater" in table:
        values["raters"] = table["rater"].to_numpy(dtype=object)
    if "time" in table:
        values["times"] = _days(table["time"], columns["time"])
    _warn_of_repeats(table)
    return _graph(table, values)


def read_chosen_rejected(
    frame: pd.DataFrame,
    *,
    chosen: str = "chosen",
    rejected: str = "rejected",
    prompt: str | None = None,
    rater: str | None = None,
    time: str | None = None,
    missing: MissingValues = "error",
) -> ComparisonGraph:
    """Read a table whose rows hold the winner and the loser, as sets for DPO do.

    In which order the two were shown is not known, so nothing can be said about position bias.

    Parameters
    ----------
    frame : DataFrame
    chosen, rejected : str
        Columns of names, or of whole texts.
    prompt, rater, time : str, optional
        As in `read_comparisons`.
    missing : {"error", "pairwise", "category"}

    Returns
    -------
    ComparisonGraph

    Examples
    --------
    >>> frame = pd.DataFrame({"chosen": ["yes", "yes"], "rejected": ["no", "perhaps"]})
    >>> read_chosen_rejected(frame)
    ComparisonGraph(3 items, 2 comparisons, 0 prior edges)
    """
    winner = "winner"
    while winner in frame or winner in (chosen, rejected):
        winner += "_"
    return read_comparisons(
        frame.assign(**{winner: "first"}),
        first=chosen,
        second=rejected,
        winner=winner,
        prompt=prompt,
        rater=rater,
        time=time,
        missing=missing,
    )


def _found(frame: pd.DataFrame, asked: dict[str, str | None]) -> dict[str, str]:
    """The optional columns: those that are asked for, and those that bear their default names."""
    named = {role: role if name is None else name for role, name in asked.items()}
    return {role: name for role, name in named.items() if name in frame or asked[role]}


def _table(frame: pd.DataFrame, columns: dict[str, str], missing: str) -> pd.DataFrame:
    """The columns that are read, under the names of their roles; rows numbered from 0."""
    if missing not in ("error", "pairwise", "category"):
        raise ValueError(f"missing is {missing!r}; it must be 'error', 'pairwise' or 'category'")
    for role, name in columns.items():
        if name not in frame:
            raise ValueError(
                f"frame has no column {name!r} for {role}; it has "
                f"{', '.join(map(repr, frame.columns))}. Name the column with {role}="
                + (", or read a table of winners and losers as chosen and rejected"
                   if role == "winner" else "")
            )  # fmt: skip
        if (copies := int((frame.columns == name).sum())) > 1:
            raise ValueError(f"frame has {copies} columns {name!r}; rename all but one of them")
    table = pd.DataFrame({role: frame[name].to_numpy() for role, name in columns.items()})
    table = _complete(table, columns, missing)
    for role in ("first", "second", "prompt", "rater"):
        if role in table:
            table[role] = _as_written(table[role])
    if table.empty:
        raise ValueError("frame has no rows to read; expected a comparison a row")
    if (alike := np.flatnonzero(table["first"] == table["second"])).size:
        i = alike[0]
        raise ValueError(
            f"frame compares {table['first'].iloc[i]!r} with itself in row {table.index[i]} "
            f"({len(alike)} such rows); leave those rows out"
        )
    return table


def _complete(table: pd.DataFrame, columns: dict[str, str], missing: str) -> pd.DataFrame:
    counts = table.isna().sum()
    allowed = _MAY_BE_MISSING if missing == "category" else ()
    refused = [role for role in columns if counts[role] and role not in allowed]
    if missing == "pairwise":
        return table.dropna()
    if refused:
        named = ", ".join(f"{columns[role]} ({counts[role]})" for role in refused)
        raise ValueError(
            f"frame of {len(table)} rows has missing values in {named}; drop them, or leave such "
            "rows out with missing='pairwise'"
        )
    return table.fillna({role: _UNKNOWN for role in ("rater", "prompt") if role in table})


def _as_written(column: pd.Series) -> pd.Series:
    """Names as text; whole numbers without a decimal point, whatever type pandas gave them."""
    return column.astype(object).map(_word, na_action="ignore")


def _word(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numbers(column: pd.Series, name: str) -> np.ndarray:
    try:
        return pd.to_numeric(column).to_numpy(dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} holds values that are no numbers: {error}") from error


def _days(column: pd.Series, name: str) -> np.ndarray:
    """Days since 1970 of dates, also as YYYYMMDD; other numbers as they are."""
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(dtype=float)
        if not (np.all(numbers % 1 == 0) and np.all((numbers > 1e7) & (numbers < 1e8))):
            return numbers
        written = pd.Series(numbers.astype(int).astype(str))
        dates = pd.to_datetime(written, format="%Y%m%d", errors="coerce")
        if dates.isna().any():
            return numbers
    else:
        dates = pd.to_datetime(column, utc=True, format="ISO8601", errors="coerce")
        if (strange := np.flatnonzero(dates.isna())).size:
            i = strange[0]
            raise ValueError(
                f"{name} holds {column.iloc[i]!r} in row {column.index[i]} ({len(strange)} such "
                "rows), which is neither a number nor a date; write dates as 2024-12-31"
            )
    since = pd.to_datetime(dates, utc=True) - pd.Timestamp(0, tz="UTC")
    return (since / pd.Timedelta(days=1)).to_numpy(dtype=float)


def _warn_of_repeats(table: pd.DataFrame) -> None:
    if repeats := int(table.duplicated().sum()):
        warnings.warn(
            f"{repeats} of {len(table)} rows repeat another in every column that is read "
            f"({', '.join(map(str, table.columns))}); each counts as a comparison of its own: drop "
            "them if one judgement was written twice",
            RepeatedComparisonsWarning,
            stacklevel=3,
        )


def _graph(table: pd.DataFrame, values: dict[str, Any]) -> ComparisonGraph:
    m = len(table)
    order = np.arange(2 * m).reshape(2, m).T.ravel()  # row by row, first before second
    ends = pd.DataFrame({"name": pd.concat([table["first"], table["second"]]).to_numpy()})
    if "prompt" in table:
        ends["prompt"] = np.tile(table["prompt"].to_numpy(), 2)
    ends = ends.iloc[order].reset_index(drop=True)
    codes = ends.groupby(list(ends.columns), sort=False).ngroup().to_numpy()
    items = ends.drop_duplicates()
    prompts = items["prompt"].to_numpy(dtype=object) if "prompt" in items else None
    return ComparisonGraph(
        n_items=len(items),
        pairs=codes.reshape(m, 2),
        prompts=prompts,
        names=tuple(items["name"]),
        **values,
    )
