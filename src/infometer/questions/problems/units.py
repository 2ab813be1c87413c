"""Reading numbers with their units; a number without one is refused, for 30 is not 30 dBm."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

__all__ = ["listed", "read_quantities", "read_quantity", "show_quantity"]

NUMBER = re.compile(r"\s*([-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?)\s*(\S.*?)?\s*$")


def _linear(scale: float) -> tuple[float, bool]:
    return scale, False


def _decibels(scale: float) -> tuple[float, bool]:
    return scale, True


UNITS: dict[str, dict[str, tuple[float, bool]]] = {
    "power": {
        "W": _linear(1.0),
        "mW": _linear(1e-3),
        "µW": _linear(1e-6),
        "uW": _linear(1e-6),
        "nW": _linear(1e-9),
        "dBW": _decibels(1.0),
        "dBm": _decibels(1e-3),
    },
    "gain": {"linear": _linear(1.0), "dB": _decibels(1.0)},
    "rate": {"bit/s/Hz": _linear(1.0), "bits/s/Hz": _linear(1.0), "bps/Hz": _linear(1.0)},
    "share": {"of the time": _linear(1.0), "%": _linear(0.01)},
    "energy efficiency": {"bit/J/Hz": _linear(1.0), "bits/J/Hz": _linear(1.0)},
}
"""Of each dimension: a unit's size in the first one, and whether it is ten times a logarithm."""


def read_quantity(text: str, dimension: str) -> float:
    """A number with its unit, in the base unit: W, a linear power ratio, or bit/s/Hz.

    Parameters
    ----------
    text : str
        Such as ``"20 dBm"``, ``"0.2 linear"`` or ``"1 bit/s/Hz"``.
    dimension : {"power", "gain", "rate", "share", "energy efficiency"}

    Returns
    -------
    float
        Finite.

    Raises
    ------
    ValueError
        Where the unit is missing or of another dimension; a linear quantity that is negative.

    Examples
    --------
    >>> read_quantity("30 dBm", "power"), read_quantity("-10 dB", "gain")
    (1.0, 0.1)
    """
    known = UNITS[dimension]
    expected = ", ".join(known)
    if not isinstance(text, str) or (match := NUMBER.match(text)) is None:
        raise ValueError(
            f"{dimension} is {text!r}; expected a text of a number and its unit ({expected}), "
            f'such as "20 {next(iter(known))}"'
        )
    number, unit = float(match[1].replace("−", "-")), match[2]
    if unit not in known:
        what = "has no unit" if unit is None else f"has the unit {unit!r}"
        raise ValueError(f"{dimension} {text!r} {what}; expected one of {expected}")
    size, decibel = known[unit]
    value = size * 10.0 ** (number / 10.0) if decibel else size * number
    if not math.isfinite(value) or value < 0:
        raise ValueError(
            f"{dimension} {text!r} is negative or not finite; expected at least 0"
            + ("; a negative number of decibels has the unit dB" if dimension == "gain" else "")
        )
    return value


def listed(texts: Iterable[str], dimension: str) -> tuple[str, ...]:
    """The texts as a tuple; one text alone is refused.

    Examples
    --------
    >>> listed(["1 W", "2 W"], "power")
    ('1 W', '2 W')
    """
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise ValueError(f"{dimension} is {texts!r}; expected a list, one for each user or channel")
    return tuple(texts)


def read_quantities(texts: Iterable[str], dimension: str) -> tuple[float, ...]:
    """`read_quantity` of each.

    Examples
    --------
    >>> read_quantities(["1 W", "500 mW"], "power")
    (1.0, 0.5)
    """
    return tuple(read_quantity(text, dimension) for text in listed(texts, dimension))


def show_quantity(value: float, dimension: str) -> str:
    """A number in the base unit, to seven digits, with the unit.

    Examples
    --------
    >>> show_quantity(2.5, "power")
    '2.5 W'
    """
    return f"{value:.7g} {next(iter(UNITS[dimension]))}"
