"""The rates of directed information of two sequences: forward, delayed reverse, instantaneous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import Estimate, estimates_to_frame, nats_per
from infometer.extras import axes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DirectedInformationEstimate"]


@dataclass(frozen=True, repr=False)
class DirectedInformationEstimate:
    """Rates of the information that two sequences give of each other as they unfold.

    Parameters
    ----------
    forward : Estimate
        I(X→Y), in nats a step: what x up to now tells of y now, beyond the past of y.
    reverse : Estimate
        The delayed I(Y→X): what the past of y tells of x now, beyond the past of x.
    instantaneous : Estimate
        What x and y now tell of each other beyond both pasts; `forward` contains it.

    Examples
    --------
    >>> found = DirectedInformationEstimate(*(Estimate(name, v) for name, v in
    ...                                       [("I(X→Y)", 0.5), ("I(Y→X)", 0.1), ("X↔Y", 0.2)]))
    >>> round(found.mutual_information, 3)
    0.6
    """

    forward: Estimate
    reverse: Estimate
    instantaneous: Estimate

    @property
    def estimates(self) -> tuple[Estimate, Estimate, Estimate]:
        """The three, forward first."""
        return self.forward, self.reverse, self.instantaneous

    @property
    def mutual_information(self) -> float:
        """Forward plus reverse in nats a step: the rate of I(X;Y), by the law of conservation."""
        return self.forward.value + self.reverse.value

    def __repr__(self) -> str:
        width = max(len(found.quantity) for found in self.estimates)
        return "\n".join(f"{found.quantity:<{width}}  {found!r}" for found in self.estimates)

    def to_dict(self) -> dict[str, Any]:
        """The three estimates as plain values."""
        names = ("forward", "reverse", "instantaneous")
        return {name: getattr(self, name).to_dict() for name in names}

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate, in the columns that all tables of estimates have."""
        p_values = [np.nan if e.p_value is None else e.p_value for e in self.estimates]
        return estimates_to_frame(self.estimates).assign(p_value=p_values)

    def plot(self, ax: Any = None, unit: str | None = None) -> Any:
        """Draw the three rates with their intervals, in the unit in which they are shown."""
        unit = unit or self.forward.unit
        scale = 1.0 / nats_per(unit)
        ax = axes(ax, 6, 2.6)
        for row, found in enumerate(self.estimates):
            ax.plot(found.value * scale, row, "o", color=f"C{row}")
            if found.interval is not None:
                ends = np.array(found.interval) * scale
                ax.plot(ends, [row, row], color=f"C{row}", lw=3, alpha=0.5)
        ax.axvline(0.0, color="0.7", lw=1)
        ax.set_yticks(range(3), [found.quantity for found in self.estimates])
        ax.set(xlabel=f"{unit} a step, {100 * self.forward.level:g} % interval", ylim=(2.5, -0.5))
        return ax
