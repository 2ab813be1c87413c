"""What a reader must know of the rows of a table: those left out, and those that repeat."""

from __future__ import annotations

from infometer.contracts import Finding
from infometer.usable.labelled_table import LabelledTable

__all__ = ["table_findings"]


def table_findings(table: LabelledTable) -> list[Finding]:
    """Rows without a value, and rows that stand together because one gives away the other.

    Parameters
    ----------
    table : LabelledTable

    Returns
    -------
    list of Finding
    """
    return [*_left_out(table), *_grouped(table)]


def _left_out(table: LabelledTable) -> list[Finding]:
    if not table.n_left_out:
        return []
    columns = ", ".join(repr(n) for n in (table.text, table.text2, table.label) if n is not None)
    return [
        Finding(
            "warning",
            "rows",
            "Rows with a missing value were left out.",
            f"{table.n_left_out} of {table.n_left_out + len(table.frame)} rows lack one of "
            f"{columns}.",
            "Fill them, or take missing='category' to read an empty text, and a class of its own.",
        )
    ]


def _grouped(table: LabelledTable) -> list[Finding]:
    if table.groups is None:
        return []
    name = table.text if table.item is None else table.item
    return [
        Finding(
            "info",
            str(name),
            f"Rows with the same {name!r} stand in one fold, and count as one in the intervals.",
            f"{len(table.frame)} rows, {int(table.groups.max()) + 1} of them different.",
            "Take copies out where they are no items of their own.",
        )
    ]
