"""Users who take turns: orthogonal multiple access, the comparison of NOMA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.questions.problems.solution import InfeasibleProblemError, Solution
from infometer.questions.problems.units import listed, read_quantities, read_quantity

__all__ = ["OmaProblem"]

OBJECTIVES = {
    "equal shares": "the sum of rates with equal shares",
    "sum rate": "the largest sum of rates",
    "max-min rate": "the largest rate that every user can have at once",
}


@dataclass(frozen=True)
class OmaProblem:
    r"""Users served one after another at full power: R_k = τ_k log2(1 + P g_k / N0), Σ τ_k ≤ 1.

    Equal shares: τ_k = 1/K. Largest sum of rates: every user the share of its least rate, what is
    left to the strongest. Largest smallest rate: τ_k in proportion to 1 / log2(1 + P g_k/N0).

    Parameters
    ----------
    gains : sequence of str
        One for each user, with unit.
    noise, power : str
        With unit.
    objective : {"equal shares", "sum rate", "max-min rate"}
    rates : sequence of str, optional
        Least rates, for the largest sum.

    Raises
    ------
    ValueError
        For a number without unit, or numbers that do not fit together.

    Examples
    --------
    >>> OmaProblem(["0.2 linear", "1 linear"], "1 W", "10 W", "equal shares").solve().rates
    (0.792481250360578, 1.7297158093186487)
    """

    gains: tuple[str, ...]
    noise: str
    power: str
    objective: str = "equal shares"
    rates: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "gains", listed(self.gains, "gain"))
        if self.rates is not None:
            object.__setattr__(self, "rates", listed(self.rates, "rate"))
        if self.objective not in OBJECTIVES:
            raise ValueError(
                f"objective is {self.objective!r}; it must be one of {', '.join(OBJECTIVES)}"
            )
        if self.rates is not None and self.objective != "sum rate":
            raise ValueError(
                f"rates are given, but {OBJECTIVES[self.objective]} has no use of them"
            )
        full, least = self._numbers()
        if len(full) < 1 or not (np.isfinite(full) & (full > 0)).all():
            raise ValueError("gains, noise and power must be above 0, with one gain at least")
        if len(least) != len(full):
            raise ValueError(f"rates has {len(least)} numbers for {len(full)} users")

    def _numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """The rate of each user with all of the time, and its least rate."""
        gains = np.array(read_quantities(self.gains, "gain"))
        power, noise = read_quantity(self.power, "power"), read_quantity(self.noise, "power")
        if noise <= 0:
            raise ValueError(f"noise is {self.noise!r}; it must be above 0")
        rates = np.zeros(len(gains))
        if self.rates is not None:
            rates = np.array(read_quantities(self.rates, "rate"))
        return np.log2(1 + power * gains / noise), rates

    maximised = True
    value_dimension = "rate"
    variable_dimension = "share"

    def solve(self) -> Solution:
        """The optimum, in closed form."""
        full, least = self._numbers()
        if self.objective == "equal shares":
            shares = np.full(len(full), 1 / len(full))
        elif self.objective == "max-min rate":
            shares = (1 / full) / (1 / full).sum()
        else:
            shares = least / full
            left = 1 - shares.sum()
            if left < -1e-12:
                raise InfeasibleProblemError(
                    f"the rates need {shares.sum():.6g} of the time; lower them or raise the power"
                )
            shares[full.argmax()] += left
        rates = shares * full
        return Solution(self.value(shares), tuple(shares.tolist()), tuple(rates.tolist()))

    def value(self, point: np.ndarray) -> float:
        """The objective at shares of the time `point`, shape (K,)."""
        return float(self.pieces(point).min())

    def pieces(self, point: np.ndarray) -> np.ndarray:
        """The objective; of the smallest rate, the rate of every user."""
        rates: np.ndarray = point * self._numbers()[0]
        return rates if self.objective == "max-min rate" else np.array([rates.sum()])

    def slacks(self, point: np.ndarray) -> Mapping[str, tuple[float, float]]:
        """How far inside each constraint shares `point` are, and its scale."""
        full, least = self._numbers()
        if self.objective == "equal shares":
            equal = 1 / len(full)
            return {
                f"share of user {k}": (-abs(float(share) - equal), 1.0)
                for k, share in enumerate(point, start=1)
            }
        inside = {f"share of user {k}": (float(s), 1.0) for k, s in enumerate(point, start=1)}
        inside |= {
            f"rate of user {k}": (float(share * rate - at_least), max(float(at_least), 1.0))
            for k, (share, rate, at_least) in enumerate(zip(point, full, least, strict=True), 1)
            if at_least > 0
        }
        return inside | {"time": (1 - float(point.sum()), 1.0)}

    def statement(self) -> str:
        """The problem in words, with all numbers and units."""
        turns = ", each for an equal share of the time" if self.objective == "equal shares" else ""
        parts = [
            f"A base station serves {len(self.gains)} users one after another at a power of "
            f"{self.power}{turns}; their power gains are {', '.join(self.gains)} and the noise "
            f"power is {self.noise}."
        ]
        if self.rates is not None:
            parts.append(f"The users need rates of at least {', '.join(self.rates)}.")
        parts.append(f"What is {OBJECTIVES[self.objective]}?")
        return " ".join(parts)

    def to_record(self) -> dict[str, Any]:
        """The problem as JSON."""
        rates = {} if self.rates is None else {"rates": list(self.rates)}
        return {
            "type": "oma",
            "objective": self.objective,
            "gains": list(self.gains),
            "noise": self.noise,
            "power": self.power,
            **rates,
        }
