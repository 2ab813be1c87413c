"""A problem from its JSON record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infometer.questions.problems.channels import EnergyEfficiencyProblem, WaterFillingProblem
from infometer.questions.problems.noma import NomaProblem
from infometer.questions.problems.orthogonal import OmaProblem
from infometer.questions.problems.solution import OptimisationProblem

__all__ = ["read_problem"]

TYPES: dict[str, type] = {
    "noma": NomaProblem,
    "oma": OmaProblem,
    "water-filling": WaterFillingProblem,
    "energy efficiency": EnergyEfficiencyProblem,
}


def read_problem(record: Mapping[str, Any]) -> OptimisationProblem:
    """The problem of a record ``{"type": …, …}``, as its ``to_record`` writes it.

    Parameters
    ----------
    record : mapping

    Returns
    -------
    NomaProblem, OmaProblem, WaterFillingProblem or EnergyEfficiencyProblem

    Raises
    ------
    ValueError
        For another type, a parameter that it does not have, or a number without unit.

    Examples
    --------
    >>> problem = WaterFillingProblem(["1 linear"], "1 W", "3 W")
    >>> read_problem(problem.to_record()) == problem
    True
    """
    kind = record.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise ValueError(f"type is {kind!r}; expected one of {', '.join(TYPES)}")
    parameters = {str(name): value for name, value in record.items() if name != "type"}
    try:
        problem: OptimisationProblem = TYPES[kind](**parameters)
    except TypeError as error:
        raise ValueError(f"a record of type {kind!r} does not fit: {error}") from error
    return problem
