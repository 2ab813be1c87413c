"""What a set of comparisons leaves known and unknown about rewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array, triu

from infometer.contracts import Estimate
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.label_law import averaged_label
from infometer.preferences.laplace import Border
from infometer.preferences.pseudo_inverse import pseudo_inverse
from infometer.preferences.solver import LaplacianSolver
from infometer.resampling import generator

__all__ = ["Method", "RewardPosterior"]

Method = Literal["laplace", "gaussian", "ep"]
MOST_DENSE = 10_000
BLOCK = 64


@dataclass(frozen=True, eq=False, repr=False)
class RewardPosterior:
    r"""Rewards as one Gaussian: N(mean, A⁺ + U S⁻¹ Uᵀ), from `reward_posterior`.

    .. math:: A = \tau^{-2} I + L_{\text{prior}} + \sum_i w_i b_i b_i^\top

    Where no prior precision holds the rewards, each component's have mean 0 and only differences
    within a component mean anything: those across have mean NaN and infinite variance.

    Parameters
    ----------
    graph : ComparisonGraph
        What it is the posterior of.
    method : {"laplace", "gaussian", "ep"}
    mean : ndarray, shape (n_items,)
        The mode under "laplace", the mean under "gaussian" and "ep".
    comparison_precisions : ndarray, shape (m,)
        w: precision that each comparison adds to its difference; 0 where it was skipped.
    nuisance : mapping of str to Estimate
        Position effect γ, log ν of ties and log reliabilities of raters, where there are any.
    solver : LaplacianSolver
        Of A.
    border : Border
        U and S: what not knowing the nuisance parameters adds; Laplace's under "ep" too.
    """

    graph: ComparisonGraph
    method: Method
    mean: np.ndarray
    comparison_precisions: np.ndarray
    nuisance: Mapping[str, Estimate]
    solver: LaplacianSolver
    border: Border

    def __repr__(self) -> str:
        return f"RewardPosterior({self.method}, {self.graph!r})"

    @property
    def log_tie(self) -> float:
        """θ = log ν of ties; −∞ where no answer is one."""
        return float(self.nuisance["log_tie"]) if "log_tie" in self.nuisance else -np.inf

    def pair_mean(self, pairs: Any) -> np.ndarray:
        """Mean of r_u − r_v; NaN where nothing joins u and v.

        Parameters
        ----------
        pairs : array of int, shape (p, 2)

        Returns
        -------
        ndarray, shape (p,)
        """
        ends = checked_pairs(pairs, self.graph.n_items, "pairs")
        u, v = ends.T
        return np.where(self.solver.parted(ends), np.nan, self.mean[u] - self.mean[v])

    def pair_variance(self, pairs: Any) -> np.ndarray:
        """Variance of r_u − r_v; infinite where nothing joins u and v.

        Parameters
        ----------
        pairs : array of int, shape (p, 2)

        Returns
        -------
        ndarray, shape (p,)
        """
        ends = checked_pairs(pairs, self.graph.n_items, "pairs")
        held, (u, v) = self.solver.pair_variances(ends), ends.T
        moved = self.border.columns[u] - self.border.columns[v]
        return held + np.einsum("pq,qr,pr->p", moved, self.border.covariance(), moved)

    def pair_probability(self, pairs: Any) -> np.ndarray:
        r"""Probability that u is preferred to v, where it is no tie: E σ(β(r_u − r_v)).

        In neither position, by a rater of reliability 1; NaN where nothing joins u and v.

        Parameters
        ----------
        pairs : array of int, shape (p, 2)

        Returns
        -------
        ndarray, shape (p,)
        """
        beta, mean = self.graph.beta, self.pair_mean(pairs)
        probability = np.full(len(mean), np.nan)
        known = np.isfinite(mean)
        spread = np.sqrt(self.pair_variance(pairs)[known])
        probability[known] = averaged_label(beta * mean[known], beta * spread).probabilities[0]
        return probability

    def covariance(self) -> np.ndarray:
        """Covariance of all rewards, dense; of each component's around its mean without a prior.

        Returns
        -------
        ndarray, shape (n_items, n_items)

        Raises
        ------
        ValueError
            Of more than 10 000 items: `pair_variance` gives those that you need.
        """
        n = self.graph.n_items
        if n > MOST_DENSE:
            raise ValueError(
                f"the covariance of {n} items has {n * n:.1e} entries; expected at most "
                f"{MOST_DENSE} items: ask pair_variance for the pairs that you need"
            )
        u = self.border.columns
        return pseudo_inverse(self.solver) + u @ self.border.covariance() @ u.T

    def sample(self, k: int, random_state: Any = None) -> np.ndarray:
        r"""Draw rewards.

        .. math:: r = \hat r + A^+ (B^\top W^{1/2} \epsilon_1 + \tau^{-1} \epsilon_2)
            + U S^{-1/2} \epsilon_3

        Exact at any size: one solve for each draw.

        Parameters
        ----------
        k : int
        random_state : int, None, RandomState or Generator

        Returns
        -------
        ndarray, shape (k, n_items)
        """
        rng = generator(random_state, "rewards")
        n, roots = self.graph.n_items, _edge_roots(self.solver.laplacian)
        root = np.linalg.cholesky(self.border.covariance())
        drawn = np.empty((k, n))
        for start in range(0, k, BLOCK):
            size = min(BLOCK, k - start)
            pulls = roots.T @ rng.standard_normal((roots.shape[0], size))
            pulls += np.sqrt(self.graph.prior_precision) * rng.standard_normal((n, size))
            moved = self.border.columns @ (root @ rng.standard_normal((len(root), size)))
            drawn[start : start + size] = (self.solver.solve(pulls) + moved).T
        return drawn + self.mean


def _edge_roots(laplacian: csr_array) -> csr_array:
    """W^½ B of the edges that a Laplacian holds, shape (e, n)."""
    upper = triu(laplacian, k=1).tocoo()
    e, root = len(upper.data), np.sqrt(np.maximum(-upper.data, 0.0))
    rows = np.concatenate([np.arange(e)] * 2)
    columns = np.concatenate([upper.row, upper.col])
    return csr_array((np.concatenate([root, -root]), (rows, columns)), (e, laplacian.shape[0]))
