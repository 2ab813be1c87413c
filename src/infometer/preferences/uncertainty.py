"""Where a set of comparisons is weak: what it leaves unknown, and by which threads it hangs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import Estimate, Finding
from infometer.preferences.best_paths import inference_distance
from infometer.preferences.bridging import bridges
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.designs import design_posterior
from infometer.preferences.hodge import CyclicResidual, cyclic_residual
from infometer.preferences.leverage import edge_leverage
from infometer.preferences.one_sided_items import OneSided, one_sided
from infometer.preferences.position import PositionBias, position_bias
from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.rater_agreement import agreement_of_raters
from infometer.preferences.spectral import algebraic_connectivity
from infometer.preferences.uncertainty_findings import uncertainty_findings
from infometer.resampling import generator
from infometer.resampling.groups import group_members

__all__ = ["UncertaintyReport", "uncertainty_report"]

MOST_PAIRS, MOST_SOURCES = 2000, 64
"""Pairs of items, and items, that means are taken over; more are sampled."""
MOST_FOR_LEVERAGE = 5000
N_DRAWS = 200
"""Sets of answers that the cycles are set beside."""


@dataclass(frozen=True, eq=False, repr=False)
class UncertaintyReport:
    """What a set of comparisons leaves unknown, and where; see `uncertainty_report`.

    Parameters
    ----------
    graph : ComparisonGraph
    mean_resistance : Estimate
        Mean variance of r_u − r_v over pairs of the same prompt; infinite where nothing joins some.
    mean_inference_distance : Estimate
        The same along the single best path, without prior precision: the paper's figure.
    lambda2 : float
        Algebraic connectivity: the second smallest eigenvalue of the comparisons' Laplacian.
    components : tuple of ndarray of int
        Items that comparisons and prior edges join, the largest first.
    split_prompts : int
        Prompts whose items lie in several components.
    bridges : ndarray of int, shape (b, 2)
        Pairs whose single comparison alone ties two parts.
    leverage : ndarray, shape (m,)
        w R of each comparison without prior, 0 to 1: how much of what is known about its pair rests
        on it alone; 0 where it was skipped, NaN of more than 5000 items.
    cyclic : CyclicResidual or None
        None without a posterior.
    position : PositionBias or None
    sides : OneSided or None
        What only wins or only loses; None, as before, of a design without answers.
    raters : DataFrame or None
        Of `agreement_of_raters`.
    """

    graph: ComparisonGraph
    mean_resistance: Estimate
    mean_inference_distance: Estimate
    lambda2: float
    components: tuple[np.ndarray, ...]
    split_prompts: int
    bridges: np.ndarray
    leverage: np.ndarray
    cyclic: CyclicResidual | None
    position: PositionBias | None
    sides: OneSided | None
    raters: pd.DataFrame | None

    def __repr__(self) -> str:
        return (
            f"UncertaintyReport({self.graph!r}: mean resistance {self.mean_resistance.value:.3g}, "
            f"{len(self.components)} components, {len(self.bridges)} bridges)"
        )

    def findings(self) -> tuple[Finding, ...]:
        """What a reader must know, warnings first."""
        return uncertainty_findings(self)

    def to_frame(self) -> pd.DataFrame:
        """All single figures, a row each."""
        rows: dict[str, Any] = {
            "mean resistance": self.mean_resistance.value,
            "mean inference distance": self.mean_inference_distance.value,
            "algebraic connectivity": self.lambda2,
            "components": len(self.components),
            "bridges": len(self.bridges),
            "largest leverage": self.leverage.max(initial=0.0),
        }
        if self.sides is not None:
            rows |= {"items that only win": len(self.sides.only_win),
                     "items that only lose": len(self.sides.only_lose)}  # fmt: skip
        if self.position is not None:
            rows |= {"win rate of the first": self.position.share,
                     "the same, both orders alike": self.position.balanced_share}  # fmt: skip
        if self.cyclic is not None:
            rows |= {"cyclic share": self.cyclic.share, "by noise alone": self.cyclic.expected,
                     "p-value of cycles": self.cyclic.p_value,
                     "cyclic triads": self.cyclic.cyclic_triads,
                     "expected cyclic triads": self.cyclic.expected_cyclic_triads,
                     "triads": self.cyclic.triads}  # fmt: skip
        return pd.DataFrame({"figure": list(rows), "value": [float(v) for v in rows.values()]})

    def to_dict(self) -> dict[str, Any]:
        """The single figures by name, and who is tied by a bridge."""
        rows = self.to_frame()
        names = [[self.graph.name_of(item) for item in pair] for pair in self.bridges]
        return dict(zip(rows["figure"], rows["value"], strict=True)) | {"bridge_pairs": names}

    def tables(self) -> dict[str, pd.DataFrame]:
        """The figures, the comparisons that most rests on, and the raters, by title."""
        found = {"How weak, and where": self.to_frame(), "What most rests on": self.weak_points()}
        return found if self.raters is None else {**found, "Raters": self.raters.round(3)}

    def weak_points(self, most: int = 30) -> pd.DataFrame:
        """The comparisons of most leverage: names, leverage, and whether each is a bridge."""
        order = np.argsort(-self.leverage, kind="stable")[:most]
        pairs = self.graph.pairs[order]
        alone = {tuple(pair) for pair in np.sort(self.bridges, axis=1).tolist()}
        return pd.DataFrame(
            {
                "first": [self.graph.name_of(item) for item in pairs[:, 0]],
                "second": [self.graph.name_of(item) for item in pairs[:, 1]],
                "leverage": self.leverage[order].round(3),
                "bridge": [tuple(pair) in alone for pair in np.sort(pairs, axis=1).tolist()],
            }
        )


def uncertainty_report(
    given: ComparisonGraph | RewardPosterior, random_state: Any = 0
) -> UncertaintyReport:
    """Tell what a set of comparisons leaves unknown, and by which threads it hangs.

    Parameters
    ----------
    given : ComparisonGraph or RewardPosterior
        A graph is looked at as a design, every comparison as sure as one between equals, and needs
        no answers; of a posterior each counts what it told, and cycles and raters are looked at.
    random_state : int, None, RandomState or Generator
        Of the pairs that means are taken over, and of the null of the cycles.

    Returns
    -------
    UncertaintyReport

    Examples
    --------
    Two triangles and a single comparison between them:

    >>> pairs = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]
    >>> graph = ComparisonGraph(n_items=6, pairs=pairs, kind="cardinal", variances=1.0)
    >>> found = uncertainty_report(graph)
    >>> round(found.mean_resistance.value, 6), found.bridges.tolist()
    (1.4, [[2, 3]])
    >>> found.leverage.round(3).tolist()
    [0.667, 0.667, 0.667, 1.0, 0.667, 0.667, 0.667]
    """
    posterior = given if isinstance(given, RewardPosterior) else None
    belief = given if isinstance(given, RewardPosterior) else design_posterior(given)
    graph = belief.graph
    answered = graph.outcomes is not None
    parts = graph.components()
    of_raters = posterior is not None and graph.raters is not None
    return UncertaintyReport(
        graph=graph,
        mean_resistance=_mean_resistance(belief, random_state),
        mean_inference_distance=_mean_distance(graph, random_state),
        lambda2=algebraic_connectivity(graph),
        components=_groups(parts),
        split_prompts=_split_prompts(graph, parts),
        bridges=_bridges(graph),
        leverage=_leverage(graph),
        cyclic=None if posterior is None else _cyclic(posterior, random_state),
        position=position_bias(graph) if answered else None,
        sides=one_sided(graph) if answered else None,
        raters=agreement_of_raters(belief) if of_raters else None,
    )


def _cyclic(posterior: RewardPosterior, random_state: Any) -> CyclicResidual:
    """Cycles beside those of answers with the posterior's position effect and reliabilities."""
    graph, found = posterior.graph, posterior.nuisance
    reliabilities = np.ones(len(graph.pairs))
    if graph.raters is not None:
        logs = [found.get(f"log_reliability[{rater}]", 0.0) for rater in graph.raters]
        reliabilities = np.exp(np.array(logs, dtype=float))
    return cyclic_residual(
        graph,
        posterior.sample(N_DRAWS, random_state),
        random_state,
        position_effect=float(found.get("position_effect", 0.0)),
        reliabilities=reliabilities,
    )


def _mean_resistance(belief: RewardPosterior, random_state: Any) -> Estimate:
    """Mean variance of a difference over pairs of a prompt, all of them or a sample."""
    pairs, exact = _comparable(belief.graph, random_state)
    return _mean("mean resistance", belief.pair_variance(pairs), exact)


def _mean_distance(graph: ComparisonGraph, random_state: Any) -> Estimate:
    """Mean inference distance from a sample of items to all others of their prompt."""
    codes, n = graph.prompt_codes, graph.n_items
    rng = generator(random_state, "sources")
    sources = np.sort(rng.choice(n, min(n, MOST_SOURCES), replace=False))
    found = inference_distance(graph, sources, np.arange(n))
    same = (codes[sources][:, None] == codes) & (sources[:, None] != np.arange(n))
    means = [row[kept].mean() for row, kept in zip(found, same, strict=True) if kept.any()]
    return _mean("mean inference distance", np.array(means), n <= MOST_SOURCES)


def _mean(quantity: str, values: np.ndarray, exact: bool) -> Estimate:
    if not len(values):
        return Estimate(quantity, float("nan"), "reward²", n_samples=0)
    sure = not exact and len(values) > 1 and bool(np.isfinite(values).all())
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if sure else None
    return Estimate(
        quantity, float(values.mean()), "reward²", standard_error=error, n_samples=len(values),
        method="all pairs" if exact else "sampled pairs",
    )  # fmt: skip


def _comparable(graph: ComparisonGraph, random_state: Any) -> tuple[np.ndarray, bool]:
    """Pairs of different items of a prompt, each as likely, and whether they are all of them."""
    items = group_members(graph.prompt_codes)
    sizes = np.array([len(group) for group in items])
    counts = sizes * (sizes - 1) // 2
    if counts.sum() <= MOST_PAIRS:
        found = [group[np.stack(np.triu_indices(len(group), 1), axis=1)] for group in items]
        return np.concatenate(found), True
    rng = generator(random_state, "pairs")
    drawn = rng.choice(len(items), MOST_PAIRS, p=counts / counts.sum())
    first = rng.integers(0, sizes[drawn])
    second = (first + rng.integers(1, sizes[drawn])) % sizes[drawn]
    pairs = [(items[g][u], items[g][v]) for g, u, v in zip(drawn, first, second, strict=True)]
    return np.array(pairs), False


def _bridges(graph: ComparisonGraph) -> np.ndarray:
    answered = graph.pairs[graph.answered]
    return np.asarray(answered[bridges(graph)[: len(answered)]])


def _leverage(graph: ComparisonGraph) -> np.ndarray:
    found = np.zeros(len(graph.pairs))
    if graph.n_items > MOST_FOR_LEVERAGE:
        return np.full(len(found), np.nan)
    of_edges = edge_leverage(replace(graph, prior_precision=0.0))
    found[graph.answered] = of_edges[: int(graph.answered.sum())]
    return found


def _groups(parts: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(sorted(group_members(parts), key=len, reverse=True))


def _split_prompts(graph: ComparisonGraph, parts: np.ndarray) -> int:
    pieces = np.unique(np.stack([graph.prompt_codes, parts]), axis=1)[0]
    return int((np.bincount(pieces) > 1).sum())
