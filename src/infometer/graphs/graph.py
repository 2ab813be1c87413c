"""A graph as its adjacency, with what is known of its nodes and edges."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

__all__ = ["Graph", "graph_from_edges"]


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """An undirected graph: symmetric weights without loops, and its nodes' features and labels.

    Parameters
    ----------
    adjacency : scipy.sparse.csr_array of float, shape (n, n)
        Symmetric, nothing on the diagonal, weights above 0; `graph_from_edges` and `as_graph` make
        it from what a user has.
    features : ndarray or scipy.sparse.csr_array of float, shape (n, f), optional
        Finite; sparse ones stay sparse.
    labels : ndarray, shape (n,), optional
        Of any type; None, NaN or ``labelled`` false where a node has none.
    labelled : ndarray of bool, shape (n,), optional
        Which nodes have a label; all where it is not given.
    times : ndarray, shape (e,), optional
        Of the edges, in the order of `edges`.
    nodes : ndarray, shape (n,), optional
        The nodes' own names; their numbers where it is not given.
    notes : tuple of str
        What was merged, dropped or made symmetric on the way here.

    Raises
    ------
    ValueError
        If a shape does not fit, a weight or feature is not finite, or the adjacency has loops,
        weights not above 0 or two weights for the two directions of an edge.

    Examples
    --------
    >>> graph = graph_from_edges([[0, 1], [1, 2], [2, 1], [2, 2]])
    >>> graph
    Graph(3 nodes, 2 edges)
    >>> graph.notes
    ('1 loop was left out', '1 repeated edge was merged with its first, the heavier weight kept')
    """

    adjacency: sparse.csr_array
    features: Any = None
    labels: np.ndarray | None = None
    labelled: np.ndarray | None = None
    times: np.ndarray | None = None
    nodes: Any = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "adjacency", _symmetric(self.adjacency))
        n = self.n_nodes
        if self.nodes is None:
            object.__setattr__(self, "nodes", np.arange(n))
        if self.labels is not None and self.labelled is None:
            object.__setattr__(self, "labelled", np.ones(n, dtype=bool))
        for name in ("features", "labels", "labelled", "nodes"):
            part = getattr(self, name)
            if part is not None and part.shape[0] != n:
                raise ValueError(
                    f"{name} has {part.shape[0]} rows and the graph {n} nodes; expected a row for "
                    "every node, in the order of the nodes"
                )
        _check_features(self.features)
        if self.times is not None and len(self.times) != self.n_edges:
            raise ValueError(
                f"times has {len(self.times)} values and the graph {self.n_edges} edges; expected "
                "one for every edge, in the order of `edges`"
            )

    @property
    def n_nodes(self) -> int:
        """Nodes, isolated ones too."""
        return int(self.adjacency.shape[0])

    @property
    def n_edges(self) -> int:
        """Edges, each counted once."""
        return int(self.adjacency.nnz) // 2

    @property
    def degrees(self) -> np.ndarray:
        """Neighbours of every node, shape (n,)."""
        return np.diff(self.adjacency.indptr)

    def edges(self) -> np.ndarray:
        """The edges (i, j) with i < j, in order, shape (e, 2)."""
        rows = np.repeat(np.arange(self.n_nodes), self.degrees)
        upper = rows < self.adjacency.indices
        return np.column_stack([rows[upper], self.adjacency.indices[upper]])

    def with_edges(self, kept: np.ndarray) -> Graph:
        """The same nodes with some of the edges: a bool for each of `edges`, shape (e,)."""
        upper = sparse.triu(self.adjacency, 1, format="csr")
        rows = np.repeat(np.arange(self.n_nodes), np.diff(upper.indptr))[kept]
        one_way = sparse.csr_array(
            (upper.data[kept], (rows, upper.indices[kept])), shape=self.adjacency.shape
        )
        times = None if self.times is None else self.times[kept]
        adjacency = sparse.csr_array(one_way + one_way.T)
        adjacency.sort_indices()
        return replace(self, adjacency=adjacency, times=times)

    def __repr__(self) -> str:
        parts = [f"{self.n_nodes} nodes", f"{self.n_edges} edges"]
        if self.features is not None:
            parts.append(f"{self.features.shape[1]} features")
        if self.labels is not None and self.labelled is not None:
            parts.append(f"{len(set(self.labels[self.labelled].tolist()))} labels")
        return f"Graph({', '.join(parts)})"


def graph_from_edges(
    edges: Any,
    n_nodes: int | None = None,
    *,
    weights: Any = None,
    times: Any = None,
    **known: Any,
) -> Graph:
    """A graph of edges between numbered nodes.

    Parameters
    ----------
    edges : array-like of int, shape (e, 2)
        In any direction and order. Loops are left out, an edge that is repeated or listed in both
        directions counts once, with its heaviest weight and its earliest time; `notes` tells.
    n_nodes : int, optional
        Beyond the largest number in `edges`: isolated nodes.
    weights, times : array-like, shape (e,), optional
        Weights are above 0; times of any type that can be ordered.
    **known
        Features, labels and node names of the `Graph`.

    Returns
    -------
    Graph

    Raises
    ------
    ValueError
        If a number is no node, or a weight not above 0.

    Examples
    --------
    >>> graph_from_edges([[0, 1], [1, 2]], n_nodes=4).degrees.tolist()
    [1, 2, 1, 0]
    """
    pairs = _node_pairs(edges, n_nodes)
    n = int(n_nodes if n_nodes is not None else pairs.max(initial=-1) + 1)
    strength = _weights(weights, len(pairs))
    when = None if times is None else _times(times, len(pairs))
    between = pairs[:, 0] != pairs[:, 1]
    low, high = pairs[between].min(axis=1), pairs[between].max(axis=1)
    order = np.lexsort((high, low))
    low, high, strength = low[order], high[order], strength[between][order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])][: len(low)]
    starts = np.flatnonzero(first)
    kept = np.maximum.reduceat(strength, starts) if len(starts) else strength
    if when is not None:
        ordered = when[between][order]
        rank = np.unique(ordered, return_inverse=True)[1]
        when = ordered[np.lexsort((rank, np.cumsum(first)))][starts]
    one_way = sparse.csr_array((kept, (low[first], high[first])), shape=(n, n))
    adjacency = sparse.csr_array(one_way + one_way.T)
    adjacency.sort_indices()
    notes = (
        *_text_order(when),
        *_counted(int((~between).sum()), "loop", "left out"),
        *_counted(len(low) - len(starts), "repeated edge", "merged with its first, the heavier"),
    )
    return Graph(adjacency, times=when, notes=(*known.pop("notes", ()), *notes), **known)


def _symmetric(adjacency: Any) -> sparse.csr_array:
    """The adjacency with its rows in order, if it is that of a `Graph`."""
    is_sparse = bool(sparse.issparse(adjacency))
    if not is_sparse or adjacency.shape[0] != adjacency.shape[1]:
        raise ValueError(
            f"adjacency is a {type(adjacency).__name__} of the shape {np.shape(adjacency)}; "
            "expected a sparse array with one row and one column a node: of a bipartite graph give "
            "the edges, both sides numbered together"
        )
    rows: Any = sparse.csr_array(adjacency)
    back: Any = sparse.csr_array(rows.T)
    if not rows.has_sorted_indices:
        rows = sparse.csr_array(back.T)
    same = np.array_equal(back.indptr, rows.indptr) and np.array_equal(back.indices, rows.indices)
    if not (same and np.array_equal(back.data, rows.data) and rows.has_canonical_format):
        raise ValueError(
            "adjacency is not symmetric, not finite or lists an entry twice; expected each edge in "
            "both directions with one weight: as_graph makes it so"
        )
    if not ((rows.data > 0) & np.isfinite(rows.data)).all() or rows.diagonal().any():
        raise ValueError(
            "adjacency has loops or weights that are not finite or not above 0: as_graph leaves "
            "loops and zeros out"
        )
    return rows


def _check_features(features: Any) -> None:
    if features is None:
        return
    if len(features.shape) != 2:
        raise ValueError(f"features has the shape {features.shape}; expected (n, f), a row a node")
    is_sparse = bool(sparse.issparse(features))
    wrong = int((~np.isfinite(features.data if is_sparse else features)).sum())
    if wrong:
        raise ValueError(
            f"features has {wrong} values that are NaN or infinite; expected finite numbers: fill "
            "them, or leave those columns out"
        )


def _node_pairs(edges: Any, n_nodes: int | None) -> np.ndarray:
    pairs = np.asarray(edges)
    if pairs.size == 0:
        pairs = np.zeros((0, 2), dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(
            f"edges has the shape {pairs.shape} and the type {pairs.dtype}; expected whole numbers "
            "of nodes, shape (e, 2): give names of nodes as a table to as_graph"
        )
    if len(pairs) and (pairs.min() < 0 or (n_nodes is not None and pairs.max() >= n_nodes)):
        bad = pairs.min() if pairs.min() < 0 else pairs.max()
        raise ValueError(f"edges names the node {bad}; expected numbers from 0 to n_nodes - 1")
    return pairs.astype(np.int64, copy=False)


def _weights(weights: Any, n: int) -> np.ndarray:
    if weights is None:
        return np.ones(n)
    found = np.asarray(weights, dtype=float)
    if found.shape != (n,):
        raise ValueError(f"weights has the shape {found.shape}; expected ({n},), one for each edge")
    wrong = ~(np.isfinite(found) & (found > 0))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"weights is {found[place]} at edge {place}; expected finite weights above 0: an edge "
            "of weight 0 is none, leave it out"
        )
    return found


def _times(times: Any, n: int) -> np.ndarray:
    found = np.asarray(times)
    if found.shape != (n,):
        raise ValueError(f"times has the shape {found.shape}; expected ({n},), one for each edge")
    missing = found != found
    if found.dtype == object:
        missing = missing | np.array([one is None for one in found])
    if missing.any():
        place = int(np.flatnonzero(missing)[0])
        raise ValueError(
            f"times lacks {int(missing.sum())} values, the first of edge {place}; expected one for "
            "each edge: leave those edges out"
        )
    return found


def _text_order(times: np.ndarray | None) -> tuple[str, ...]:
    """Times that are text and do not begin with the year, such as 9/1/2020, sort as text does."""
    if times is None or not any(isinstance(one, str) for one in times[:1].tolist()):
        return ()
    odd = [one for one in times.tolist() if not re.match(r"\d{4}(\D|$)", str(one))]
    return (f"times are text, such as {odd[0]!r}, and are ordered as text",) if odd else ()


def _counted(number: int, what: str, done: str) -> tuple[str, ...]:
    if number == 0:
        return ()
    tail = " weight kept" if done.endswith("heavier") else ""
    plural = "s were" if number > 1 else " was"
    return (f"{number} {what}{plural} {done}{tail}",)
