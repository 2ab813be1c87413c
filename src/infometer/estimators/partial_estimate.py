"""What an estimate of a partial information decomposition holds, and how it shows itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infometer.contracts import NATS_PER_UNIT, Estimate, estimates_to_frame
from infometer.quantities.atom_bar import draw_atoms

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PartialEstimate", "with_sums"]

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
    >>> atoms = {name: Estimate(name, value) for name, value in
    ...          zip(("redundancy", "unique1", "unique2", "synergy"), (0.2, 0.0, -0.01, 0.3))}
    >>> found = PartialEstimate(**atoms, **with_sums(atoms))
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
        return {name: getattr(self, name).to_dict() for name in (*ATOMS, *SUMS)}

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate."""
        return estimates_to_frame(getattr(self, name) for name in (*ATOMS, *SUMS))

    def plot(self, ax: Any = None, unit: str | None = None) -> Any:
        """Draw the atoms as one bar, 0 where below, with the standard error at the end of each."""
        unit = unit or self.unit
        ax = draw_atoms(ax, [self.clipped[atom] for atom in BAR_ORDER], ("X1", "X2", "Y"), unit)
        end = 0.0
        for row, atom in enumerate(BAR_ORDER):
            end += self.clipped[atom] / NATS_PER_UNIT[unit]
            error = getattr(self, atom).standard_error
            if error is not None:
                width, height = error / NATS_PER_UNIT[unit], 0.25 - 0.16 * row
                ax.errorbar(end, height, xerr=width, fmt="none", ecolor="k", capsize=3)
        return ax


def with_sums(atoms: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The mutual informations as sums of the atoms, without intervals.

    Examples
    --------
    >>> atoms = {name: Estimate(name, 0.1) for name in ATOMS}
    >>> round(with_sums(atoms)["conditional1"].value, 6)
    0.2
    """
    first = atoms["redundancy"]
    return {
        name: Estimate(
            quantity, sum(w * atoms[atom].value for w, atom in zip(weights, ATOMS, strict=True)),
            unit=first.unit, n_samples=first.n_samples, method=first.method, level=first.level,
        )
        for name, (quantity, weights) in SUMS.items()
    }  # fmt: skip
