"""A claimed answer against the solver: feasible, optimal, and in units that are those asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from infometer.questions.problems.noma import NomaProblem
from infometer.questions.problems.solution import (
    InfeasibleProblemError,
    OptimisationProblem,
    Verdict,
)
from infometer.questions.problems.stationarity import kkt_residual
from infometer.questions.problems.units import read_quantities, read_quantity, show_quantity

__all__ = ["verify_answer"]

TOLERANCE = 1e-3
KEYS = {"value", "variables", "infeasible", "order"}


def verify_answer(
    problem: OptimisationProblem, answer: Mapping[str, Any], *, tolerance: float = TOLERANCE
) -> Verdict:
    """What the solver says of a claimed answer.

    Units are read; a point is feasible where no constraint is missed by more than `tolerance` of
    its scale; its value is right within ``|claimed - optimum| ≤ tolerance · |optimum|``. The test
    is relative without a floor: with one of 1, any power of some nanowatts would do.

    Parameters
    ----------
    problem : OptimisationProblem
        `NomaProblem`, `WaterFillingProblem`, `EnergyEfficiencyProblem` or `OmaProblem`.
    answer : mapping
        ``value`` with unit, ``variables`` with units in the order of the users or channels, or
        both; or ``{"infeasible": True}``. Optional: ``order``, the users (from 1) in the order in
        which their signals are decoded.
    tolerance : float

    Returns
    -------
    Verdict

    Examples
    --------
    >>> problem = NomaProblem(["0.2 linear", "1 linear"], "1 W", power="10 W",
    ...                       rates=["1 bit/s/Hz", "1 bit/s/Hz"])
    >>> verify_answer(problem, {"variables": ["7.5 W", "2.5 W"]}).verdict
    'correct'
    >>> print(verify_answer(problem, {"variables": ["8 W", "2 W"]}).reason)
    2.684498 bit/s/Hz is 4.4 % from the optimum of 2.807355 bit/s/Hz
    >>> verify_answer(problem, {"value": "2.8074"}).verdict
    'malformed'
    """
    try:
        point, value, infeasible, order = _read(problem, answer)
    except ValueError as error:
        return Verdict("malformed", str(error))
    against = _decoded_otherwise(problem, order)
    try:
        optimum = problem.solve().value
    except InfeasibleProblemError as error:
        verdict, claim = (
            ("correct", "is") if infeasible else ("infeasible", "has no feasible point")
        )
        return Verdict(verdict, f"the problem {claim}: {error}", sic_violated=against)  # type: ignore[arg-type]
    if infeasible:
        reached = show_quantity(optimum, problem.value_dimension)
        return Verdict("malformed", f"the problem is feasible: {reached}", sic_violated=against)
    residual = None
    if point is not None:
        broken = _broken(problem, point, tolerance)
        if broken:
            return Verdict("infeasible", broken, sic_violated=against)
        reached_value = problem.value(point)
        residual = kkt_residual(problem, point)
        if value is not None and abs(value - reached_value) > tolerance * abs(reached_value):
            shown = [show_quantity(v, problem.value_dimension) for v in (value, reached_value)]
            return Verdict(
                "malformed",
                f"the claimed value is {shown[0]}, and the claimed variables give {shown[1]}",
                kkt_residual=residual,
                sic_violated=against,
            )
        value = reached_value
    assert value is not None
    return _judged(problem, value, optimum, tolerance, point is not None, residual, against)


def _judged(
    problem: OptimisationProblem,
    value: float,
    optimum: float,
    tolerance: float,
    reached: bool,
    residual: float | None,
    against: bool,
) -> Verdict:
    gap = abs(value - optimum) / max(abs(optimum), 1e-300)
    shown = [show_quantity(v, problem.value_dimension) for v in (value, optimum)]
    seen: dict[str, Any] = {"gap": gap, "kkt_residual": residual, "sic_violated": against}
    if gap <= tolerance:
        return Verdict("correct", f"{shown[0]}; the optimum is {shown[1]}", **seen)
    better = (value > optimum) == problem.maximised
    if better and not reached:
        return Verdict(
            "infeasible", f"{shown[0]} is out of reach: the optimum is {shown[1]}", **seen
        )
    return Verdict(
        "suboptimal", f"{shown[0]} is {100 * gap:.2g} % from the optimum of {shown[1]}", **seen
    )


def _read(
    problem: OptimisationProblem, answer: Mapping[str, Any]
) -> tuple[np.ndarray | None, float | None, bool, tuple[int, ...] | None]:
    if not isinstance(answer, Mapping) or not answer.keys() & {"value", "variables", "infeasible"}:
        raise ValueError(f"answer is {answer!r:.80}; expected value, variables or infeasible")
    if unknown := sorted(map(str, answer.keys() - KEYS)):
        raise ValueError(f"answer has {unknown}; expected only {', '.join(sorted(KEYS))}")
    point = value = order = None
    if "variables" in answer:
        point = np.array(read_quantities(answer["variables"], problem.variable_dimension))
        expected = len(problem.to_record()["gains"])
        if point.shape != (expected,):
            raise ValueError(f"variables has {len(point)} numbers; expected {expected}")
    if "value" in answer:
        value = read_quantity(answer["value"], problem.value_dimension)
    if "order" in answer:
        order = tuple(answer["order"])
    return point, value, answer.get("infeasible") is True, order


def _broken(problem: OptimisationProblem, point: np.ndarray, tolerance: float) -> str:
    """The constraint that is missed by the most of its scale, in words; empty where none is."""
    missed = {name: slack / scale for name, (slack, scale) in problem.slacks(point).items()}
    worst = min(missed, key=lambda name: missed[name])
    if missed[worst] >= -tolerance:
        return ""
    return f"the constraint on the {worst} is missed by {-100 * missed[worst]:.3g} % of its scale"


def _decoded_otherwise(problem: OptimisationProblem, order: tuple[int, ...] | None) -> bool:
    return order is not None and isinstance(problem, NomaProblem) and order != problem.order
