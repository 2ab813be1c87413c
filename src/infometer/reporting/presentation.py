"""Numbers as a reader sees them: in one unit, with the digits that mean something."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import NATS_PER_UNIT, Estimate, Finding

__all__ = [
    "ShownEstimate",
    "by_severity",
    "in_unit",
    "significant",
    "with_named_index",
]

DIGITS = 4
IN_THE_UNIT_OF_THE_VALUE = ("standard_error", "low", "high", "ceiling")
SEVERITIES = ("error", "warning", "info")


def significant(value: Any, digits: int = DIGITS) -> str:
    """Write a value for a reader: floats in `digits` significant digits, a missing one as –.

    Parameters
    ----------
    value : object
    digits : int

    Returns
    -------
    str

    Examples
    --------
    >>> [significant(v) for v in (0.123456, -12345.6, 1e-7, 100000, float("inf"), None, True)]
    ['0.1235', '−12350', '1e−07', '100000', '∞', '–', 'yes']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(significant(part, digits) for part in value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, int | np.integer):
        return str(value).replace("-", "−")
    if not isinstance(value, float | np.floating):
        return str(value)
    value = float(value) + 0.0  # no negative zero
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        text = np.format_float_positional(value, precision=digits, fractional=False, trim="-")
    else:
        text = f"{value:.{digits}g}"
    return text.replace("-", "−")


@dataclass(frozen=True)
class ShownEstimate:
    """An `Estimate` as text, in the unit that the reader chose.

    Parameters
    ----------
    estimate : Estimate
    unit : {"nats", "bits"}, optional
        For information only; by default the estimate's own.

    Examples
    --------
    >>> shown = ShownEstimate(Estimate("I(X;Y)", 0.4133, standard_error=0.012), "bits")
    >>> shown.value, shown.error, shown.unit_name
    ('0.596', '0.017', 'bits')
    """

    estimate: Estimate
    unit: str | None = None

    @property
    def unit_name(self) -> str:
        """The unit of every figure shown."""
        information = self.estimate.is_information and self.unit is not None
        return str(self.unit) if information else self.estimate.unit

    @property
    def sign(self) -> str:
        """≥ before a lower bound, ≤ before an upper one."""
        return {None: "", "lower": "≥ ", "upper": "≤ "}[self.estimate.bound]

    @property
    def value(self) -> str:
        """The value, to the second digit of its standard error."""
        return self._number(self.estimate.value)

    @property
    def error(self) -> str:
        """The standard error; empty where it is not known."""
        error = self.estimate.standard_error
        return "" if error is None else self._number(error)

    @property
    def interval(self) -> str:
        """The interval and its level; empty where there is none."""
        if self.estimate.interval is None:
            return ""
        low, high = map(self._number, self.estimate.interval)
        return f"{100 * self.estimate.level:g} % interval {low} to {high}"

    @property
    def source(self) -> str:
        """The method, its parameters and the number of samples."""
        parameters = [
            f"{k}\u00a0=\u00a0{significant(v)}" for k, v in self.estimate.parameters.items()
        ]
        n = self.estimate.n_samples
        parts = [
            self.estimate.method,
            *parameters,
            *([f"n\u00a0=\u00a0{n}"] if n is not None else []),
        ]
        return ", ".join(part for part in parts if part)

    @property
    def flags(self) -> list[str]:
        """What keeps the figure from being read as it stands."""
        estimate, flags = self.estimate, []
        if estimate.bound is not None:
            flags.append(f"{estimate.bound} bound")
        if estimate.saturated and estimate.ceiling is not None:
            flags.append(f"saturated: ceiling {self._number(estimate.ceiling)}")
        return flags

    @property
    def null(self) -> str:
        """How it compares with no information; empty where that was not asked."""
        parts = []
        if self.estimate.null is not None:
            mean, upper = map(self._number, self.estimate.null)
            share = f"{100 * self.estimate.level:g} %"
            parts.append(f"without information {mean} on average, {share} below {upper}")
        if self.estimate.p_value is not None:
            parts.append(f"p\u00a0=\u00a0{significant(float(self.estimate.p_value), 2)}")
        return "; ".join(parts)

    def _number(self, value: float) -> str:
        scale = NATS_PER_UNIT.get(self.unit_name, 1.0)
        error = self.estimate.standard_error
        if not math.isfinite(value) or error is None or not 0 < error / scale < math.inf:
            return significant(float(value / scale))
        decimals = min(max(1 - math.floor(math.log10(error / scale)), 0), 12)
        return f"{value / scale:.{decimals}f}".replace("-", "−")


def in_unit(frame: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    """Give the table with its information in `unit`; names of columns say the unit.

    Columns whose names end in ``_nats`` or ``_bits`` are converted and renamed; in a table of
    estimates, which has ``value_nats``, so are its standard errors, intervals and ceilings.

    Parameters
    ----------
    frame : pandas.DataFrame
    unit : {"nats", "bits"} or None
        ``None`` leaves the table as it is.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> in_unit(pd.DataFrame({"entropy_nats": [np.log(8)]}), "bits")
       entropy_bits
    0           3.0
    """
    if unit is None:
        return frame
    converted: dict[Hashable, pd.Series] = {}
    for name, column in frame.items():
        stem, _, old = str(name).rpartition("_")
        if old not in NATS_PER_UNIT and name in IN_THE_UNIT_OF_THE_VALUE and "value_nats" in frame:
            converted[name] = column / NATS_PER_UNIT[unit]
        elif old in NATS_PER_UNIT and old != unit:
            converted[f"{stem}_{unit}"] = column * (NATS_PER_UNIT[old] / NATS_PER_UNIT[unit])
        else:
            converted[name] = column
    return pd.DataFrame(converted, index=frame.index)


def with_named_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the table with an index that means something as its first columns.

    Examples
    --------
    >>> with_named_index(pd.DataFrame({"x": [1]}, index=["a"]))
      index  x
    0     a  1
    """
    plain = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return frame if plain else frame.reset_index()


def by_severity(findings: tuple[Finding, ...]) -> list[Finding]:
    """Sort findings, the gravest first, else in the order given."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def require_unit(unit: str | None) -> None:
    """Raise where `unit` is no unit of information."""
    if unit is not None and unit not in NATS_PER_UNIT:
        raise ValueError(f"unit is {unit!r}; it must be 'nats', 'bits' or None")


def rows_of(mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the names and values of a mapping as text."""
    return [(str(name), significant(value)) for name, value in mapping.items()]
