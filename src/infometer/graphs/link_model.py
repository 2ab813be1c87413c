"""A fitted link predictor: all that is needed to score pairs of nodes, and nothing of the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from infometer.graphs.compatibility import pair_scores
from infometer.graphs.graph import Graph
from infometer.graphs.top_pairs import top_pairs

__all__ = ["LinkModel"]


@dataclass(frozen=True, eq=False)
class LinkModel:
    r"""The logit of a link, :math:`b + \sum_e z_i^T M_e z_j`, with symmetric :math:`M_e`.

    Parameters
    ----------
    embeddings : mapping of str to ndarray of float, shape (n, d)
        Of the components that are not switched off.
    matrices : mapping of str to ndarray of float, shape (d, d)
        :math:`M = (H \operatorname{diag} w + \operatorname{diag} w\, H) / 2` of each.
    intercept : float
    calibration : (float, float)
        Slope and offset of `platt_line`.
    base_rate : float
        Share of links among all pairs that were no training edge.
    graph : Graph
        Of all known edges: none of them is proposed.

    Examples
    --------
    >>> from infometer.graphs import graph_from_edges
    >>> model = LinkModel({"U": np.eye(3)[:, :2]}, {"U": np.array([[0.0, 4.0], [4.0, 0.0]])}, -1.0,
    ...                   (1.0, 0.0), 0.1, graph_from_edges([[1, 2]]))
    >>> model.logits([[0, 1], [0, 2]]).tolist()
    [3.0, -1.0]
    >>> model.probabilities([[0, 1]]).round(3).tolist()
    [0.953]
    """

    embeddings: Mapping[str, np.ndarray]
    matrices: Mapping[str, np.ndarray]
    intercept: float
    calibration: tuple[float, float]
    base_rate: float
    graph: Graph

    def logits(self, pairs: Any) -> np.ndarray:
        """Logits of pairs of nodes, not calibrated, shape (m,).

        Parameters
        ----------
        pairs : array-like of int, shape (m, 2)
            Numbers of nodes.

        Returns
        -------
        ndarray of float, shape (m,)

        Raises
        ------
        ValueError
            If a number is no node.
        """
        known = _node_pairs(pairs, self.graph.n_nodes)
        found = np.full(len(known), self.intercept)
        for name, z in self.embeddings.items():
            found += pair_scores(z, self.matrices[name], known)
        return found

    def probabilities(self, pairs: Any, *, base_rate: float = 0.5) -> np.ndarray:
        """Probabilities of links, calibrated.

        Parameters
        ----------
        pairs : array-like of int, shape (m, 2)
        base_rate : float
            Share of links among the pairs that are asked about.

        Returns
        -------
        ndarray of float, shape (m,)

        Raises
        ------
        ValueError
            If the base rate is not between 0 and 1.
        """
        if not 0.0 < base_rate < 1.0:
            raise ValueError(f"base_rate is {base_rate}; expected a share between 0 and 1")
        slope, offset = self.calibration
        return np.asarray(expit(slope * self.logits(pairs) + offset + logit(base_rate)))

    def top_pairs(self, k: int = 100) -> tuple[np.ndarray, np.ndarray]:
        """The k pairs with the largest logits that are no known edge; see `top_pairs`.

        Parameters
        ----------
        k : int

        Returns
        -------
        pairs : ndarray of int, shape (k, 2)
        logits : ndarray of float, shape (k,)
        """
        n = self.graph.n_nodes
        left = [z @ self.matrices[name].astype(z.dtype) for name, z in self.embeddings.items()]
        right = [*self.embeddings.values(), np.zeros((n, 0), dtype=np.float32)]
        pairs, found = top_pairs(np.hstack([*left, right[-1]]), np.hstack(right), self.graph, k)
        return pairs, found.astype(float) + self.intercept


def _node_pairs(pairs: Any, n: int) -> np.ndarray:
    found = np.asarray(pairs)
    if found.ndim != 2 or found.shape[1] != 2 or found.dtype.kind not in "iu":
        raise ValueError(
            f"pairs has the shape {found.shape} and the type {found.dtype}; expected numbers of "
            "nodes, shape (m, 2)"
        )
    if len(found) and (found.min() < 0 or found.max() >= n):
        bad = found.min() if found.min() < 0 else found.max()
        raise ValueError(f"pairs names the node {bad}; expected numbers from 0 to {n - 1}")
    return found
