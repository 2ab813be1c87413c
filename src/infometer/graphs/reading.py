"""A graph from what a user has: a sparse matrix, networkx, a table of edges, or PyG's ``Data``."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.graphs.graph import Graph, graph_from_edges
from infometer.graphs.named_tables import ends_of, node_column, read_named
from infometer.graphs.node_table import as_array, names_of, rows_of, with_nodes

__all__ = ["as_graph", "read_graph"]


def as_graph(
    data: Any,
    *,
    features: Any = None,
    labels: Any = None,
    time: Any = None,
    bipartite: bool = False,
) -> Graph:
    """Read a graph of any of the usual kinds; what had to be changed stands in its `notes`.

    Parameters
    ----------
    data : Graph, sparse matrix, networkx graph, DataFrame, array-like or object
        Of a sparse matrix, the adjacency, shape (n, n); of a table, one edge a row: the ends in
        the columns ``source`` and ``target``, or else in the first two, and a weight in the column
        ``weight``; of an array, the numbers of the ends, shape (e, 2); an object with
        ``edge_index`` (2, e) is read as torch_geometric's ``Data``, with its ``x`` and ``y``.
        Directed edges are read as undirected. Entries that a sparse matrix lists twice are summed,
        as they are everywhere in SciPy.
    features : array-like, sparse matrix or DataFrame, shape (n, f), optional
        In the order of the nodes; a DataFrame by its index, which names the nodes. Of networkx the
        name of a node's attribute that holds its vector.
    labels : array-like, Series or mapping, shape (n,), optional
        Missing where a node has none (None or NaN; −1 among whole numbers). Of networkx the name
        of an attribute.
    time : str or array-like, shape (e,), optional
        Of the edges; the name of a column of a table or an edge's attribute of networkx.
    bipartite : bool
        The two columns of a table name nodes of two kinds, and the same name in both is two nodes:
        they are called ``column:name``, in `features` and `labels` too.

    Returns
    -------
    Graph

    Raises
    ------
    ValueError
        If it is none of these, or names do not fit: features are there of every node, and features
        and labels of no other.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    >>> graph = as_graph(edges, labels={"a": 0, "b": 1, "c": 1})
    >>> graph, graph.nodes.tolist()
    (Graph(3 nodes, 2 edges, 2 labels), ['a', 'b', 'c'])
    """
    if bipartite and not isinstance(data, pd.DataFrame):
        raise ValueError(
            f"bipartite is for a table of edges, and data is a {type(data).__name__}: number or "
            "name the nodes of the second side after those of the first"
        )
    if time is not None and (isinstance(data, Graph) or sparse.issparse(data)):
        raise ValueError(
            f"time is given with a {type(data).__name__}, whose edges are in no order to go by; "
            "expected a table or an array of edges"
        )
    if isinstance(data, Graph):
        read = data
    elif sparse.issparse(data):
        read = _from_adjacency(data)
    elif hasattr(data, "edge_index"):
        return _from_pyg(data, features, labels, time)
    elif hasattr(data, "adj") and hasattr(data, "nodes"):
        return _from_networkx(data, features, labels, time)
    elif isinstance(data, pd.DataFrame):
        read = _from_table(data, names_of(features, labels), time, bipartite)
    else:
        read = graph_from_edges(data, rows_of(features, labels), times=time)
    return with_nodes(read, features, labels)


def read_graph(
    edges: str | os.PathLike[str],
    *,
    features: str | os.PathLike[str] | None = None,
    labels: str | os.PathLike[str] | None = None,
    time: str | None = None,
    bipartite: bool = False,
) -> Graph:
    r"""Read a graph from files: CSV, parquet or npz.

    Parameters
    ----------
    edges : path
        One edge a row, as the tables of `as_graph`. Names are kept as they are written: where one
        is 007, all are text.
    features : path, optional
        One node a row: its name in the column ``node``, or else in the first; the others are
        numbers. A node that is not listed is an error, one without edges is isolated.
    labels : path, optional
        One node a row: its name, then its label, or in the column ``label`` among several.
    time : str, optional
        The column of `edges` that says when an edge came to be.
    bipartite : bool
        The ends of an edge are of two kinds, called ``source:name`` and ``target:name`` or as the
        columns are.

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
    given = {"features": features, "labels": labels}
    files = [(path, node_column) for path in given.values() if path is not None]
    table, *tables = read_named([(edges, ends_of), *files])
    names = [name for name, path in given.items() if path is not None]
    known: dict[str, Any] = {n: _named_rows(t, n) for n, t in zip(names, tables, strict=True)}
    if labels is not None:
        known["labels"] = _label_column(known["labels"])
    return as_graph(table, **known, time=time, bipartite=bipartite)


def _named_rows(table: pd.DataFrame, name: str) -> pd.DataFrame:
    if table.shape[1] < 2:
        raise ValueError(
            f"{name} has the columns {list(table.columns)}; expected a column that names the node "
            "and at least one beside it"
        )
    found = table.set_index(node_column(table)[0])
    if found.index.has_duplicates:
        twice = found.index[found.index.duplicated()][0]
        raise ValueError(f"{name} names the node {twice!r} twice; expected one row a node")
    return found


def _label_column(table: pd.DataFrame) -> pd.Series:
    if table.shape[1] > 1 and "label" not in table:
        raise ValueError(
            f"labels has the columns {list(table.columns)} beside the names of nodes; expected "
            "one, or one of them called label"
        )
    return table["label"] if "label" in table else table.iloc[:, 0]


def _from_adjacency(matrix: Any, notes: tuple[str, ...] = ()) -> Graph:
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"the adjacency has the shape {matrix.shape}; expected (n, n): of a bipartite graph "
            "give scipy.sparse.block_array([[None, B], [B.T, None]])"
        )
    found = sparse.coo_array(matrix, copy=True)
    found.sum_duplicates()
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
    if data.edge_index is None:
        raise ValueError(
            "the object has no edges, its edge_index is None; expected an array of the shape (2, e)"
        )
    edges = as_array(data.edge_index).T
    features = as_array(getattr(data, "x", None)) if features is None else features
    labels = as_array(getattr(data, "y", None)) if labels is None else labels
    n = getattr(data, "num_nodes", None) or rows_of(features, labels)
    weights = as_array(getattr(data, "edge_weight", None))
    times = as_array(getattr(data, time)) if isinstance(time, str) else time
    read = _both_ways(edges, n, weights, times)
    return with_nodes(read, features, labels)


def _both_ways(edges: np.ndarray, n: Any, weights: Any, times: Any) -> Graph:
    """PyG lists each undirected edge in both directions, which is no repetition."""
    read = graph_from_edges(edges, n, weights=weights, times=times)
    between = edges[edges[:, 0] != edges[:, 1]].astype(np.int64)
    arcs = len(np.unique(between[:, 0] * read.n_nodes + between[:, 1]))
    notes = read.notes
    if arcs < 2 * read.n_edges:
        notes = ("the graph was directed: every edge counts in both directions", *notes)
    elif arcs == len(between):
        notes = tuple(note for note in notes if "repeated" not in note)
    return replace(read, notes=notes)


def _from_networkx(data: Any, features: Any, labels: Any, time: Any) -> Graph:
    nodes = list(data.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    listed = list(data.edges(data=True))
    pairs = np.array([(number[a], number[b]) for a, b, _ in listed], dtype=np.int64)
    weights = [float(known.get("weight", 1.0)) for _, _, known in listed]
    times = _attribute([known for *_, known in listed], time, "edge")
    features = _attribute([data.nodes[node] for node in nodes], features, "node")
    if isinstance(features, list):
        features = np.array([np.atleast_1d(one) for one in features], dtype=float)
    if isinstance(labels, str):
        name, labels = labels, [data.nodes[node].get(labels) for node in nodes]
        if all(one is None for one in labels):
            raise ValueError(f"labels is {name!r}, and no node has an attribute of that name")
    directed = ("the graph was directed: every edge counts in both directions",)
    read = graph_from_edges(
        pairs.reshape(-1, 2),
        len(nodes),
        weights=weights,
        times=times,
        nodes=_objects(nodes),
        notes=directed if data.is_directed() else (),
    )
    return with_nodes(read, features, labels)


def _attribute(holders: list[Any], name: Any, what: str) -> Any:
    """The attribute of each node or edge, if it is named; what was given otherwise."""
    if not isinstance(name, str):
        return name
    absent = sum(name not in known for known in holders)
    if absent:
        raise ValueError(
            f"{absent} of {len(holders)} {what}s have no attribute {name!r}; expected it of all"
        )
    return [known[name] for known in holders]


def _from_table(table: pd.DataFrame, more: list[Any], time: Any, bipartite: bool) -> Graph:
    ends = ends_of(table)
    missing = table[ends].isna().any(axis=1)
    if missing.any():
        raise ValueError(
            f"{int(missing.sum())} edges lack an end (first in row {int(missing.argmax())}); "
            "expected a node in both columns: drop those rows"
        )
    if isinstance(time, str) and time not in table:
        raise ValueError(f"time is {time!r}; the edges have the columns {list(table.columns)}")
    sides = [table[end] for end in ends]
    if bipartite:
        sides = [end + ":" + side.astype(str) for end, side in zip(ends, sides, strict=True)]
    named = pd.concat([*sides, pd.Series(more, dtype=object)]).to_numpy()
    codes, nodes = pd.factorize(named, sort=len(set(map(type, named))) < 2)
    e = len(table)
    weights = table["weight"].to_numpy(dtype=float) if "weight" in table else None
    times = table[time].to_numpy() if isinstance(time, str) else time
    pairs = np.column_stack([codes[:e], codes[e : 2 * e]])
    return graph_from_edges(pairs, len(nodes), weights=weights, times=times, nodes=nodes)


def _objects(nodes: list[Any]) -> np.ndarray:
    """The names as they are: a tuple stays one name."""
    found = np.empty(len(nodes), dtype=object)
    found[:] = nodes
    return found
