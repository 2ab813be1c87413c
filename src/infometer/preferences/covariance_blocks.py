"""The covariance of rewards, held component by component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from infometer.preferences.posterior import RewardPosterior
from infometer.resampling.groups import group_places

__all__ = ["BlockCovariance", "block_covariance", "block_entries"]

BLOCK = 4096


@dataclass(frozen=True, eq=False, repr=False)
class BlockCovariance:
    r"""Σ = A⁺ of which only the blocks of connected components are not 0, from `block_covariance`.

    Parameters
    ----------
    columns : ndarray, shape (n, s)
        Row i: covariances of item i with the members of its component; s is the largest's size.
    components : ndarray of int, shape (n,)
    members : ndarray of int, shape (c, s)
        Items of each component, −1 beyond its end.
    positions : ndarray of int, shape (n,)
        Where each item stands among the members.
    """

    columns: np.ndarray
    components: np.ndarray
    members: np.ndarray
    positions: np.ndarray

    def difference(self, first: int, second: int) -> np.ndarray:
        """Σ (e_first − e_second): how all rewards vary with this difference. Shape (n,)."""
        found = np.zeros(len(self.columns))
        for item, sign in ((first, 1.0), (second, -1.0)):
            block = self.members[self.components[item]]
            block = block[block >= 0]
            found[block] += sign * self.columns[block, self.positions[item]]
        return found

    def times(self, x: np.ndarray) -> np.ndarray:
        """Σ x, shape (n,)."""
        if len(self.members) == 1:
            return np.asarray(self.columns @ x[self.members[0]])
        return np.einsum("ik,ik->i", self.columns, self._of_members(x))

    def pair_variances(self, pairs: np.ndarray) -> np.ndarray:
        """R = bᵀ Σ b of pairs (p, 2). Shape (p,)."""
        u, v = pairs.T
        own = self.columns[np.arange(len(self.columns)), self.positions]
        shared = np.where(
            self.components[u] == self.components[v], self.columns[u, self.positions[v]], 0.0
        )
        return np.maximum(own[u] + own[v] - 2.0 * shared, 0.0)

    def pair_spreads(self, pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The sum over items of weights (n,) times the squares of Σ b, of each pair. Shape (p,)."""
        spread = np.empty(len(pairs))
        if len(self.members) == 1:
            scaled = self.columns * np.sqrt(weights[self.members[0]])
            product, (u, v) = scaled @ scaled.T, pairs.T
            own = np.diag(product)
            return np.asarray(own[u] + own[v] - 2.0 * product[u, v])
        weights = self._of_members(weights)
        for start in range(0, len(pairs), BLOCK):
            u, v = pairs[start : start + BLOCK].T
            same = (self.components[u] == self.components[v])[:, None]
            of_u, of_v, w = self.columns[u], self.columns[v], weights[u]
            apart = w * of_u**2 + weights[v] * of_v**2
            here = np.where(same, w * (of_u - of_v) ** 2, apart)
            spread[start : start + BLOCK] = here.sum(axis=1)
        return spread

    def of_items(self, items: np.ndarray) -> csr_array:
        """The columns of Σ of some items (k,). Shape (n, k)."""
        rows = self.members[self.components[items]]
        values = self.columns[rows, self.positions[items][:, None]]
        there, columns = rows >= 0, np.broadcast_to(np.arange(len(items))[:, None], rows.shape)
        shape = (len(self.columns), len(items))
        return csr_array(coo_array((values[there], (rows[there], columns[there])), shape=shape))

    def _of_members(self, x: np.ndarray) -> np.ndarray:
        """Row i: x of the members of item i's component, 0 beyond its end. Shape (n, s)."""
        return np.asarray(np.where(self.members >= 0, x[self.members], 0.0)[self.components])


def block_covariance(posterior: RewardPosterior) -> BlockCovariance:
    """The covariance of all rewards, nuisance parameters held.

    As many solves as the largest component has items: the blocks are solved side by side.

    Parameters
    ----------
    posterior : RewardPosterior

    Returns
    -------
    BlockCovariance

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, reward_posterior
    >>> graph = ComparisonGraph(
    ...     n_items=4, pairs=[(0, 1), (2, 3)], outcomes=[1.0, 0.2], kind="cardinal",
    ...     variances=1.0, prior_precision=1.0)
    >>> block_covariance(reward_posterior(graph, "gaussian")).columns.round(4).tolist()
    [[0.6667, 0.3333], [0.3333, 0.6667], [0.6667, 0.3333], [0.3333, 0.6667]]
    """
    solver = posterior.solver
    components, sizes = solver.components, np.bincount(solver.components)
    positions = group_places(components)
    members = np.full((len(sizes), sizes.max()), -1)
    members[components, positions] = np.arange(len(components))
    ends = np.zeros((len(components), sizes.max()))
    ends[np.arange(len(components)), positions] = 1.0
    return BlockCovariance(solver.solve(solver.centred(ends)), components, members, positions)


def block_entries(components: np.ndarray) -> int:
    """Numbers that the `BlockCovariance` of these components holds.

    Examples
    --------
    >>> block_entries(np.array([0, 0, 1]))
    6
    """
    return int(len(components) * np.bincount(components).max())
