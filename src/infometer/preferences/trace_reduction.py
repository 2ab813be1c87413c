"""By how much a comparison lowers the sum of the variances of all comparable pairs."""

from __future__ import annotations

import numpy as np

from infometer.preferences.candidates import Candidates
from infometer.preferences.covariance_blocks import BlockCovariance

__all__ = ["TraceReduction", "pair_laplacian"]


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


class TraceReduction:
    r"""The A-criterion of all candidates, brought up to date as pairs are bought.

    .. math:: \Delta \operatorname{tr} M \Sigma = \frac{w\, q}{1 + w R}, \qquad
        q = b^\top \Sigma M \Sigma b

    Parameters
    ----------
    covariance : BlockCovariance
        Σ before anything is bought.
    groups : ndarray of int, shape (n,)
        Items whose rewards are comparable; a component of Σ lies within one.
    candidates : Candidates
        Within groups, before anything is bought of them.
    """

    def __init__(
        self, covariance: BlockCovariance, groups: np.ndarray, candidates: Candidates
    ) -> None:
        self._candidates, self._groups, self._covariance = candidates, groups, covariance
        sizes = np.bincount(groups)[groups].astype(float)
        sums = candidates.differences(covariance.times(np.ones(len(groups))))
        self._q = covariance.pair_spreads(candidates.pairs, sizes) - sums**2

    def value(self, precisions: np.ndarray) -> np.ndarray:
        """What each candidate, with a comparison of this precision, takes off. Shape (p,)."""
        return precisions * self._q / (1.0 + precisions * self._candidates.variance)

    def bought(self, shrink: float, column: np.ndarray) -> None:
        """Σ lost shrink · c cᵀ: bring q up to date, after the candidates."""
        state, centred = self._candidates, pair_laplacian(column, self._groups)
        shared = state.differences(column)
        crossed = state.differences(state.less_bought(self._covariance.times(centred), centred))
        self._q -= shrink * shared * (2.0 * crossed + shrink * (column @ centred) * shared)
