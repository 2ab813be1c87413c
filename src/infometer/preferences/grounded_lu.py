"""Sparse LU of a Laplacian with one item of each singular component grounded (SuperLU)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.linalg import splu

__all__ = ["SparseFactor", "factor_sparse"]


@dataclass(frozen=True, eq=False)
class SparseFactor:
    """SuperLU's factors of what is not grounded; made by `factor_sparse`."""

    free: np.ndarray
    factors: Any

    def solve(self, b: np.ndarray) -> np.ndarray:
        """A solution of L x = b, shape (n, k), that is 0 at the grounded items."""
        x = np.zeros_like(b)
        x[self.free] = self.factors.solve(b[self.free])
        return x

    def log_pivots(self) -> float:
        """Log-determinant of what is not grounded."""
        return float(np.log(np.abs(self.factors.U.diagonal())).sum())


def factor_sparse(laplacian: csr_array, grounded: np.ndarray) -> SparseFactor:
    """Factor with minimum degree on the symmetric pattern: quick where separators are small.

    Parameters
    ----------
    laplacian : csr_array, shape (n, n)
    grounded : ndarray of int
        One item of each singular component.

    Returns
    -------
    SparseFactor

    Examples
    --------
    >>> path = csr_array(np.array([[1.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]]))
    >>> factor_sparse(path, np.array([0])).solve(np.array([[1.0], [0.0], [-1.0]])).ravel().tolist()
    [0.0, -1.0, -2.0]
    """
    free = np.setdiff1d(np.arange(laplacian.shape[0]), grounded)
    factors = splu(
        csc_array(laplacian[free][:, free]),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return SparseFactor(free, factors)
