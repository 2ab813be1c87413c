"""By how much a comparison lowers the sum of the variances of all comparable pairs."""

from __future__ import annotations

import numpy as np

from infometer.preferences.candidates import Candidates

__all__ = ["TraceReduction", "pair_laplacian"]


def pair_laplacian(columns: np.ndarray, prompts: np.ndarray | None = None) -> np.ndarray:
    r"""M x, where xᵀMx is the sum of (x_u − x_v)² over comparable pairs.

    .. math:: (M x)_u = N_k x_u - \sum_{v \in k} x_v, \qquad u \in \text{prompt } k

    Parameters
    ----------
    columns : ndarray, shape (n,) or (n, q)
    prompts : ndarray, shape (n,), optional
        Items are comparable within a prompt; all of them where there is none.

    Returns
    -------
    ndarray, of the shape of columns

    Examples
    --------
    >>> pair_laplacian(np.array([1.0, 2.0, 4.0])).tolist()
    [-4.0, -1.0, 5.0]
    """
    if prompts is None:
        return np.asarray(len(columns) * columns - columns.sum(axis=0))
    codes, sizes = np.unique(prompts, return_inverse=True, return_counts=True)[1:]
    sums = np.zeros((len(sizes), *columns.shape[1:]))
    np.add.at(sums, codes, columns)
    weights = sizes[codes].reshape(-1, *[1] * (columns.ndim - 1))
    return np.asarray(weights * columns - sums[codes])


class TraceReduction:
    r"""The A-criterion of all candidates, brought up to date as pairs are bought.

    .. math:: \Delta \operatorname{tr} M \Sigma = \frac{w\, q}{1 + w R}, \qquad
        q = b^\top \Sigma M \Sigma b

    Parameters
    ----------
    covariance : ndarray, shape (n, n)
        Σ before anything is bought.
    prompts : ndarray, shape (n,), optional
    candidates : Candidates
        Before anything is bought of them.
    """

    def __init__(
        self, covariance: np.ndarray, prompts: np.ndarray | None, candidates: Candidates
    ) -> None:
        self._candidates, self._prompts, self._covariance = candidates, prompts, covariance
        spread = covariance @ pair_laplacian(covariance, prompts)
        u, v = candidates.pairs.T
        diagonal = np.diag(spread)
        self._q = diagonal[u] + diagonal[v] - 2.0 * spread[u, v]

    def value(self, precisions: np.ndarray) -> np.ndarray:
        """What each candidate, with a comparison of this precision, takes off. Shape (p,)."""
        return precisions * self._q / (1.0 + precisions * self._candidates.variance)

    def bought(self, shrink: float, column: np.ndarray) -> None:
        """Σ lost shrink · c cᵀ: bring q up to date, after the candidates."""
        state, centred = self._candidates, pair_laplacian(column, self._prompts)
        shared = state.differences(column)
        crossed = state.differences(state.less_bought(self._covariance @ centred, centred))
        self._q -= shrink * shared * (2.0 * crossed + shrink * (column @ centred) * shared)
