"""A graph from what a user has: a sparse matrix, networkx, a table of edges, or PyG's ``Data``."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.graphs.graph import Graph, graph_from_edges
from infometer.tables import read_table

__all__ = ["as_graph", "read_graph"]


def as_graph(data: Any, *, features: Any = None, labels: Any = None, time: Any = None) -> Graph:
    """Read a graph of any of the usual kinds; what had to be changed stands in its `notes`.

    Parameters
    ----------
    data : Graph, sparse matrix, networkx graph, DataFrame, array-like or object
        Of a sparse matrix, the adjacency, shape (n, n); of a table, one edge a row: the ends in
        the columns ``source`` and ``target``, or else in the first two, and a weight in the column
        ``weight``; of an array, the numbers of the ends, shape (e, 2); an object with
        ``edge_index`` (2, e) is read as torch_geometric's ``Data``, with its ``x`` and ``y``.
        Directed edges are read as undirected.
    features : array-like, sparse matrix or DataFrame, shape (n, f), optional
        In the order of the nodes; a DataFrame by its index, which names the nodes. Of networkx the
        name of a node's attribute that holds its vector.
    labels : array-like, Series or mapping, shape (n,), optional
        Missing where a node has none (None or NaN; −1 among whole numbers). Of networkx the name
        of an attribute.
    time : str or array-like, shape (e,), optional
        Of the edges; the name of a column of a table or an edge's attribute of networkx.

    Returns
    -------
    Graph

    Raises
    ------
    ValueError
        If it is none of these, or names do not fit.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    >>> graph = as_graph(edges, labels={"a": 0, "b": 1, "c": 1})
    >>> graph, graph.nodes.tolist()
    (Graph(3 nodes, 2 edges, 2 labels), ['a', 'b', 'c'])
    """
    if isinstance(data, Graph):
        read = data
    elif sparse.issparse(data):
        read = _from_adjacency(data)
    elif hasattr(data, "edge_index"):
        return _from_pyg(data, features, labels, time)
    elif hasattr(data, "adj") and hasattr(data, "nodes"):
        return _from_networkx(data, features, labels, time)
    elif isinstance(data, pd.DataFrame):
        read = _from_table(data, _names_of(features, labels), time)
    else:
        read = graph_from_edges(data, _rows_of(features, labels), times=time)
    return _with_nodes(read, features, labels)


def read_graph(
    edges: str | os.PathLike[str],
    *,
    features: str | os.PathLike[str] | None = None,
    labels: str | os.PathLike[str] | None = None,
    time: str | None = None,
) -> Graph:
    r"""Read a graph from files: CSV, parquet or npz.

    Parameters
    ----------
    edges : path
        One edge a row, as the tables of `as_graph`.
    features : path, optional
        One node a row: its name in the column ``node``, or else in the first; the others are
        numbers. A node that is not listed is an error, one without edges is isolated.
    labels : path, optional
        One node a row: its name, then its label.
    time : str, optional
        The column of `edges` that says when an edge came to be.

    Returns
    -------
    Graph

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "edges.csv"
    ...     _ = path.write_text("source,target\nann,bob\nbob,cat\n")
    ...     read_graph(path)
    Graph(3 nodes, 2 edges)
    """
    known = {
        "features": None if features is None else _named_rows(read_table(features), "features"),
        "labels": None if labels is None else _named_rows(read_table(labels), "labels").iloc[:, 0],
    }
    return as_graph(read_table(edges), **known, time=time)


def _named_rows(table: pd.DataFrame, name: str) -> pd.DataFrame:
    if table.shape[1] < 2:
        raise ValueError(
            f"{name} has the columns {list(table.columns)}; expected a column that names the node "
            "and at least one beside it"
        )
    found = table.set_index("node" if "node" in table else table.columns[0])
    if found.index.has_duplicates:
        twice = found.index[found.index.duplicated()][0]
        raise ValueError(f"{name} names the node {twice!r} twice; expected one row a node")
    return found


def _from_adjacency(matrix: Any, notes: tuple[str, ...] = ()) -> Graph:
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"the adjacency has the shape {matrix.shape}; expected (n, n): of a bipartite graph "
            "give scipy.sparse.block_array([[None, B], [B.T, None]])"
        )
    found = sparse.coo_array(matrix)
    found.eliminate_zeros()
    different = abs(sparse.csr_array(found) - sparse.csr_array(found).T).count_nonzero()
    upper = found.coords[0] <= found.coords[1] if different == 0 else slice(None)
    pairs = np.column_stack([found.coords[0][upper], found.coords[1][upper]]).astype(np.int64)
    if different:
        notes = (*notes, "the adjacency was not symmetric: every edge counts in both directions")
    return graph_from_edges(
        pairs, matrix.shape[0], weights=found.data[upper].astype(float), notes=notes
    )


def _from_pyg(data: Any, features: Any, labels: Any, time: Any) -> Graph:
    edges = _array(data.edge_index).T
    features = _array(getattr(data, "x", None)) if features is None else features
    labels = _array(getattr(data, "y", None)) if labels is None else labels
    n = getattr(data, "num_nodes", None) or _rows_of(features, labels)
    weights = _array(getattr(data, "edge_weight", None))
    times = _array(getattr(data, time)) if isinstance(time, str) else time
    read = _both_ways(edges, n, weights, times)
    return _with_nodes(read, features, labels)


def _both_ways(edges: np.ndarray, n: Any, weights: Any, times: Any) -> Graph:
    """PyG lists each undirected edge in both directions, which is no repetition."""
    read = graph_from_edges(edges, n, weights=weights, times=times)
    twice = 2 * read.n_edges == int((edges[:, 0] != edges[:, 1]).sum())
    notes = tuple(note for note in read.notes if not (twice and note.count("repeated")))
    return Graph(read.adjacency, times=read.times, notes=notes)


def _from_networkx(data: Any, features: Any, labels: Any, time: Any) -> Graph:
    nodes = list(data.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    listed = list(data.edges(data=True))
    pairs = np.array([(number[a], number[b]) for a, b, _ in listed], dtype=np.int64)
    weights = [float(known.get("weight", 1.0)) for _, _, known in listed]
    times = [known[time] for _, _, known in listed] if isinstance(time, str) else time
    if isinstance(features, str):
        features = np.array([np.atleast_1d(data.nodes[node][features]) for node in nodes], float)
    if isinstance(labels, str):
        labels = [data.nodes[node].get(labels) for node in nodes]
    directed = ("the graph was directed: every edge counts in both directions",)
    read = graph_from_edges(
        pairs.reshape(-1, 2),
        len(nodes),
        weights=weights,
        times=times,
        nodes=_objects(nodes),
        notes=directed if data.is_directed() else (),
    )
    return _with_nodes(read, features, labels)


def _from_table(table: pd.DataFrame, more: list[Any], time: Any) -> Graph:
    ends = ["source", "target"]
    if not set(ends) <= set(table.columns):
        ends = list(table.columns[:2])
    if len(ends) < 2:
        raise ValueError(f"the table of edges has the columns {list(table.columns)}; expected two")
    missing = table[ends].isna().any(axis=1)
    if missing.any():
        raise ValueError(
            f"{int(missing.sum())} edges lack an end (first in row {int(missing.argmax())}); "
            "expected a node in both columns: drop those rows"
        )
    if isinstance(time, str) and time not in table:
        raise ValueError(f"time is {time!r}; the edges have the columns {list(table.columns)}")
    named = pd.concat([table[ends[0]], table[ends[1]], pd.Series(more, dtype=object)])
    codes, nodes = pd.factorize(named.to_numpy(), sort=len(set(map(type, more))) < 2)
    e = len(table)
    weights = table["weight"].to_numpy(dtype=float) if "weight" in table else None
    times = table[time].to_numpy() if isinstance(time, str) else time
    pairs = np.column_stack([codes[:e], codes[e : 2 * e]])
    return graph_from_edges(pairs, len(nodes), weights=weights, times=times, nodes=nodes)


def _with_nodes(graph: Graph, features: Any, labels: Any) -> Graph:
    """The graph with features and labels brought into the order of its nodes."""
    if features is None and labels is None:
        return graph
    found = graph.features if features is None else _features(features, graph)
    known, labelled = (graph.labels, graph.labelled) if labels is None else _labels(labels, graph)
    return Graph(graph.adjacency, found, known, labelled, graph.times, graph.nodes, graph.notes)


def _features(features: Any, graph: Graph) -> Any:
    if isinstance(features, pd.DataFrame):
        features = _by_node(features, graph, "features").to_numpy(dtype=float)
    is_sparse = bool(sparse.issparse(features))
    found: Any = _array(features)
    found = sparse.csr_array(found.astype(float)) if is_sparse else np.asarray(found, dtype=float)
    if found.ndim != 2:
        raise ValueError(f"features has the shape {found.shape}; expected (n, f), a row a node")
    wrong = ~np.isfinite(found.data if is_sparse else found)
    if wrong.any():
        raise ValueError(
            f"features has {int(wrong.sum())} values that are NaN or infinite; expected finite "
            "numbers: fill them, or leave those columns out"
        )
    return found


def _labels(labels: Any, graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(labels, dict):
        labels = pd.Series(labels)
    if isinstance(labels, pd.Series):
        found = labels.reindex(graph.nodes).to_numpy()
    else:
        found = np.asarray(_array(labels))
    if found.ndim != 1:
        raise ValueError(f"labels has the shape {found.shape}; expected (n,), one for each node")
    labelled = ~pd.isna(found)
    if found.dtype.kind in "iu":
        labelled &= found >= 0
    return found, np.asarray(labelled)


def _by_node(table: pd.DataFrame, graph: Graph, name: str) -> pd.DataFrame:
    nodes = pd.Index(graph.nodes)
    absent = ~nodes.isin(table.index)
    if absent.any():
        first = nodes[absent][0]
        raise ValueError(
            f"{name} lacks {int(absent.sum())} of {graph.n_nodes} nodes, such as {first!r}; "
            "expected a row for every node: add them, with zeros where nothing is known"
        )
    return table.reindex(nodes)


def _names_of(features: Any, labels: Any) -> list[Any]:
    """Names of nodes that only the features or the labels tell: nodes without edges."""
    names: list[Any] = []
    for known in (features, labels):
        if isinstance(known, pd.DataFrame | pd.Series):
            names.extend(known.index.tolist())
        elif isinstance(known, dict):
            names.extend(known)
    return names


def _rows_of(features: Any, labels: Any) -> int | None:
    known = features if features is not None else labels
    if known is None:
        return None
    return int(known.shape[0]) if hasattr(known, "shape") else len(known)


def _array(values: Any) -> Any:
    """A tensor as the array it holds; anything else as it is."""
    return values.detach().cpu().numpy() if hasattr(values, "detach") else values


def _objects(nodes: list[Any]) -> np.ndarray:
    """The names as they are: a tuple stays one name."""
    found = np.empty(len(nodes), dtype=object)
    found[:] = nodes
    return found
