"""The compatibility matrix: which directions of an embedding attract each other along an edge."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.sparse.linalg import lsqr
from sklearn.base import BaseEstimator

from infometer.graphs.compatibility_closed_forms import floating, positive_compatibility
from infometer.graphs.expected_compatibility import expected_compatibility
from infometer.graphs.graph import Graph
from infometer.graphs.pair_regression import pair_operator, pair_scores, symmetric
from infometer.resampling import generator, integer_seed

__all__ = ["CompatibilityMatrix", "pair_scores"]


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
        Random pairs, as in the paper; or all pairs of nodes, together of the same weight: the
        expectation over draws, by conjugate gradients, `expected_compatibility`.
    n_negatives : float
        Random pairs for each edge; they are not looked up among the edges. Of all pairs, their
        weight for each edge.
    max_edges : int
        Edges are sampled down to so many, after those with an end of degree 1 are left out.
    damping : float
        λ. Of all pairs that of `expected_compatibility`, and what follows is for sampled ones.
    energy : float
        Share of :math:`\sum |h_0|` that the entries that may differ from 0 have.
    warm_start : bool
        Else :math:`h_0 = 0`, and all entries may differ from 0.
    tol : float
        Of LSQR, on the operator and on the right-hand side; of the residual with all pairs.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    matrix_ : ndarray of float64, shape (d, d)
    n_iterations_ : int
        Of LSQR or of conjugate gradients.

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
            self.matrix_, self.n_iterations_ = expected_compatibility(
                z,
                self._edges(graph),
                n_negatives=self.n_negatives,
                damping=self.damping,
                tol=self.tol,
            )
            return self
        pairs, target = self._pairs(graph)
        upper = np.triu_indices(z.shape[1])
        start, free = np.zeros(len(upper[0])), np.ones(len(upper[0]), dtype=bool)
        if self.warm_start:
            start = positive_compatibility(z, graph)[upper]
            free = _most_energy(start, self.energy)
        operator = pair_operator(z, pairs, (upper[0][free], upper[1][free]))
        solved = lsqr(
            operator, target, damp=self.damping, atol=self.tol, btol=self.tol, x0=start[free]
        )
        self.matrix_ = symmetric(solved[0], (upper[0][free], upper[1][free]), z.shape[1])
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
        if self.negatives == "all" and not self.n_negatives > 0.0:
            raise ValueError(f"n_negatives is {self.n_negatives}; all pairs need a weight above 0")
        for name in ("n_negatives", "damping", "tol"):
            if not 0.0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a number from 0 on")

    def _edges(self, graph: Graph) -> np.ndarray:
        """Edges between nodes of degree 2 at least, so many as are asked for."""
        edges = graph.edges()
        inner = (graph.degrees[edges] > 1).all(axis=1)
        edges = edges[inner] if inner.any() else edges
        if len(edges) > self.max_edges:
            rng = generator(integer_seed(self.random_state, "compatibility"), "edges")
            edges = edges[np.sort(rng.choice(len(edges), self.max_edges, replace=False))]
        return edges

    def _pairs(self, graph: Graph) -> tuple[np.ndarray, np.ndarray]:
        """Edges and random pairs; 1 and 0."""
        edges = self._edges(graph)
        n_random = round(self.n_negatives * len(edges))
        rng = generator(integer_seed(self.random_state, "compatibility"), "negatives")
        drawn = rng.integers(0, graph.n_nodes, (n_random, 2))
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
