"""The real graphs, read from the folder ``graphs`` in the one that INFOMETER_DATA names."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from infometer.graphs import Graph, graph_from_edges
from infometer.tables import fingerprint

NAMES = {
    "cora": "Cora",
    "citeseer": "CiteSeer",
    "chameleon": "Chameleon",
    "squirrel": "Squirrel",
    "actor": "Actor",
    "amazon_photo": "Photo",
    "amazon_computers": "Computers",
    "tolokers": "Tolokers",
    "chameleon_filtered": "Chameleon, filtered",
    "squirrel_filtered": "Squirrel, filtered",
}


class Parts(NamedTuple):
    """Masks of a split of the labelled nodes, each of shape (n,)."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def path_of(name: str) -> Path:
    """The file of a graph."""
    folder = os.environ.get("INFOMETER_DATA")
    if folder is None:
        sys.exit("INFOMETER_DATA names no folder; set it to the one that holds graphs/cora.npz")
    return Path(folder) / "graphs" / f"{name}.npz"


def there(names: tuple[str, ...]) -> list[str]:
    """Those of the graphs whose files are there; without any the run ends."""
    found = [name for name in names if path_of(name).exists()]
    if not found:
        sys.exit(f"none of the graphs is in {path_of('cora').parent}")
    return found


@cache
def load(name: str) -> Graph:
    """A graph with sparse features and labels."""
    with np.load(path_of(name)) as file:
        csr = (file["feat_data"].astype(np.float32), file["feat_indices"], file["feat_indptr"])
        features = sparse.csr_array(csr, shape=tuple(file["feat_shape"]))
        labels = file["y"].astype(int)
        return graph_from_edges(
            file["edge_index"].T[file["edge_index"][0] < file["edge_index"][1]],
            len(labels),
            features=features,
            labels=labels,
            labelled=labels >= 0,
        )


def digest(names: list[str]) -> str:
    """A word that changes with the graphs."""
    graphs = [load(name) for name in names]
    return fingerprint(*(part for g in graphs for part in (g.edges(), g.features.data, g.labels)))


def standard_splits(name: str) -> list[tuple[str, Parts]]:
    """The splits in common use: the public one of Planetoid, and the ten of Geom-GCN."""
    with np.load(path_of(name)) as file:
        labelled = file["y"] >= 0
        found = []
        if "train_mask" in file:
            parts = Parts(file["train_mask"], file["val_mask"], file["test_mask"])
            found.append(("public", Parts(*(mask & labelled for mask in parts))))
        if "geom_train" in file:
            masks = zip(file["geom_train"], file["geom_val"], file["geom_test"], strict=True)
            parts = [Parts(*(mask & labelled for mask in three)) for three in masks]
            found += [(f"geom {k}", part) for k, part in enumerate(parts)]
    return found
