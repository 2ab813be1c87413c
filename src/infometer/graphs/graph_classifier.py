"""Whole graphs classified by a few descriptors, each weighed or switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.metrics.cluster import contingency_matrix
from sklearn.utils.validation import check_is_fitted

from infometer.graphs.graph_descriptors import GRAPH_COMPONENTS, graph_descriptors
from infometer.graphs.label_split import split_labels
from infometer.graphs.penalty_choice import choose_penalty, component_shares
from infometer.graphs.reading import as_graph
from infometer.quantities import usable_information
from infometer.resampling import integer_seed

__all__ = ["NetInfoFGraphClassifier", "clustering_consistency"]


def clustering_consistency(
    descriptors: dict[str, np.ndarray], labels: Any, *, random_state: Any = None
) -> pd.DataFrame:
    """How well the clusters of each descriptor agree with the labels, before anything is trained.

    Columns are standardised, k-means finds as many clusters as there are labels, and the table of
    clusters against labels gives `usable_information`.

    Parameters
    ----------
    descriptors : dict of str to ndarray, shape (g, p)
        Of `graph_descriptors`.
    labels : array-like, shape (g,)
    random_state : int, None, RandomState or Generator

    Returns
    -------
    DataFrame
        By component what it knows, ``score``, ``accuracy`` and ``chance``.

    References
    ----------
    Lee et al., ICLR 2024, section 3, for nodes; "NetinfoGC", arXiv 2607.03587, for graphs.

    Examples
    --------
    >>> clusters = clustering_consistency({"N": np.array([[0.0], [0.1], [5.0]])}, ["a", "a", "b"])
    >>> clusters[["score", "accuracy"]].to_numpy().tolist()
    [[1.0, 1.0]]
    """
    labels = np.asarray(labels)
    rows = {}
    for name, values in descriptors.items():
        x = (values - values.mean(axis=0)) / _spread(values)
        seed = integer_seed(random_state, "clusters", name) % 2**32
        n_clusters = min(len(np.unique(labels)), len(np.unique(x, axis=0)))
        clusters = KMeans(n_clusters, n_init=4, random_state=seed).fit_predict(x)
        found = usable_information(contingency_matrix(clusters, labels))
        rows[name] = {
            "knows": GRAPH_COMPONENTS[name],
            "score": found.score,
            "accuracy": found.accuracy,
            "chance": found.chance,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("component")


class NetInfoFGraphClassifier(BaseEstimator):
    """Labels of graphs by a sparse-group lasso on their descriptors.

    The descriptors of `graph_descriptors`, standardised on the training graphs, side by side;
    weights by `sparse_group_logistic`; penalties with the best accuracy on validation graphs.

    Parameters
    ----------
    l1, l2 : sequence of float
        Penalties of single columns and of components.
    tol : float
        Of `sparse_group_logistic`.
    random_state : int, None, RandomState or Generator

    Attributes
    ----------
    classes_ : ndarray
    component_scores_ : DataFrame
        `clustering_consistency` of all graphs.
    component_weights_ : DataFrame
        By component what it knows, the norm of its weights, its share of the validation graphs'
        logits, and how many columns are used.
    choice_ : PenaltyChoice
    validation_accuracy_, test_accuracy_ : float

    Examples
    --------
    >>> import networkx as nx
    >>> rings = [nx.cycle_graph(n) for n in range(10, 30)]
    >>> trees = [nx.random_labeled_tree(n, seed=n) for n in range(10, 30)]
    >>> model = NetInfoFGraphClassifier(random_state=0).fit(rings + trees, [0] * 20 + [1] * 20)
    >>> model.test_accuracy_, model.predict([nx.cycle_graph(50)]).tolist()
    (1.0, [0])
    """

    def __init__(
        self,
        l1: Sequence[float] = (1e-2, 1e-3),
        l2: Sequence[float] = (1e-1, 3e-2, 1e-2, 1e-3),
        tol: float = 1e-3,
        random_state: Any = None,
    ) -> None:
        self.l1 = l1
        self.l2 = l2
        self.tol = tol
        self.random_state = random_state

    def fit(self, graphs: Sequence[Any], y: Any) -> NetInfoFGraphClassifier:
        """Fit to 60 % of the graphs of each class, choose on 20 % and measure on 20 %.

        Parameters
        ----------
        graphs : sequence of Graph or of anything that `as_graph` reads
        y : array-like, shape (g,)
            A label for each graph.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the numbers differ, there is one class only, or too few graphs to split.
        """
        labels = np.asarray(y)
        if labels.shape != (len(graphs),):
            raise ValueError(
                f"y has the shape {labels.shape} and there are {len(graphs)} graphs; expected a "
                "label for each"
            )
        seed = integer_seed(self.random_state, "graph classifier")
        train, validation, test = split_labels(labels, random_state=seed)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2 or not len(validation) or not len(test):
            raise ValueError(
                f"y has {len(self.classes_)} classes in {len(labels)} graphs; expected at least "
                "two classes and three graphs of one of them"
            )
        described = graph_descriptors([as_graph(graph) for graph in graphs])
        self.component_scores_ = clustering_consistency(described, labels, random_state=seed)
        self.components_ = {name: x.shape[1] for name, x in described.items()}
        x = np.hstack(list(described.values()))
        self._mean, self._scale = x[train].mean(axis=0), _spread(x[train])
        self._fit_weights((x - self._mean) / self._scale, codes, train, validation)
        told = self._law((x[test] - self._mean) / self._scale).argmax(axis=1)
        self.test_accuracy_ = float(np.mean(told == codes[test]))
        return self

    def predict_proba(self, graphs: Sequence[Any]) -> np.ndarray:
        """Probabilities of `classes_`.

        Parameters
        ----------
        graphs : sequence of Graph or of anything that `as_graph` reads

        Returns
        -------
        ndarray of float, shape (g, c)

        Raises
        ------
        ValueError
            If they have other features than the graphs of `fit`.
        """
        check_is_fitted(self, "coef_")
        described = graph_descriptors([as_graph(graph) for graph in graphs])
        found = {name: x.shape[1] for name, x in described.items()}
        if missing := {name: p for name, p in self.components_.items() if found.get(name) != p}:
            raise ValueError(
                f"graphs have no {' and '.join(GRAPH_COMPONENTS[name] for name in missing)} as "
                "those of fit had; expected equally many features on every graph"
            )
        x = np.hstack([described[name] for name in self.components_])
        return self._law((x - self._mean) / self._scale)

    def predict(self, graphs: Sequence[Any]) -> np.ndarray:
        """The likeliest class of each graph.

        Parameters
        ----------
        graphs : sequence of Graph or of anything that `as_graph` reads

        Returns
        -------
        ndarray, shape (g,)
        """
        return np.asarray(self.classes_[self.predict_proba(graphs).argmax(axis=1)])

    def _fit_weights(
        self, x: np.ndarray, codes: np.ndarray, train: np.ndarray, validation: np.ndarray
    ) -> None:
        groups = list(self.components_.values())

        def accuracy(w: np.ndarray, b: np.ndarray) -> float:
            told = _law(x[validation] @ w + b).argmax(axis=1)
            return float(np.mean(told == codes[validation]))

        found = choose_penalty(
            x[train], codes[train], groups, l1=self.l1, l2=self.l2, score=accuracy, tol=self.tol
        )
        self.choice_, self.validation_accuracy_ = found, found.score
        self.coef_, self.intercept_ = found.coefficients, found.intercept
        names = list(self.components_)
        weights = component_shares(names, x[validation], self.coef_, groups)
        weights.insert(0, "knows", [GRAPH_COMPONENTS[name] for name in names])
        self.component_weights_ = weights

    def _law(self, x: np.ndarray) -> np.ndarray:
        return _law(x @ self.coef_ + self.intercept_)


def _law(logits: np.ndarray) -> np.ndarray:
    """Probabilities of the classes, of one logit or of one a class."""
    if logits.shape[1] > 1:
        return np.asarray(softmax(logits, axis=1))
    return np.hstack([expit(-logits), expit(logits)])


def _spread(x: np.ndarray) -> np.ndarray:
    """Standard deviations; 1 where a column is constant but for rounding."""
    deviation = x.std(axis=0)
    return np.where(deviation > 1e-9 * (1.0 + np.abs(x).max(axis=0)), deviation, 1.0)
