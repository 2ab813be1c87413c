"""Five embeddings of the nodes, each of one source: structure, walks, features, features spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator
from sklearn.base import BaseEstimator

from infometer.graphs.graph import Graph
from infometer.graphs.low_rank import centred, low_rank_svd
from infometer.graphs.propagation import propagated, propagation_matrix
from infometer.graphs.walks import sampled_walks, walk_operator
from infometer.resampling import integer_seed

__all__ = ["COMPONENTS", "GraphEmbeddings", "scaled_features", "scaled_rows"]

COMPONENTS = {
    "U": "structure",
    "R": "neighbourhood by short walks",
    "F": "features",
    "P": "features of neighbours",
    "S": "features of neighbours and the node's own",
}
"""What each embedding knows."""


class GraphEmbeddings(BaseEstimator):
    r"""Embeddings of the nodes by what each is made of.

    .. math::
        U:\ A \quad R:\ W \quad F:\ X \quad P:\ (D^{-1} A)^k X \quad
        S:\ (\tilde D^{-1/2} \tilde A \tilde D^{-1/2})^k X

    each to its leading singular vectors: of U and R times the root of the singular values, of F, P
    and S the principal components. W is that of `walk_operator`, :math:`\tilde A = A + I`. Then
    every column is divided by its standard deviation, and every row by its length.

    Parameters
    ----------
    components : sequence of {"U", "R", "F", "P", "S"}
        F, P and S only where the graph has features.
    n_components : int
        Columns of each; fewer where there are not so many features, nodes or singular values.
    n_hops : int
        k.
    normalization : {"sym", "row"}
        Of S, as in the paper or as in its code.
    walks : {"expected", "sampled"}
        Of R: the expectation, without a seed, or counts of `n_walks` walks from each node, as in
        the paper.
    n_walks : int
    scale_features : bool
        First subtract the smallest value and divide every row by its sum.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    notes_ : tuple of str
        Which components have fewer columns than were asked for, and why.

    References
    ----------
    M.-C. Lee et al., "NetInfoF framework: measuring and exploiting network usable information",
    ICLR 2024, section 3.

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> embeddings = GraphEmbeddings(n_components=4, random_state=0)
    >>> {name: z.shape for name, z in
    ...  embeddings.fit_transform(as_graph(nx.karate_club_graph())).items()}
    {'U': (34, 4), 'R': (34, 4)}
    """

    def __init__(
        self,
        components: Sequence[str] = ("U", "R", "F", "P", "S"),
        n_components: int = 128,
        n_hops: int = 2,
        normalization: Literal["sym", "row"] = "sym",
        walks: Literal["expected", "sampled"] = "expected",
        n_walks: int = 200,
        scale_features: bool = True,
        random_state: Any = None,
    ) -> None:
        self.components = components
        self.n_components = n_components
        self.n_hops = n_hops
        self.normalization = normalization
        self.walks = walks
        self.n_walks = n_walks
        self.scale_features = scale_features
        self.random_state = random_state

    def fit_transform(self, graph: Graph, y: None = None) -> dict[str, np.ndarray]:
        """The embeddings by name, each of shape (n, d) and float32.

        Parameters
        ----------
        graph : Graph
            Of the training edges alone, where links are to be predicted.
        y : None
            Not used.

        Returns
        -------
        dict of str to ndarray

        Raises
        ------
        ValueError
            If a component or setting is unknown.
        """
        self._check()
        found: dict[str, np.ndarray] = {}
        notes: list[str] = []
        features = None if graph.features is None else self._features(graph.features)
        asked = self.n_components if features is None else min(self.n_components, features.shape[1])
        for name in self.components:
            if name in "FPS" and features is None:
                continue
            operator = self._operator(name, graph, features)
            rank = min(asked, *operator.shape)
            seed = integer_seed(self.random_state, "embedding", name)
            vectors, values = low_rank_svd(operator, rank, random_state=seed)
            if len(values) < asked:
                notes.append(
                    f"{name} ({COMPONENTS[name]}) has {len(values)} columns instead of {asked}: "
                    "there are no more that are not rounding"
                )
            found[name] = scaled_rows(vectors * (np.sqrt(values) if name in "UR" else values))
        self.notes_ = tuple(notes)
        return found

    def _check(self) -> None:
        unknown = set(self.components) - set(COMPONENTS)
        if unknown or not self.components:
            raise ValueError(
                f"components is {tuple(self.components)}; expected some of {', '.join(COMPONENTS)}"
            )
        for name in ("n_components", "n_hops", "n_walks"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.walks not in ("expected", "sampled"):
            raise ValueError(f"walks is {self.walks!r}; it must be 'expected' or 'sampled'")

    def _features(self, features: Any) -> Any:
        scaled = scaled_features(features) if self.scale_features else features
        return scaled.astype(np.float32)

    def _operator(self, name: str, graph: Graph, features: Any) -> LinearOperator:
        if name == "U":
            return aslinearoperator(graph.adjacency.astype(np.float32))
        if name == "R" and self.walks == "expected":
            return walk_operator(graph, dtype=np.float32)
        if name == "R":
            seed = integer_seed(self.random_state, "walks")
            counts = sampled_walks(graph, n_walks=self.n_walks, random_state=seed)
            return aslinearoperator(counts.astype(np.float32))
        if name == "F":
            return centred(aslinearoperator(features))
        form = "row" if name == "P" else self.normalization
        step = propagation_matrix(graph, self_loops=name == "S", normalization=form)
        return centred(propagated(step.astype(np.float32), features, self.n_hops))


def scaled_rows(columns: np.ndarray) -> np.ndarray:
    """Columns of unit standard deviation, not centred, then rows of unit length.

    Parameters
    ----------
    columns : ndarray of float, shape (n, d)

    Returns
    -------
    ndarray of float32, shape (n, d)
        Rows of 0 stay 0.

    Examples
    --------
    >>> scaled_rows(np.array([[3.0, 0.0], [0.0, 8.0], [0.0, 0.0]])).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    spread = columns.std(axis=0)
    found = (columns / np.where(spread > 0, spread, 1.0)).astype(np.float32)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.where(length > 0, length, 1.0)
    return found


def scaled_features(features: Any) -> Any:
    """Features less their smallest, every row divided by its sum.

    Parameters
    ----------
    features : ndarray or csr_array of float, shape (n, f)

    Returns
    -------
    ndarray or csr_array, shape (n, f)
        Rows of 0 stay 0; sparse features stay sparse.

    Raises
    ------
    ValueError
        If sparse features hold negative values: without their 0 they would be dense.

    Examples
    --------
    >>> scaled_features(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    is_sparse = bool(sparse.issparse(features))
    values = features.data if is_sparse else features
    lowest = float(values.min()) if values.size else 0.0
    if is_sparse and lowest < 0:
        raise ValueError(
            f"features are sparse and hold {lowest:g}; expected values from 0 on: give "
            "scale_features=False, or dense features"
        )
    lowest = 0.0 if is_sparse else lowest
    above = features - lowest if lowest else features
    total = np.asarray(above.sum(axis=1)).ravel()
    inverse = 1.0 / np.where(total > 0, total, 1.0)
    if is_sparse:
        return sparse.csr_array(sparse.diags_array(inverse) @ above)
    return above * inverse[:, None]
