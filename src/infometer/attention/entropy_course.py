"""Head entropies at several steps of a training, and what they say together."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import pandas as pd

from infometer.attention.course_figure import draw_course
from infometer.attention.head_answer import course_answer
from infometer.attention.head_entropy_figures import draw_heat_map
from infometer.attention.head_entropy_table import HeadEntropyTable, Reference
from infometer.contracts import Report
from infometer.extras import axes

__all__ = ["EntropyCourse"]


@dataclass(frozen=True, eq=False)
class EntropyCourse:
    """One `HeadEntropyTable` for each measured step.

    Parameters
    ----------
    steps : tuple of int
        Rising.
    tables : tuple of HeadEntropyTable
        Of the same layers and heads.

    Raises
    ------
    ValueError
        Steps that do not rise, or that are not as many as the tables.

    Examples
    --------
    >>> course = EntropyCourse()
    >>> for step, entropy in [(0, 3.87), (100, 2.5)]:
    ...     course = course.then(step, HeadEntropyTable.of_means([[entropy]], n_tokens=128))
    >>> course.to_frame()[["step", "layer", "head", "value_nats"]].values.tolist()
    [[0.0, 0.0, 0.0, 3.87], [100.0, 0.0, 0.0, 2.5]]
    """

    steps: tuple[int, ...] = ()
    tables: tuple[HeadEntropyTable, ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) != len(self.tables):
            raise ValueError(
                f"there are {len(self.steps)} steps and {len(self.tables)} tables; expected one "
                "table for each step"
            )
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError(f"steps are {list(self.steps)}; expected each above the one before")

    def then(self, step: int, table: HeadEntropyTable) -> Self:
        """The course with one more measurement; those of this step and later are replaced."""
        kept = [(s, t) for s, t in zip(self.steps, self.tables, strict=True) if s < step]
        return type(self)((*(s for s, _ in kept), step), (*(t for _, t in kept), table))

    @property
    def last(self) -> HeadEntropyTable:
        """The table of the last step.

        Raises
        ------
        ValueError
            If nothing was measured.
        """
        if not self.tables:
            raise ValueError("no step was measured; let the model run forward in a probed step")
        return self.tables[-1]

    def to_frame(self) -> pd.DataFrame:
        """A row for each step and head, as `HeadEntropyTable.to_frame` has it."""
        frames = [
            table.to_frame().assign(step=step)
            for step, table in zip(self.steps, self.tables, strict=True)
        ]
        if not frames:
            return pd.DataFrame(columns=["step"])
        whole = pd.concat(frames, ignore_index=True)
        return whole[["step", *(name for name in whole if name != "step")]]

    def to_dict(self) -> dict[str, Any]:
        """Steps and tables as plain values."""
        return {"steps": list(self.steps), "tables": [table.to_dict() for table in self.tables]}

    def plot(self, ax: Any = None) -> Any:
        """Draw each layer's mean share of its ceiling over the steps."""
        return draw_course(self.steps, self.tables, axes(ax, 8, 4.5))

    def report(self, reference: Reference = "causal", *, unit: str = "nats") -> Report:
        """The report of the last step, with how the entropies came there."""
        report = self.last.report(reference, unit=unit)
        figures = dict(report.figures)
        if len(self.steps) > 1:
            first = partial(draw_heat_map, self.tables[0], unit=unit)
            first.figsize = getattr(  # type: ignore[attr-defined]
                next(iter(figures.values())), "figsize", (8.0, 4.5)
            )
            figures["Attention entropy of each layer over the training"] = partial(
                draw_course, self.steps, self.tables
            )
            figures[f"Mean attention entropy of every head at step {self.steps[0]}"] = first
        return dataclasses.replace(
            report, answer=course_answer(self.steps, self.tables, reference), figures=figures
        )
