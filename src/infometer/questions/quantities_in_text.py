"""Numbers with units in a sentence, and wrong ones of the same kind."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

__all__ = ["Quantity", "find_quantities", "other_values", "shown"]

UNIT_WORDS = (
    "dBm dBi dB dBW GHz MHz kHz Hz ms µs μs us ns s seconds second milliseconds microseconds "
    "minutes Mbps kbps Gbps Mbit/s kbit/s Gbit/s MB/s bits bytes KB MB GB kB m km meters metres "
    "W mW kW % percent packets segments subframes symbols slots frames users UEs eNBs antennas "
    "subcarriers queues pipes subports levels bit byte ports cores cycles RTTs RBs buffers "
    "streams layers credits tokens nodes processes carriers cells bearers channels iterations "
    "rounds entries times classes "
)
UNITS = UNIT_WORDS.split()
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


def other_values(quantity: Quantity, draw: np.random.Generator, n: int) -> list[str]:
    """Numbers that might stand there and do not, of the same precision.

    Examples
    --------
    >>> found = find_quantities("It has 20 MHz.")[0]
    >>> others = other_values(found, np.random.default_rng(0), 3)
    >>> len(set(others)), "20" in others
    (3, False)
    """
    value = quantity.value
    decimals = len(quantity.number.partition(".")[2])
    if value == 0 or quantity.unit in {"dBm", "dB", "dBi"}:
        changed = [value + step for step in (-10, -6, -5, -3, 3, 5, 6, 10)]
    elif quantity.unit in {"%", "percent"} and value <= 100:
        changed = [x for x in (5, 10, 20, 25, 30, 40, 50, 60, 75, 80, 90, 120) if x != value]
        changed = sorted(changed, key=lambda x: abs(x - value))[:5]
    elif decimals == 0 and 2 <= value < 10:
        changed = [x for x in (value - 2, value - 1, value + 1, value + 2, 2 * value) if x > 1]
    else:
        changed = [value * factor for factor in (0.25, 0.5, 1.5, 2, 3, 4, 5)]
    written = {f"{x:.{decimals}f}" for x in changed} - {quantity.number, f"{-abs(value):.0f}"}
    written = {text for text in written if float(text) != value and (value < 0 or float(text) > 0)}
    if value == 1 and quantity.unit in {"bit", "byte", "second"}:
        return []
    plural_needed = quantity.unit.endswith("s") and len(quantity.unit) > 3
    pool = sorted(text for text in written if not (plural_needed and float(text) == 1))
    return [pool[i] for i in draw.permutation(len(pool))[:n]] if len(pool) >= n else []


def shown(value: float) -> str:
    """Three significant digits, without an exponent where that is readable.

    Examples
    --------
    >>> shown(39.8107), shown(0.00025), shown(20.0)
    ('39.8', '0.00025', '20')
    """
    text = f"{value:.3g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") if 1e-5 <= abs(value) < 1e7 else text
