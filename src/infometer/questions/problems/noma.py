"""Powers of users who share one band: least power, largest sum of rates, largest smallest rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from infometer.questions.problems.solution import InfeasibleProblemError, Solution
from infometer.questions.problems.superposition import (
    downlink_rates,
    least_powers,
    weak_to_strong,
)
from infometer.questions.problems.units import listed, read_quantities, read_quantity, show_quantity

__all__ = ["NomaProblem"]

OBJECTIVES = {
    "minimum power": "the least total power that gives every user its rate",
    "sum rate": "the largest sum of rates",
    "max-min rate": "the largest rate that every user can have at once",
}


@dataclass(frozen=True)
class NomaProblem:
    r"""Downlink non-orthogonal multiple access, decoded from weak to strong.

    .. math:: R_k = \log_2\Big(1 + \frac{p_k g_k}{g_k \sum_{j > k} p_j + N_0}\Big),
        \qquad g_1 \le … \le g_K.

    Least power: p_K first, p_k = (2^{R_k} - 1)(Σ_{j>k} p_j + N0/g_k). Largest sum of rates with
    Σ p ≤ P: every user but the strongest gets exactly its least rate,
    p_k = (1 - 2^{-R_k})(P_k + N0/g_k) with P_k what is left, and the strongest the rest. Largest
    smallest rate: the rate whose least power is P.

    Parameters
    ----------
    gains : sequence of str
        Power gains with unit, ``"0.2 linear"`` or ``"-7 dB"``, one for each user, in any order.
    noise : str
        ``"1 W"``, ``"-90 dBm"``.
    objective : {"sum rate", "minimum power", "max-min rate"}
    power : str, optional
        Of all users together; needed but for the least power, where it is not used.
    rates : sequence of str, optional
        Least rates, ``"1 bit/s/Hz"``; needed for the least power, 0 by default for the sum.

    Raises
    ------
    ValueError
        For a number without unit, a gain or noise of 0, numbers that do not fit together.

    References
    ----------
    J. Zhu, J. Wang, Y. Huang, S. He, X. You and L. Yang, "On optimal power allocation for downlink
    non-orthogonal multiple access systems", IEEE J. Sel. Areas Commun. 35, 2744 (2017).

    Examples
    --------
    >>> problem = NomaProblem(["0.2 linear", "1 linear"], "1 W", power="10 W",
    ...                       rates=["1 bit/s/Hz", "1 bit/s/Hz"])
    >>> found = problem.solve()
    >>> found.variables, round(found.value, 6)
    ((7.5, 2.5), 2.807355)
    """

    gains: tuple[str, ...]
    noise: str
    objective: str = "sum rate"
    power: str | None = None
    rates: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "gains", listed(self.gains, "gain"))
        if self.rates is not None:
            object.__setattr__(self, "rates", listed(self.rates, "rate"))
        if self.objective not in OBJECTIVES:
            raise ValueError(
                f"objective is {self.objective!r}; it must be one of {', '.join(OBJECTIVES)}"
            )
        needed = "rates" if self.objective == "minimum power" else "power"
        if getattr(self, needed) is None:
            raise ValueError(f"{needed} is None; {OBJECTIVES[self.objective]} needs it")
        unused = {"minimum power": "power", "max-min rate": "rates"}.get(self.objective)
        if unused is not None and getattr(self, unused) is not None:
            raise ValueError(
                f"{unused} is given, but {OBJECTIVES[self.objective]} has no use of it"
            )
        g, noise, _, rates = self._numbers()
        if len(g) < 1 or not (g > 0).all() or noise <= 0:
            raise ValueError("gains and noise must be above 0, with one gain at least")
        if len(rates) != len(g):
            raise ValueError(f"rates has {len(rates)} numbers for {len(g)} users")

    def _numbers(self) -> tuple[np.ndarray, float, float, np.ndarray]:
        """Gains, noise, power (infinite where none is given) and least rates in base units."""
        gains = np.array(read_quantities(self.gains, "gain"))
        power = np.inf if self.power is None else read_quantity(self.power, "power")
        if self.rates is None:
            rates = np.zeros(len(gains))
        else:
            rates = np.array(read_quantities(self.rates, "rate"))
        return gains, read_quantity(self.noise, "power"), power, rates

    @property
    def maximised(self) -> bool:
        """Whether more is better."""
        return self.objective != "minimum power"

    @property
    def value_dimension(self) -> str:
        """Of the objective."""
        return "rate" if self.maximised else "power"

    @property
    def variable_dimension(self) -> str:
        """Powers."""
        return "power"

    def solve(self) -> Solution:
        """The optimum, in closed form but for one root of the largest smallest rate."""
        gains, noise, power, rates = self._numbers()
        least = least_powers(gains, rates, noise)
        if least.sum() > power * (1 + 1e-12):
            raise InfeasibleProblemError(
                f"the rates need {show_quantity(least.sum(), 'power')}, and there are "
                f"{show_quantity(power, 'power')}"
            )
        if self.objective == "minimum power":
            return self._solution(least)
        if self.objective == "sum rate":
            return self._solution(_largest_sum(gains, rates, noise, power))
        upper = float(np.log2(1 + power * gains.min() / noise))
        common = brentq(
            lambda t: least_powers(gains, np.full(len(gains), t), noise).sum() - power,
            0.0,
            upper,
            xtol=1e-14,
        )
        return self._solution(least_powers(gains, np.full(len(gains), common), noise))

    def _solution(self, powers: np.ndarray) -> Solution:
        gains, noise, _, _ = self._numbers()
        rates = downlink_rates(gains, powers, noise)
        return Solution(self.value(powers), tuple(powers.tolist()), tuple(rates.tolist()))

    def value(self, point: np.ndarray) -> float:
        """The objective at powers `point`, shape (K,)."""
        return float(self.pieces(point).min())

    def pieces(self, point: np.ndarray) -> np.ndarray:
        """The objective; of the smallest rate, the rate of every user."""
        if self.objective == "minimum power":
            return np.array([point.sum()])
        gains, noise, _, _ = self._numbers()
        rates = downlink_rates(gains, point, noise)
        return rates if self.objective == "max-min rate" else np.array([rates.sum()])

    def slacks(self, point: np.ndarray) -> Mapping[str, tuple[float, float]]:
        """How far inside each constraint powers `point` are, and its scale."""
        gains, noise, power, least = self._numbers()
        reached = downlink_rates(gains, point, noise)
        total = float(point.sum())
        found = {
            f"power of user {user}": (float(p), max(total, 1e-300))
            for user, p in enumerate(point, start=1)
        }
        found |= {
            f"rate of user {user}": (float(r - at_least), max(float(at_least), 1.0))
            for user, (r, at_least) in enumerate(zip(reached, least, strict=True), start=1)
            if at_least > 0
        }
        if np.isfinite(power):
            found["total power"] = (power - total, power)
        return found

    @property
    def order(self) -> tuple[int, ...]:
        """Users from 1 in the order of decoding, weak to strong."""
        gains = np.array(read_quantities(self.gains, "gain"))
        return tuple((weak_to_strong(gains) + 1).tolist())

    def statement(self) -> str:
        """The problem in words, with all numbers and units."""
        users = ", ".join(self.gains)
        parts = [
            f"A base station serves {len(self.gains)} users by downlink power-domain NOMA in one "
            f"band; their power gains are {users} and the noise power is {self.noise}. Signals "
            "are cancelled from the weakest user to the strongest."
        ]
        if self.rates is not None:
            parts.append(f"The users need rates of at least {', '.join(self.rates)}.")
        if self.power is not None:
            parts.append(f"The total power is at most {self.power}.")
        parts.append(f"What is {OBJECTIVES[self.objective]}?")
        return " ".join(parts)

    def to_record(self) -> dict[str, Any]:
        """The problem as JSON."""
        known = {"power": self.power, "rates": None if self.rates is None else list(self.rates)}
        return {
            "type": "noma",
            "objective": self.objective,
            "gains": list(self.gains),
            "noise": self.noise,
            **{name: given for name, given in known.items() if given is not None},
        }


def _largest_sum(gains: np.ndarray, rates: np.ndarray, noise: float, power: float) -> np.ndarray:
    """Least rates from the weakest on, what is left to the strongest."""
    powers, left = np.zeros(len(gains)), power
    order = weak_to_strong(gains)
    for user in order[:-1]:
        powers[user] = -np.expm1(-rates[user] * np.log(2)) * (left + noise / gains[user])
        left -= powers[user]
    powers[order[-1]] = left
    return powers
