"""How much structure, features, and features spread over structure tell about a task on a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator

from infometer.graphs.feature_scaling import FeatureScaling
from infometer.graphs.graph import Graph
from infometer.graphs.held_out_links import held_out_links
from infometer.graphs.homophily import adjusted_homophily, edge_homophily, label_informativeness
from infometer.graphs.link_probe import HEURISTICS, link_samples
from infometer.graphs.probe_result import ProbeResult
from infometer.graphs.probe_rows import (
    ProbedSource,
    component_of_labels,
    neighbour_of_labels,
    source_of_links,
)
from infometer.graphs.reading import as_graph
from infometer.graphs.splits import EdgeSplit
from infometer.resampling import root_seed

__all__ = ["NetworkProbe"]

ROWS_PER_BIN = 10
"""Held-out links that a bin should have: of fewer, bins are made fewer."""
MOST_HITS = 100

Progress = Callable[[int, int], object]


class NetworkProbe(BaseEstimator):
    r"""Network usable information (NUI) of five sources about links or about labels of nodes.

    .. math:: s = 2^{-H(Y|X)} \le \text{accuracy}, \qquad 2^{-H(Y)} \le s \le 1,

    with H in bits. For links X is a bin of the similarity :math:`z_i^T H^* z_j`, the bins between
    quantiles of it over training edges and twice as many random pairs, Y whether a pair of nodes
    is a link, and the table that of held-out links and as many pairs that are none: chance is 1/2
    and there is one bit to tell. For nodes X is a cluster of k-means and Y the label. No network
    is trained. Beside the five embeddings of `GraphEmbeddings` stand heuristics that need nothing
    learned: common neighbours, Adamic–Adar, resource allocation and Katz for links, the label of a
    neighbour for nodes.

    Intervals take pairs, or nodes, as independent given the embedding; see `table_interval`.

    Parameters
    ----------
    task : {"link", "node"}
    components : sequence of {"U", "R", "F", "P", "S"}
        Those of features only where the graph has some.
    n_components : int
        Columns of each embedding.
    n_bins : int
        Of links; fewer where there are not 10 held-out links for each.
    n_clusters : int, optional
        Of nodes; by default as many as there are labels. More clusters tell more of the same
        nodes: compare scores at equal numbers.
    by : {"random", "time"}
        How a graph is split; by time the latest edges are held out.
    negatives : {"uniform", "degree"}
        How pairs that are no link are drawn.
    feature_scaling : {"auto", "rows", "columns", "none"}
        As of `scaled_features`.
    level : float
        Of the intervals.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
        One source a task; the result is the same for any number.

    Attributes
    ----------
    result_ : ProbeResult

    References
    ----------
    M.-C. Lee et al., "NetInfoF framework: measuring and exploiting network usable information",
    ICLR 2024, section 4 and theorem 1.

    Examples
    --------
    >>> import networkx as nx
    >>> probe = NetworkProbe(n_components=16, random_state=0).fit(nx.les_miserables_graph())
    >>> frame = probe.result_.to_frame().set_index("source")
    >>> bool(frame.loc["R", "score"] > 0.6)
    True
    """

    def __init__(
        self,
        task: Literal["link", "node"] = "link",
        components: Sequence[str] = ("U", "R", "F", "P", "S"),
        n_components: int = 128,
        n_bins: int = 8,
        n_clusters: int | None = None,
        by: Literal["random", "time"] = "random",
        negatives: Literal["uniform", "degree"] = "uniform",
        feature_scaling: FeatureScaling = "auto",
        level: float = 0.95,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.task = task
        self.components = components
        self.n_components = n_components
        self.n_bins = n_bins
        self.n_clusters = n_clusters
        self.by = by
        self.negatives = negatives
        self.feature_scaling = feature_scaling
        self.level = level
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        graph: Any,
        validation: Any = None,
        validation_negatives: Any = None,
        *,
        progress: Progress | None = None,
    ) -> NetworkProbe:
        """Probe every source.

        Parameters
        ----------
        graph : Graph, EdgeSplit, or anything that `as_graph` reads
            For links an `EdgeSplit` is probed on its validation edges and its test is not touched;
            of a graph 30 % of the edges are held out and probed, unless `validation` is given,
            which is then of a graph of training edges. For nodes a graph with labels.
        validation : array-like of int, shape (v, 2), optional
            Held-out links.
        validation_negatives : array-like of int, shape (w, 2), optional
            Pairs that are none; by default as many as links are drawn.
        progress : callable, optional
            Called with the sources probed and all sources.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If held-out links are in the training graph, fewer than 20 are held out, or labels are
            asked for that are not there.
        """
        self._check()
        seed = root_seed(self.random_state)
        if self.task == "link":
            self.result_ = self._links(graph, validation, validation_negatives, seed, progress)
        else:
            if validation is not None or isinstance(graph, EdgeSplit):
                raise ValueError(
                    "task is 'node', and held-out links were given; expected a graph with labels"
                )
            self.result_ = self._nodes(as_graph(graph), seed, progress)
        return self

    def _check(self) -> None:
        if self.task not in ("link", "node"):
            raise ValueError(f"task is {self.task!r}; it must be 'link' or 'node'")
        for name, least in (("n_bins", 2), ("n_components", 1), ("n_clusters", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} is {value}; expected at least {least}")
        if not 0.0 < self.level < 1.0:
            raise ValueError(f"level is {self.level}; expected between 0 and 1, such as 0.95")

    def _links(
        self, given: Any, validation: Any, none: Any, seed: int, progress: Progress | None
    ) -> ProbeResult:
        made = _how_held_out(given, validation, none)
        graph, links, none = held_out_links(
            given, validation, none, by=self.by, negatives=self.negatives, random_state=seed
        )
        fewest = min(len(links), len(none))
        n_bins, k = min(self.n_bins, fewest // ROWS_PER_BIN), min(MOST_HITS, max(1, len(none) // 4))
        if n_bins < 2:
            raise ValueError(
                f"{fewest} links, or pairs that are none, are held out; a score needs at least "
                f"{2 * ROWS_PER_BIN}: give more edges"
            )
        samples = link_samples(graph, links, none, seed)
        common = {"n_bins": n_bins, "k": k, "level": self.level, "seed": seed}
        tasks = [
            delayed(source_of_links)(graph, name, samples, **common, **self._embedding())
            for name in self._measured(graph)
        ]
        tasks += [delayed(source_of_links)(graph, name, samples, **common) for name in HEURISTICS]
        found = self._run(tasks, progress)
        more = {"held_out_links": len(links), "n_bins_used": n_bins, "hits_k": k, **made}
        return self._result(graph, found, more, ("other pair", "link"))

    def _nodes(self, graph: Graph, seed: int, progress: Progress | None) -> ProbeResult:
        if graph.labels is None or graph.labelled is None or not graph.labelled.any():
            raise ValueError(
                "task is 'node' and the graph has no labels; expected some: give as_graph labels="
            )
        names, known = np.unique(graph.labels[graph.labelled], return_inverse=True)
        labels = np.full(graph.n_nodes, -1)
        labels[graph.labelled] = known
        n_clusters = len(names) if self.n_clusters is None else self.n_clusters
        if n_clusters > graph.n_nodes:
            raise ValueError(
                f"n_clusters is {n_clusters} and the graph has {graph.n_nodes} nodes; expected no "
                "more clusters than nodes"
            )
        common = {"n_clusters": n_clusters, "level": self.level, "seed": seed}
        tasks = [
            delayed(component_of_labels)(graph, name, labels, **common, **self._embedding())
            for name in self._measured(graph)
        ]
        if graph.labelled[graph.edges()].all(axis=1).any():
            tasks.append(delayed(neighbour_of_labels)(graph))
        found = self._run(tasks, progress)
        more = {"labelled_nodes": len(known), "n_clusters_used": n_clusters}
        return self._result(graph, found, more, tuple(map(str, names)))

    def _embedding(self) -> dict[str, Any]:
        return {"n_components": self.n_components, "feature_scaling": self.feature_scaling}

    def _measured(self, graph: Graph) -> list[str]:
        """The components that the graph has something for."""
        found = [c for c in self.components if c not in "FPS" or graph.features is not None]
        if not found:
            raise ValueError(
                f"components is {tuple(self.components)} and the graph has no features; give some, "
                "or U or R among the components"
            )
        return found

    def _run(self, tasks: list[Any], progress: Progress | None) -> list[ProbedSource]:
        found: list[ProbedSource] = []
        for probed in Parallel(n_jobs=self.n_jobs, return_as="generator")(tasks):
            found.append(probed)
            if progress is not None:
                progress(len(found), len(tasks))
        return found

    def _result(
        self,
        graph: Graph,
        found: list[ProbedSource],
        more: dict[str, Any],
        classes: tuple[str, ...],
    ) -> ProbeResult:
        frame = pd.DataFrame([probed.row for probed in found])
        tests = int(frame["p_value"].notna().sum())
        frame["adjusted_p_value"] = (tests * frame["p_value"]).clip(upper=1.0)
        parameters = {
            name: value
            for name, value in self.get_params().items()
            if name not in ("n_jobs", "random_state")
        }
        isolated = int((graph.degrees == 0).sum())
        size = {"nodes": graph.n_nodes, "edges": graph.n_edges, "isolated_nodes": isolated}
        return ProbeResult(
            frame=frame,
            task=self.task,
            classes=classes,
            tables={probed.row["source"]: probed.table for probed in found},
            homophily=_homophily(graph),
            settings={**parameters, **size, **more},
            notes=(*graph.notes, *(note for probed in found for note in probed.notes)),
        )


def _homophily(graph: Graph) -> dict[str, float]:
    """The three figures of neighbours' labels, where there are such labels."""
    if graph.labelled is None or not graph.labelled[graph.edges()].all(axis=1).any():
        return {}
    return {
        "edge homophily": edge_homophily(graph),
        "adjusted homophily": adjusted_homophily(graph),
        "label informativeness": label_informativeness(graph),
    }


def _how_held_out(given: Any, validation: Any, none: Any) -> dict[str, str]:
    """What is not as the probe's own settings say, because the parts were given."""
    if isinstance(given, EdgeSplit):
        return {"by": given.by, "negatives": given.negatives}
    parts = {"by": validation, "negatives": none}
    return {name: "given" for name, part in parts.items() if part is not None}
