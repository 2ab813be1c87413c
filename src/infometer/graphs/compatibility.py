"""The compatibility matrix: which directions of an embedding attract each other along an edge."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.sparse.linalg import LinearOperator, lsqr
from sklearn.base import BaseEstimator

from infometer.graphs.compatibility_closed_forms import (
    all_pairs_compatibility,
    floating,
    positive_compatibility,
)
from infometer.graphs.graph import Graph
from infometer.resampling import generator, integer_seed

__all__ = ["CompatibilityMatrix", "pair_scores"]

BLOCK = 1 << 16
"""Pairs whose rows are gathered at a time."""


def pair_scores(z: np.ndarray, matrix: np.ndarray | None, pairs: np.ndarray) -> np.ndarray:
    r"""Similarity of each pair, :math:`z_i^T H z_j`; the plain dot product without a matrix.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    matrix : ndarray of float, shape (d, d), optional
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray of float, shape (m,)

    Examples
    --------
    >>> z = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> pair_scores(z, np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0, 1], [0, 0]])).tolist()
    [1.0, 0.0]
    """
    z = floating(z)
    turn = None if matrix is None else matrix.astype(z.dtype, copy=False)
    once = turn is not None and len(z) <= len(pairs)
    left = z @ turn if once else z
    scores = np.empty(len(pairs), dtype=z.dtype)
    for start in range(0, len(pairs), BLOCK):
        i, j = pairs[start : start + BLOCK].T
        rows = left[i] if turn is None or once else z[i] @ turn
        np.einsum("ij,ij->i", rows, z[j], out=scores[start : start + BLOCK])
    return scores


class CompatibilityMatrix(BaseEstimator):
    r"""The symmetric H* that tells edges from pairs that are none.

    .. math:: \min_H \sum_{E} (1 - z_i^T H z_j)^2 + \sum_{E^-} (z_i^T H z_j)^2
              + \lambda^2 \|h - h_0\|^2

    over the upper triangle h of H, by LSQR on products alone: the :math:`d (d + 1) / 2` columns of
    the regression are never written down. The damping is towards the warm start :math:`h_0`, the
    upper triangle of `positive_compatibility`.

    Parameters
    ----------
    negatives : {"sampled", "all"}
        Random pairs, as in the paper; or all pairs in closed form, `all_pairs_compatibility`.
    n_negatives : float
        Random pairs for each edge; they are not looked up among the edges.
    max_edges : int
        Edges are sampled down to so many, after those with an end of degree 1 are left out.
    damping : float
        λ.
    energy : float
        Share of :math:`\sum |h_0|` that the entries that may differ from 0 have.
    warm_start : bool
        Else :math:`h_0 = 0`, and all entries may differ from 0.
    tol : float
        Of LSQR, on the operator and on the right-hand side.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    matrix_ : ndarray of float64, shape (d, d)
    n_iterations_ : int
        Of LSQR; 0 in closed form.

    References
    ----------
    Lee et al., ICLR 2024, lemma 2, read as the least squares that the text and the code mean.

    Examples
    --------
    Opposites attract: the plain dot product is 0 of an edge and 1 of a pair that is none.

    >>> from infometer.graphs import graph_from_edges
    >>> sides = np.repeat(np.eye(2), 50, axis=0)
    >>> graph = graph_from_edges([[i, 50 + (i + k) % 50] for i in range(50) for k in range(5)])
    >>> found = CompatibilityMatrix(random_state=0).fit(sides, graph)
    >>> edge, none = found.score_pairs(sides, np.array([[0, 50], [0, 1]]))
    >>> bool(edge > 0.4), bool(abs(none) < 0.02)
    (True, True)
    """

    def __init__(
        self,
        negatives: Literal["sampled", "all"] = "sampled",
        n_negatives: float = 2.0,
        max_edges: int = 200_000,
        damping: float = 1.0,
        energy: float = 0.95,
        warm_start: bool = True,
        tol: float = 1e-2,
        random_state: Any = None,
    ) -> None:
        self.negatives = negatives
        self.n_negatives = n_negatives
        self.max_edges = max_edges
        self.damping = damping
        self.energy = energy
        self.warm_start = warm_start
        self.tol = tol
        self.random_state = random_state

    def fit(self, z: np.ndarray, graph: Graph) -> CompatibilityMatrix:
        """Solve for H on the training edges.

        Parameters
        ----------
        z : ndarray of float, shape (n, d)
            Without columns, of features that are constant, every pair scores 0.
        graph : Graph
            Of the training edges.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a setting is out of its range, the graph has no edges, or z is not finite or has
            another number of rows than the graph nodes.
        """
        z = floating(np.asarray(z))
        self._check(z, graph)
        if z.shape[1] == 0:
            self.matrix_, self.n_iterations_ = np.zeros((0, 0)), 0
            return self
        if self.negatives == "all":
            self.matrix_, self.n_iterations_ = all_pairs_compatibility(z, graph), 0
            return self
        pairs, target = self._pairs(graph)
        upper = np.triu_indices(z.shape[1])
        start, free = np.zeros(len(upper[0])), np.ones(len(upper[0]), dtype=bool)
        if self.warm_start:
            start = positive_compatibility(z, graph)[upper]
            free = _most_energy(start, self.energy)
        operator = _pair_operator(z, pairs, (upper[0][free], upper[1][free]))
        solved = lsqr(
            operator, target, damp=self.damping, atol=self.tol, btol=self.tol, x0=start[free]
        )
        self.matrix_ = np.zeros((z.shape[1], z.shape[1]))
        self.matrix_[upper[0][free], upper[1][free]] = solved[0]
        self.matrix_ = np.triu(self.matrix_) + np.triu(self.matrix_, 1).T
        self.n_iterations_ = int(solved[2])
        return self

    def score_pairs(self, z: np.ndarray, pairs: Any) -> np.ndarray:
        """Similarity of each pair, shape (m,); about 1 of edges and 0 of other pairs.

        Parameters
        ----------
        z : ndarray of float, shape (n, d)
        pairs : array-like of int, shape (m, 2)

        Returns
        -------
        ndarray of float, shape (m,)
        """
        return pair_scores(np.asarray(z), self.matrix_, np.asarray(pairs))

    def _check(self, z: np.ndarray, graph: Graph) -> None:
        if self.negatives not in ("sampled", "all"):
            raise ValueError(f"negatives is {self.negatives!r}; it must be 'sampled' or 'all'")
        if graph.n_edges == 0:
            raise ValueError("the graph has no edges; expected at least one to learn from")
        if z.ndim != 2 or len(z) != graph.n_nodes:
            raise ValueError(
                f"z has the shape {z.shape} and the graph {graph.n_nodes} nodes; expected a row "
                "for every node"
            )
        if not np.isfinite(z).all():
            raise ValueError(f"z has {int((~np.isfinite(z)).sum())} values that are not finite")
        if not 0.0 < self.energy <= 1.0:
            raise ValueError(f"energy is {self.energy}; expected a share above 0, 1 for all")
        if self.max_edges < 1:
            raise ValueError(f"max_edges is {self.max_edges}; expected at least 1")
        for name in ("n_negatives", "damping", "tol"):
            if not 0.0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a number from 0 on")

    def _pairs(self, graph: Graph) -> tuple[np.ndarray, np.ndarray]:
        """Edges between nodes of degree 2 at least, and random pairs; 1 and 0."""
        edges = graph.edges()
        inner = (graph.degrees[edges] > 1).all(axis=1)
        edges = edges[inner] if inner.any() else edges
        seed = integer_seed(self.random_state, "compatibility")
        if len(edges) > self.max_edges:
            kept = generator(seed, "edges").choice(len(edges), self.max_edges, replace=False)
            edges = edges[np.sort(kept)]
        n_random = round(self.n_negatives * len(edges))
        drawn = generator(seed, "negatives").integers(0, graph.n_nodes, (n_random, 2))
        target = np.zeros(len(edges) + n_random)
        target[: len(edges)] = 1.0
        return np.concatenate([edges, drawn]), target


def _most_energy(entries: np.ndarray, share: float) -> np.ndarray:
    """Which entries to keep: the smallest whose sum is below the rest of the share are left out."""
    size = np.abs(entries)
    order = np.argsort(size)
    lost = np.cumsum(size[order]) < (1.0 - share) * size.sum()
    kept = np.ones(len(entries), dtype=bool)
    kept[order[lost]] = False
    return kept


def _pair_operator(
    z: np.ndarray, pairs: np.ndarray, places: tuple[np.ndarray, np.ndarray]
) -> LinearOperator:
    r"""The regression of pairs on upper triangles: :math:`h \mapsto (z_i^T H z_j)_{ij}`.

    Its transpose takes v to the upper triangle of :math:`M + M^T`, the diagonal halved, with
    :math:`M = \sum v_{ij} z_i z_j^T`.
    """
    d = z.shape[1]
    diagonal = places[0] == places[1]

    def forward(h: np.ndarray) -> np.ndarray:
        matrix = np.zeros((d, d))
        matrix[places] = h.ravel()
        return pair_scores(z, np.triu(matrix) + np.triu(matrix, 1).T, pairs).astype(float)

    def backward(v: np.ndarray) -> np.ndarray:
        total = np.zeros((d, d))
        weights = v.ravel().astype(z.dtype)
        for start in range(0, len(pairs), BLOCK):
            i, j = pairs[start : start + BLOCK].T
            total += z[i].T @ (weights[start : start + BLOCK, None] * z[j])
        folded = total[places] + total.T[places]
        folded[diagonal] /= 2.0
        return folded

    made: Any = LinearOperator(
        shape=(len(pairs), len(places[0])), dtype=np.dtype(float), matvec=forward, rmatvec=backward
    )
    return made
