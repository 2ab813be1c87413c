"""Solving with the Laplacian of a comparison graph, and what every solve left over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

__all__ = ["LaplacianSolver", "laplacian_solver"]

Method = Literal["auto", "dense", "lu", "cg"]


@dataclass(frozen=True, eq=False, repr=False)
class LaplacianSolver:
    """A Laplacian, or a Laplacian with a diagonal added, made ready to be solved with.

    Made by `laplacian_solver`.
    """

    laplacian: csr_array
    components: np.ndarray
    singular: np.ndarray
    method: str
    _factor: Any
    _free: np.ndarray
    _record: list[float] = field(default_factory=lambda: [0.0])

    @property
    def worst_residual(self) -> float:
        """The largest ‖Lx − b‖ / ‖b‖ of all solves so far."""
        return self._record[0]

    def solve(self, rhs: Any) -> np.ndarray:
        """L⁺ b, shape (n,) or (n, k)."""
        b = np.asarray(rhs, dtype=float)
        if b.shape[:1] != self.components.shape or b.ndim > 2:
            raise ValueError(f"rhs has shape {b.shape}; expected ({len(self.components)},) or 2-D")
        columns = b.reshape(len(b), -1)
        self._check_sums(columns)
        x = np.zeros_like(columns)
        x[self._free] = self._factor.solve(columns[self._free])
        norms = np.linalg.norm(columns, axis=0)
        left = np.linalg.norm(columns - self.laplacian @ x, axis=0) / np.where(norms > 0, norms, 1)
        self._record[0] = max(self._record[0], float(left.max(initial=0.0)))
        return self._centred(x).reshape(b.shape)

    def _sums(self, columns: np.ndarray) -> np.ndarray:
        n = len(self.singular)
        which = csr_array(
            (np.ones(len(self.components)), (self.components, np.arange(len(self.components)))),
            shape=(n, len(self.components)),
        )
        return which @ columns

    def _check_sums(self, columns: np.ndarray) -> None:
        off = np.abs(self._sums(columns)) > 1e-9 * (self._sums(np.abs(columns)) + 1e-300)
        if off[self.singular].any():
            raise ValueError("rhs does not sum to 0 in a component without prior")

    def _centred(self, x: np.ndarray) -> np.ndarray:
        means = self._sums(x) / np.bincount(self.components)[:, None]
        means[~self.singular] = 0.0
        return x - means[self.components]

    def pair_variances(self, pairs: Any) -> np.ndarray:
        """R(u, v) = bᵀ L⁺ b for pairs of shape (p, 2); infinite across singular components."""
        u, v = np.asarray(pairs).T
        found = np.full(len(u), np.inf)
        apart = self.components[u] != self.components[v]
        apart &= self.singular[self.components[u]] | self.singular[self.components[v]]
        joined = np.flatnonzero(~apart)
        for block in np.array_split(joined, max(1, -(-len(joined) // 64))):
            b, at = np.zeros((len(self.components), len(block))), np.arange(len(block))
            np.add.at(b, (u[block], at), 1.0)
            np.add.at(b, (v[block], at), -1.0)
            x = self.solve(b)
            found[block] = x[u[block], at] - x[v[block], at]
        return found

    def log_determinant(self) -> float | None:
        """Log of the product of the eigenvalues above 0; None under "cg"."""
        sizes = np.bincount(self.components)[self.singular]
        return float(np.log(np.abs(self._factor.U.diagonal())).sum() + np.log(sizes).sum())


def laplacian_solver(
    laplacian: Any, method: Method = "auto", *, row_sums: Any = None
) -> LaplacianSolver:
    """Make ready to solve with L = D − W, or with a diagonal added to it.

    Parameters
    ----------
    laplacian : sparse array, shape (n, n)
    method : {"auto", "dense", "lu", "cg"}
    row_sums : float or array, shape (n,), optional
        Of the matrix, where you know them better than its rounded entries do: the prior precision.

    Returns
    -------
    LaplacianSolver

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], kind="cardinal", variances=1.0)
    >>> laplacian_solver(path.laplacian()).pair_variances([(0, 2)]).round(6).tolist()
    [2.0]
    """
    matrix = csr_array(laplacian, dtype=float)
    components = np.asarray(connected_components(matrix, directed=False)[1])
    extra = matrix.sum(axis=1) if row_sums is None else np.broadcast_to(row_sums, len(components))
    tiny = 1e-13 * matrix.diagonal()
    above = np.bincount(components, np.asarray(extra > tiny, dtype=float))
    singular = above == 0
    first = np.unique(components, return_index=True)[1]
    free = np.setdiff1d(np.arange(len(components)), first[singular])
    factor = splu(
        csc_array(matrix[free][:, free]),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return LaplacianSolver(matrix, components, singular, "lu", factor, free)
