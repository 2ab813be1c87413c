"""The interior-point method that finds the BROJA law, to a gap that is certified."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from infometer.quantities.broja_program import EXACT, BrojaProgram, SchurComplement, exact_step

__all__ = ["BrojaLaw", "broja_law"]

MOST_STEPS = 70
PATIENCE = (10.0, 3.0, 1.0, 0.3)
"""How near the central path a point must be before μ falls: the next where the one before fails."""
TO_THE_EDGE = 0.99
"""How much of the way to the boundary a step may go."""
LAST_BARRIER = 0.2
"""Of the gap that is asked for, what the barrier may take."""


class BrojaLaw(NamedTuple):
    """A law Q of the BROJA program, and how good it is.

    Parameters
    ----------
    law : ndarray, shape (n1, n2, k)
        Q, with the marginals of P.
    value : float
        f(Q) = −H_Q(Y | X1, X2) in nats.
    gap : float
        The least value of a law with these marginals is no further from `value` than this.
    steps : int
        Of Newton's method.
    """

    law: np.ndarray
    value: float
    gap: float
    steps: int


class Point(NamedTuple):
    """Where the method stands: Q, the slacks z, the multipliers (a, b) and the barrier μ."""

    q: np.ndarray
    z: np.ndarray
    multipliers: np.ndarray
    mu: float


def broja_law(program: BrojaProgram, tol: float) -> BrojaLaw:
    r"""Solve the BROJA program to a certified gap by a primal-dual interior-point method.

    With slacks z of Q ≥ 0 the optimum has log Q(y|x1,x2) − z = a(x1,y) + b(x2,y) and Q z = 0.
    Newton's method follows Q z = μ as μ goes to 0. Its matrix has one block a pair (x1, x2),

    .. math:: \operatorname{diag}\frac{1 + z}{q} - \frac{1 1^\top}{q_\cdot},
        \quad \text{with the inverse} \quad \operatorname{diag}(d) + \frac{d d^\top}{\sigma},
        \quad d = \frac{q}{1 + z},\ \sigma = \sum_y d z,

    so that what is factorised has one row for each (x1, y) and (x2, y) only. The steps start at
    P(x1|y)P(x2|y)P(y) and keep its marginals; f(Q) − μ Σ log Q falls in each.

    Parameters
    ----------
    program : BrojaProgram
    tol : float
        Largest gap, in nats.

    Returns
    -------
    BrojaLaw
        With the gap that was reached, which is above `tol` only where floats have no more digits.

    References
    ----------
    A. Makkeh, D. O. Theis and R. Vicente, "Bivariate partial information decomposition: the
    optimization perspective", Entropy 19, 530 (2017), has the dual and the boundary.

    Examples
    --------
    Of an AND gate of two fair bits, H(Y | X1, X2) = ½ log 2 under Q:

    >>> p = np.array([[0.5, 0.0], [0.25, 0.25]])
    >>> found = broja_law(BrojaProgram.of_marginals(p, p), 1e-9)
    >>> round(found.value, 6), found.gap < 1e-9, found.law[1, 1].round(6).tolist()
    (-0.346574, True, [0.25, 0.25])
    """
    best = None
    for patience in PATIENCE:
        found = _follow_path(program, tol, patience)
        if best is None or found.gap < best.gap:
            best = found
        if best.gap <= tol:
            break
    assert best is not None
    return best


def _follow_path(program: BrojaProgram, tol: float, patience: float) -> BrojaLaw:
    q, mu = program.independent_law(), 1.0 / program.support.sum()
    point = Point(q, program.over(np.asarray(mu), q), program.first_multipliers(), mu)
    best = BrojaLaw(q, program.value(q), np.inf, 0)
    for step in range(MOST_STEPS):
        value = program.value(point.q)
        gap = program.gap(point.q, point.multipliers)
        if gap < best.gap and np.abs(program.missing(point.q)).max() < EXACT:
            best = BrojaLaw(point.q, value, gap, step)
            if gap <= tol:
                break
        point = _newton_step(program, _lower_barrier(program, point, tol, patience))
    return best


def _lower_barrier(program: BrojaProgram, point: Point, tol: float, patience: float) -> Point:
    """The point with μ as small as its distance from the central path allows."""
    last = LAST_BARRIER * tol / program.support.sum()
    slope = program.log_conditional(point.q) - program.spread(point.multipliers)
    off_path = np.abs(point.q * (slope - point.z)).max()
    mu, product = point.mu, (point.q * point.z)[program.support]
    while mu > last and max(off_path, np.abs(product - mu).max()) < patience * mu:
        mu = max(mu / 10.0, last)
    return point._replace(mu=mu)


def _newton_step(program: BrojaProgram, point: Point) -> Point:
    q, z, multipliers, mu = point
    dq, dz, change = _direction(program, point)
    slope = program.log_conditional(q) - mu * program.over(np.ones(()), q)
    falls = float((dq * slope).sum())
    length = _length(q, dq)
    start = _with_barrier(program, q, mu)
    while length > 1e-8 and (
        _with_barrier(program, q + length * dq, mu) > start + 1e-4 * length * min(falls, 0) + 1e-15
    ):
        length /= 2.0
    q = q + length * dq
    z = z + _length(z, dz) * dz
    centre = mu * program.over(np.ones(()), q)
    return Point(q, z.clip(1e-4 * centre, 1e4 * centre), multipliers + length * change, mu)


def _direction(program: BrojaProgram, point: Point) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Newton's step of Q, of z and of the multipliers."""
    q, z, multipliers, mu = point
    d = q / (1.0 + z)
    sigma = (d * z).sum(axis=2)
    weight = np.divide(1.0, sigma, out=np.zeros_like(sigma), where=sigma > 0)

    def inverse(v: np.ndarray) -> np.ndarray:
        return d * (v + (weight * (d * v).sum(axis=2))[..., None])

    missing = program.missing(q)
    right = program.over(mu - q * z, q) + program.spread(multipliers)
    right += z - program.log_conditional(q)
    schur = SchurComplement(program, d, weight)
    change = schur.solve(missing - program.marginals(inverse(right)))
    dq = exact_step(program, q, inverse(right + program.spread(change)), missing)
    return dq, program.over(mu - q * z - z * dq, q), change


def _length(values: np.ndarray, step: np.ndarray) -> float:
    """How much of a step leaves all values above 0; 1 at most."""
    falling = step < 0
    if not falling.any():
        return 1.0
    return min(1.0, TO_THE_EDGE * float((values[falling] / -step[falling]).min()))


def _with_barrier(program: BrojaProgram, q: np.ndarray, mu: float) -> float:
    return program.value(q) - mu * float(np.log(q[program.support]).sum())
