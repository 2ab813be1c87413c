"""The convex program of the BROJA decomposition, and the bound that certifies a solution of it."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve

__all__ = ["EXACT", "BrojaProgram", "SchurComplement", "exact_step"]

NEGLIGIBLE = 1e-15
"""Probabilities of a pair (x1, y) or (x2, y) below this are rounding of a sum that is 1."""
EXACT = 1e-13
"""How far the marginals of a solution may be from those of P."""
RIDGE = 1e-15
"""The least that is added to a diagonal of ones, where rounding has made it singular."""


class BrojaProgram(NamedTuple):
    r"""The least of f(Q) = Σ Q log(Q / Q_{x1 x2}) over the laws Q with two given marginals.

    .. math:: \min_{Q \in \Delta_P} -H_Q(Y | X_1, X_2), \qquad
        \Delta_P = \{Q : Q(x_1, y) = P(x_1, y),\ Q(x_2, y) = P(x_2, y)\}.

    Its dual has a multiplier a for each (x1, y) and b for each (x2, y):

    .. math:: \max_{a, b} \sum P(x_1, y) a + \sum P(x_2, y) b \quad \text{where} \quad
        \log \sum_y e^{a(x_1, y) + b(x_2, y)} \le 0 \ \text{for all}\ x_1, x_2.

    Cells of Q where P(x1, y) or P(x2, y) is 0 are 0 and are left out.

    Parameters
    ----------
    p1, p2 : ndarray, shapes (n1, k) and (n2, k)
        P(x1, y) and P(x2, y).
    support : ndarray of bool, shape (n1, n2, k)
        The cells that may be above 0.
    rows : ndarray of int
        Equations, of the (n1 + n2) k, of which none follows from the others.
    """

    p1: np.ndarray
    p2: np.ndarray
    support: np.ndarray
    rows: np.ndarray

    @classmethod
    def of_marginals(cls, p1: np.ndarray, p2: np.ndarray) -> Self:
        """The program of P(x1, y) and P(x2, y), whose sums over x1 and over x2 are the same."""
        p1, p2 = (np.where(p < NEGLIGIBLE, 0.0, p) for p in (p1, p2))
        independent = p2 > 0
        independent[p2.argmax(axis=0), np.arange(p2.shape[1])] = False  # both sum to P(y)
        rows = np.flatnonzero(np.concatenate([(p1 > 0).ravel(), independent.ravel()]))
        return cls(p1, p2, (p1 > 0)[:, None, :] & (p2 > 0)[None], rows)

    def independent_law(self) -> np.ndarray:
        """P(x1|y) P(x2|y) P(y): in Δ_P, and positive on the support."""
        return self.over(self.p1[:, None, :] * self.p2[None], self.p1.sum(axis=0))

    def over(self, numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
        """The ratio on the support, 0 elsewhere."""
        return np.divide(numerator, denominator, out=np.zeros(self.support.shape),
                         where=self.support)  # fmt: skip

    def log_conditional(self, q: np.ndarray) -> np.ndarray:
        """Log Q(y | x1, x2) on the support, 0 elsewhere; the gradient of f."""
        ratio = self.over(q, q.sum(axis=2, keepdims=True))
        return np.log(ratio, out=np.zeros_like(q), where=self.support)

    def value(self, q: np.ndarray) -> float:
        """f(Q) = −H_Q(Y | X1, X2), in nats."""
        return float((q * self.log_conditional(q)).sum())

    def marginals(self, q: np.ndarray) -> np.ndarray:
        """Q(x1, y) and Q(x2, y), one after the other, shape ((n1 + n2) k,)."""
        return np.concatenate([q.sum(axis=1).ravel(), q.sum(axis=0).ravel()])

    def missing(self, q: np.ndarray) -> np.ndarray:
        """What the marginals of Q lack of those of P, shape ((n1 + n2) k,)."""
        return np.concatenate([self.p1.ravel(), self.p2.ravel()]) - self.marginals(q)

    def spread(self, multipliers: np.ndarray) -> np.ndarray:
        """a(x1, y) + b(x2, y) on the support, 0 elsewhere."""
        a, b = np.split(multipliers, [self.p1.size])
        total = a.reshape(self.p1.shape)[:, None, :] + b.reshape(self.p2.shape)[None]
        return np.where(self.support, total, 0.0)

    def bound(self, multipliers: np.ndarray) -> float:
        """The least value of f that these multipliers prove.

        Any (a, b) is made feasible: the largest log-sum-exp over x2 is taken off a(x1, ·).
        """
        a, b = np.split(multipliers, [self.p1.size])
        exponents = np.where(self.support, self.spread(multipliers), -np.inf)
        excess = np.logaddexp.reduce(exponents, axis=2).max(axis=1)
        weights = self.p1.sum(axis=1)
        return float(
            self.p1.ravel() @ a + self.p2.ravel() @ b - weights[weights > 0] @ excess[weights > 0]
        )

    def gap(self, q: np.ndarray, multipliers: np.ndarray) -> float:
        """By how much f(Q) may at most differ from the least value, with what rounding may hide.

        Where the marginals of Q are a little beside those of P, f(Q) may also be too small: by no
        more than the multipliers say that they weigh. The sums are of rounded terms.
        """
        value, bound = self.value(q), self.bound(multipliers)
        beside = float(np.abs(multipliers) @ np.abs(self.missing(q)))
        size = float(np.abs(multipliers) @ np.concatenate([self.p1.ravel(), self.p2.ravel()]))
        rounding = np.finfo(float).eps * (abs(value) + size)
        return float(max(value - bound, 0.0) + beside + rounding)

    def first_multipliers(self) -> np.ndarray:
        """Log P(y|x1) and 0, or 0 and log P(y|x2): whichever proves more."""
        found = []
        for number, p in enumerate((self.p1, self.p2)):
            ratio = np.divide(p, p.sum(axis=1, keepdims=True), out=np.ones_like(p), where=p > 0)
            both = [np.zeros(self.p1.size), np.zeros(self.p2.size)]
            both[number] = np.log(ratio).ravel()
            found.append(np.concatenate(both))
        return max(found, key=self.bound)


class SchurComplement:
    r"""A M Aᵀ, factorised: M holds a block diag(d) + w d dᵀ for every (x1, x2), A is `marginals`.

    Parameters
    ----------
    program : BrojaProgram
    d : ndarray, shape (n1, n2, k)
        0 outside the support.
    weight : ndarray, shape (n1, n2)
        w.
    """

    def __init__(self, program: BrojaProgram, d: np.ndarray, weight: np.ndarray) -> None:
        n1, n2, k = d.shape
        first, second, each = np.arange(n1), np.arange(n1, n1 + n2), np.arange(k)
        root = d * np.sqrt(weight)[..., None]
        blocks = root[..., :, None] * root[..., None, :]
        blocks[..., each, each] += d
        whole = np.zeros((n1 + n2, k, n1 + n2, k))
        whole[first, :, first] = blocks.sum(axis=1)
        whole[second, :, second] = blocks.sum(axis=0)
        whole[:n1, :, n1:] = blocks.transpose(0, 2, 1, 3)
        whole[n1:, :, :n1] = blocks.transpose(1, 3, 0, 2)
        self.rows, self.size = program.rows, (n1 + n2) * k
        matrix = whole.reshape(self.size, self.size)[np.ix_(self.rows, self.rows)]
        self.scale = 1.0 / np.sqrt(np.diag(matrix))
        self.factor = _factor(matrix * self.scale * self.scale[:, None])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """The multipliers x with A M Aᵀ x = right, 0 where an equation follows from others."""
        found = np.zeros(self.size)
        found[self.rows] = self.scale * cho_solve(
            self.factor, self.scale * right[self.rows], check_finite=False
        )
        return found


def _factor(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    """Cholesky's factor of a matrix with ones on its diagonal, which rounding may make singular."""
    ridge, diagonal = RIDGE, np.diag_indices_from(matrix)
    while True:
        matrix[diagonal] = 1.0 + ridge
        try:
            return cho_factor(matrix, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            ridge *= 100.0


def exact_step(
    program: BrojaProgram, q: np.ndarray, dq: np.ndarray, missing: np.ndarray
) -> np.ndarray:
    """A step of Q with just the marginals that are missing, where rounding has blurred it.

    Each cell is corrected in proportion to Q, so that small ones stay above 0.

    Parameters
    ----------
    program : BrojaProgram
    q, dq : ndarray, shape (n1, n2, k)
    missing : ndarray, shape ((n1 + n2) k,)
        As `BrojaProgram.missing` gives them.

    Returns
    -------
    ndarray, shape (n1, n2, k)
    """
    schur = None
    for _ in range(2):
        error = missing - program.marginals(dq)
        if np.abs(error).max() < EXACT / 10.0:
            break
        if schur is None:
            schur = SchurComplement(program, q, np.zeros(q.shape[:2]))
        dq = dq + q * program.spread(schur.solve(error))
    return dq
