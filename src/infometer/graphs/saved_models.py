"""Models in a folder: arrays as npz, the rest as JSON; nothing is pickled."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from infometer import __version__
from infometer.graphs.graph import graph_from_edges
from infometer.graphs.link_model import LinkModel
from infometer.graphs.node_model import NodeModel

__all__ = ["load_model", "save_model"]

FORMAT, VERSION = "infometer graph model", 1


def save_model(model: LinkModel | NodeModel, folder: str | os.PathLike[str]) -> None:
    """Write ``model.npz`` and ``model.json``.

    Parameters
    ----------
    model : LinkModel or NodeModel
        Of nodes and labels that all have names of text, or all numbers.
    folder : path
        It is made.

    Raises
    ------
    ValueError
        If names are neither.

    Examples
    --------
    >>> import tempfile
    >>> model = NodeModel(np.array([[0.25, 0.75]]), np.array(["a", "b"]), np.array(["ann"]),
    ...                   np.array([False]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, folder)
    ...     load_model(folder).classes.tolist()
    ['a', 'b']
    """
    told: dict[str, Any] = {"format": FORMAT, "version": VERSION, "infometer": __version__}
    if isinstance(model, LinkModel):
        arrays: dict[str, Any] = {"edges": model.graph.edges(), "nodes": _plain(model.graph.nodes)}
        arrays |= {f"embedding {name}": z for name, z in model.embeddings.items()}
        arrays |= {f"matrix {name}": m for name, m in model.matrices.items()}
        told |= {
            "task": "link",
            "components": list(model.embeddings),
            "intercept": model.intercept,
            "calibration": list(model.calibration),
            "base_rate": model.base_rate,
        }
    else:
        arrays = {"probabilities": model.probabilities, "labelled": model.labelled}
        arrays |= {"classes": _plain(model.classes), "nodes": _plain(model.nodes)}
        told |= {"task": "node"}
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path / "model.npz", **arrays)
    (path / "model.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def load_model(folder: str | os.PathLike[str]) -> LinkModel | NodeModel:
    """Read what `save_model` wrote.

    Parameters
    ----------
    folder : path

    Returns
    -------
    LinkModel or NodeModel

    Raises
    ------
    FileNotFoundError
        If the folder has no model.
    ValueError
        If the model is of another version or kind.

    Examples
    --------
    >>> load_model("nowhere")
    Traceback (most recent call last):
    ...
    FileNotFoundError: nowhere holds no model.json: fit a model with infometer graph fit first
    """
    path = Path(folder)
    if not (path / "model.json").is_file():
        raise FileNotFoundError(
            f"{path} holds no model.json: fit a model with infometer graph fit first"
        )
    told = json.loads((path / "model.json").read_text(encoding="utf-8"))
    if told.get("format") != FORMAT or told.get("version") != VERSION:
        raise ValueError(
            f"{path} holds a {told.get('format')!r} of version {told.get('version')!r}; this is "
            f"infometer {__version__}, which reads a {FORMAT!r} of version {VERSION}: fit it again"
        )
    with np.load(path / "model.npz", allow_pickle=False) as file:
        arrays = dict(file)
    if told["task"] == "node":
        return NodeModel(**arrays)
    names, nodes = told["components"], arrays["nodes"]
    return LinkModel(
        {name: arrays[f"embedding {name}"] for name in names},
        {name: arrays[f"matrix {name}"] for name in names},
        told["intercept"],
        (told["calibration"][0], told["calibration"][1]),
        told["base_rate"],
        graph_from_edges(arrays["edges"], len(nodes), nodes=nodes),
    )


def _plain(names: np.ndarray) -> np.ndarray:
    """Names as text or numbers, which npz keeps without pickling."""
    if names.dtype.kind != "O":
        return names
    kinds = {type(name) for name in names.tolist()}
    found = np.asarray(names.tolist())
    if len(kinds) != 1 or found.ndim != 1 or found.dtype.kind not in "biufU":
        told = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ValueError(
            f"nodes or labels are of the types {told}; a model is kept with names that are all "
            "text or all numbers: rename them"
        )
    return found
