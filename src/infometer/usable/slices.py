"""Which parts of a set are hard for a family of models, with control of false discoveries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import false_discovery_control

from infometer.contracts import Estimate, Finding
from infometer.estimators.predictive import VInformation
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.extras import axes
from infometer.resampling import generator, group_codes, shuffle_groups
from infometer.tables import column_kinds, require_no_missing
from infometer.usable.cell_means import cell_means
from infometer.usable.pointwise_values import read_pvi

__all__ = ["SliceReport", "slice_report"]

BITS = math.log(2.0)
MOST_NUMBERS = 2_000_000  # held at a time by permutations


@dataclass(frozen=True, eq=False)
class SliceReport:
    """Pointwise V-information of the slices of a set, from `slice_report`.

    Parameters
    ----------
    frame : DataFrame
        One row for every slice, the hardest first: ``column`` and ``slice`` name it, ``n`` items
        have the mean ``pvi_bits`` with ``low_bits`` and ``high_bits``, ``difference_bits`` more
        than the rest. ``p_value`` is that of a random choice of n items, ``adjusted_p_value`` after
        Benjamini and Hochberg over all slices. Of a `VInformation` also
        ``null_entropy_bits``, ``conditional_entropy_bits`` and ``accuracy``.
    overall : Estimate
        Mean PVI of all items.
    level : float
        Of the intervals; the share of false discoveries is held at 1 - level.
    findings : tuple of Finding
        How columns were cut, and which slices were too small.
    """

    frame: pd.DataFrame
    overall: Estimate
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def told(self) -> pd.DataFrame:
        """The slices that differ from the rest."""
        return self.frame[self.frame["adjusted_p_value"] <= 1 - self.level]

    def to_frame(self) -> pd.DataFrame:
        """One row for every slice."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows as plain values."""
        return {
            "slices": self.frame.to_dict("records"),
            "overall": self.overall.to_dict(),
            "level": self.level,
            "findings": [vars(finding) for finding in self.findings],
        }

    def plot(self, ax: Any = None, k: int = 20) -> Any:
        """Draw mean PVI and interval of the k hardest slices beside the mean of all items.

        Parameters
        ----------
        ax : matplotlib Axes, optional
        k : int

        Returns
        -------
        matplotlib Axes
        """
        rows = self.frame.head(k)
        ax = axes(ax, 6, 1.2 + 0.25 * len(rows))
        middle = rows["pvi_bits"]
        reach = [middle - rows["low_bits"], rows["high_bits"] - middle]
        told = (rows["adjusted_p_value"] <= 1 - self.level).to_numpy()
        ax.errorbar(middle, range(len(rows)), xerr=reach, fmt="none", ecolor="0.6")
        ax.scatter(middle, range(len(rows)), c=np.where(told, "C3", "C0"), zorder=3)
        ax.set_yticks(range(len(rows)), rows["column"] + ": " + rows["slice"])
        ax.invert_yaxis()
        ax.axvline(self.overall.bits, color="black", lw=0.8)
        ax.set(xlabel="mean PVI (bits); red differs from the rest, line: all items")
        return ax


def slice_report(
    pvi: Any,
    slices: Any,
    *,
    level: float = 0.95,
    min_items: int = 30,
    n_bins: int = 5,
    groups: Any = None,
    n_permutations: int = 9999,
    random_state: Any = None,
) -> SliceReport:
    """Mean PVI of each slice, with an interval, a test against the rest, and false discoveries.

    Every value of every column is a slice; numbers are cut into bins of about equally many items.
    The test asks whether so many items drawn at random from the set would have a mean as far on
    one side (permutations; two-sided by doubling): it holds its level for any law of PVI, where
    Welch's t, at the tails that many slices call for, does not. The intervals are Hall's, for
    skewed figures: of fewer than 30 items neither they nor a bootstrap cover what they say.

    Parameters
    ----------
    pvi : VInformation or array-like, shape (n,)
        Nats.
    slices : DataFrame, mapping of name to array-like, or array-like, shape (n,)
    level : float
    min_items : int
        Smaller slices are counted in a finding and not tested.
    n_bins : int
        Of a column of numbers.
    groups : array-like, shape (n,), optional
        Items of one group, such as one document, depend on each other.
    n_permutations : int
        The smallest p-value is 2 / (n_permutations + 1).
    random_state : int, None, RandomState or Generator
        Of the permutations.

    Returns
    -------
    SliceReport

    Raises
    ------
    ValueError
        For missing values, or lengths that differ.

    References
    ----------
    Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57,
    289 (1995).

    Examples
    --------
    >>> pvi = np.r_[np.linspace(-2, 0, 40), np.linspace(0, 1, 160)]
    >>> found = slice_report(pvi, {"negated": np.arange(200) < 40}, random_state=0)
    >>> found.to_frame()[["slice", "n", "pvi_bits", "adjusted_p_value"]].round(4).values.tolist()
    [['True', 40, -1.4427, 0.0002], ['False', 160, 0.7213, 0.0002]]
    """
    values = read_pvi(pvi.pvi if isinstance(pvi, VInformation) else pvi)
    given = _read_slices(slices, len(values))
    codes = group_codes(groups, len(values))
    frame, findings = _cut(given, n_bins)
    keys, cells = _cells(frame)
    kept = np.flatnonzero([len(items) >= min_items for items in cells])
    if len(kept) < len(cells):
        findings.append(_small(len(cells) - len(kept), min_items))
    rows = [_row(keys[k], cells[k], values, pvi, codes, level) for k in kept]
    rng = generator(random_state, "slices")
    p_values = _p_values(values, [cells[k] for k in kept], codes, n_permutations, rng)
    table = pd.DataFrame(rows)
    table["p_value"] = p_values
    table["adjusted_p_value"] = false_discovery_control(p_values) if len(kept) else p_values
    table = table.sort_values("pvi_bits", kind="stable") if len(kept) else table
    overall = mean_estimate(values, "mean PVI", groups=groups, level=level, unit="bits")
    return SliceReport(table.reset_index(drop=True), overall, level, tuple(findings))


def _read_slices(slices: Any, n: int) -> pd.DataFrame:
    if isinstance(slices, Mapping):
        lengths = {name: len(column) for name, column in slices.items()}
        if set(lengths.values()) - {n}:
            raise ValueError(f"slices has columns of lengths {lengths} for {n} items")
        slices = {name: np.asarray(column) for name, column in slices.items()}
    elif not isinstance(slices, pd.DataFrame):
        slices = {getattr(slices, "name", None) or "slice": np.asarray(slices)}
    frame = pd.DataFrame(slices).reset_index(drop=True)
    if len(frame) != n or not frame.shape[1]:
        raise ValueError(f"slices has {len(frame)} rows, {frame.shape[1]} columns for {n} items")
    require_no_missing(frame)
    return frame.set_axis(frame.columns.astype(str), axis=1)


def _cut(frame: pd.DataFrame, n_bins: int) -> tuple[pd.DataFrame, list[Finding]]:
    """Columns of words: each value as it is written, numbers by quantiles, and what was cut."""
    cut, findings = {}, []
    for name, kind in column_kinds(frame).items():
        column = frame[name]
        numeric = column.dtype.kind in "iufmM"
        if kind == "continuous" or (kind == "identifier" and numeric):
            column = pd.qcut(column, n_bins, duplicates="drop")
            what = f"{name} holds numbers: cut into {column.nunique()} bins of about equal size."
            findings.append(Finding("info", name, what, remedy="Give categories to cut otherwise."))
        cut[name] = column.astype(str)
    return pd.DataFrame(cut), findings


def _cells(frame: pd.DataFrame) -> tuple[list[tuple[str, str]], list[np.ndarray]]:
    """Name of every slice, and the items in it."""
    named = [
        ((name, str(value)), np.asarray(items))
        for name in map(str, frame.columns)
        for value, items in frame.groupby(name, sort=True).indices.items()
    ]
    return [key for key, _ in named], [items for _, items in named]


def _small(count: int, min_items: int) -> Finding:
    what = f"Slices of fewer than {min_items} items are not shown: {count} of them."
    return Finding("info", "slices", what, remedy="Join values to see them.")


def _row(
    key: tuple[str, str],
    items: np.ndarray,
    values: np.ndarray,
    result: Any,
    groups: np.ndarray | None,
    level: float,
) -> dict[str, Any]:
    """Name and figures of a slice, in bits."""
    own = None if groups is None else groups[items]
    found = cell_means(values[items], np.zeros(len(items), dtype=int), 1, groups=own, level=level)
    mean, rest = float(found.mean[0]), len(values) - len(items)
    others = (values.sum() - values[items].sum()) / rest if rest else math.nan
    row: dict[str, Any] = {"column": key[0], "slice": key[1], "n": len(items)}
    row |= {
        "pvi_bits": mean / BITS,
        "low_bits": float(found.low[0]) / BITS,
        "high_bits": float(found.high[0]) / BITS,
        "difference_bits": (mean - others) / BITS,
    }
    if isinstance(result, VInformation):
        row["null_entropy_bits"] = -float(result.log_p_null[items].mean()) / BITS
        row["conditional_entropy_bits"] = -float(result.log_p[items].mean()) / BITS
        if result.correct is not None:
            row["accuracy"] = float(result.correct[items].mean())
    return row


def _p_values(
    values: np.ndarray,
    cells: list[np.ndarray],
    groups: np.ndarray | None,
    n_permutations: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Twice the smaller share of permutations whose sum in the cell is at most, or least, ours."""
    if not cells:
        return np.empty(0)
    n, sizes = len(values), [len(items) for items in cells]
    member = sparse.csr_array(
        (np.ones(sum(sizes)), np.concatenate(cells), np.r_[0, np.cumsum(sizes)]),
        shape=(len(cells), n),
    )
    centred = values - values.mean()
    ours, slack = member @ centred, 1e-9 * np.abs(centred).sum()
    below, above = np.ones(len(cells)), np.ones(len(cells))  # ours is one of the permutations
    size = max(1, MOST_NUMBERS // n)
    for start in range(0, n_permutations, size):
        orders = [
            rng.permutation(n) if groups is None else shuffle_groups(groups, rng)
            for _ in range(min(size, n_permutations - start))
        ]
        sums = member @ centred[np.stack(orders, axis=1)]
        below += (sums <= ours[:, None] + slack).sum(axis=1)
        above += (sums >= ours[:, None] - slack).sum(axis=1)
    return np.minimum(1.0, 2 * np.minimum(below, above) / (n_permutations + 1))
