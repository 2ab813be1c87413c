"""The resistances of all edges, and from every item, by going back through the elimination."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infometer.preferences.elimination import Elimination, Level, eliminate, reciprocal
from infometer.preferences.subtraction_free import factor_dense

__all__ = ["LARGEST", "SelectedInverse", "selected_inverse"]

LARGEST = 8_000
"""What is left to dense algebra at most: two gigabytes, half a minute."""


@dataclass(frozen=True, eq=False)
class SelectedInverse:
    """Variances of a Laplacian that need no more than its edges; made by `selected_inverse`.

    Parameters
    ----------
    variances : ndarray, shape (n,)
        Of each reward against its component's reference: 0 where it has a prior, else one item.
    resistances : csr_array, shape (n, n)
        Var[r_u − r_v] of every edge, both ways.
    sums : ndarray, shape (n,)
        Covariance of each reward with the sum of all, against the references.
    """

    variances: np.ndarray
    resistances: csr_array
    sums: np.ndarray

    def of_pairs(self, pairs: np.ndarray) -> np.ndarray:
        """Var[r_u − r_v] of edges, shape (p, 2)."""
        if not len(pairs):
            return np.empty(0)
        return np.asarray(self.resistances[pairs[:, 0], pairs[:, 1]]).ravel()


def selected_inverse(weights: csr_array, row_sums: np.ndarray) -> SelectedInverse | None:
    r"""Resistances of the edges of L = diag(e + W1) − W, without the inverse.

    An eliminated item is a mean of its neighbours and noise, r_i = Σ_k m_ik r_k + N(0, 1/d_i), so

    .. math:: R_{ij} = \frac{1}{d_i} + \sum_k m_{ik} R_{kj} - \tfrac12 \sum_{kl} m_{ik} m_{il}
        R_{kl}, \qquad \sum_k m_{ik} = 1,

    and the edges between its neighbours, which elimination made, are known by then. A row sum is
    an edge to a reference of known reward.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, above 0, nothing on the diagonal.
    row_sums : ndarray, shape (n,)
        At least 0.

    Returns
    -------
    SelectedInverse, or None where elimination leaves more than 8000 items

    References
    ----------
    Takahashi, Fagan, Chin (1973), "Formation of a sparse bus impedance matrix and its application
    to short circuit study", in terms of resistances.

    Examples
    --------
    A triangle of unit resistors, and another on its third corner:

    >>> ends = np.array([[0, 1], [0, 2], [1, 2], [2, 3]])
    >>> rows, columns = np.vstack([ends, ends[:, ::-1]]).T
    >>> graph = csr_array((np.ones(8), (rows, columns)), shape=(4, 4))
    >>> selected_inverse(graph, np.zeros(4)).of_pairs(ends).round(6).tolist()
    [0.666667, 0.666667, 0.666667, 1.0]
    """
    start = Elimination.of(weights, row_sums)
    gone = eliminate(eliminate(start, max_degree=2), largest=LARGEST)
    n, r = len(row_sums), len(gone.rest)
    if r > LARGEST:
        return None
    factor = factor_dense(gone.weights.toarray(), gone.row_sums)
    variances, sums = np.zeros(n), np.ones((n, 1))
    gone.forward(sums)
    inverse = factor.solve(np.eye(r))
    sums[gone.rest] = inverse @ sums[gone.rest]
    gone.back(sums)
    variances[gone.rest] = np.diagonal(inverse)
    found, rest = _of_rest(inverse, gone.weights), gone.rest
    for level in reversed(gone.levels):
        rest, found = _one_level_back(level, rest, found, variances)
    return SelectedInverse(variances, found, sums[:, 0])


def _of_rest(inverse: np.ndarray, weights: csr_array) -> csr_array:
    """Resistances of the edges that are left, from the dense inverse."""
    own, columns = np.diagonal(inverse), weights.indices
    found = np.empty(weights.nnz)
    for u in range(len(own)):
        at = slice(weights.indptr[u], weights.indptr[u + 1])
        v = columns[at]
        found[at] = own[u] + own[v] - 2.0 * inverse[u, v]
    return csr_array((found, columns, weights.indptr), shape=weights.shape)


def _one_level_back(
    level: Level, rest: np.ndarray, found: csr_array, variances: np.ndarray
) -> tuple[np.ndarray, csr_array]:
    """The items and resistances of the edges as they were before the level; fills `variances`."""
    shares, m = level.shares, level.shares.data
    k, degrees = len(level.items), np.diff(level.shares.indptr)
    of = np.repeat(np.arange(k), degrees)
    near = level.neighbours[shares.indices]
    at = np.searchsorted(rest, near)
    means = csr_array((m, at, shares.indptr), shape=(k, len(rest))) @ found
    to_near = np.asarray(means[of, at]).ravel() if len(of) else np.empty(0)
    spread = 0.5 * np.bincount(of, m * to_near, minlength=k)
    expected = np.bincount(of, m * variances[near], minlength=k)
    noise = reciprocal(level.pivots) - spread
    noise -= level.grounded * expected
    variances[level.items] = noise + expected
    new = noise[of] + to_near + level.grounded[of] * variances[near]
    kept = found.multiply(level.kept).tocoo()
    before = np.sort(np.concatenate([rest, level.items]))
    stay = np.searchsorted(before, rest)
    back, there = np.searchsorted(before, level.items)[of], np.searchsorted(before, near)
    rows = np.concatenate([stay[kept.row], back, there])
    columns = np.concatenate([stay[kept.col], there, back])
    values = np.concatenate([kept.data, new, new])
    return before, csr_array((values, (rows, columns)), shape=(len(before),) * 2)
