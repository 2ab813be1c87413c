"""The compatibility matrix: which directions of an embedding attract each other along an edge."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import linalg
from scipy.sparse.linalg import LinearOperator, lsqr
from sklearn.base import BaseEstimator

from infometer.graphs.graph import Graph
from infometer.resampling import generator, integer_seed

__all__ = [
    "CompatibilityMatrix",
    "all_pairs_compatibility",
    "pair_scores",
    "positive_compatibility",
]

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
    left = z if matrix is None else z @ matrix.astype(z.dtype, copy=False)
    scores = np.empty(len(pairs), dtype=z.dtype)
    for start in range(0, len(pairs), BLOCK):
        i, j = pairs[start : start + BLOCK].T
        np.einsum("ij,ij->i", left[i], z[j], out=scores[start : start + BLOCK])
    return scores


def positive_compatibility(z: np.ndarray, graph: Graph, *, ridge: float = 1.0) -> np.ndarray:
    r"""H that brings each node nearest to its neighbours, from edges alone.

    .. math:: H = \arg\min \sum_{(i,j) \in E} \|z_i H - z_j\|^2 + \alpha \|H\|^2
              = (Z^T D Z + \alpha I)^{-1} Z^T A Z,

    the sum over both directions of every edge, each counted by its weight.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    graph : Graph
        Of the training edges.
    ridge : float
        α.

    Returns
    -------
    ndarray of float64, shape (d, d)

    References
    ----------
    Lee et al., ICLR 2024, lemma 1.

    Examples
    --------
    Nodes of one side of a bipartite graph attract those of the other:

    >>> from infometer.graphs import graph_from_edges
    >>> sides = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> square = graph_from_edges([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> positive_compatibility(sides, square, ridge=0.0).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    strength = np.asarray(graph.adjacency.sum(axis=1)).ravel().astype(z.dtype)
    gram = (z.T @ (strength[:, None] * z)).astype(float)
    across = (z.T @ (graph.adjacency.astype(z.dtype) @ z)).astype(float)
    return _solved(gram, ridge, across)


def all_pairs_compatibility(z: np.ndarray, graph: Graph, *, ridge: float = 0.0) -> np.ndarray:
    r"""H against all pairs of nodes at once, without a sample of negatives.

    .. math:: H = \arg\min \sum_{i,j} (A_{ij} - z_i^T H z_j)^2 = G^{-1} Z^T A Z\, G^{-1},
              \quad G = Z^T Z + \alpha I.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    graph : Graph
        Of the training edges.
    ridge : float
        α; with 0, directions in which Z has nothing are left out.

    Returns
    -------
    ndarray of float64, shape (d, d)
        Symmetric.

    Examples
    --------
    The blocks of a graph of blocks are found as they are:

    >>> from infometer.graphs import graph_from_edges
    >>> sides = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> square = graph_from_edges([[0, 2], [0, 3], [1, 2], [1, 3]])
    >>> all_pairs_compatibility(sides, square).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    gram = (z.T @ z).astype(float)
    across = (z.T @ (graph.adjacency.astype(z.dtype) @ z)).astype(float)
    half = _solved(gram, ridge, across)
    found = _solved(gram, ridge, half.T)
    return (found + found.T) / 2.0


def _solved(gram: np.ndarray, ridge: float, right: np.ndarray) -> np.ndarray:
    """(G + αI)⁻¹ B, and the least-norm solution where that has no inverse."""
    shifted = gram + ridge * np.eye(len(gram))
    return np.asarray(linalg.lstsq(shifted, right)[0])


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
        graph : Graph
            Of the training edges.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the graph has no edges, or z another number of rows than it has nodes.
        """
        self._check(z, graph)
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
        return pair_scores(z, self.matrix_, np.asarray(pairs))

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
        if not 0.0 < self.energy <= 1.0:
            raise ValueError(f"energy is {self.energy}; expected a share above 0, 1 for all")

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
