"""Solving with the Laplacian of a comparison graph, however large, and what every solve left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.conjugate_gradients import IterativeFactor
from infometer.preferences.elimination import Elimination
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.laplacian_entries import weights_and_row_sums
from infometer.preferences.solver_choice import METHODS, Factor, Method, prepare
from infometer.preferences.subtraction_free import DenseFactor
from infometer.resampling.groups import group_places

__all__ = ["LaplacianSolver", "laplacian_solver"]

REFINED = 1e-9
"""A solve that leaves more than this of its right-hand side is refined once; not those without
subtraction, whose residual is rounding of the residual itself, and whose solutions it would spoil.
"""
LOST = 1e8 * np.finfo(float).eps
"""A variance below this share of the potentials that it is a difference of is found by itself."""
BLOCK = 8_000_000
"""Numbers that a block of right-hand sides holds."""


@dataclass(frozen=True, eq=False, repr=False)
class LaplacianSolver:
    r"""A Laplacian L, or a Laplacian and a diagonal, made ready to be solved with.

    Made by `laplacian_solver`. In a component without prior, where L is singular, solutions have
    the mean 0: they are those of the pseudo-inverse L⁺.

    Attributes
    ----------
    components : ndarray of int, shape (n,)
        The connected part of each item.
    singular : ndarray of bool, shape (c,)
        Which components no prior holds in place.
    method : {"dense", "lu", "cg"}
        What solves the part that elimination leaves.
    worst_residual : float
        The largest ‖Lx − b‖ / ‖b‖ of all solves so far. Doubles cannot hold a solution better than
        about 1e-16 max(L) ‖x‖ / ‖b‖, so it is large where weights span more than eight decades.
    """

    laplacian: csr_array
    components: np.ndarray
    singular: np.ndarray
    method: str
    _elimination: Elimination
    _factor: Factor
    _record: list[float] = field(default_factory=lambda: [0.0])

    def __repr__(self) -> str:
        return (
            f"LaplacianSolver({len(self.components)} items, {len(self.singular)} components, "
            f"{len(self._elimination.rest)} left to {self.method!r})"
        )

    @property
    def worst_residual(self) -> float:
        """The largest ‖Lx − b‖ / ‖b‖ of all solves so far."""
        return self._record[0]

    def solve(self, rhs: Any) -> np.ndarray:
        """L⁺ b.

        Parameters
        ----------
        rhs : array, shape (n,) or (n, k)
            With the sum 0 in every component without prior.

        Returns
        -------
        ndarray, shape (n,) or (n, k)

        Raises
        ------
        ValueError
            If a right-hand side does not sum to 0 where L is singular: no solution exists.
        RuntimeError
            If conjugate gradients do not converge.
        """
        given, n = np.asarray(rhs, dtype=float), len(self.components)
        if given.ndim not in (1, 2) or len(given) != n:
            raise ValueError(f"rhs has shape {given.shape}; expected ({n},) or ({n}, k)")
        b = given.reshape(n, -1)
        if not self.singular.any():
            return self._refined(b).reshape(given.shape)
        return self.centred(self._refined(self._balanced(b))).reshape(given.shape)

    def centred(self, values: np.ndarray) -> np.ndarray:
        """Columns (n, k) less their mean over every component without prior, so that L⁺ has them.

        Examples
        --------
        >>> laplacian_solver([[1.0, -1.0], [-1.0, 1.0]]).centred(np.array([[1.0], [0.0]])).tolist()
        [[0.5], [-0.5]]
        """
        if not self.singular.any():
            return values
        return np.asarray(values - self._singular_means(values)[self.components])

    def parted(self, pairs: np.ndarray) -> np.ndarray:
        """Which pairs (p, 2) no edges join and no prior holds: their variance is infinite."""
        u, v = self.components[pairs.T]
        return np.asarray((u != v) & (self.singular[u] | self.singular[v]))

    def _refined(self, b: np.ndarray) -> np.ndarray:
        """A solution, its residual on record; it need not have the mean 0."""
        x = self._solved(b)
        norms = np.linalg.norm(b, axis=0)
        norms[norms == 0] = 1.0
        left = b - self.laplacian @ x
        residual = np.linalg.norm(left, axis=0) / norms
        off = residual > REFINED
        if off.any() and not isinstance(self._factor, DenseFactor):
            x[:, off] += self._solved(left[:, off])
            left = b[:, off] - self.laplacian @ x[:, off]
            residual[off] = np.linalg.norm(left, axis=0) / norms[off]
        self._record[0] = max(self._record[0], float(residual.max(initial=0.0)))
        return x

    def _solved(self, b: np.ndarray) -> np.ndarray:
        """What the factors give."""
        x, rest = b.copy(), self._elimination.rest
        self._elimination.forward(x)
        if isinstance(self._factor, IterativeFactor):
            x[rest] = self._factor.solve(x[rest], np.linalg.norm(b, axis=0))
        else:
            x[rest] = self._factor.solve(x[rest])
        self._elimination.back(x)
        return x

    def _balanced(self, b: np.ndarray) -> np.ndarray:
        """Right-hand sides less what rounding left of their sums; more than that is an error."""
        means, sizes = self._singular_means(b), self._singular_means(np.abs(b))
        off = np.abs(means) > 1e-9 * sizes
        if off.any():
            component = int(np.flatnonzero(off.any(axis=1))[0])
            items = np.flatnonzero(self.components == component)
            raise ValueError(
                f"rhs does not sum to 0 over the {len(items)} items of component {component} "
                f"(with item {items[0]}), where L is singular; give differences within "
                "components, or a prior_precision above 0"
            )
        return b - means[self.components]

    def _singular_means(self, values: np.ndarray) -> np.ndarray:
        """Means over components, 0 for those with a prior; shape (c, k)."""
        return self.singular[:, None] * self._means(values)

    def _means(self, values: np.ndarray) -> np.ndarray:
        """Means over components; shape (c, k)."""
        n, counts = len(self.components), np.bincount(self.components)
        share = 1.0 / counts[self.components]
        average = csr_array((share, (self.components, np.arange(n))), shape=(len(counts), n))
        return average @ values

    def pair_variances(self, pairs: Any) -> np.ndarray:
        """Var[r_u − r_v] = (e_u − e_v)ᵀ L⁺ (e_u − e_v).

        Parameters
        ----------
        pairs : array of int, shape (p, 2)

        Returns
        -------
        ndarray, shape (p,)
            Infinite between components of which one has no prior.
        """
        ends = checked_pairs(pairs, len(self.components), "pairs")
        u, v = ends.T
        joined = self.components[u] == self.components[v]
        held = ~joined & ~self.parted(ends)
        found = np.full(len(u), np.inf)
        found[joined] = self._within_components(u[joined], v[joined])
        found[held] = self._across_components(u[held], v[held])
        return found

    def _within_components(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        ends = np.unique([u, v])
        of_pairs, of_ends = group_places(self.components[u]), group_places(self.components[ends])
        if of_pairs.max(initial=0) <= of_ends.max(initial=0):
            return self._by_pairs(u, v, of_pairs)
        return self._by_ends(u, v, ends, of_ends)

    def _across_components(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Rewards of different components are independent: the sum of both variances."""
        ends = np.unique([u, v])
        own = np.empty(len(ends))
        for here, column, b in self._blocks(group_places(self.components[ends])):
            b[ends[here], column] = 1.0
            own[here] = self._refined(b)[ends[here], column]
        return own[np.searchsorted(ends, u)] + own[np.searchsorted(ends, v)]

    def _by_pairs(self, u: np.ndarray, v: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """A unit current in at u and out at v, for each pair: R is the difference of potential."""
        found = np.empty(len(u))
        for here, column, b in self._blocks(columns):
            b[u[here], column], b[v[here], column] = 1.0, -1.0
            x = self._refined(b)
            found[here] = x[u[here], column] - x[v[here], column]
        return found

    def _by_ends(
        self, u: np.ndarray, v: np.ndarray, ends: np.ndarray, columns: np.ndarray
    ) -> np.ndarray:
        """A unit current in at each end and out at all items of its component."""
        found, reach = np.zeros(len(u)), np.zeros(len(u))
        for here, column, b in self._blocks(columns):
            b[ends[here], column] = 1.0
            b -= self._means(b)[self.components]
            x, column_of = self._refined(b), np.full(len(self.components), -1)
            column_of[ends[here]] = column
            for near, far in ((u, v), (v, u)):
                own = np.flatnonzero(column_of[near] >= 0)
                at = column_of[near[own]]
                high, low = x[near[own], at], x[far[own], at]
                found[own] += high - low
                reach[own] += np.abs(high) + np.abs(low)
        if (lost := found < LOST * reach).any():
            found[lost] = self._by_pairs(u[lost], v[lost], group_places(self.components[u[lost]]))
        return found

    def _blocks(self, columns: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Some columns at a time: whose they are, which of the block, and zeros for them."""
        n, n_columns = len(self.components), columns.max(initial=-1) + 1
        size = max(1, BLOCK // n)
        for start in range(0, n_columns, size):
            here = np.flatnonzero((columns >= start) & (columns < start + size))
            yield here, columns[here] - start, np.zeros((n, min(size, n_columns - start)))

    def log_determinant(self) -> float | None:
        """Log of the product of the eigenvalues, without those that are 0; None under "cg"."""
        rest = self._factor.log_pivots()
        if rest is None:
            return None
        pivots = self._elimination.pivots()
        sizes = np.bincount(self.components)[self.singular]
        return float(np.log(pivots[pivots > 0]).sum() + rest + np.log(sizes).sum())


def laplacian_solver(
    laplacian: Any, method: Method = "auto", *, row_sums: Any = None
) -> LaplacianSolver:
    """Make ready to solve with L = D − W or with a diagonal above that.

    Items with few neighbours are eliminated exactly; "dense" skips that, "auto" chooses by the
    size of what is left and how narrow it is:

    - up to 8000 items go to dense elimination, without subtraction;
    - long and narrow graphs (grids, neighbours in few dimensions) to SuperLU;
    - the others to conjugate gradients, after elimination of one or two neighbours only.

    "lu" takes either of the first two. "cg" starts at once, which pays where there are few
    right-hand sides, and on well-connected graphs, where few iterations suffice.

    Parameters
    ----------
    laplacian : array or sparse array, shape (n, n)
        Symmetric; off the diagonal at most 0, row sums at least 0.
    method : {"auto", "dense", "lu", "cg"}
    row_sums : float or array, shape (n,), optional
        Of the matrix, where you know them better than its rounded entries tell: the prior
        precision. By default they are summed, and what rounding may have made counts as 0.

    Returns
    -------
    LaplacianSolver

    Raises
    ------
    ValueError
        If the matrix is no such matrix, or too large for the method.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], kind="cardinal", variances=1.0)
    >>> solver = laplacian_solver(path.laplacian())
    >>> solver.solve([1.0, 0.0, -1.0]).round(6).tolist()
    [1.0, 0.0, -1.0]
    >>> solver.pair_variances([(0, 2)]).round(6).tolist()
    [2.0]
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    matrix = csr_array(laplacian, dtype=float)
    matrix.sum_duplicates()
    weights, sums = weights_and_row_sums(matrix, row_sums)
    n_parts, parts = connected_components(weights, directed=False)
    singular = np.bincount(parts, sums, minlength=n_parts) == 0
    chosen, elimination, factor = prepare(Elimination.of(weights, sums), method)
    return LaplacianSolver(matrix, np.asarray(parts), singular, chosen, elimination, factor)
