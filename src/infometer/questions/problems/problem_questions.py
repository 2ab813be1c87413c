"""Four-option questions on drawn problems: the key is the solver's, the others usual mistakes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from infometer.questions.problems.channels import WaterFillingProblem
from infometer.questions.problems.noma import NomaProblem
from infometer.questions.problems.orthogonal import OmaProblem
from infometer.questions.problems.solution import InfeasibleProblemError, OptimisationProblem
from infometer.questions.problems.units import UNITS, read_quantities
from infometer.questions.records import Question
from infometer.resampling import generator

__all__ = ["draft_problem_questions"]

DIFFERENT = 0.02
"""Two options are told apart where they differ by more than this part of the larger."""
Drawn = tuple[OptimisationProblem, list[float], str]


def draft_problem_questions(n: int, random_state: Any = 0) -> list[Question]:
    """Numeric questions of level hard; each carries its problem and the answer claimed.

    Parameters
    ----------
    n : int
    random_state : int, None, RandomState or Generator

    Returns
    -------
    list of Question

    Examples
    --------
    >>> from infometer.questions.problems import read_problem, verify_answer
    >>> (asked,) = draft_problem_questions(1)
    >>> verify_answer(read_problem(asked.problem["problem"]), asked.problem["answer"]).verdict
    'correct'
    """
    kinds = (_sum_rate, _least_power, _max_min, _water_filling, _orthogonal)
    found: list[Question] = []
    while len(found) < n:
        draw, place = kinds[len(found) % len(kinds)], 0
        asked = None
        while asked is None:
            rng = generator(random_state, "problem", len(found), place)
            asked, place = _question(draw, rng), place + 1
        found.append(asked)
    return found


def _question(draw: Callable[[np.random.Generator], Drawn], rng: np.random.Generator) -> Any:
    """A question, or None where it has no solution or two options come too close to each other."""
    try:
        problem, mistakes, explanation = draw(rng)
        value = problem.solve().value
    except InfeasibleProblemError:
        return None
    values = np.array([value, *mistakes])
    apart = np.abs(values[:, None] - values) / np.maximum(values[:, None], values)
    if (apart[np.triu_indices(4, 1)] < DIFFERENT).any():
        return None
    unit = next(iter(UNITS[problem.value_dimension]))
    texts = [f"{number:.4g} {unit}" for number in values]
    order = rng.permutation(4)
    statement = problem.statement()
    return Question(
        id=hashlib.sha256(statement.encode()).hexdigest()[:12],
        kind="multiple_choice",
        level="hard",
        question=statement,
        options=tuple(texts[place] for place in order),
        key=int(np.flatnonzero(order == 0)[0]),
        evidence=(),
        explanation=explanation,
        category=str(problem.to_record()["type"]),
        origin="solver",
        problem={"problem": problem.to_record(), "answer": {"value": texts[0]}},
    )


def _gains(rng: np.random.Generator, n: int) -> tuple[str, ...]:
    """Weak to strong, each 3 to 9 dB above the one before."""
    decibels = rng.integers(-12, -5) + np.cumsum(rng.integers(3, 10, size=n))
    return tuple(f"{decibel} dB" for decibel in decibels)


def _drawn_noma(rng: np.random.Generator, objective: str) -> NomaProblem:
    gains = _gains(rng, int(rng.integers(2, 4)))
    rates = tuple(f"{rate:g} bit/s/Hz" for rate in rng.choice([0.5, 1.0, 1.5], size=len(gains)))
    power = f"{rng.integers(20, 60)} W"
    known: dict[str, Any] = {"power": power, "rates": rates}
    if objective != "sum rate":
        known.pop("power" if objective == "minimum power" else "rates")
    return NomaProblem(gains, "1 W", objective, **known)


def _numbers(problem: Any) -> tuple[np.ndarray, float]:
    gains = np.array(read_quantities(problem.gains, "gain"))
    power = float(problem.power.split()[0]) if problem.power else 0.0
    return gains, power


def _sum_rate(rng: np.random.Generator) -> Drawn:
    """Mistakes: equal powers; no least rates; taking turns."""
    problem = _drawn_noma(rng, "sum rate")
    gains, power = _numbers(problem)
    equal = problem.value(np.full(len(gains), power / len(gains)))
    alone = float(np.log2(1 + power * gains.max()))
    turns = OmaProblem(problem.gains, "1 W", str(problem.power)).solve().value
    why = (
        "All users but the strongest get exactly their least rate; what is left is the strongest's."
    )
    return problem, [equal, alone, turns], why


def _least_power(rng: np.random.Generator) -> Drawn:
    """Mistakes: no interference; the order of cancelling turned; e in place of 2."""
    problem = _drawn_noma(rng, "minimum power")
    gains, _ = _numbers(problem)
    needed = np.exp2(read_quantities(problem.rates or (), "rate")) - 1
    free = float((needed / gains).sum())
    turned = natural = 0.0
    for gain, need in zip(gains, needed, strict=True):
        turned += need * (turned + 1 / gain)
    for gain, need in zip(gains[::-1], needed[::-1], strict=True):
        natural += np.expm1(np.log2(1 + need)) * (natural + 1 / gain)
    why = "From the strongest user on, p_k = (2^R_k − 1)(Σ p of stronger users + N0/g_k)."
    return problem, [free, turned, float(natural)], why


def _max_min(rng: np.random.Generator) -> Drawn:
    """Mistakes: equal powers' smallest rate; taking turns; the mean of the largest sum."""
    problem = _drawn_noma(rng, "max-min rate")
    gains, power = _numbers(problem)
    equal = problem.value(np.full(len(gains), power / len(gains)))
    turns = OmaProblem(problem.gains, "1 W", str(problem.power), "max-min rate").solve().value
    mean = float(np.log2(1 + power * gains.max())) / len(gains)
    why = "The common rate is the one whose least total power is all the power that there is."
    return problem, [equal, turns, mean], why


def _water_filling(rng: np.random.Generator) -> Drawn:
    """Mistakes: equal powers; all on the best channel; powers in proportion to the gains."""
    gains = _gains(rng, int(rng.integers(3, 5)))
    problem = WaterFillingProblem(gains, "1 W", f"{rng.integers(5, 30)} W")
    numbers, power = _numbers(problem)
    equal = problem.value(np.full(len(gains), power / len(gains)))
    alone = float(np.log2(1 + power * numbers.max()))
    shared = problem.value(power * numbers / numbers.sum())
    why = "The power fills the floors N0/g_i up to one level; channels above it get none."
    return problem, [equal, alone, shared], why


def _orthogonal(rng: np.random.Generator) -> Drawn:
    """Mistakes: the power shared too; the sum without shares; NOMA's own."""
    gains = _gains(rng, 2)
    problem = OmaProblem(gains, "1 W", f"{rng.integers(20, 60)} W")
    numbers, power = _numbers(problem)
    split = float(np.log2(1 + power / 2 * numbers).sum() / 2)
    unshared = float(np.log2(1 + power * numbers).sum())
    alone = float(np.log2(1 + power * numbers.max()))
    why = "Each user has half of the time at full power: ½ log2(1 + P g/N0) each."
    return problem, [split, unshared, alone], why
