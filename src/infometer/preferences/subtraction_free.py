"""Dense elimination of a Laplacian without a subtraction, at the speed of matrix products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.blas import dtrsm

from infometer.preferences.elimination import reciprocal

__all__ = ["DenseFactor", "factor_dense"]

COLUMNS = 8
"""As many are eliminated one by one; more by halves."""


@dataclass(frozen=True, eq=False)
class DenseFactor:
    """L = (I − S) D (I − S)ᵀ, S strictly lower; made by `factor_dense`.

    Parameters
    ----------
    lower : ndarray, shape (n, n)
        −S below the diagonal; what stands above is not used.
    pivots : ndarray, shape (n,)
        The diagonal of D; 0 for the last item of each component without prior.
    """

    lower: np.ndarray
    pivots: np.ndarray

    def solve(self, b: np.ndarray) -> np.ndarray:
        """A solution of L x = b, shape (n, k), that is 0 at the last item where L is singular."""
        if not b.size:
            return np.zeros_like(b)
        upper = self.lower.T
        x = dtrsm(1.0, upper, b, lower=0, trans_a=1, diag=1)
        x *= reciprocal(self.pivots)[:, None]
        return dtrsm(1.0, upper, x, lower=0, diag=1, overwrite_b=1)

    def log_pivots(self) -> float:
        """Sum of the logarithms of the pivots that are not 0."""
        return float(np.log(self.pivots[self.pivots > 0]).sum())


def factor_dense(weights: np.ndarray, row_sums: np.ndarray) -> DenseFactor:
    r"""Factor L = diag(e + W1) − W for weights W >= 0 and row sums e >= 0.

    Column after column, W_ik += W_ij W_kj / d_j with the pivot d_j = e_j + Σ_{i>j} W_ij, a sum of
    what is left: no pivot is a difference, so a Laplacian may be singular and its weights span any
    range. n³/2 multiplications, in matrix products.

    Parameters
    ----------
    weights : ndarray, shape (n, n)
        Symmetric; the diagonal is not used.
    row_sums : ndarray, shape (n,)

    Returns
    -------
    DenseFactor

    References
    ----------
    Grassmann, Taksar, Heyman (1985), "Regenerative analysis and steady state distributions for
    Markov chains".

    Examples
    --------
    Two unit resistors in a row:

    >>> path = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    >>> factor = factor_dense(path, np.zeros(3))
    >>> factor.solve(np.array([[1.0], [0.0], [-1.0]])).ravel().tolist()
    [2.0, 1.0, 0.0]
    """
    n = len(row_sums)
    work = np.empty((n + 1, n))
    work[:n], work[n] = weights, row_sums
    pivots = np.zeros(n)
    _eliminate(work, pivots, 0, n)
    return DenseFactor(np.negative(work[:n], out=work[:n]), pivots)


def _eliminate(work: np.ndarray, pivots: np.ndarray, low: int, high: int) -> None:
    """Eliminate the columns from `low` to `high`: all of W before the diagonal block is done."""
    if high - low > COLUMNS:
        middle = (low + high) // 2
        _eliminate(work, pivots, low, middle)
        done = slice(low, middle)
        work[middle:, middle:high] += (
            work[middle:, done] @ (work[middle:high, done] * pivots[done]).T
        )
        _eliminate(work, pivots, middle, high)
        return
    for j in range(low, high):
        below = work[j + 1 :, j]
        pivots[j] = below.sum()
        if pivots[j] > 0:
            shares = below / pivots[j]
            work[j + 1 :, j + 1 : high] += shares[:, None] * below[: high - j - 1]
            work[j + 1 :, j] = shares
