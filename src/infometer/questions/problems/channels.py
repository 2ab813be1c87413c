"""Powers of parallel channels: water-filling, and the most bits for a joule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.questions.problems.solution import Solution
from infometer.questions.problems.units import listed, read_quantities, read_quantity

__all__ = ["EnergyEfficiencyProblem", "WaterFillingProblem", "water_level"]


def water_level(floors: np.ndarray, power: float) -> float:
    """The level μ with Σ (μ - floor_i)₊ = power, exactly, by sorting.

    Parameters
    ----------
    floors : ndarray, shape (K,)
        N0 / g_i, W.
    power : float

    Returns
    -------
    float

    Examples
    --------
    >>> water_level(np.array([1.0, 2.0, 10.0]), 5.0)
    4.0
    """
    rising = np.sort(floors)
    levels = (power + rising.cumsum()) / np.arange(1, len(rising) + 1)
    return float(levels[np.flatnonzero(levels >= rising)[-1]])


def _check(gains: np.ndarray, noise: float, power: float) -> None:
    if len(gains) < 1 or not (gains > 0).all() or noise <= 0 or power <= 0:
        raise ValueError("gains, noise and power must be above 0, with one gain at least")


def _powers_inside(point: np.ndarray, power: float) -> Mapping[str, tuple[float, float]]:
    inside = {f"power of channel {k}": (float(p), power) for k, p in enumerate(point, start=1)}
    return inside | {"total power": (power - float(point.sum()), power)}


@dataclass(frozen=True)
class WaterFillingProblem:
    """The largest Σ log2(1 + p_i g_i / N0) with Σ p_i ≤ P: p_i = (μ - N0/g_i)₊.

    Parameters
    ----------
    gains : sequence of str
        One for each channel, with unit.
    noise, power : str
        With unit; the noise is that of each channel.

    Raises
    ------
    ValueError
        For a number without unit, or one that is not above 0.

    References
    ----------
    T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed. (2006), section 9.4.

    Examples
    --------
    >>> WaterFillingProblem(["1 linear", "0.5 linear", "0.1 linear"], "1 W", "5 W").solve()
    Solution(value=3.0, variables=(3.0, 2.0, 0.0), rates=(2.0, 1.0, 0.0))
    """

    gains: tuple[str, ...]
    noise: str
    power: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "gains", listed(self.gains, "gain"))
        _check(*self._numbers())

    def _numbers(self) -> tuple[np.ndarray, float, float]:
        gains = np.array(read_quantities(self.gains, "gain"))
        return gains, read_quantity(self.noise, "power"), read_quantity(self.power, "power")

    maximised = True
    value_dimension = "rate"
    variable_dimension = "power"

    def solve(self) -> Solution:
        """The optimum, exactly."""
        gains, noise, power = self._numbers()
        floors = noise / gains
        powers = np.maximum(water_level(floors, power) - floors, 0.0)
        rates = np.log2(1 + powers / floors)
        return Solution(float(rates.sum()), tuple(powers.tolist()), tuple(rates.tolist()))

    def value(self, point: np.ndarray) -> float:
        """The sum of rates at powers `point`, shape (K,)."""
        gains, noise, _ = self._numbers()
        return float(np.log2(1 + point * gains / noise).sum())

    def pieces(self, point: np.ndarray) -> np.ndarray:
        """The objective, which is smooth."""
        return np.array([self.value(point)])

    def slacks(self, point: np.ndarray) -> Mapping[str, tuple[float, float]]:
        """How far inside each constraint powers `point` are, and its scale."""
        return _powers_inside(point, self._numbers()[2])

    def statement(self) -> str:
        """The problem in words, with all numbers and units."""
        return (
            f"{len(self.gains)} parallel channels have the power gains {', '.join(self.gains)} and "
            f"the noise power {self.noise} each. The total transmit power is at most {self.power}. "
            "What is the largest sum of rates?"
        )

    def to_record(self) -> dict[str, Any]:
        """The problem as JSON."""
        return {
            "type": "water-filling",
            "gains": list(self.gains),
            "noise": self.noise,
            "power": self.power,
        }


@dataclass(frozen=True)
class EnergyEfficiencyProblem:
    r"""The most bits for a joule over parallel channels, by Dinkelbach's method.

    .. math:: \max_p \frac{\sum_i \log_2(1 + p_i g_i / N_0)}{P_c + \sum_i p_i / η},
        \qquad \sum_i p_i \le P.

    For a price λ the largest Σ log2(1 + p_i g_i/N0) - λ Σ p_i/η is water-filling to the level
    η / (λ ln 2), or to that of P where it is lower; λ is then set to the quotient, and so on.

    Parameters
    ----------
    gains : sequence of str
    noise, power : str
    circuit_power : str
        P_c, spent whatever is sent; above 0.
    amplifier_efficiency : float
        η, the share of its power that an amplifier sends, above 0 and at most 1.

    Raises
    ------
    ValueError
        For a number without unit, or one that is out of its range.

    References
    ----------
    W. Dinkelbach, "On nonlinear fractional programming", Management Science 13, 492 (1967).

    Examples
    --------
    >>> found = EnergyEfficiencyProblem(["1 linear"], "1 W", "10 W", "1 W").solve()
    >>> round(found.value, 6), round(found.variables[0], 6)
    (0.530738, 1.718282)
    """

    gains: tuple[str, ...]
    noise: str
    power: str
    circuit_power: str
    amplifier_efficiency: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "gains", listed(self.gains, "gain"))
        gains, noise, power, circuit = self._numbers()
        _check(gains, noise, power)
        if circuit <= 0 or not 0 < self.amplifier_efficiency <= 1:
            raise ValueError(
                f"circuit_power is {self.circuit_power!r} and amplifier_efficiency "
                f"{self.amplifier_efficiency}; expected above 0, and the second at most 1"
            )

    def _numbers(self) -> tuple[np.ndarray, float, float, float]:
        gains = np.array(read_quantities(self.gains, "gain"))
        powers = (self.noise, self.power, self.circuit_power)
        noise, power, circuit = read_quantities(powers, "power")
        return gains, noise, power, circuit

    maximised = True
    value_dimension = "energy efficiency"
    variable_dimension = "power"

    def solve(self) -> Solution:
        """The optimum, to the last digits: the price rises and converges superlinearly."""
        gains, noise, power, _ = self._numbers()
        floors = noise / gains
        capped, price = water_level(floors, power), 0.0
        while True:
            level = capped
            if price > 0:
                level = min(capped, self.amplifier_efficiency / (price * np.log(2)))
            powers = np.maximum(level - floors, 0.0)
            quotient = self.value(powers)
            if quotient <= price * (1 + 1e-15):
                break
            price = quotient
        rates = np.log2(1 + powers / floors)
        return Solution(quotient, tuple(powers.tolist()), tuple(rates.tolist()))

    def value(self, point: np.ndarray) -> float:
        """Bit/J/Hz at powers `point`, shape (K,)."""
        gains, noise, _, circuit = self._numbers()
        spent = circuit + point.sum() / self.amplifier_efficiency
        return float(np.log2(1 + point * gains / noise).sum() / spent)

    def pieces(self, point: np.ndarray) -> np.ndarray:
        """The objective, which is smooth."""
        return np.array([self.value(point)])

    def slacks(self, point: np.ndarray) -> Mapping[str, tuple[float, float]]:
        """How far inside each constraint powers `point` are, and its scale."""
        return _powers_inside(point, self._numbers()[2])

    def statement(self) -> str:
        """The problem in words, with all numbers and units."""
        return (
            f"{len(self.gains)} parallel channels have the power gains {', '.join(self.gains)} and "
            f"the noise power {self.noise} each. The transmit power is at most {self.power} in "
            f"all, the amplifier sends {100 * self.amplifier_efficiency:g} % of what it takes, and "
            f"the circuits take {self.circuit_power}. What is the largest energy efficiency?"
        )

    def to_record(self) -> dict[str, Any]:
        """The problem as JSON."""
        return {
            "type": "energy efficiency",
            "gains": list(self.gains),
            "noise": self.noise,
            "power": self.power,
            "circuit_power": self.circuit_power,
            "amplifier_efficiency": self.amplifier_efficiency,
        }
