"""Conjugate gradients on many right-hand sides at once, with Jacobi's preconditioner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infometer.preferences.elimination import reciprocal

__all__ = ["IterativeFactor"]


@dataclass(frozen=True, eq=False)
class IterativeFactor:
    """A Laplacian, or one with a diagonal, that is solved with by conjugate gradients.

    Parameters
    ----------
    laplacian : csr_array, shape (n, n)
    tolerance : float
        Of ‖Lx − b‖ / ‖b‖, for every column.

    Examples
    --------
    >>> path = csr_array(np.array([[1.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]]))
    >>> x = IterativeFactor(path).solve(np.array([[1.0], [0.0], [-1.0]]))
    >>> (x[0] - x[2]).round(6).tolist()
    [2.0]
    """

    laplacian: csr_array
    tolerance: float = 1e-10

    def solve(self, b: np.ndarray, norms: np.ndarray | None = None) -> np.ndarray:
        """A solution of L x = b; b sums to 0 where L is singular.

        Parameters
        ----------
        b : ndarray, shape (n, k)
        norms : ndarray, shape (k,), optional
            What the tolerance is a share of, in place of the norms of b.

        Raises
        ------
        RuntimeError
            If it has not converged within 10 n iterations.
        """
        jacobi = reciprocal(self.laplacian.diagonal())[:, None]
        goal = self.tolerance * (np.linalg.norm(b, axis=0) if norms is None else norms)
        x, r = np.zeros_like(b), b.copy()
        p = jacobi * r
        energy = np.einsum("ij,ij->j", r, p)
        for _ in range(10 * len(b) + 10):
            open_ = np.linalg.norm(r, axis=0) > goal
            if not open_.any():
                return x
            q = self.laplacian @ p
            step = _ratio(energy, np.einsum("ij,ij->j", p, q), open_)
            x += step * p
            r -= step * q
            z = jacobi * r
            before, energy = energy, np.einsum("ij,ij->j", r, z)
            p *= _ratio(energy, before, open_)
            p += z
        worst = float((np.linalg.norm(r, axis=0) / np.maximum(goal, 1e-300)).max())
        raise RuntimeError(
            f"conjugate gradients on {len(b)} items have not converged after {10 * len(b) + 10} "
            f"iterations: the residual is {worst:.0e} times the tolerance of {self.tolerance}; use "
            "method='lu'"
        )

    def log_pivots(self) -> None:
        """None: iterations find no determinant."""
        return


def _ratio(above: np.ndarray, below: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.divide(above, below, where=where & (below > 0), out=np.zeros_like(above))
