"""The compatibility matrix that all random pairs would give, of which the sampled one is a draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg

from infometer.graphs.compatibility_closed_forms import floating, node_gram
from infometer.graphs.pair_regression import folded, pair_operator, symmetric

__all__ = ["expected_compatibility"]

MOST_ITERATIONS = 100


def expected_compatibility(
    z: np.ndarray,
    edges: np.ndarray,
    *,
    n_negatives: float = 2.0,
    damping: float = 1.0,
    tol: float = 1e-2,
) -> tuple[np.ndarray, int]:
    r"""H against all pairs of nodes, which together weigh so many times as much as the edges.

    .. math:: \min_H \sum_{E} (1 - z_i^T H z_j)^2
              + \frac{\nu |E|}{n^2} \sum_{i,j} (z_i^T H z_j)^2

    is the expectation of the regression with :math:`\nu |E|` random pairs. The second sum is
    :math:`\operatorname{tr}(H G H G)`, :math:`G = Z^T Z + \lambda I`, and its inverse,
    :math:`R \mapsto G^{-1} R\, G^{-1}`, makes a few conjugate gradients enough.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    edges : ndarray of int, shape (e, 2)
    n_negatives : float
        ν, above 0.
    damping : float
        λ: as if λ nodes more without edges stood at the end of each axis.
    tol : float
        Of the residual, relative.

    Returns
    -------
    matrix : ndarray of float64, shape (d, d)
        Symmetric.
    n_iterations : int

    Examples
    --------
    Four edges (1 − s)² and all 16 pairs, of which those across score s in 8, with 4 · 1 / 16 of an
    edge's weight each: 4 (1 − s)² + 2 s² is least at 2/3.

    >>> sides = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> square = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> found, _ = expected_compatibility(sides, square, n_negatives=1.0, damping=0.0, tol=1e-9)
    >>> found.round(6).tolist()
    [[0.0, 0.666667], [0.666667, 0.0]]
    """
    z = floating(z)
    d, places = z.shape[1], np.triu_indices(z.shape[1])
    share = n_negatives * len(edges) / len(z) ** 2
    gram = node_gram(z) + damping * np.eye(d)
    inverse = np.linalg.pinv(gram, hermitian=True)
    regression = pair_operator(z, edges, places)
    halved = np.where(places[0] == places[1], 1.0, 0.5)
    steps: list[int] = []

    def normal(h: np.ndarray) -> np.ndarray:
        everywhere = gram @ symmetric(h.ravel(), places, d) @ gram
        return regression.rmatvec(regression.matvec(h)) + share * folded(everywhere, places)

    def preconditioned(r: np.ndarray) -> np.ndarray:
        rest = symmetric(halved * r.ravel(), places, d)
        return np.asarray((inverse @ rest @ inverse)[places] / share)

    size = (len(halved), len(halved))
    left: Any = LinearOperator(shape=size, dtype=np.dtype(float), matvec=normal)
    near: Any = LinearOperator(shape=size, dtype=np.dtype(float), matvec=preconditioned)
    found, _ = cg(
        left,
        regression.rmatvec(np.ones(len(edges))),
        rtol=tol,
        maxiter=MOST_ITERATIONS,
        M=near,
        callback=lambda _: steps.append(1),
    )
    return symmetric(found, places, d), len(steps)
