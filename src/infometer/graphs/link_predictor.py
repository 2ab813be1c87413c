"""Links predicted by the embeddings' own similarities, each component weighed or switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from infometer.contracts import Report
from infometer.graphs.compatibility import CompatibilityMatrix
from infometer.graphs.embeddings import COMPONENTS, GraphEmbeddings, with_columns
from infometer.graphs.feature_scaling import FeatureScaling
from infometer.graphs.graph import Graph, graph_from_edges
from infometer.graphs.hits import hits_at_k
from infometer.graphs.link_model import LinkModel
from infometer.graphs.pair_products import pair_products
from infometer.graphs.penalty_choice import (
    PenaltyChoice,
    choose_penalty,
    component_shares,
    unit_scales,
)
from infometer.graphs.platt_calibration import platt_line
from infometer.graphs.reading import as_graph
from infometer.graphs.splits import EdgeSplit, split_edges
from infometer.resampling import generator, integer_seed

__all__ = ["NetInfoFLinkPredictor"]


class NetInfoFLinkPredictor(BaseEstimator):
    r"""Links by a sparse-group lasso on the compatibilities of every component.

    .. math:: \operatorname{logit}(i, j) = b + \sum_{e} w_e^T
              \tfrac12 \left[(H_e z_i) \circ z_j + z_i \circ (H_e z_j)\right]

    with the embeddings of `GraphEmbeddings` and the matrices of `CompatibilityMatrix`, fitted by
    `sparse_group_logistic` to the training edges and as many random pairs. The products of every
    component have the mean square 1, so that one pair of penalties means the same for all. The
    pair with the best Hits@K of the validation edges is taken.

    Parameters
    ----------
    components : sequence of {"U", "R", "F", "P", "S"}
    n_components : int
        Columns of each.
    feature_scaling : {"auto", "rows", "columns", "none"}
        As of `scaled_features`.
    compatibility : bool
        Else H is the identity: plain dot products, which see no opposites that attract.
    l1, l2 : sequence of float
        Penalties of single columns and of components.
    k : int, optional
        Of Hits@K. Default: 100, or half of the validation negatives where there are not 200.
    n_negatives : float
        Random pairs for each training edge; they are not looked up among the edges.
    max_edges : int
        So many of the training edges are drawn to weigh the columns, 2.5 kB each and as much for
        its negatives: a few hundred weights need no more.
    tol : float
        Of `sparse_group_logistic`.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
        Threads for the compatibility matrices of several components.

    Attributes
    ----------
    embeddings_ : dict of str to ndarray, shape (n, d)
        Those that have columns.
    compatibility_ : dict of str to ndarray, shape (d, d)
    weights_ : dict of str to ndarray, shape (d,)
        Of the products as they are.
    intercept_ : float
    choice_ : PenaltyChoice
        All penalties with their validation Hits@K.
    k_ : int
    validation_hits_, test_hits_ : float
    component_weights_ : DataFrame
        By component what it knows, the norm of its weights on products of mean square 1, its share
        of the validation pairs' logits (`component_shares`), and how many columns are used.
    model_ : LinkModel
        What scores pairs, with the calibration and the base rate of its probabilities.
    split_ : EdgeSplit
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
    >>> graph = as_graph(nx.random_partition_graph([40, 40], 0.5, 0.02, seed=0))
    >>> model = NetInfoFLinkPredictor(n_components=4, random_state=0).fit(graph)
    >>> model.component_weights_.index.tolist(), model.k_
    (['U', 'R'], 41)
    >>> inside, across = model.predict_proba([[0, 1], [0, 79]])[:, 1]
    >>> bool(inside > 0.6 > 0.4 > across)
    True
    """

    def __init__(
        self,
        components: Sequence[str] = tuple(COMPONENTS),
        n_components: int = 128,
        feature_scaling: FeatureScaling = "auto",
        compatibility: bool = True,
        l1: Sequence[float] = (1e-2, 1e-3),
        l2: Sequence[float] = (1e-1, 3e-2, 1e-2, 1e-3),
        k: int | None = None,
        n_negatives: float = 1.0,
        max_edges: int = 50_000,
        tol: float = 1e-3,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.components = components
        self.n_components = n_components
        self.feature_scaling = feature_scaling
        self.compatibility = compatibility
        self.l1 = l1
        self.l2 = l2
        self.k = k
        self.n_negatives = n_negatives
        self.max_edges = max_edges
        self.tol = tol
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self, graph: Any, y: None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> NetInfoFLinkPredictor:
        """Fit to the training edges, choose on the validation edges, measure on the test edges.

        Parameters
        ----------
        graph : EdgeSplit, Graph or anything that `as_graph` reads
            What is no split is split at random, 70 % to 10 % to 20 %.
        y : None
            Not used.
        progress : callable, optional
            Called with the solver's steps done and the most there can be.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there are too few edges to split, or a setting does not fit.
        """
        seed = integer_seed(self.random_state, "link predictor")
        split = graph
        if not isinstance(graph, EdgeSplit):
            split = split_edges(as_graph(graph), random_state=seed)
        self.split_ = split
        most = max(1, len(split.validation_negatives) // 2)
        self.k_ = min(100, most) if self.k is None else int(self.k)
        fewest = min(len(split.validation_negatives), len(split.test_negatives))
        if not 1 <= self.k_ <= fewest:
            raise ValueError(
                f"k is {self.k_} and there are {fewest} negatives in validation or test; expected "
                "1 <= k <= negatives: take a smaller k, or more edges"
            )
        embeddings = GraphEmbeddings(
            self.components,
            self.n_components,
            feature_scaling=self.feature_scaling,
            random_state=seed,
        )
        self.embeddings_ = with_columns(embeddings.fit_transform(split.graph), self.components)
        self.notes_ = (*split.graph.notes, *embeddings.notes_)
        self.compatibility_ = self._compatibility(split.graph, seed)
        self.choice_ = self._choice(split, seed, progress)
        self.model_ = self._model(split)
        self.validation_hits_ = self.choice_.score
        test, none = self.model_.logits(split.test), self.model_.logits(split.test_negatives)
        self.test_hits_ = hits_at_k(test, none, self.k_)
        return self

    def decision_function(self, pairs: Any) -> np.ndarray:
        """The logits of pairs of nodes, not calibrated, shape (m,).

        Parameters
        ----------
        pairs : array-like of int, shape (m, 2)

        Returns
        -------
        ndarray of float, shape (m,)
        """
        check_is_fitted(self, "model_")
        return self.model_.logits(pairs)

    def predict_proba(self, pairs: Any, *, base_rate: float = 0.5) -> np.ndarray:
        """Probabilities of no link and of a link, calibrated on the validation pairs.

        Parameters
        ----------
        pairs : array-like of int, shape (m, 2)
        base_rate : float
            Share of links among the pairs that are asked about: 0.5 as in the validation pairs;
            ``model_.base_rate`` where they are taken from all pairs.

        Returns
        -------
        ndarray of float, shape (m, 2)
        """
        check_is_fitted(self, "model_")
        linked = self.model_.probabilities(pairs, base_rate=base_rate)
        return np.column_stack([1.0 - linked, linked])

    def top_pairs(self, k: int = 100) -> tuple[np.ndarray, np.ndarray]:
        """The k pairs with the largest logits that are no known edge, and these logits.

        Parameters
        ----------
        k : int

        Returns
        -------
        pairs : ndarray of int, shape (k, 2)
        logits : ndarray of float, shape (k,)
        """
        check_is_fitted(self, "model_")
        return self.model_.top_pairs(k)

    def report(self) -> Report:
        """What was found, for a page, tables and JSON."""
        from infometer.graphs.model_report import link_report

        return link_report(self)

    def _compatibility(self, graph: Graph, seed: int) -> dict[str, np.ndarray]:
        if not self.compatibility:
            return {name: np.eye(z.shape[1]) for name, z in self.embeddings_.items()}
        fitted = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(CompatibilityMatrix(random_state=integer_seed(seed, name)).fit)(z, graph)
            for name, z in self.embeddings_.items()
        )
        return {name: one.matrix_ for name, one in zip(self.embeddings_, fitted, strict=True)}

    def _choice(
        self, split: EdgeSplit, seed: int, progress: Callable[[int, int], None] | None
    ) -> PenaltyChoice:
        """Fit all penalties and keep the weights of the best."""
        pairs, y = self._training_pairs(split.graph, seed)
        x = self._products(pairs)
        groups = [z.shape[1] for z in self.embeddings_.values()]
        scales = unit_scales(x, groups)
        x *= scales
        links = self._products(split.validation) * scales
        none = self._products(split.validation_negatives) * scales

        def hits(w: np.ndarray, b: np.ndarray) -> float:
            return hits_at_k((links @ w).ravel(), (none @ w).ravel(), self.k_)

        found = choose_penalty(
            x, y, groups, l1=self.l1, l2=self.l2, score=hits, tol=self.tol, progress=progress
        )
        names = list(self.embeddings_)
        weights = np.split(found.coefficients[:, 0] * scales, np.cumsum(groups)[:-1])
        self.weights_ = dict(zip(names, weights, strict=True))
        self.intercept_ = float(found.intercept[0])
        held_out = np.concatenate([links, none])
        self.component_weights_ = component_shares(names, held_out, found.coefficients, groups)
        self.component_weights_.insert(0, "knows", [COMPONENTS[name] for name in names])
        return found

    def _training_pairs(self, graph: Graph, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Edges, at most so many, and random pairs; 1 and 0."""
        edges = graph.edges()
        if len(edges) > self.max_edges:
            drawn = generator(seed, "edges").choice(len(edges), self.max_edges, replace=False)
            edges = edges[np.sort(drawn)]
        n_random = max(1, round(self.n_negatives * len(edges)))
        drawn = generator(seed, "negatives").integers(0, graph.n_nodes, (n_random, 2))
        return np.concatenate([edges, drawn]), np.repeat([1, 0], [len(edges), n_random])

    def _model(self, split: EdgeSplit) -> LinkModel:
        """The components that are on, as bilinear forms, calibrated."""
        forms = {}
        for name, weights in self.weights_.items():
            if weights.any():
                turned = self.compatibility_[name] * weights
                forms[name] = (turned + turned.T) / 2.0
        on = {name: self.embeddings_[name] for name in forms}
        n, held_out = split.graph.n_nodes, len(split.validation) + len(split.test)
        base_rate = held_out / (n * (n - 1) / 2 - split.graph.n_edges)
        plain = LinkModel(on, forms, self.intercept_, (1.0, 0.0), base_rate, _whole(split))
        line = platt_line(plain.logits(split.validation), plain.logits(split.validation_negatives))
        return replace(plain, calibration=line)

    def _products(self, pairs: np.ndarray) -> np.ndarray:
        groups = [z.shape[1] for z in self.embeddings_.values()]
        found = np.empty((len(pairs), sum(groups)), dtype=np.float32)
        blocks = np.split(found, np.cumsum(groups)[:-1], axis=1)
        for (name, z), block in zip(self.embeddings_.items(), blocks, strict=True):
            block[:] = pair_products(z, self.compatibility_[name], pairs)
        return found


def _whole(split: EdgeSplit) -> Graph:
    """The graph with the held-out edges too; weights and features are of no use any more."""
    edges = np.concatenate([split.graph.edges(), split.validation, split.test])
    return graph_from_edges(edges, split.graph.n_nodes, nodes=split.graph.nodes)
