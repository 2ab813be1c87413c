"""What a column of text may be beside text: times in ISO form, or numbers kept from being so."""

from __future__ import annotations

import re

import pandas as pd

from infometer.contracts import Finding
from infometer.tables import MAX_DISCRETE

__all__ = ["iso_times", "text_findings"]

ISO_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?"
)
OTHER_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
NUMBER = re.compile(r"[-+]?(0|[1-9]\d*|(?=\.))(\.\d*)?([eE][-+]?\d+)?")
NEARLY_NUMBERS = {
    "a separator of thousands": re.compile(r"[-+]?\d{1,3}([,'\u00a0\u202f ]\d{3})+(\.\d+)?"),
    "a decimal comma": re.compile(r"[-+]?\d+,\d+"),
    "a sign of a unit": re.compile(r"[$€£¥<>≤≥~]\s?[-+]?\d[\d.,]*|[-+]?\d[\d.,]*\s?[%$€£¥]"),
}
SHARE = 0.5
"""Text is told to look like numbers or dates where more than this share of its rows does."""
SHOWN = 5


def iso_times(values: pd.Series) -> pd.Series | None:
    """The times that a column of text writes, where every value is a date or time of ISO 8601.

    Parameters
    ----------
    values : Series of str, shape (n,)
        None of them missing.

    Returns
    -------
    Series of datetime64 in UTC, shape (n,), or None

    Examples
    --------
    >>> iso_times(pd.Series(["2024-02-29", "2024-03-01 12:30"])).dt.day.tolist()
    [29, 1]
    >>> iso_times(pd.Series(["2024-02-29", "soon"])) is None
    True
    """
    if not all(ISO_TIME.fullmatch(str(value).strip()) for value in values.unique()):
        return None
    try:
        return pd.to_datetime(values.str.strip(), format="ISO8601", utc=True)
    except ValueError:  # such as the 30th of February
        return None


def text_findings(name: str, values: pd.Series) -> tuple[Finding, ...]:
    """What keeps a column of text from being numbers or times, where most of it looks so.

    Nothing is converted: whether "1,234" is a thousand or one and a bit, the user knows.

    Parameters
    ----------
    name : str
    values : Series of str, shape (n,)
        None of them missing.

    Returns
    -------
    tuple of Finding

    Examples
    --------
    >>> price = pd.Series(["1,200", "950", "n/a", "2,000", "n/a", "70"])
    >>> text_findings("price", price)[0].evidence
    'a separator of thousands: 2 rows ("1,200", "2,000"); words: 2 rows ("n/a")'
    """
    text = values.astype(str).str.strip()
    counts = text.value_counts()
    kinds = pd.Series({value: _form(value) for value in counts.index})
    rows = counts.groupby(kinds).sum()
    for form, remedy in (
        ("number", "Write plain numbers, such as 1234.5, and leave empty what is not known."),
        ("date", "Write dates as 2024-12-31, and leave empty what is not known."),
    ):
        alike = [form, *NEARLY_NUMBERS] if form == "number" else [form]
        if rows.reindex(alike).sum() <= SHARE * len(text):
            continue
        others = [kind for kind in rows.index if kind != form]
        if not others and form == "number" and len(counts) <= MAX_DISCRETE:
            continue  # digits as labels
        told = "; ".join(_told(kind, counts[kinds == kind]) for kind in others)
        what = f"Text that looks like {form}s is not read as {form}s."
        whole = f"all {len(text)} rows are {form}s, kept as text"
        return (Finding("warning", name, what, told or whole, remedy),)
    return ()


def _form(value: str) -> str:
    if NUMBER.fullmatch(value):
        return "number"
    if OTHER_DATE.fullmatch(value) or ISO_TIME.fullmatch(value):
        return "date"
    return next((n for n, form in NEARLY_NUMBERS.items() if form.fullmatch(value)), "words")


def _told(kind: str, counts: pd.Series) -> str:
    shown = ", ".join(f'"{value}"' for value in counts.index[:SHOWN])
    more = ", …" if len(counts) > SHOWN else ""
    return f"{kind}: {counts.sum()} rows ({shown}{more})"
