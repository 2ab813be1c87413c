"""What is known of nodes, brought into the order of a graph's: by place, or by the nodes' names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.graphs.graph import Graph

__all__ = ["as_array", "names_of", "rows_of", "with_nodes"]


def with_nodes(graph: Graph, features: Any, labels: Any) -> Graph:
    """The graph with features and labels brought into the order of its nodes."""
    if features is None and labels is None:
        return graph
    found = graph.features if features is None else _features(features, graph)
    known, labelled, notes = graph.labels, graph.labelled, graph.notes
    if labels is not None:
        known, labelled, more = _labels(labels, graph)
        notes = (*notes, *more)
    return Graph(graph.adjacency, found, known, labelled, graph.times, graph.nodes, notes)


def _features(features: Any, graph: Graph) -> Any:
    if isinstance(features, pd.DataFrame):
        text = [name for name in features if not pd.api.types.is_numeric_dtype(features[name])]
        if text:
            raise ValueError(
                f"features has columns that are no numbers, such as {text[0]!r}; expected numbers: "
                "encode them, as pandas.get_dummies does, or leave them out"
            )
        features = _by_node(features, graph, "features").to_numpy(dtype=float)
    is_sparse = bool(sparse.issparse(features))
    found: Any = as_array(features)
    found = sparse.csr_array(found.astype(float)) if is_sparse else np.asarray(found, dtype=float)
    return found


def _labels(labels: Any, graph: Graph) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    found: Any
    if isinstance(labels, dict):
        labels = pd.Series(labels)
    if isinstance(labels, pd.Series):
        _check_names(labels.index, graph, "labels")
        whole = labels.dtype.kind in "iu"
        absent = -1 if whole else None  # else whole numbers become floats
        found = labels.reindex(graph.nodes, fill_value=absent).to_numpy()
    else:
        found = np.asarray(as_array(labels))
        whole = found.dtype.kind in "iu"
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]  # as torch_geometric's data sets of OGB have them
    if found.ndim != 1:
        raise ValueError(f"labels has the shape {found.shape}; expected (n,), one for each node")
    labelled = np.asarray(~pd.isna(found))
    if whole:
        labelled &= found >= 0
    elif found.dtype.kind == "f" and not labelled.all():
        found = _whole_again(found, labelled)
    kinds = {type(one) for one in found[labelled].tolist()} if found.dtype == object else set()
    if str in kinds and len(kinds) > 1:
        told = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ValueError(f"labels are of the types {told}; expected all text, or all numbers")
    return found, labelled, _below_zero(labels) if whole else ()


def _below_zero(labels: Any) -> tuple[str, ...]:
    """How many whole numbers are taken as no label: they may have been meant as one."""
    below = int((np.asarray(as_array(labels)) < 0).sum())
    return (f"labels below 0 count as missing: {below}",) if below else ()


def _whole_again(found: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Whole numbers that pandas made floats of because some are missing, as whole numbers."""
    if not (np.mod(found[known], 1.0) == 0.0).all():
        return found
    return np.where(known, found, -1.0).astype(np.int64)


def _by_node(table: pd.DataFrame, graph: Graph, name: str) -> pd.DataFrame:
    nodes = pd.Index(graph.nodes)
    absent = ~nodes.isin(table.index)
    if absent.any():
        first = nodes[absent].tolist()[0]
        raise ValueError(
            f"{name} lacks {int(absent.sum())} of {graph.n_nodes} nodes, such as {first!r}; "
            "expected a row for every node: add them, with zeros where nothing is known"
        )
    _check_names(table.index, graph, name)
    return table.reindex(nodes)


def _check_names(names: pd.Index, graph: Graph, what: str) -> None:
    """Raise ValueError if a name is no node's or stands twice, or if no node with an edge has one.

    The last is what happens where the edges name nodes by numbers and the labels by text.
    """
    if names.has_duplicates:
        twice = names[names.duplicated()].tolist()[0]
        raise ValueError(f"{what} names the node {twice!r} twice; expected one row a node")
    unknown = ~names.isin(pd.Index(graph.nodes))
    if unknown.any():
        raise ValueError(
            f"{what} names {int(unknown.sum())} nodes that the graph does not have, such as "
            f"{names[unknown].tolist()[0]!r}; expected names of its nodes, such as "
            f"{graph.nodes[:1].tolist()[0]!r}"
        )
    with_edges = pd.Index(graph.nodes[graph.degrees > 0])
    if len(with_edges) and not with_edges.isin(names).any():
        raise ValueError(
            f"{what} names no node that has an edge: it has names such as {names[:1].tolist()}, "
            f"and the edges such as {with_edges[:1].tolist()}"
        )


def names_of(features: Any, labels: Any) -> list[Any]:
    """Names of nodes that only the features or the labels tell: nodes without edges."""
    names: list[Any] = []
    for known in (features, labels):
        if isinstance(known, pd.DataFrame | pd.Series):
            names.extend(known.index.tolist())
        elif isinstance(known, dict):
            names.extend(known)
    return names


def rows_of(features: Any, labels: Any) -> int | None:
    """How many nodes the features or the labels have, if either is given."""
    known = features if features is not None else labels
    if known is None:
        return None
    return int(known.shape[0]) if hasattr(known, "shape") else len(known)


def as_array(values: Any) -> Any:
    """A tensor as the array it holds; anything else as it is."""
    return values.detach().cpu().numpy() if hasattr(values, "detach") else values
