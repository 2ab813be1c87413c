"""The parts of which measuring a table is made; each is a task that a sweep runs once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from infometer.estimators.column_information import (
    Column,
    column_information,
    joined,
    label_column,
)
from infometer.estimators.ross import label_entropy
from infometer.measure.column_estimate import by_chance, column_estimate
from infometer.measure.interaction import (
    beyond,
    information_gain,
    interaction_information,
)
from infometer.measure.table_columns import ReadColumn, column_of
from infometer.resampling import generator

__all__ = ["TableTask"]

FEW_DRAWS = 5
Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class TableTask:
    """Measure columns of a table, alone, beside chance, in pairs or together.

    Called with a ``part`` and the names of the ``columns``, it gives rows of plain values.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
    target : ReadColumn
    k : int
    level : float
    n_permutations : int
    root : int
        Seed of what all parts share, the order of ties.
    together : tuple of str
        The columns that are put together, one after the other, in the rows that have them all.

    Examples
    --------
    >>> import pandas as pd
    >>> from infometer.measure.table_columns import read_columns
    >>> read = read_columns(pd.DataFrame({"x": list("abab") * 10, "y": list("uvuv") * 10}))
    >>> task = TableTask({"x": read["x"]}, read["y"])
    >>> round(task(0, "alone", ["x"])["value_nats"], 4)
    0.7056
    """

    columns: Mapping[str, ReadColumn]
    target: ReadColumn
    k: int = 3
    level: float = 0.95
    n_permutations: int = 999
    root: int = 0
    together: tuple[str, ...] = ()

    def __call__(self, random_state: int, part: str, columns: Sequence[str]) -> Any:
        """Measure one part: "alone", "chance", "missing", "next", "gain" or "pair"."""
        return getattr(self, f"_{part}")(list(columns), random_state)

    def complete(self, names: Sequence[str]) -> np.ndarray:
        """The rows in which all these columns have a value."""
        present = [self.columns[name].present for name in names]
        return np.flatnonzero(np.logical_and.reduce(present))

    def _read(
        self, names: Sequence[str], among: Sequence[str] | None = None
    ) -> tuple[list[Column], Column]:
        """The columns and the target, in the rows that have them all, or all of `among`."""
        rows = self.complete(names if among is None else among)
        columns = [column_of(self.columns[name], rows, self.root, "feature") for name in names]
        return columns, column_of(self.target, rows, self.root, "target")

    def _alone(self, names: list[str], seed: int) -> Row:
        """I(X;Y) of one column."""
        (x,), y = self._read(names)
        return self._row(x, y, seed)

    def _row(self, x: Column, y: Column, seed: int) -> Row:
        found = column_estimate(x, y, k=self.k, level=self.level, random_state=seed)
        return {
            **found.to_row(),
            "target_entropy_nats": np.nan if y.labels is None else label_entropy(y.labels),
            "notes": "; ".join(found.warnings),
        }

    def _chance(self, names: list[str], seed: int) -> list[Row]:
        """What columns that are known in the same rows would show without information."""
        columns, y = self._read(names)
        return self._beside_chance(columns, names, y, seed)

    def _missing(self, names: list[str], seed: int) -> list[Row]:
        """What it tells of the target that a column has no value."""
        everywhere = np.ones(len(self.target.values), dtype=bool)
        columns = [label_column(self.columns[name].present) for name in names]
        y = column_of(self.target, everywhere, self.root, "target")
        return self._beside_chance(columns, names, y, seed)

    def _beside_chance(
        self, columns: Sequence[Column], names: list[str], y: Column, seed: int
    ) -> list[Row]:
        values = np.array([column_information(x, y, self.k) for x in columns])
        found = by_chance(
            columns, y, values, k=self.k, level=self.level,
            n_permutations=self.n_permutations, random_state=seed,
        )  # fmt: skip
        return [
            {
                "column": name,
                "figure_nats": float(value),
                "null_nats": chance.mean,
                "null_upper_nats": chance.upper,
                "p_value": chance.p_value,
            }
            for name, value, chance in zip(names, values, found, strict=True)
        ]

    def _next(self, names: list[str], seed: int) -> Row:
        """The column that tells most together with these."""
        left = [name for name in self.together if name not in names]
        columns, y = self._read([*names, *left], self.together)
        chosen, candidates = columns[: len(names)], columns[len(names) :]
        figures = [column_information(reduce(joined, [*chosen, x]), y, self.k) for x in candidates]
        return {"column": left[int(np.argmax(figures))]}

    def _gain(self, names: list[str], seed: int) -> Row:
        """All these columns together, and what the last adds to those before it."""
        columns, y = self._read(names, self.together)
        row = dict(self._row(reduce(joined, columns), y, seed))
        if len(columns) == 1:
            return row
        gain = information_gain(
            columns[:-1], columns[-1], y, k=self.k, level=self.level, random_state=seed
        )
        nothing = gain.null or (np.nan, np.nan)
        return {
            **row,
            "null_nats": self._by_chance_together(columns, y, seed),
            "gain_nats": gain.value,
            "gain_error_nats": _number(gain.standard_error),
            "gain_p_value": _number(gain.p_value),
            "unrelated_nats": nothing[0],
        }

    def _by_chance_together(self, columns: list[Column], y: Column, seed: int) -> float:
        """The mean joint figure with the target shuffled."""
        joint, n = reduce(joined, columns), len(y.points)
        orders = (generator(seed, "together", i).permutation(n) for i in range(FEW_DRAWS))
        return float(np.mean([column_information(joint, y.permuted(o), self.k) for o in orders]))

    def _pair(self, names: list[str], seed: int) -> Row:
        """Two columns: alone, together, and what interacts."""
        (a, b), y = self._read(names)
        found = interaction_information(a, b, y, k=self.k, level=self.level, random_state=seed)
        interaction = found.interaction
        low, high = interaction.interval or (np.nan, np.nan)
        least = min(found.first, found.second)
        return {
            "first": names[0],
            "second": names[1],
            "interaction_nats": interaction.value,
            "beyond_nats": beyond(interaction),
            "standard_error_nats": _number(interaction.standard_error),
            "low_nats": low,
            "high_nats": high,
            "p_value": _number(interaction.p_value),
            "unrelated_nats": (interaction.null or (np.nan,))[0],
            "first_nats": found.first,
            "second_nats": found.second,
            "joint_nats": found.joint,
            "between_nats": found.between,
            "redundancy_at_least_nats": max(0.0, -beyond(interaction)),
            "redundancy_at_most_nats": max(0.0, least),
            "n": len(y.points),
            "notes": "; ".join(interaction.warnings),
        }


def _number(value: float | None) -> float:
    return np.nan if value is None else value
