"""What an estimate of a partial information decomposition holds, and how it shows itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import Estimate, estimates_to_frame, nats_per
from infometer.quantities.atom_bar import draw_atoms

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIGURES", "WEIGHTS", "PartialEstimate"]

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
BAR_ORDER = ("unique1", "redundancy", "unique2", "synergy")
SUMS = {
    "information1": ("I(X1;Y)", (1, 1, 0, 0)),
    "information2": ("I(X2;Y)", (1, 0, 1, 0)),
    "information": ("I(X1,X2;Y)", (1, 1, 1, 1)),
    "conditional1": ("I(X1;Y|X2)", (0, 1, 0, 1)),
    "conditional2": ("I(X2;Y|X1)", (0, 0, 1, 1)),
}
"""The mutual informations as sums of redundancy, unique 1, unique 2 and synergy."""
FIGURES = {atom: atom for atom in ATOMS} | {name: told for name, (told, _) in SUMS.items()}
"""What each field of a `PartialEstimate` is an estimate of."""
WEIGHTS = np.vstack([np.eye(4), [weights for _, weights in SUMS.values()]])
"""The atoms and their sums, (9, 4), from the atoms."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PartialEstimate:
    """The four atoms of I(X1,X2;Y) from samples, and the mutual informations that they add up to.

    Parameters
    ----------
    redundancy, unique1, unique2, synergy : Estimate
        As they came out: one that is 0 may stand below it.
    information1, information2, information : Estimate
        I(X1;Y), I(X2;Y) and I(X1,X2;Y).
    conditional1, conditional2 : Estimate
        I(X1;Y|X2) and I(X2;Y|X1): what a view adds to the other, whether alone or jointly.
    unit : {"nats", "bits"}
        What is shown.

    Examples
    --------
    >>> values = (WEIGHTS @ [0.2, 0.0, -0.01, 0.3]).tolist()
    >>> found = PartialEstimate(*map(Estimate, FIGURES.values(), values))
    >>> round(found.information.value, 6), found.clipped["unique2"]
    (0.49, 0.0)
    """

    redundancy: Estimate
    unique1: Estimate
    unique2: Estimate
    synergy: Estimate
    information1: Estimate
    information2: Estimate
    information: Estimate
    conditional1: Estimate
    conditional2: Estimate
    unit: str = "nats"

    @property
    def clipped(self) -> dict[str, float]:
        """The four atoms in nats, 0 where the figure is below."""
        return {atom: max(getattr(self, atom).value, 0.0) for atom in ATOMS}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of these figures must know."""
        return self.synergy.warnings

    def __repr__(self) -> str:
        lines = [f"{name:<12} {getattr(self, name)!r}" for name in (*ATOMS, "information")]
        return "\n".join([*lines, *self.warnings])

    def to_dict(self) -> dict[str, Any]:
        """Every estimate as plain values."""
        return {name: getattr(self, name).to_dict() for name in FIGURES}

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate."""
        return estimates_to_frame(getattr(self, name) for name in FIGURES)

    def plot(self, ax: Any = None, unit: str | None = None) -> Any:
        """Draw the atoms as one bar, 0 where below, with the standard error at the end of each."""
        unit = unit or self.unit
        ax = draw_atoms(ax, [self.clipped[atom] for atom in BAR_ORDER], ("X1", "X2", "Y"), unit)
        end = 0.0
        for row, atom in enumerate(BAR_ORDER):
            end += self.clipped[atom] / nats_per(unit)
            error = getattr(self, atom).standard_error
            if error is not None:
                width, height = error / nats_per(unit), 0.25 - 0.16 * row
                ax.errorbar(end, height, xerr=width, fmt="none", ecolor="k", capsize=3)
        return ax
