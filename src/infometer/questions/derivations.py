"""What follows from a figure of the text: powers, ratios, rates and periods, formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from infometer.questions.drafts import choice_draft
from infometer.questions.formulas import Formula, read_formula
from infometer.questions.quantities_in_text import (
    Quantity,
    evenly_ranked,
    find_quantities,
    shown,
)
from infometer.questions.statements import Statement

__all__ = ["derived_claims", "derived_questions", "formula_question"]

GAP = "____"
FACTORS = ((0.5, 0.2, 0.1), (2.0, 5.0, 10.0))
DECIBELS = ((-3.0, -10.0, -20.0), (3.0, 10.0, 20.0))
"""What wrong figures are off by, below and above."""
SPEED_OF_LIGHT = 299_792_458.0
RATE = {"kbps": 1e3, "kbit/s": 1e3, "Mbps": 1e6, "Mbit/s": 1e6, "Gbps": 1e9, "Gbit/s": 1e9}
HERTZ = {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9}
PERIOD = {"ms": 1e-3, "µs": 1e-6, "μs": 1e-6, "s": 1.0}
THERMAL_NOISE = -174.0


class Derived(NamedTuple):
    """A quantity that follows from one in the text.

    Parameters
    ----------
    asked : str
        Completes "What is …?".
    value : float
    unit, rule, working : str
    """

    asked: str
    value: float
    unit: str
    rule: str
    working: str


def derive(text: str, quantity: Quantity) -> Derived | None:
    """What an engineer would work out from a quantity, by what its sentence is about; else None.

    Examples
    --------
    >>> text = "The transmit power of the eNB is 46 dBm."
    >>> derive(text, find_quantities(text)[0]).working
    '10^((46 - 30)/10) W = 39.8 W'
    """
    value, unit = quantity.value, quantity.unit
    given = f"{quantity.number} {unit}"
    if unit == "dBm" and f"{given} per" not in text:
        watts = 10 ** ((value - 30) / 10)
        scale, name = (1.0, "W") if watts >= 0.1 else (1e3, "mW")
        working = f"10^(({quantity.number} - 30)/10) W = {shown(watts * scale)} {name}"
        return Derived(
            f"the missing figure in {name}", watts * scale, name, "dBm to watts", working
        )
    if unit == "dB" and value != 0:
        ratio = 10 ** (value / 10)
        return Derived("the missing figure as a ratio of powers", ratio, "", "dB to ratio",
                       f"10^({quantity.number}/10) = {shown(ratio)}")  # fmt: skip
    if unit in HERTZ and re.search(r"\b(?:bandwidth|band)\b", text) and value * HERTZ[unit] > 1e4:
        noise = THERMAL_NOISE + 10 * np.log10(value * HERTZ[unit])
        asked = "the thermal noise power in this bandwidth, at -174 dBm/Hz"
        return Derived(asked, round(float(noise), 1), "dBm", "thermal noise",
                       f"-174 + 10 log10({value * HERTZ[unit]:g}) = {noise:.1f} dBm")  # fmt: skip
    if unit in HERTZ and re.search(r"\b(?:frequency|carrier)\b", text) and HERTZ[unit] >= 1e6:
        length = 100 * SPEED_OF_LIGHT / (value * HERTZ[unit])
        return Derived("the wavelength in vacuum at this frequency", length, "cm", "wavelength",
                       f"c/({given}) = {shown(length)} cm")  # fmt: skip
    if unit in PERIOD and re.search(rf"\b(?:every|each|period\w*|interval\w*)\b[^.]*{given}", text):
        rate = 1 / (value * PERIOD[unit])
        asked = "the number of times per second that this happens"
        return Derived(asked, rate, "", "period to rate", f"1/({given}) = {shown(rate)} per second")
    if unit in RATE:
        seconds = 8e6 / (value * RATE[unit])
        scale, name = (1.0, "s") if seconds >= 1 else (1e3, "ms")
        asked = "the time that 1 MB (10^6 bytes) takes at this rate"
        working = f"8·10^6 bit/({given}) = {shown(seconds * scale)} {name}"
        return Derived(asked, seconds * scale, name, "time at a rate", working)
    return None


def derived_questions(
    statement: Statement, draw: np.random.Generator
) -> list[dict[str, Any] | None]:
    """Four-option questions on what follows from the quantities of a statement."""
    drafts = []
    for quantity in find_quantities(statement.text):
        found = derive(statement.text, quantity)
        if found is not None:
            question = f"{_with_gap(statement, quantity)} What is {found.asked}?"
            values = [_written(found, value) for value in (found.value, *_wrong(found, draw))]
            drafts.append(
                choice_draft(question, values[0], values[1:], [statement], found.rule, draw,
                             found.working)
            )  # fmt: skip
    return drafts


def derived_claims(statement: Statement, truth: bool, seed: int) -> list[tuple[str, str, str]]:
    """(claim, rule, working) for true/false questions on what follows from a statement."""
    draw = np.random.default_rng([seed, 3])
    claims = []
    for quantity in find_quantities(statement.text):
        found = derive(statement.text, quantity)
        if found is not None:
            value = found.value if truth else _wrong(found, draw)[0]
            claim = (
                f"{_with_gap(statement, quantity)} To three digits, {found.asked} is "
                f"{_written(found, value)}."
            )
            claims.append((claim, found.rule, found.working))
    return claims


def formula_question(
    text: str, chunk: str, scope: str, draw: np.random.Generator
) -> dict[str, Any] | None:
    """A formula of a chunk, evaluated at small numbers; None where it is none."""
    formula = read_formula(text)
    if formula is None or len(formula.symbols) > 4 or formula.n_operations < 2:
        return None
    found = _plausible(formula, draw)
    if found is None:
        return None
    numbers, value = found
    given = _listed([f"{name} = {number:g}" for name, number in numbers.items()])
    question = f"With the formula that {scope} gives for {formula.name}, what is it for {given}?"
    wrong = _wrong_values(formula, numbers, value, draw)
    return choice_draft(
        question, shown(value), wrong, [Statement(text, chunk, scope, None)], "formula", draw,
        f"{formula.text} at {given}",
    )  # fmt: skip


def _plausible(
    formula: Formula, draw: np.random.Generator
) -> tuple[dict[str, float], float] | None:
    """Different small numbers, a minimum below its maximum, that give a positive value."""
    ordered = sorted(formula.symbols, key=_rank)
    for _ in range(20):
        values = np.sort(draw.choice(np.arange(2, 13), len(ordered), replace=False)).tolist()
        if len({_rank(name) for name in ordered}) == 1:
            values = [values[i] for i in draw.permutation(len(values))]
        chosen = dict(zip(ordered, map(float, values), strict=True))
        numbers = {name: chosen[name] for name in formula.symbols}
        try:
            value = formula.value(numbers)
        except ValueError:
            continue
        if 1e-3 < value < 1e6 and value not in chosen.values():
            return numbers, value
    return None


def _rank(name: str) -> tuple[int, str]:
    """Where a symbol stands among others in size: minima and bases first, then by number."""
    low = re.search(r"(?i)min|base|_0$|start", name) is not None
    high = re.search(r"(?i)max|peak|end", name) is not None
    numbered = re.search(r"\d+$", name)
    return (high - low, numbered[0] if numbered else "")


def _wrong_values(
    formula: Formula, numbers: Mapping[str, float], value: float, draw: np.random.Generator
) -> list[str]:
    """What comes out where two numbers are swapped or one is off by one, or twice and half of it.

    As many are below the right value as above it, by lot.
    """
    names = list(numbers)
    slips = [
        dict(numbers, **{name: numbers[name] + step}) for name in names for step in (1.0, -1.0)
    ]
    slips += [dict(zip(names, reversed(list(numbers.values())), strict=True))]
    found = []
    for slip in slips:
        try:
            found.append(formula.value(slip))
        except ValueError:
            continue
    found += [value * factor for factor in (0.5, 2.0, 0.75, 1.5, 0.25, 3.0)]
    texts = {shown(x): x for x in found if x > 0 and shown(x) != shown(value)}
    below = [text for text, x in texts.items() if x < value]
    above = [text for text, x in texts.items() if x > value]
    return evenly_ranked(below, above, draw)


def _with_gap(statement: Statement, quantity: Quantity) -> str:
    gapped = statement.text[: quantity.start] + GAP + statement.text[quantity.end :]
    return f"One figure is missing from this statement of {statement.scope}: “{gapped}”"


def _wrong(found: Derived, draw: np.random.Generator) -> list[float]:
    """Three, with the right one at any rank alike; first one that is drawn by lot."""
    if found.unit == "dBm":
        wrong = [found.value + step for step in evenly_ranked(*DECIBELS, draw)]
    else:
        wrong = [found.value * factor for factor in evenly_ranked(*FACTORS, draw)]
    return [wrong[i] for i in draw.permutation(3)]


def _written(found: Derived, value: float) -> str:
    return f"{shown(value)} {found.unit}".strip()


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
