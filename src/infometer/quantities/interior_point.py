"""The primal-dual interior-point method, for the programs of rate-distortion and capacity."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = ["Program", "minimise", "read_tolerance"]

MOST_STEPS = 100
"""A dozen steps solve most laws, thirty a fine grid."""
TO_THE_EDGE = 0.99
"""How much of the way to the boundary a step may go."""
TOGETHER = 2**20
"""Entries of the matrices that are worked on at once; a longer batch saves no time."""


class Program(NamedTuple):
    """The least f(q) = Σ_i φ_i((M q)_i) + b·q over q ≥ 0, for several matrices M at once.

    Parameters
    ----------
    matrix : ndarray, shape (k, n, m)
        M of each of the k programs: not negative, no row of zeros.
    linear : ndarray, shape (k, m)
        b.
    slope, curvature : callable
        φ' and φ'' > 0 of an array (k, n), with its shape.
    start : ndarray, shape (k, m)
        A positive q at which the gradient b + Mᵀφ'(M q) is positive.
    gap : callable
        Of q and the gradient there, both (k, m): how far q is from the best at most, shape (k,).
    """

    matrix: np.ndarray
    linear: np.ndarray
    slope: Callable[[np.ndarray], np.ndarray]
    curvature: Callable[[np.ndarray], np.ndarray]
    start: np.ndarray
    gap: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def take(self, rows: np.ndarray | slice) -> Program:
        """The programs in these rows."""
        return self._replace(
            matrix=self.matrix[rows], linear=self.linear[rows], start=self.start[rows]
        )

    def product(self, q: np.ndarray) -> np.ndarray:
        """M q, shape (k, n)."""
        return (self.matrix @ q[:, :, None])[:, :, 0]

    def transposed(self, u: np.ndarray) -> np.ndarray:
        """Mᵀ u, shape (k, m)."""
        return (u[:, None, :] @ self.matrix)[:, 0, :]


class Point(NamedTuple):
    """Where the method stands: q, the multipliers z of q ≥ 0, and u, which tends to −φ'(M q)."""

    q: np.ndarray
    z: np.ndarray
    u: np.ndarray

    def take(self, rows: np.ndarray) -> Point:
        """The points of the programs in these rows."""
        return Point(self.q[rows], self.z[rows], self.u[rows])


def minimise(program: Program, tol: float) -> np.ndarray:
    r"""Solve programs until the gap of each is at most `tol`.

    With u = −φ'(M q), the least value has z = b − Mᵀu ≥ 0 and q z = 0. Newton's method follows
    q z = μ as μ goes to 0; z = b − Mᵀu holds at every step, and the step δ is the solution of

    .. math:: (M^\top W M + \operatorname{diag}(z / q))\, \delta q
              = \mu / q - z + M^\top (-\varphi' - u), \qquad W = \operatorname{diag}(\varphi''),

    or of the system for δu, if that is the smaller. μ is taken from how far the step to μ = 0
    could go, and is not made smaller than `tol` needs. Nothing but the gap ends the search.

    Parameters
    ----------
    program : Program
    tol : float

    Returns
    -------
    ndarray, shape (k, m)
        Positive.

    Raises
    ------
    RuntimeError
        If the gap is not reached, which says that `tol` asks for more digits than floats have.

    References
    ----------
    S. J. Wright, "Primal-dual interior-point methods", SIAM (1997), chapters 10 and 11; R. Koenker
    and I. Mizera, "Convex optimization, shape constraints, compound decisions, and empirical Bayes
    rules", JASA 109, 674 (2014), use it for the program of rate-distortion, which is that of
    the weights of a mixture.

    Examples
    --------
    −0.9 log q₁ − 0.1 log q₂ + q₁ + q₂ is least at q = (0.9, 0.1).

    >>> p = np.array([0.9, 0.1])
    >>> program = Program(
    ...     np.eye(2)[None], np.ones((1, 2)), lambda v: -p / v, lambda v: p / v**2,
    ...     np.full((1, 2), 2.0), lambda q, gradient: abs(q * gradient).max(-1)
    ... )
    >>> minimise(program, 1e-9).round(6).tolist()
    [[0.9, 0.1]]
    """
    count, n, m = program.matrix.shape
    width = max(1, TOGETHER // (n * m))
    parts = [slice(first, first + width) for first in range(0, count, width)]
    return np.concatenate([_minimise(program.take(part), tol) for part in parts])


def read_tolerance(tol: float) -> float:
    """A gap that can be asked for.

    Raises
    ------
    ValueError
        If it is not a finite number above 0.

    Examples
    --------
    >>> read_tolerance(1e-9)
    1e-09
    """
    if not (np.isreal(tol) and 0 < tol < np.inf):
        raise ValueError(f"tol is {tol!r}; expected a gap in nats above 0, such as 1e-9")
    return float(tol)


def _minimise(program: Program, tol: float) -> np.ndarray:
    found = np.empty(program.linear.shape)
    left = np.arange(len(found))
    slope = program.slope(program.product(program.start))
    point = Point(program.start, program.linear + program.transposed(slope), -slope)
    for _ in range(MOST_STEPS):
        product = program.product(point.q)
        slope = program.slope(product)
        gap = program.gap(point.q, program.linear + program.transposed(slope))
        found[left] = point.q
        open_ = ~(gap <= tol)
        if not open_.any():
            return found
        if not open_.all():
            program, point, left = program.take(open_), point.take(open_), left[open_]
            product, slope = product[open_], slope[open_]
        point = _step(program, point, program.curvature(product), -slope - point.u, tol)
    raise RuntimeError(
        f"after {MOST_STEPS} steps the gap is {gap.max():.2g} and tol is {tol:g}: ask for a larger "
        "tol; where it is already large, the law spans more orders of magnitude than floats resolve"
    )


def _step(
    program: Program, point: Point, weight: np.ndarray, residual: np.ndarray, tol: float
) -> Point:
    """One step of Newton's method: how far towards μ = 0, then towards the μ that it suggests."""
    q, z, u = point
    dq, du = _directions(program, point, weight, residual)
    dz = -np.stack([program.transposed(du[..., i]) for i in range(2)], axis=-1)
    mu = (q * z).mean(-1, keepdims=True)
    ahead_q = q + _length(q, dq[..., 0]) * dq[..., 0]
    ahead_z = z + _length(z, dz[..., 0]) * dz[..., 0]
    ahead = (ahead_q * ahead_z).mean(-1, keepdims=True)
    mu = np.maximum(mu * (ahead / mu) ** 3, 0.1 * tol / q.shape[-1])
    dq, du, dz = (d[..., 0] + mu * d[..., 1] for d in (dq, du, dz))
    primal, dual = _length(q, dq, TO_THE_EDGE), _length(z, dz, TO_THE_EDGE)
    return Point(q + primal * dq, z + dual * dz, u + dual * du)


def _directions(
    program: Program, point: Point, weight: np.ndarray, residual: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """δq (k, m, 2) and δu (k, n, 2): the step to μ = 0, and what a unit of μ adds to it."""
    q, z, _ = point
    matrix = program.matrix
    flipped = np.swapaxes(matrix, -1, -2)
    n, m = matrix.shape[-2:]
    primal = np.stack([-z, 1.0 / q], axis=-1)
    dual = np.stack([residual, np.zeros_like(residual)], axis=-1)
    scale, root = np.sqrt(q / z), np.sqrt(weight)
    scaled = matrix * root[:, :, None]
    scaled *= scale[:, None, :]
    rescaled = np.swapaxes(scaled, -1, -2)
    if n < m:
        right = dual / root[:, :, None] - scaled @ (scale[:, :, None] * primal)
        du = root[:, :, None] * np.linalg.solve(_plus_one(scaled @ rescaled), right)
        return (scale**2)[:, :, None] * (primal + flipped @ du), du
    right = scale[:, :, None] * (primal + flipped @ dual)
    dq = scale[:, :, None] * np.linalg.solve(_plus_one(rescaled @ scaled), right)
    return dq, dual - weight[:, :, None] * (matrix @ dq)


def _plus_one(square: np.ndarray) -> np.ndarray:
    """The matrices with 1 added to their diagonals, in place."""
    diagonal = np.arange(square.shape[-1])
    square[:, diagonal, diagonal] += 1.0
    return square


def _length(x: np.ndarray, dx: np.ndarray, fraction: float = 1.0) -> np.ndarray:
    """How much of the step dx keeps x positive, at most all of it; shape (k, 1)."""
    most = (-dx / x).max(-1, keepdims=True)
    return fraction / np.maximum(most, fraction)
