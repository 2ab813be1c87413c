"""Nodes' labels predicted from all embeddings together, each weighed or switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from infometer.contracts import Report
from infometer.graphs.embeddings import COMPONENTS, GraphEmbeddings, with_columns
from infometer.graphs.feature_scaling import FeatureScaling
from infometer.graphs.graph import Graph
from infometer.graphs.label_split import split_labels
from infometer.graphs.node_model import NodeModel
from infometer.graphs.penalty_choice import choose_penalty, component_shares, unit_scales
from infometer.graphs.reading import as_graph
from infometer.resampling import integer_seed

__all__ = ["NetInfoFNodeClassifier"]


class NetInfoFNodeClassifier(BaseEstimator):
    r"""Labels by a sparse-group lasso on all embeddings of a node.

    .. math:: p(c \mid i) = \operatorname{softmax}_c\left(b_c + \sum_e z_i^{(e)} W^{(e)}_c\right)

    with the embeddings of `GraphEmbeddings`, made without any label, and weights by
    `sparse_group_logistic`; one logit where there are two classes. The penalties with the best
    accuracy on the validation nodes are taken. All nodes get a prediction, labelled or not.

    Parameters
    ----------
    components : sequence of {"U", "R", "F", "P", "S"}
    n_components : int
        Columns of each.
    feature_scaling : {"auto", "rows", "columns", "none"}
        As of `scaled_features`.
    l1, l2 : sequence of float
        Penalties of single columns and of components, for embeddings of the mean square 1.
    tol : float
        Of `sparse_group_logistic`.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    classes_ : ndarray
        Of the training nodes.
    embeddings_ : dict of str to ndarray, shape (n, d)
        Those that have columns.
    coef_ : ndarray, shape (p, c)
        Of the embeddings side by side; one column where there are two classes.
    intercept_ : ndarray, shape (c,)
    choice_ : PenaltyChoice
        All penalties with their validation accuracy.
    validation_accuracy_ : float
    test_accuracy_ : float or None
        None without test nodes.
    majority_ : float
        Accuracy of the most frequent training label, where the model's is measured.
    component_weights_ : DataFrame
        By component what it knows, the norm of its weights on an embedding of mean square 1, its
        share of the validation nodes' logits (`component_shares`), and how many columns are used.
    train_mask_, validation_mask_, test_mask_ : ndarray of bool, shape (n,)
    graph_ : Graph
    notes_ : tuple of str
        What was changed in reading the graph, and which embeddings are narrower than asked for.

    References
    ----------
    M.-C. Lee et al., "NetInfoF framework: measuring and exploiting network usable information",
    ICLR 2024, section 4.

    Examples
    --------
    >>> import networkx as nx
    >>> from infometer.graphs import as_graph
    >>> blocks = nx.random_partition_graph([30, 30], 0.4, 0.02, seed=0)
    >>> graph = as_graph(blocks, labels=dict(blocks.nodes(data="block")))
    >>> model = NetInfoFNodeClassifier(n_components=4, random_state=0).fit(graph)
    >>> model.test_accuracy_
    1.0
    """

    def __init__(
        self,
        components: Sequence[str] = tuple(COMPONENTS),
        n_components: int = 128,
        feature_scaling: FeatureScaling = "auto",
        l1: Sequence[float] = (1e-3, 1e-4),
        l2: Sequence[float] = (1e-1, 3e-2, 1e-2, 1e-3),
        tol: float = 1e-3,
        random_state: Any = None,
    ) -> None:
        self.components = components
        self.n_components = n_components
        self.feature_scaling = feature_scaling
        self.l1 = l1
        self.l2 = l2
        self.tol = tol
        self.random_state = random_state

    def fit(
        self,
        graph: Any,
        y: None = None,
        *,
        train: Any = None,
        validation: Any = None,
        test: Any = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> NetInfoFNodeClassifier:
        """Fit to the training nodes, choose on the validation nodes, measure on the test nodes.

        Parameters
        ----------
        graph : Graph or anything that `as_graph` reads
            With labels of some nodes.
        y : None
            Not used.
        train, validation, test : array-like of bool, shape (n,), or of int, optional
            Which labelled nodes. Without any, every class is split at random, 60 % to 20 % to 20 %.
        progress : callable, optional
            Called with the solver's steps done and the most there can be.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the graph has no labels, or the parts overlap, are empty or have nodes without label.
        """
        seed = integer_seed(self.random_state, "node classifier")
        self.graph_ = as_graph(graph)
        self._part(train, validation, test, seed)
        embeddings = GraphEmbeddings(
            self.components,
            self.n_components,
            feature_scaling=self.feature_scaling,
            random_state=seed,
        )
        self.embeddings_ = with_columns(embeddings.fit_transform(self.graph_), self.components)
        self.notes_ = (*self.graph_.notes, *embeddings.notes_)
        self._fit_weights(progress)
        self._measure()
        return self

    def decision_function(self, nodes: Any = None) -> np.ndarray:
        """The logits of nodes, shape (m, c); of two classes one column, of the second.

        Parameters
        ----------
        nodes : array-like of int, shape (m,), optional
            Numbers of nodes; all where it is not given.

        Returns
        -------
        ndarray of float, shape (m, c)
        """
        check_is_fitted(self, "coef_")
        rows = slice(None) if nodes is None else np.asarray(nodes)
        stacked = np.hstack([z[rows] for z in self.embeddings_.values()])
        return np.asarray(stacked @ self.coef_ + self.intercept_)

    def predict_proba(self, nodes: Any = None) -> np.ndarray:
        """Probabilities of `classes_`.

        Parameters
        ----------
        nodes : array-like of int, shape (m,), optional

        Returns
        -------
        ndarray of float, shape (m, c)
        """
        logits = self.decision_function(nodes)
        if logits.shape[1] > 1:
            return np.asarray(softmax(logits, axis=1))
        return np.hstack([expit(-logits), expit(logits)])

    def predict(self, nodes: Any = None) -> np.ndarray:
        """The likeliest class of each node.

        Parameters
        ----------
        nodes : array-like of int, shape (m,), optional

        Returns
        -------
        ndarray, shape (m,)
        """
        return np.asarray(self.classes_[self.predict_proba(nodes).argmax(axis=1)])

    @property
    def model_(self) -> NodeModel:
        """What was found of every node: all that there is to keep."""
        labelled = np.asarray(self.graph_.labelled)
        return NodeModel(self.predict_proba(), self.classes_, self.graph_.nodes, labelled)

    def report(self) -> Report:
        """What was found, for a page, tables and JSON."""
        from infometer.graphs.model_report import node_report

        return node_report(self)

    def _part(self, train: Any, validation: Any, test: Any, seed: int) -> None:
        graph = self.graph_
        if graph.labels is None or graph.labelled is None or not graph.labelled.any():
            raise ValueError("the graph has no labels: give as_graph labels of some nodes")
        if train is None and validation is None and test is None:
            rows = np.flatnonzero(graph.labelled)
            parts = [rows[part] for part in split_labels(graph.labels[rows], random_state=seed)]
        else:
            parts = [[] if part is None else part for part in (train, validation, test)]
        masks = [_mask(part, graph) for part in parts]
        for name, mask in zip(("train", "validation", "test"), masks, strict=True):
            if (mask & ~graph.labelled).any():
                lost = int((mask & ~graph.labelled).sum())
                raise ValueError(f"{name} has {lost} nodes without a label; expected labelled ones")
        if (np.sum(masks, axis=0) > 1).any():
            raise ValueError("train, validation and test share nodes; expected none in two of them")
        if not masks[0].any() or not masks[1].any():
            raise ValueError(
                f"train has {int(masks[0].sum())} nodes and validation {int(masks[1].sum())}; "
                "expected some in both: give both masks, or none, or more labels"
            )
        self.train_mask_, self.validation_mask_, self.test_mask_ = masks
        self.classes_ = np.unique(graph.labels[masks[0]])
        if len(self.classes_) < 2:
            raise ValueError(
                f"the training nodes have the one label {self.classes_[:1].tolist()[0]!r}; "
                "expected at least two"
            )

    def _fit_weights(self, progress: Callable[[int, int], None] | None) -> None:
        names, groups = list(self.embeddings_), [z.shape[1] for z in self.embeddings_.values()]
        x = np.hstack(list(self.embeddings_.values()))
        scales = unit_scales(x[self.train_mask_], groups)
        held_out = x[self.validation_mask_] * scales
        target = self._codes(self.validation_mask_)

        def accuracy(w: np.ndarray, b: np.ndarray) -> float:
            logits = held_out @ w + b
            told = logits.argmax(axis=1) if w.shape[1] > 1 else (logits[:, 0] > 0).astype(int)
            return float(np.mean(told == target))

        found = choose_penalty(
            x[self.train_mask_] * scales,
            self._codes(self.train_mask_),
            groups,
            l1=self.l1,
            l2=self.l2,
            score=accuracy,
            tol=self.tol,
            progress=progress,
        )
        self.choice_, self.intercept_ = found, found.intercept
        self.coef_ = found.coefficients * scales[:, None]
        self.component_weights_ = component_shares(names, held_out, found.coefficients, groups)
        self.component_weights_.insert(0, "knows", [COMPONENTS[name] for name in names])

    def _measure(self) -> None:
        self.validation_accuracy_ = self.choice_.score
        self.test_accuracy_: float | None = None
        if self.test_mask_.any():
            told = self.predict_proba(np.flatnonzero(self.test_mask_)).argmax(axis=1)
            self.test_accuracy_ = float(np.mean(told == self._codes(self.test_mask_)))
        most = np.bincount(self._codes(self.train_mask_)).argmax()
        measured = self.test_mask_ if self.test_mask_.any() else self.validation_mask_
        self.majority_ = float(np.mean(self._codes(measured) == most))

    def _codes(self, mask: np.ndarray) -> np.ndarray:
        """Places of the labels among the classes; -1 for a label that no training node has."""
        labels: Any = self.graph_.labels
        place = np.searchsorted(self.classes_, labels[mask])
        place = np.minimum(place, len(self.classes_) - 1)
        return np.where(self.classes_[place] == labels[mask], place, -1)


def _mask(part: Any, graph: Graph) -> np.ndarray:
    given = np.asarray(part)
    if given.dtype == bool and given.shape == (graph.n_nodes,):
        return given
    found = np.zeros(graph.n_nodes, dtype=bool)
    if given.size and (given.dtype.kind not in "iu" or given.ndim != 1):
        raise ValueError(
            f"a part has the shape {given.shape} and the type {given.dtype}; expected a bool for "
            f"each of the {graph.n_nodes} nodes, or numbers of nodes"
        )
    if given.size and not 0 <= given.min() <= given.max() < graph.n_nodes:
        raise ValueError(
            f"a part names nodes from {given.min()} to {given.max()}; expected numbers from 0 to "
            f"{graph.n_nodes - 1}"
        )
    found[given.astype(int)] = True
    return found
