"""What a solver found, and what it says of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

__all__ = ["InfeasibleProblemError", "OptimisationProblem", "Solution", "Verdict"]


class InfeasibleProblemError(ValueError):
    """No point meets all constraints; the message says what would."""


@dataclass(frozen=True)
class Solution:
    """An optimum.

    Parameters
    ----------
    value : float
        Of the objective, in the base unit of the problem.
    variables : tuple of float
        Powers in W, or shares of the time, in the order of the users or channels as given.
    rates : tuple of float
        Bit/s/Hz, in that order.

    Examples
    --------
    >>> Solution(3.0, (3.0, 2.0, 0.0), (2.0, 1.0, 0.0)).value
    3.0
    """

    value: float
    variables: tuple[float, ...]
    rates: tuple[float, ...]


@dataclass(frozen=True)
class Verdict:
    """What the solver says of a claimed answer.

    Parameters
    ----------
    verdict : {"correct", "suboptimal", "infeasible", "malformed"}
    reason : str
        With the figures that decided.
    gap : float or None
        ``|claimed - optimum| / |optimum|``.
    kkt_residual : float or None
        Of the claimed variables, where they are given: 0 at a stationary point.
    sic_violated : bool
        Whether the answer names an order of decoding that is not weak to strong; flagged beside
        the verdict.

    Examples
    --------
    >>> Verdict("suboptimal", "2.5 bit/s/Hz; the optimum is 2.807355 bit/s/Hz", gap=0.1095).verdict
    'suboptimal'
    """

    verdict: Literal["correct", "suboptimal", "infeasible", "malformed"]
    reason: str
    gap: float | None = None
    kkt_residual: float | None = None
    sic_violated: bool = False


@runtime_checkable
class OptimisationProblem(Protocol):
    """What `verify` needs of a problem; a point is its variables in the order given."""

    @property
    def maximised(self) -> bool:
        """Whether more is better."""
        ...

    @property
    def value_dimension(self) -> str:
        """Of the objective: "power", "rate" or "energy efficiency"."""
        ...

    @property
    def variable_dimension(self) -> str:
        """Of the variables: "power" or "share"."""
        ...

    def solve(self) -> Solution:
        """The optimum; `InfeasibleProblemError` where no point is feasible."""
        ...

    def value(self, point: np.ndarray) -> float:
        """The objective at a point of shape (K,)."""
        ...

    def pieces(self, point: np.ndarray) -> np.ndarray:
        """Smooth figures of which the objective is the smallest: one, or the rate of each user."""
        ...

    def slacks(self, point: np.ndarray) -> Mapping[str, tuple[float, float]]:
        """Of each constraint by name: how far inside (at least 0), and the scale of it."""
        ...

    def statement(self) -> str:
        """The problem in words, with all numbers and units."""
        ...

    def to_record(self) -> dict[str, Any]:
        """The problem as JSON: its type and its parameters with units."""
        ...
