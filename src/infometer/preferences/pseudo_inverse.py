"""The whole pseudo-inverse of a Laplacian, and the variances of many pairs from it."""

from __future__ import annotations

import numpy as np

from infometer.preferences.solver import LaplacianSolver

__all__ = ["many_pair_variances", "pseudo_inverse"]

LARGEST = 5000
"""Items up to which the pseudo-inverse is held: 200 MB."""


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
    c, sizes = solver.components, np.bincount(solver.components)
    free = np.eye(len(c))
    for part in np.flatnonzero(solver.singular):
        items = np.flatnonzero(c == part)
        free[np.ix_(items, items)] -= 1.0 / sizes[part]
    inverse = solver.solve(free)
    return np.asarray((inverse + inverse.T) / 2.0)


def many_pair_variances(solver: LaplacianSolver, pairs: np.ndarray) -> np.ndarray:
    """Variances of pairs, from the whole pseudo-inverse where that takes fewer solves.

    Parameters
    ----------
    solver : LaplacianSolver
    pairs : ndarray of int, shape (p, 2)

    Returns
    -------
    ndarray, shape (p,)
        Infinite between components of which one has no prior.
    """
    n = len(solver.components)
    if len(pairs) <= n or n > LARGEST:
        return solver.pair_variances(pairs)
    (u, v), inverse = pairs.T, pseudo_inverse(solver)
    variances = inverse[u, u] + inverse[v, v] - 2.0 * inverse[u, v]
    c = solver.components
    apart = (c[u] != c[v]) & (solver.singular[c[u]] | solver.singular[c[v]])
    return np.where(apart, np.inf, variances)
