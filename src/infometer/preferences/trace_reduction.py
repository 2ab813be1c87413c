"""By how much a comparison lowers the sum of the variances of certain pairs, or of all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array, csr_array

from infometer.preferences.candidates import Candidates
from infometer.preferences.covariance_blocks import BlockCovariance
from infometer.preferences.solved_covariance import SolvedCovariance

__all__ = [
    "TraceReduction",
    "comparable_spreads",
    "pair_laplacian",
    "target_laplacian",
    "target_spreads",
]

MOST_DENSE = 2500
"""Items whose Σ M Σ is held."""
DENSE_SPEED = 10
"""How many dense products take the time of a sparse one."""
BLOCK = 4096


def pair_laplacian(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    r"""M x, where xᵀMx is the sum of (x_u − x_v)² over all pairs within groups.

    .. math:: (M x)_u = N_k x_u - \sum_{v \in k} x_v, \qquad u \in \text{group } k

    Parameters
    ----------
    x : ndarray, shape (n,)
    groups : ndarray of int, shape (n,)

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> pair_laplacian(np.array([1.0, 2.0, 4.0]), np.zeros(3, int)).tolist()
    [-4.0, -1.0, 5.0]
    """
    return np.asarray(np.bincount(groups)[groups] * x - np.bincount(groups, x)[groups])


def comparable_spreads(
    covariance: BlockCovariance, groups: np.ndarray, pairs: np.ndarray
) -> np.ndarray:
    """bᵀ Σ M Σ b of pairs (p, 2) within groups, M that of `pair_laplacian`. Shape (p,)."""
    sizes = np.bincount(groups)[groups].astype(float)
    sums = covariance.times(np.ones(len(groups)))
    u, v = pairs.T
    return covariance.pair_spreads(pairs, sizes) - (sums[u] - sums[v]) ** 2


def target_laplacian(targets: np.ndarray, n_items: int) -> csr_array:
    r"""M, where xᵀMx is the sum of (x_u − x_v)² over certain pairs, as often as they are named.

    .. math:: M = \sum_t b_t b_t^\top

    Parameters
    ----------
    targets : ndarray of int, shape (t, 2)
    n_items : int

    Returns
    -------
    csr_array, shape (n_items, n_items)

    Examples
    --------
    >>> target_laplacian(np.array([(0, 1), (1, 0)]), 2).toarray().tolist()
    [[2.0, -2.0], [-2.0, 2.0]]
    """
    (u, v), ones = targets.T, np.ones(len(targets))
    rows, columns = np.concatenate([u, v, u, v]), np.concatenate([u, v, v, u])
    values = np.concatenate([ones, ones, -ones, -ones])
    return csr_array(coo_array((values, (rows, columns)), shape=(n_items, n_items)))


def target_spreads(
    covariance: BlockCovariance | SolvedCovariance, laplacian: csr_array, pairs: np.ndarray
) -> np.ndarray:
    """bᵀ Σ M Σ b of pairs (p, 2), M that of `target_laplacian`. Shape (p,)."""
    items, (u, v) = np.flatnonzero(laplacian.diagonal()), pairs.T
    columns, inner = covariance.of_items(items), laplacian[items][:, items]
    n, k = columns.shape
    sparse_products = len(pairs) * (columns.nnz / n) * (inner.nnz / k)
    if n <= MOST_DENSE and n * k * (n + k) < DENSE_SPEED * sparse_products:
        dense = columns.toarray()
        product = dense @ inner.toarray() @ dense.T
        own = np.diag(product)
        return np.asarray(own[u] + own[v] - 2.0 * product[u, v])
    spread = np.empty(len(pairs))
    for start in range(0, len(pairs), BLOCK):
        here = slice(start, start + BLOCK)
        apart = columns[u[here]] - columns[v[here]]
        spread[here] = (apart @ inner).multiply(apart).sum(axis=1)
    return spread


class TraceReduction:
    r"""The A-criterion of all candidates, brought up to date as pairs are bought.

    .. math:: \Delta \operatorname{tr} M \Sigma = \frac{w\, q}{1 + w R}, \qquad
        q = b^\top \Sigma M \Sigma b

    Parameters
    ----------
    candidates : Candidates
        Before anything is bought of them.
    covariance : BlockCovariance or SolvedCovariance
        Σ before anything is bought.
    laplacian : callable
        x (n,) → M x, by `pair_laplacian` or `target_laplacian`.
    spreads : ndarray, shape (p,)
        q before anything is bought, by `comparable_spreads` or `target_spreads`.
    """

    def __init__(
        self,
        candidates: Candidates,
        covariance: BlockCovariance | SolvedCovariance,
        laplacian: Callable[[np.ndarray], np.ndarray],
        spreads: np.ndarray,
    ) -> None:
        self._candidates, self._covariance = candidates, covariance
        self._laplacian, self._q = laplacian, spreads

    def value(self, precisions: np.ndarray) -> np.ndarray:
        """What each candidate, with a comparison of this precision, takes off. Shape (p,)."""
        return precisions * self._q / (1.0 + precisions * self._candidates.variance)

    def bought(self, shrink: float, column: np.ndarray) -> None:
        """Σ lost shrink · c cᵀ: bring q up to date, after the candidates."""
        state, pulled = self._candidates, self._laplacian(column)
        shared = state.differences(column)
        crossed = state.differences(state.less_bought(self._covariance.times(pulled), pulled))
        self._q -= shrink * shared * (2.0 * crossed + shrink * (column @ pulled) * shared)
        np.maximum(self._q, 0.0, out=self._q)
