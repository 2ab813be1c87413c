"""Partial information decomposition: what two sources share about a target, and what not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from infometer.contracts import NATS_PER_UNIT
from infometer.quantities.atom_bar import draw_atoms
from infometer.quantities.broja import broja_law
from infometer.quantities.broja_conic import conic_broja_law
from infometer.quantities.broja_program import BrojaProgram
from infometer.quantities.interior_point import read_tolerance
from infometer.quantities.laws import JointLaw, joint_law
from infometer.quantities.mutual_information import mutual_information
from infometer.quantities.primitives import table_entropy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PartialInformation", "partial_information"]

LARGEST = 3000
"""Rows of the linear system of a step, (n1 + n2) k: half a minute on one core."""
ATOMS = ("unique1", "redundancy", "unique2", "synergy")
SUMS = ("information1", "information2", "information", "conditional1", "conditional2")

Solver = Literal["interior-point", "clarabel"]


@dataclass(frozen=True, eq=False, repr=False)
class PartialInformation:
    """The four atoms of I(X1,X2;Y), in nats, and the law that they were found with.

    Parameters
    ----------
    redundancy : float
        What X1 and X2 each tell about Y, both the same.
    unique1, unique2 : float
        What only X1, and only X2, tells.
    synergy : float
        What only both together tell.
    gap : float
        Certified: the true unique parts are smaller, redundancy and synergy larger, by so much
        at most.
    optimal_law : ndarray, shape (n1, n2, k)
        Q*, the law with the same P(x1, y) and P(x2, y) under which X1 and X2 tell least together.
    solver : str
    names : tuple of 3 str
        Of X1, X2 and Y.

    Examples
    --------
    >>> xor = [[[0.25, 0.0], [0.0, 0.25]], [[0.0, 0.25], [0.25, 0.0]]]
    >>> partial_information(xor)
    PartialInformation(I(X1,X2;Y) = 0.6931 nats: redundancy 0.0000, unique X1 0.0000,
                       unique X2 0.0000, synergy 0.6931; BROJA, gap ...)
    """

    redundancy: float
    unique1: float
    unique2: float
    synergy: float
    gap: float
    optimal_law: np.ndarray
    solver: str
    names: tuple[str, str, str] = ("X1", "X2", "Y")

    @property
    def information1(self) -> float:
        """I(X1;Y) = redundancy + unique 1, in nats."""
        return self.redundancy + self.unique1

    @property
    def information2(self) -> float:
        """I(X2;Y) = redundancy + unique 2, in nats."""
        return self.redundancy + self.unique2

    @property
    def information(self) -> float:
        """I(X1,X2;Y), the sum of the four, in nats."""
        return self.redundancy + self.unique1 + self.unique2 + self.synergy

    @property
    def conditional1(self) -> float:
        """I(X1;Y|X2) = unique 1 + synergy, in nats."""
        return self.unique1 + self.synergy

    @property
    def conditional2(self) -> float:
        """I(X2;Y|X1) = unique 2 + synergy, in nats."""
        return self.unique2 + self.synergy

    def __repr__(self) -> str:
        first, second, target = self.names
        kind = type(self).__name__
        return (
            f"{kind}(I({first},{second};{target}) = {self.information:.4f} nats: "
            f"redundancy {_shown(self.redundancy)}, unique {first} {_shown(self.unique1)},\n"
            f"{' ' * len(kind)} unique {second} {_shown(self.unique2)}, "
            f"synergy {_shown(self.synergy)}; BROJA, gap {self.gap:.1g})"
        )

    def to_dict(self) -> dict[str, Any]:
        """All fields and the mutual informations as plain values, in nats."""
        return {name: getattr(self, name) for name in (*ATOMS, *SUMS, "gap")} | {
            "optimal_law": self.optimal_law.tolist(),
            "solver": self.solver,
            "names": list(self.names),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an atom or mutual information: what it is, in nats and in bits."""
        import pandas as pd

        x1, x2, y = self.names
        rows = {
            "redundancy": self.redundancy,
            f"unique {x1}": self.unique1,
            f"unique {x2}": self.unique2,
            "synergy": self.synergy,
            f"I({x1};{y})": self.information1,
            f"I({x2};{y})": self.information2,
            f"I({x1},{x2};{y})": self.information,
            f"I({x1};{y}|{x2})": self.conditional1,
            f"I({x2};{y}|{x1})": self.conditional2,
        }
        frame = pd.DataFrame({"quantity": list(rows), "value_nats": list(rows.values())})
        return frame.assign(value_bits=frame["value_nats"] / NATS_PER_UNIT["bits"])

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw the atoms as one bar, with the span of each mutual information below it."""
        return draw_atoms(ax, [getattr(self, atom) for atom in ATOMS], self.names, unit)


def partial_information(
    law: Any,
    x1: Any = 0,
    x2: Any = 1,
    y: Any = 2,
    *,
    solver: Solver = "interior-point",
    tol: float = 1e-9,
) -> PartialInformation:
    r"""Redundant, unique and synergistic information of X1 and X2 about Y, exactly (BROJA).

    .. math:: I_\cup = \min_{Q \in \Delta_P} I_Q(X_1, X_2; Y), \qquad
        \Delta_P = \{Q : Q(x_1, y) = P(x_1, y),\ Q(x_2, y) = P(x_2, y)\},

    .. math:: U_1 = I_\cup - I(X_2;Y), \quad U_2 = I_\cup - I(X_1;Y), \quad
        R = I(X_1;Y) + I(X_2;Y) - I_\cup, \quad S = I(X_1,X_2;Y) - I_\cup.

    All four are at least 0, R + U1 = I(X1;Y), R + U2 = I(X2;Y), and together they are
    I(X1,X2;Y). Of samples, `infometer.partial_information` is the estimate; of counts this is
    the plug-in, whose synergy is too large for what they were drawn from.

    The share of rows in which one view carries the label is no atom: where Y has K values, both
    views show it in a share S of the rows, one alone in U1 and the other alone in U2 < U1, the
    atoms are R = (S + U2) log K, (U1 − U2) log K, 0 and the synergy U2 log K. What then tells the
    views apart is ``conditional1`` and ``conditional2``.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them.
    x1, x2, y : name, number or several of them
        The variables; several are one together. Those in no group are summed out.
    solver : {"interior-point", "clarabel"}
        Our own, or cvxpy with Clarabel (extra ``exact``), as a check. Both give a gap that is
        proved from their multipliers.
    tol : float
        The largest gap, in nats.

    Returns
    -------
    PartialInformation
        Probabilities P(x1, y) and P(x2, y) below 1e-15 count as 0.

    Raises
    ------
    ValueError
        If `law` is none, the groups name what it has not or share a variable, or the symbols of
        X1 and X2 together times those of Y are more than 3000.
    RuntimeError
        If the gap is not reached: `tol` asks for more digits than floats have. Clarabel is
        asked for `tol` and not held to it: its gap is some 1e-8, and 1e-4 at rare symbols.

    References
    ----------
    N. Bertschinger, J. Rauh, E. Olbrich, J. Jost and N. Ay, "Quantifying unique information",
    Entropy 16, 2161 (2014), definition 1 and lemma 4.

    Examples
    --------
    Y = X1 and X2 of two fair bits, in bits:

    >>> gate = np.zeros((2, 2, 2))
    >>> gate[[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]] = 0.25
    >>> found = partial_information(gate)
    >>> [round(float(atom / np.log(2)), 6) for atom in (found.redundancy, found.synergy)]
    [0.311278, 0.5]
    """
    if solver not in get_args(Solver):
        raise ValueError(f"solver is {solver!r}; it must be one of {', '.join(get_args(Solver))}")
    tol, joint = read_tolerance(tol), joint_law(law)
    groups = joint.groups(x1=x1, x2=x2, y=y)
    p = joint.marginal(groups[0] + groups[1] + groups[2])
    p = p.reshape([_size(joint, axes) for axes in groups]).astype(float)
    p /= p.sum()  # of short floats, what read_law lets pass as 1
    seen = np.ix_(p.any(axis=(1, 2)), p.any(axis=(0, 2)), p.any(axis=(0, 1)))
    _refuse_size(p[seen].shape)
    program = BrojaProgram.of_marginals(p[seen].sum(axis=1), p[seen].sum(axis=0))
    found = (broja_law if solver == "interior-point" else conic_broja_law)(program, tol)
    if solver == "interior-point" and not found.gap <= tol:
        raise RuntimeError(
            f"the gap is {found.gap:.1g} nats and tol is {tol:g}, more digits than floats have "
            f"here; give tol={2 * found.gap:.0e}"
        )
    optimal = np.zeros(p.shape)
    optimal[seen] = found.law
    union = table_entropy(p.sum(axis=(0, 1))) + found.value
    first, second, both = (mutual_information(p, x, 2) for x in (0, 1, (0, 1)))
    return PartialInformation(
        first + second - union, union - second, union - first, both - union,
        gap=found.gap, optimal_law=optimal, solver=solver, names=_names(joint, groups),
    )  # fmt: skip


def _size(joint: JointLaw, axes: tuple[int, ...]) -> int:
    return int(np.prod([joint.p.shape[axis] for axis in axes]))


def _refuse_size(shape: tuple[int, ...]) -> None:
    n1, n2, k = shape
    if (n1 + n2) * k > LARGEST:
        raise ValueError(
            f"law has {n1} and {n2} symbols of X1 and X2 and {k} of Y, (n1 + n2) k = "
            f"{(n1 + n2) * k}; it must be {LARGEST} at most: merge symbols, or of samples use "
            "infometer.partial_information with n_clusters or method='batch'"
        )


def _names(joint: JointLaw, groups: list[tuple[int, ...]]) -> tuple[str, str, str]:
    """The names of the variables of each group, or X1, X2 and Y where they have none."""
    first, second, target = (
        "+".join(str(joint.names[axis]) for axis in axes)
        if any(isinstance(joint.names[axis], str) for axis in axes)
        else default
        for axes, default in zip(groups, ("X1", "X2", "Y"), strict=True)
    )
    return first, second, target


def _shown(value: float) -> str:
    return f"{value + 0.0 if abs(value) >= 5e-5 else 0.0:.4f}"
