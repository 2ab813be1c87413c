"""What a node classifier found of every node of its graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["NodeModel"]


@dataclass(frozen=True, eq=False)
class NodeModel:
    """Probabilities of the labels of all nodes; other nodes than these cannot be told.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n, c)
    classes : ndarray, shape (c,)
    nodes : ndarray, shape (n,)
        Their names.
    labelled : ndarray of bool, shape (n,)
        Which had a label already.

    Examples
    --------
    >>> model = NodeModel(np.array([[0.25, 0.75]]), np.array(["a", "b"]), np.array(["ann"]),
    ...                   np.array([False]))
    >>> model.to_frame().to_dict("records")
    [{'node': 'ann', 'label': 'b', 'probability': 0.75, 'labelled': False}]
    """

    probabilities: np.ndarray
    classes: np.ndarray
    nodes: np.ndarray
    labelled: np.ndarray

    def to_frame(self) -> pd.DataFrame:
        """One row a node: its likeliest ``label``, that one's ``probability``."""
        return pd.DataFrame(
            {
                "node": self.nodes,
                "label": self.classes[self.probabilities.argmax(axis=1)],
                "probability": self.probabilities.max(axis=1),
                "labelled": self.labelled,
            }
        )
