"""Five embeddings of the nodes, each of one source: structure, walks, features, features spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator
from sklearn.base import BaseEstimator

from infometer.graphs.feature_scaling import FeatureScaling, chosen_scaling, scaled_features
from infometer.graphs.graph import Graph
from infometer.graphs.low_rank import centred, column_means, low_rank_svd, matrix_operator
from infometer.graphs.propagation import propagated, propagation_matrix
from infometer.graphs.walks import sampled_walks, walk_operator
from infometer.resampling import integer_seed

__all__ = ["COMPONENTS", "GraphEmbeddings", "scaled_rows", "with_columns"]

COMPONENTS = {
    "U": "structure",
    "R": "neighbourhood by short walks",
    "F": "features",
    "P": "features of neighbours",
    "S": "features of neighbours and the node's own",
}
"""What each embedding knows."""

CONSTANT = 1e-4
"""A column whose deviation is less of its root mean square is constant, in single precision."""

ROWS = 1 << 14
"""Rows that are summed at a time, in double precision."""


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
        Columns of each; fewer where there are not so many nodes, singular values or, of F, P and S,
        features: features that are constant have none.
    n_hops : int
        k.
    normalization : {"sym", "row"}
        Of S, as in the paper or as in its code.
    walks : {"expected", "sampled"}
        Of R: the expectation, without a seed, or counts of `n_walks` walks from each node, as in
        the paper.
    n_walks : int
    feature_scaling : {"auto", "rows", "columns", "none"}
        As of `scaled_features`.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    notes_ : tuple of str
        Which components have fewer columns than were asked for, and of how many nodes structure
        tells nothing.

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
        feature_scaling: FeatureScaling = "auto",
        random_state: Any = None,
    ) -> None:
        self.components = components
        self.n_components = n_components
        self.n_hops = n_hops
        self.normalization = normalization
        self.walks = walks
        self.n_walks = n_walks
        self.feature_scaling = feature_scaling
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
        for name in self.components:
            if name in "FPS" and features is None:
                continue
            found[name] = self._embedding(name, graph, features)
            notes.extend(self._notes(name, graph, found[name].shape[1]))
        if self.feature_scaling == "auto" and set(found) & set("FPS"):
            notes.append(f"features were scaled by {chosen_scaling(graph.features)}")
        self.notes_ = tuple(notes)
        return found

    def _embedding(self, name: str, graph: Graph, features: Any) -> np.ndarray:
        seed = integer_seed(self.random_state, "embedding", name)
        if name in "UR":
            operator, cancelled = self._structure(name, graph), 0.0
        else:
            operator, cancelled = self._spread(name, graph, features)
        vectors, values = low_rank_svd(
            operator,
            min(self.n_components, *operator.shape),
            cancelled=cancelled,
            random_state=seed,
        )
        vectors *= np.sqrt(values) if name in "UR" else values
        return scaled_rows(vectors)

    def _notes(self, name: str, graph: Graph, d: int) -> list[str]:
        found = []
        if d < self.n_components:
            found.append(
                f"{name} ({COMPONENTS[name]}) has {d} columns instead of {self.n_components}: "
                "there are no more that are not rounding"
            )
        isolated = int((graph.degrees == 0).sum())
        if isolated and name in "UR":
            found.append(
                f"{name} ({COMPONENTS[name]}) is 0 of {isolated} nodes, which have no edge"
            )
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
        return _single(scaled_features(features, self.feature_scaling))

    def _structure(self, name: str, graph: Graph) -> LinearOperator:
        if name == "U":
            return matrix_operator(_single(graph.adjacency))
        if self.walks == "expected":
            weights = graph.adjacency.data
            alike = weights.min(initial=1.0) == weights.max(initial=1.0)
            return walk_operator(graph, dtype=np.float32 if alike else np.float64)
        seed = integer_seed(self.random_state, "walks")
        return matrix_operator(
            _single(sampled_walks(graph, n_walks=self.n_walks, random_state=seed))
        )

    def _spread(self, name: str, graph: Graph, features: Any) -> tuple[LinearOperator, float]:
        """The features after no steps or some, centred, and the size of what that took away."""
        operator = matrix_operator(features)
        if name != "F":
            form = "row" if name == "P" else self.normalization
            step = propagation_matrix(graph, self_loops=name == "S", normalization=form)
            operator = propagated(step.astype(np.float32), features, self.n_hops)
        means = column_means(operator)
        return centred(operator, means), float(np.sqrt(graph.n_nodes) * np.linalg.norm(means))


def with_columns(found: dict[str, np.ndarray], asked: Sequence[str]) -> dict[str, np.ndarray]:
    """The embeddings that have columns, for a model: those of constant features have none.

    Parameters
    ----------
    found : dict of str to ndarray, shape (n, d)
    asked : sequence of str
        The components that were asked for.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        If none has any.
    """
    kept = {name: z for name, z in found.items() if z.shape[1]}
    if kept:
        return kept
    if not found:
        raise ValueError(
            f"components is {tuple(asked)}, which need features, and the graph has none: give "
            "features, or take U and R"
        )
    raise ValueError(
        f"components is {tuple(asked)}, and {', '.join(found)} have no columns: the graph has no "
        "edges, or its features are constant"
    )


def _single(matrix: Any) -> Any:
    """In single precision, divided by the largest entry so that none overflows."""
    is_sparse = bool(sparse.issparse(matrix))
    values = matrix.data if is_sparse else matrix
    largest = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    return (matrix / (largest or 1.0)).astype(np.float32, copy=False)


def scaled_rows(columns: np.ndarray) -> np.ndarray:
    """Columns of unit standard deviation, not centred, then rows of unit length.

    A column that is constant but for rounding, as the first of a regular graph's, is left as it is.

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
    found = (columns / _scale(columns).astype(columns.dtype)).astype(np.float32, copy=False)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.where(length > 0, length, 1.0)
    return found


def _scale(columns: np.ndarray) -> np.ndarray:
    """The columns' standard deviations, 1 of a column that is constant but for rounding."""
    total, squares = np.zeros((2, columns.shape[1]))
    for start in range(0, len(columns), ROWS):
        rows = columns[start : start + ROWS].astype(float)
        total += rows.sum(axis=0)
        squares += np.einsum("ij,ij->j", rows, rows)
    mean, square = total / len(columns), squares / len(columns)
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    return np.asarray(np.where(spread > CONSTANT * np.sqrt(square), spread, 1.0))
