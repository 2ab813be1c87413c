"""What was measured of a table: the columns, their pairs, the best together, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import NATS_PER_UNIT, Estimate, Report
from infometer.estimators.ross import label_entropy
from infometer.extras import axes
from infometer.measure import table_figures
from infometer.measure.table_findings import table_findings
from infometer.measure.table_reading import ReadTable

__all__ = ["TableMeasurement"]

MOST_BARS = 25
READING = ["column", "read_as", "why", "n_missing", "n"]
SINGLES = [
    "rank", "column", "value_nats", "low", "high", "share_of_target", "p_value",
    "adjusted_p_value", "null_nats", "null_upper_nats", "n", "method", "read_as",
]  # fmt: skip

TOGETHER = [
    "step", "column", "value_nats", "standard_error", "low", "high", "gain_nats", "gain_p_value",
    "unrelated_nats", "null_nats", "kept", "end", "n", "method",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class TableMeasurement:
    """What each column tells of the target, from `measure_table`; information in nats.

    Parameters
    ----------
    frame : DataFrame
        One row for every column, the measured first, by what they tell beyond chance; the others
        have no rank.
    pairs : DataFrame
        One row for every pair of the best columns.
    together : DataFrame
        The joint information along the greedy order; ``kept`` says whether the column adds some.
    missing : DataFrame
        What it tells of the target that a value is missing, where some are.
    left_out : tuple of str
        Columns that miss too many values to be put together with the others.
    table : ReadTable
    settings : mapping
    """

    frame: pd.DataFrame
    pairs: pd.DataFrame
    together: pd.DataFrame
    missing: pd.DataFrame
    left_out: tuple[str, ...]
    table: ReadTable
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target_entropy(self) -> float:
        """H(Y) in nats; NaN of numbers, which have none."""
        target = self.table.target
        return label_entropy(target.values.to_numpy()) if target.is_discrete else float("nan")

    @property
    def significant(self) -> pd.DataFrame:
        """The rows of the columns that tell something."""
        return self.frame[self.frame["adjusted_p_value"] <= self.settings["alpha"]]

    @property
    def chosen(self) -> pd.DataFrame:
        """The steps of the greedy order that add something."""
        return self.together[self.together["kept"]] if len(self.together) else self.together

    def to_frame(self) -> pd.DataFrame:
        """One row for every column."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows, settings and findings as plain values."""
        return {
            "columns": self.frame.to_dict("records"),
            "pairs": self.pairs.to_dict("records"),
            "together": self.together.to_dict("records"),
            "missing": self.missing.to_dict("records"),
            "settings": dict(self.settings),
            "findings": [vars(finding) for finding in table_findings(self)],
        }

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw the columns as bars, with intervals and what chance would show."""
        ax = axes(ax, 8, 4.5)
        shown = _in_unit(self.frame, unit).head(MOST_BARS)
        return table_figures.draw_columns(shown, ax, alpha=self.settings["alpha"], unit=unit)

    def answer(self, unit: str = "nats") -> str:
        """One sentence or two: how many columns tell something, which most, and how much in all."""
        count, found = int(self.frame["rank"].notna().sum()), self.significant
        target = f"“{self.settings['target']}”"
        left = len(self.frame) - count
        of = f"{count} column" + "s" * (count != 1) + f" ({left} more not measured)" * (left > 0)
        if found.empty:
            text = f"None of {of} tells anything about {target} that chance would not."
            return text + self._pair_in_company(unit)
        verb = "tells" if len(found) == 1 else "tell"
        best = found.iloc[0]
        most = "" if len(found) == 1 else " most"
        text = f"Of {of} {len(found)} {verb} something about {target}: “{best['column']}”{most}, "
        text += _amount(best["value_nats"], best["target_entropy_nats"], unit)
        if len(self.chosen) > 1:
            last = self.chosen.iloc[-1]
            names = ", ".join(f"“{name}”" for name in self.chosen["column"])
            amount = _amount(last["value_nats"], last["target_entropy_nats"], unit)
            text += f"; {names} together {amount}"
        return text + "."

    def _pair_in_company(self, unit: str) -> str:
        if self.pairs.empty:
            return ""
        alpha = self.settings["alpha"]
        rows = self.pairs[
            (self.pairs["adjusted_p_value"] <= alpha) & (self.pairs["beyond_nats"] > 0)
        ]
        if rows.empty:
            return ""
        best = rows.loc[rows["joint_nats"].idxmax()]
        return (
            f" But “{best['first']}” and “{best['second']}” together tell "
            f"{_amount(best['joint_nats'], self.target_entropy, unit)}."
        )

    def report(self, unit: str = "bits") -> Report:
        """The answer with its estimates, findings, tables, and pictures drawn in `unit`."""
        frame, tables = self.frame, {}
        tables["What each column tells"] = frame.loc[frame["rank"].notna(), SINGLES]
        if len(self.together):
            steps = [name for name in TOGETHER if name in self.together]
            tables["The best columns together"] = self.together[steps]
        if len(self.pairs):
            tables["Pairs of the best columns"] = self.pairs.drop(columns=["notes"])
        tables["How each column was read"] = frame[READING]
        if len(self.missing):
            tables["What it tells that a value is missing"] = self.missing
        return Report(
            question=f"What does each column know about “{self.settings['target']}”?",
            answer=self.answer(unit),
            estimates=self._cards(),
            findings=table_findings(self),
            tables=tables,
            figures=self._figures(unit),
            settings=self.settings,
        )

    def _cards(self) -> tuple[Estimate, ...]:
        best = self.frame.iloc[0]
        cards = [_estimate(best, f"{best['column']}, alone", best["p_value"])]
        if len(self.chosen) > 1:
            last = self.chosen.iloc[-1]
            cards.append(_estimate(last, f"{len(self.chosen)} columns together"))
        if np.isfinite(self.target_entropy):
            n = len(self.table.target.values)
            cards.append(Estimate("H(Y): all there is to know", self.target_entropy, n_samples=n))
        return tuple(cards)

    def _figures(self, unit: str) -> dict[str, Any]:
        alpha, target = self.settings["alpha"], self.settings["target"]
        frame = _in_unit(self.frame, unit)
        bars = frame[frame["rank"].notna()].head(MOST_BARS)
        drawn = {
            f"What each column tells about “{target}”": _captioned(
                partial(table_figures.draw_columns, bars, alpha=alpha, unit=unit),
                table_figures.COLUMNS_CAPTION,
                (8.0, 1.2 + 0.3 * len(bars)),
            )
        }
        if len(self.together) > 1:
            singles = frame.set_index("column")["value_nats"]
            entropy = self.target_entropy / NATS_PER_UNIT[unit]
            steps = _in_unit(self.together, unit)
            drawn["What the best columns tell together"] = _captioned(
                partial(table_figures.draw_together, steps, singles, entropy, unit=unit),
                table_figures.TOGETHER_CAPTION,
            )
        if len(self.pairs):
            pairs = _in_unit(self.pairs, unit)
            names = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))
            size = (8.0, 1.6 + 0.6 * len(names))
            drawn["What pairs of columns tell beyond each alone"] = _captioned(
                partial(table_figures.draw_pairs, pairs, names, alpha=alpha, unit=unit),
                table_figures.PAIRS_CAPTION,
                size,
            )
        return drawn


def _amount(nats: float, whole: float, unit: str) -> str:
    scale = NATS_PER_UNIT[unit]
    text = f"{_digits(nats / scale)} {unit}"
    if np.isfinite(whole):
        return f"{text} of {_digits(whole / scale)} ({100 * nats / whole:.0f} %)"
    return f"{text}, as much as a correlation of {linfoot(nats):.2f}"


def _digits(value: float) -> str:
    """Two decimals, or more where two digits need them."""
    decimals = 1 - int(np.floor(np.log10(value))) if value > 0 else 2
    return f"{value:.{min(max(decimals, 2), 6)}f}"


def linfoot(information: float) -> float:
    """The correlation of Gaussian numbers with this information, √(1 − exp(−2I)).

    References
    ----------
    E. H. Linfoot, "An informational measure of correlation", Information and Control 1, 85 (1957).

    Examples
    --------
    >>> round(linfoot(0.2231), 2)
    0.6
    """
    return float(np.sqrt(-np.expm1(-2 * max(information, 0.0))))


def _estimate(row: pd.Series, quantity: str, p_value: float | None = None) -> Estimate:
    found = Estimate.from_row({str(name): value for name, value in row.astype(object).items()})
    return replace(found, quantity=quantity, p_value=p_value)


def _captioned(draw: Any, caption: str, figsize: tuple[float, float] | None = None) -> Any:
    draw.caption = caption
    if figsize is not None:
        draw.figsize = figsize
    return draw


def _in_unit(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The frame with its information in `unit`, for pictures only."""
    plain = {"standard_error", "low", "high", "ceiling"}
    columns = [str(name) for name in frame if name in plain or str(name).endswith("_nats")]
    return frame.assign(**{name: frame[name] / NATS_PER_UNIT[unit] for name in columns})
