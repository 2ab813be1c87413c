"""What a reader of a measured table must be told before believing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infometer.contracts import Finding
from infometer.measure.table_reading import ReadTable

if TYPE_CHECKING:
    from infometer.measure.table_result import TableMeasurement

__all__ = ["table_findings"]

NEARLY_ALL = 0.95
"""Of H(Y): a column that tells more may have been made from the target."""
MUCH_BY_CHANCE = 0.2
REPEATED = 0.01
"""A share of repeated rows that is no accident of rounding."""
SHOWN = 6
NOT_MEASURED = {
    "identifier": (
        "Identifiers were not measured: every value is distinct.",
        "Nothing, if they only name the rows; else name the column (--columns) to measure it.",
    ),
    "nearly an identifier": (
        "Text of which most values are distinct was not measured.",
        "Make a column of it that can be compared, such as a length or a group; or name it "
        "(--columns) to measure the values that repeat.",
    ),
    "constant": ("Constant columns tell nothing: 0 nats.", "Leave them out."),
    "nearly empty": ("Columns with fewer than 20 values were not measured.", "Leave them out."),
    "unreadable": (
        "Columns that hold neither numbers, text nor times were not measured.",
        "Make columns of numbers or labels of them.",
    ),
}


def table_findings(result: TableMeasurement) -> tuple[Finding, ...]:
    """Read off a measured table what was left out, merged, copied, missing, rough or too good.

    Parameters
    ----------
    result : TableMeasurement

    Returns
    -------
    tuple of Finding
        Warnings first.
    """
    found = [
        *_leaks(result),
        *_copies(result.table),
        *result.table.findings,
        *_missing(result),
        *_sparse(result),
        *_rough(result.frame),
        *_left_out(result),
        *_stopped(result),
        *_resolution(result),
        *_company(result),
        *_repeated_rows(result.table),
        *_not_measured(result.frame),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


def _names(names: pd.Series | list[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(f"“{name}”" for name in listed[:SHOWN]) + more


def _leaks(result: TableMeasurement) -> list[Finding]:
    """Columns that tell nearly all: copies of the target, or what was made from it."""
    target, told = _mark(result.table.target.values), {}
    for row in result.frame[result.frame["rank"].notna()].to_dict("records"):
        if _mark(result.table.columns[row["column"]].values) == target:
            told[row["column"]] = "a copy of it"
        elif row["share_of_target"] > NEARLY_ALL:
            told[row["column"]] = f"{100 * row['share_of_target']:.0f} % of H(Y)"
        elif row["saturated"]:
            told[row["column"]] = "as much as so many rows can show"
    if not told:
        return []
    return [
        Finding(
            "warning", next(iter(told)), "Nearly all there is to know about the target is told.",
            "; ".join(f"“{name}”: {how}" for name, how in told.items()) + ".",
            "Ask whether it is known before the target is; if not, leave it out (--without).",
        )
    ]  # fmt: skip


def _copies(table: ReadTable) -> list[Finding]:
    groups: dict[bytes, list[str]] = {}
    for name in table.measured:
        groups.setdefault(_mark(table.columns[name].values), []).append(name)
    return [
        Finding(
            "info", same[0], "Columns are copies of each other, up to names, units or direction.",
            _names(same) + ".", "Keep one of them.",
        )
        for same in groups.values()
        if len(same) > 1
    ]  # fmt: skip


def _mark(values: pd.Series) -> bytes:
    """The same for columns that are one-to-one and, of numbers, in one order or the reverse."""
    present = values.notna().to_numpy()
    if pd.api.types.is_float_dtype(values):
        ranks = values.rank(method="dense")
        ranks = (
            ranks if ranks[present].iloc[:1].sum() * 2 > ranks.max() else ranks.max() + 1 - ranks
        )
        return b"numbers" + ranks.fillna(0).to_numpy(dtype=np.int64).tobytes()
    return b"labels" + pd.factorize(values)[0].tobytes()


def _missing(result: TableMeasurement) -> list[Finding]:
    rows = result.frame[(result.frame["n_missing"] > 0) & result.frame["rank"].notna()]
    found = []
    if len(rows):
        most = rows.sort_values("n_missing", ascending=False)
        shown = most.head(SHOWN)
        told = ", ".join(
            f"“{c}” {int(n)}" for c, n in zip(shown["column"], shown["n"], strict=True)
        )
        told += f" and {len(most) - SHOWN} more columns" if len(most) > SHOWN else ""
        found.append(
            Finding(
                "info", "missing values", "Columns were measured in the rows that have them.",
                f"Rows used: {told}; {len(result.table.target.values)} have the target.",
                "Figures of different rows compare only where values are missing at random; "
                "--missing category keeps all rows.",
            )
        )  # fmt: skip
    if len(result.missing):
        alpha = result.settings["alpha"]
        tells = result.missing[result.missing["adjusted_p_value"] <= alpha]
        if len(tells):
            found.append(
                Finding(
                    "warning", tells["column"].iloc[0],
                    "That a value is missing tells something about the target by itself.",
                    f"{_names(tells['column'])}: adjusted p ≤ {alpha:g}.",
                    "Find out why it is missing; --missing category counts it as a value.",
                )
            )  # fmt: skip
    return found


def _sparse(result: TableMeasurement) -> list[Finding]:
    frame = result.frame
    rows = frame[frame["null_nats"] > MUCH_BY_CHANCE * frame["value_nats"].clip(lower=0.05)]
    if rows.empty:
        return []
    told = ", ".join(
        f"“{row['column']}” {row['null_nats']:.2f} of {row['value_nats']:.2f} nats"
        for row in rows.head(SHOWN).to_dict("records")
    )
    return [
        Finding(
            "warning", str(rows["column"].iloc[0]),
            "So many labels for so few rows show information where there is none.",
            f"With the target shuffled: {told}. Columns are ranked by what lies beyond it.",
            "Group the values by what they mean, or give more rows.",
        )
    ]  # fmt: skip


def _rough(frame: pd.DataFrame) -> list[Finding]:
    rows = frame[frame["notes"].fillna("").str.contains("pointwise")]
    if rows.empty:
        return []
    return [
        Finding(
            "info", str(rows["column"].iloc[0]), "Some intervals are rough, and too narrow.",
            f"{_names(rows['column'])}: a class has too few rows to be dealt out in parts, so the "
            "interval is that of the pointwise terms.",
            "Merge small classes.",
        )
    ]  # fmt: skip


def _left_out(result: TableMeasurement) -> list[Finding]:
    """Good columns that miss too many values to be put together with the others."""
    if not result.left_out:
        return []
    return [
        Finding(
            "info", "together", "Columns with many missing values were not put together.",
            f"{_names(list(result.left_out))}: too few rows would have them all.",
            "--missing category takes them in, or fill them first.",
        )
    ]  # fmt: skip


STOPPED = {
    "not judged": (
        "Whether more columns add something could not be judged.",
        "A class of the target has too few rows to be dealt out in halves.",
        "Merge small classes.",
    ),
    "too few rows a group": (
        "More columns make too many groups of too few rows.",
        "In the step to {step} columns {null_nats:.2f} of {value_nats:.2f} nats are there with the "
        "target shuffled.",
        "Give more rows, or coarser labels.",
    ),
    "neighbours fall short": (
        "More columns may add something that neighbours do not see.",
        "In the step to {step} columns even an unrelated one changes the figure by "
        "{unrelated_nats:.2f} nats, as neighbours fall short in more dimensions.",
        "Give more rows, or fewer columns.",
    ),
}


def _stopped(result: TableMeasurement) -> list[Finding]:
    if result.together.empty:
        return []
    last = {str(name): value for name, value in result.together.iloc[-1].items()}
    if last["end"] not in STOPPED:
        return []
    what, evidence, remedy = STOPPED[last["end"]]
    evidence = evidence.format(**last).replace("-", "−")
    return [Finding("warning", "together", what, evidence, remedy)]


def _resolution(result: TableMeasurement) -> list[Finding]:
    m, alpha = int(result.frame["rank"].notna().sum()), result.settings["alpha"]
    smallest = 1 / (1 + result.settings["n_permutations"])
    if smallest <= alpha / m or len(result.significant):
        return []
    return [
        Finding(
            "warning", "p-values", "Too few permutations to find one column among so many.",
            f"The smallest p-value is {smallest:.2g}; one of {m} needs {alpha / m:.2g}.",
            "Name fewer columns (--columns).",
        )
    ]  # fmt: skip


def _company(result: TableMeasurement) -> list[Finding]:
    """Where nothing tells alone, something may together, and few pairs were looked at."""
    m, top = int(result.frame["rank"].notna().sum()), result.settings["top"]
    if len(result.significant) or m <= top:
        return []
    return [
        Finding(
            "info", "pairs", "Columns that tell only in company may have been missed.",
            f"{top} of {m} columns were looked at in pairs.", f"--top {m} looks at all pairs.",
        )
    ]  # fmt: skip


def _repeated_rows(table: ReadTable) -> list[Finding]:
    columns = [column for column in table.columns.values() if column.kind != "unreadable"]
    frame = pd.concat([table.target.values, *(column.values for column in columns)], axis=1)
    repeated = int(frame.duplicated().sum())
    if not repeated or all(column.is_discrete for column in columns):
        return []
    return []
    return [
        Finding(
            "warning" if repeated > REPEATED * len(frame) else "info", "rows",
            "Rows repeat others in all their columns.", f"{repeated} of {len(frame)} rows.",
            "If they were entered twice, drop them: intervals and p-values take rows as "
            "independent.",
        )
    ]  # fmt: skip


def _not_measured(frame: pd.DataFrame) -> list[Finding]:
    found = []
    for kind, (what, remedy) in NOT_MEASURED.items():
        rows = frame[frame["read_as"] == kind]
        if len(rows):
            told = "; ".join(
                f"“{column}”: {why}"
                for column, why in zip(rows["column"][:SHOWN], rows["why"], strict=False)
            )
            more = f"; and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
            where = str(rows["column"].iloc[0])
            found.append(Finding("info", where, what, f"{told}{more}.", remedy))
    return found
