"""How far a point is from meeting the conditions of Karush, Kuhn and Tucker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import approx_fprime, nnls

from infometer.questions.problems.solution import OptimisationProblem

__all__ = ["kkt_residual"]

ACTIVE = 1e-4
"""A constraint is active where its slack is below this part of its scale."""
HEAVY = 1e3


def kkt_residual(problem: OptimisationProblem, point: np.ndarray) -> float:
    r"""How far the slopes of the objective and of the active constraints are from balance.

    .. math:: \min_{a, λ \ge 0,\, Σ a = 1}
        \Big\lVert \sum_m a_m ∇f_m - \sum_c λ_c ∇c \Big\rVert \Big/ \max_m \lVert ∇f_m \rVert

    f_m are the pieces of the objective that are smallest, of which there is one but for the
    smallest of many rates; their sign is turned where it is maximised; c ≥ 0 are the constraints
    that the point touches. Gradients by differences, in units of the point's own size.

    Parameters
    ----------
    problem : OptimisationProblem
    point : ndarray, shape (K,)
        Feasible.

    Returns
    -------
    float
        About 1e-6 or below at an optimum, 1 where nothing holds the objective back.

    Examples
    --------
    >>> from infometer.questions.problems import WaterFillingProblem
    >>> problem = WaterFillingProblem(["1 linear", "0.5 linear"], "1 W", "5 W")
    >>> kkt_residual(problem, np.array([3.0, 2.0])) < 1e-5
    True
    >>> round(kkt_residual(problem, np.array([2.0, 3.0])), 2)
    0.24
    """
    size = max(float(np.abs(point).max()), 1e-300)
    scaled = point / size

    def gradients(function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        def of_scaled(x: Any, /) -> Any:
            return function(x * size)

        return np.atleast_2d(approx_fprime(scaled, of_scaled, 1e-7))

    pieces = problem.pieces(point)
    smallest = np.flatnonzero(pieces <= pieces.min() + ACTIVE * abs(pieces.min()))
    sign = -1.0 if problem.maximised else 1.0
    slopes = sign * gradients(lambda x: problem.pieces(x)[smallest])
    inside = problem.slacks(point)
    touched = [name for name, (slack, scale) in inside.items() if slack <= ACTIVE * scale]
    walls = np.zeros((0, len(point)))
    if touched:
        scales = np.array([inside[name][1] for name in touched])
        walls = gradients(
            lambda x: np.array([problem.slacks(x)[name][0] for name in touched]) / scales
        )
    norm = float(np.linalg.norm(slopes, axis=1).max())
    if norm == 0:
        return 0.0
    balance = np.hstack([slopes.T / norm, -walls.T])
    whole = np.concatenate([np.full(len(slopes), HEAVY), np.zeros(len(walls))])
    target = np.concatenate([np.zeros(len(point)), [HEAVY]])
    weights, _ = nnls(np.vstack([balance, whole]), target)
    return float(np.linalg.norm(balance @ weights))
