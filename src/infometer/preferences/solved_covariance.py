"""The covariance of rewards that is too large to hold: its columns by solving for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infometer.preferences.posterior import RewardPosterior

__all__ = ["SolvedCovariance"]


@dataclass(frozen=True, eq=False, repr=False)
class SolvedCovariance:
    """Σ = A⁺, nuisance parameters held, of which nothing is kept: a solve for every question.

    Parameters
    ----------
    posterior : RewardPosterior

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> from infometer.preferences.designs import design_posterior
    >>> path = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], kind="cardinal", variances=1.0)
    >>> SolvedCovariance(design_posterior(path)).difference(0, 2).round(6).tolist()
    [1.0, 0.0, -1.0]
    """

    posterior: RewardPosterior

    def difference(self, first: int, second: int) -> np.ndarray:
        """Σ (e_first − e_second): how all rewards vary with this difference. Shape (n,)."""
        ends = np.zeros(self.posterior.graph.n_items)
        ends[[first, second]] = 1.0, -1.0
        return self.times(ends)

    def times(self, x: np.ndarray) -> np.ndarray:
        """Σ x, shape (n,); without a prior x sums to 0 in every component."""
        return self.posterior.solver.solve(x)

    def pair_variances(self, pairs: np.ndarray) -> np.ndarray:
        """R = bᵀ Σ b of pairs (p, 2). Shape (p,)."""
        return self.posterior.solver.pair_variances(pairs)

    def of_items(self, items: np.ndarray) -> csr_array:
        """The columns of Σ of some items (k,). Shape (n, k)."""
        solver = self.posterior.solver
        ends = np.zeros((len(solver.components), len(items)))
        ends[items, np.arange(len(items))] = 1.0
        return csr_array(solver.solve(solver.centred(ends)))
