"""The BROJA program as a conic program, for a solver that is not ours."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import sparse

from infometer.extras import require
from infometer.quantities.broja import BrojaLaw
from infometer.quantities.broja_program import BrojaProgram, exact_step

__all__ = ["conic_broja_law"]

LEAST = 1e-13
"""Cells that the solver leaves at or below 0 are put here, and the share that is mixed in."""
SWEEPS = 100
"""Of proportional fitting, which brings the solver's law near its marginals and stays above 0."""


def conic_broja_law(program: BrojaProgram, tol: float) -> BrojaLaw:
    """Solve the BROJA program with cvxpy and Clarabel, in exponential cones.

    The gap is not the solver's word: its law is brought to exact marginals, and its multipliers
    are made feasible.

    Parameters
    ----------
    program : BrojaProgram
    tol : float
        What the solver is asked for; the gap that comes back may be larger.

    Returns
    -------
    BrojaLaw

    Raises
    ------
    MissingExtraError
        Without the extra ``exact``.
    RuntimeError
        Where the solver gives up.

    Examples
    --------
    >>> p = np.array([[0.5, 0.0], [0.25, 0.25]])
    >>> round(conic_broja_law(BrojaProgram.of_marginals(p, p), 1e-9).value, 5)
    -0.34657
    """
    cvxpy = require("cvxpy", "exact")
    require("clarabel", "exact")
    i, j, y = np.nonzero(program.support)
    (n1, k), n2, cells = program.p1.shape, len(program.p2), np.arange(len(i))
    ones = np.ones(2 * len(i))
    equations = sparse.csr_array(
        (ones, (np.concatenate([i * k + y, (n1 + j) * k + y]), np.tile(cells, 2))),
        shape=((n1 + n2) * k, len(i)),
    )[program.rows]
    pair = sparse.csr_array((ones[: len(i)], (i * n2 + j, cells)), shape=(n1 * n2, len(i)))
    wanted = np.concatenate([program.p1.ravel(), program.p2.ravel()])[program.rows]
    cell = cvxpy.Variable(len(i))
    met = equations @ cell == wanted
    problem = cvxpy.Problem(
        cvxpy.Minimize(cvxpy.sum(cvxpy.rel_entr(cell, pair.T @ (pair @ cell)))), [met]
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Solution may be inaccurate")  # the gap says how much
        problem.solve(
            solver="CLARABEL", tol_gap_abs=tol / 10, tol_gap_rel=tol / 10, tol_feas=tol / 10
        )
    if cell.value is None or not np.isfinite(cell.value).all() or met.dual_value is None:
        raise RuntimeError(
            f"Clarabel found no law (its status is {problem.status!r}); leave solver='clarabel' out"
        )
    q = np.zeros(program.support.shape)
    q[program.support] = np.maximum(cell.value, LEAST)
    multipliers = np.zeros((n1 + n2) * k)
    multipliers[program.rows] = -met.dual_value
    q = _inside(program, q)
    steps = problem.solver_stats.num_iters
    return BrojaLaw(q, program.value(q), program.gap(q, multipliers), steps)


def _inside(program: BrojaProgram, q: np.ndarray) -> np.ndarray:
    """The law with exact marginals next to Q, with enough of the independent one to be > 0."""
    p1, p2 = program.p1[:, None, :], program.p2[None]
    for _ in range(SWEEPS):
        q = q * program.over(p1, q.sum(axis=1, keepdims=True))
        q = q * program.over(p2, q.sum(axis=0, keepdims=True))
    q = q + exact_step(program, q, np.zeros_like(q), program.missing(q))
    product = program.independent_law()
    low = q < 0
    share = (-q[low] / (product[low] - q[low])).max() if low.any() else 0.0
    share = min(share + LEAST, 1.0)
    return np.asarray((1.0 - share) * q + share * product)
