"""The whole pseudo-inverse of a Laplacian."""

from __future__ import annotations

import numpy as np

from infometer.preferences.solver import LaplacianSolver

__all__ = ["pseudo_inverse"]


def pseudo_inverse(solver: LaplacianSolver) -> np.ndarray:
    """L⁺, dense: the covariance of rewards, around the mean of each component without prior.

    Parameters
    ----------
    solver : LaplacianSolver

    Returns
    -------
    ndarray, shape (n, n)

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph, laplacian_solver
    >>> pair = ComparisonGraph(n_items=2, pairs=[(0, 1)], kind="cardinal", variances=1.0)
    >>> pseudo_inverse(laplacian_solver(pair.laplacian())).round(6).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    inverse = solver.solve(solver.centred(np.eye(len(solver.components))))
    return np.asarray((inverse + inverse.T) / 2.0)
