"""Numbers with units in a sentence, and wrong ones of the same kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np

__all__ = [
    "Quantity",
    "evenly_ranked",
    "find_quantities",
    "neighbours",
    "other_values",
    "shown",
]

T = TypeVar("T")
UNIT_WORDS = (
    "dBm dBi dB dBW GHz MHz kHz Hz ms µs μs us ns s seconds second milliseconds microseconds "
    "minutes Mbps kbps Gbps Mbit/s kbit/s Gbit/s MB/s bits bytes KB MB GB kB m km meters metres "
    "W mW kW % percent packets segments subframes symbols slots frames users UEs eNBs antennas "
    "subcarriers queues pipes subports levels bit byte ports cores cycles RTTs RBs buffers "
    "streams layers credits tokens nodes processes carriers cells bearers channels iterations "
    "rounds entries times classes "
)
UNITS = UNIT_WORDS.split()
COUNTED = frozenset(unit for unit in UNITS if unit.endswith("s") and len(unit) > 3)
"""Plurals, before which no 1 stands."""
QUANTITY = re.compile(
    r"(?<![\w.,/\-–:(#=])(?P<number>[-−]?\d+(?:\.\d+)?)(?P<gap>[ -]?)"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})(?![\w/])"
)
NAMED = re.compile(
    r"(?:Release|Rel|Layer|layer|version|Version|type|Type|mode|Mode|class|step|Step|kernel|RFC|TS|"
    r"Option|option|Group|group|about|approximately|roughly|around|almost|nearly|case|\d to)\s$"
)


class Quantity(NamedTuple):
    """A number and its unit, and where they stand."""

    number: str
    unit: str
    start: int
    end: int

    @property
    def value(self) -> float:
        """The number."""
        return float(self.number.replace("−", "-"))


def find_quantities(sentence: str) -> list[Quantity]:
    """Numbers with a unit that are no part of a name.

    Examples
    --------
    >>> [(found.number, found.unit) for found in find_quantities("The band has 20 MHz in Layer 2.")]
    [('20', 'MHz')]
    """
    return [
        Quantity(found["number"], found["unit"], found.start(), found.end("number"))
        for found in QUANTITY.finditer(sentence)
        if not NAMED.search(sentence[: found.start()])
    ]


def neighbours(quantity: Quantity) -> tuple[list[str], list[str]]:
    """Three numbers below and three above that might stand there as well, nearest first.

    They go on with the number as it is written: 1, 2, 5, 10 of one such digit, powers of two, even
    steps of the others, so that no one of them is rounder than the rest.

    Returns
    -------
    below, above : list of str
        Empty where there are not three on each side.

    Examples
    --------
    >>> neighbours(find_quantities("It has 20 MHz.")[0])
    (['10', '5', '2'], ['50', '100', '200'])
    >>> neighbours(find_quantities("It waits 180 ms.")[0])
    (['160', '140', '120'], ['200', '220', '240'])
    """
    number = quantity.number.replace("−", "-")
    value, decimals = float(number), len(number.partition(".")[2])
    counted = quantity.unit in COUNTED
    row: list[float] = []
    if quantity.unit in {"dBm", "dB", "dBi"}:
        step = next(step for step in (10, 5, 3, 1) if step < 5 or value % step == 0)
        row = [value + step * k for k in range(-3, 4)]
    elif value > 0 and quantity.unit not in {"%", "percent"}:
        row = _one_two_five(value) or _powers_of_two(value)
        row = row if row and (row[0] > 1 or not counted) else []
    if not row and value > 0:
        row = _even_steps(value, decimals, quantity.unit)
        row = row if row and (row[0] > 1 or not counted) else []
    if not row:
        return [], []
    written = [f"{x:.{decimals}f}" if round(x, decimals) == round(x, 9) else f"{x:g}" for x in row]
    return written[2::-1], written[4:]


def other_values(quantity: Quantity, draw: np.random.Generator) -> list[str]:
    """Three neighbours of a number, chosen so that it has any rank of the four alike.

    Examples
    --------
    >>> found = find_quantities("It has 20 MHz.")[0]
    >>> other_values(found, np.random.default_rng(0))
    ['10', '5', '2']
    """
    return evenly_ranked(*neighbours(quantity), draw)


def evenly_ranked(below: Sequence[T], above: Sequence[T], draw: np.random.Generator) -> list[T]:
    """0 to 3 from below and the rest from above, by lot; empty where either has fewer than three.

    Examples
    --------
    >>> evenly_ranked("321", "567", np.random.default_rng(1))
    ['3', '5', '6']
    """
    if len(below) < 3 or len(above) < 3:
        return []
    n_below = int(draw.integers(4))
    return [*below[:n_below], *above[: 3 - n_below]]


def _one_two_five(value: float) -> list[float]:
    exponent = int(np.floor(np.log10(value) + 1e-9))
    digit = value / 10.0**exponent
    place = next((i for i, one in enumerate((1, 2, 5)) if abs(digit - one) < 1e-9), None)
    if place is None:
        return []
    steps = range(3 * exponent + place - 3, 3 * exponent + place + 4)
    return [float(f"{(1, 2, 5)[step % 3]}e{step // 3}") for step in steps]


def _powers_of_two(value: float) -> list[float]:
    exponent = np.log2(value)
    return [value * 2.0**k for k in range(-3, 4)] if exponent >= 4 and exponent % 1 == 0 else []


def _even_steps(value: float, decimals: int, unit: str) -> list[float]:
    """By the largest round step that divides the number and leaves all above 0."""
    most = 100 if unit in {"%", "percent"} and value <= 100 else np.inf
    scale = 10**decimals
    whole = round(value * scale)
    for step in (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        row = [(whole + step * k) / scale for k in range(-3, 4)]
        if whole % step == 0 and row[0] > 0 and row[-1] <= most:
            return row
    return []


def shown(value: float) -> str:
    """Three significant digits, without an exponent where that is readable.

    Examples
    --------
    >>> shown(39.8107), shown(0.00025), shown(20.0)
    ('39.8', '0.00025', '20')
    """
    text = f"{value:.3g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") if 1e-5 <= abs(value) < 1e7 else text
