"""A ranking from comparisons: which is best, how sure that is, and what to compare next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import Estimate, Finding, Report
from infometer.extras import axes
from infometer.preferences.candidates import leading_pairs
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.evidence import choose_prior_precision
from infometer.preferences.held_out import HeldOut, held_out_information
from infometer.preferences.inference import affordable_method, reward_posterior
from infometer.preferences.posterior import Method, RewardPosterior
from infometer.preferences.ranking_answer import leaders, ranking_answer, ranking_findings
from infometer.preferences.ranking_pages import figures_of, tables_of
from infometer.preferences.ranking_table import item_ranks, neighbours_in_ranking
from infometer.preferences.selection import Criterion, select_comparisons
from infometer.preferences.uncertainty import UncertaintyReport, uncertainty_report

__all__ = ["Ranking", "rank_items"]

FOLDS = 5
FEWEST_HELD_OUT = 20


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """Items by reward, from `rank_items`.

    Parameters
    ----------
    posterior : RewardPosterior
    table : DataFrame
        Of `item_ranks`: a row for every item, the best first, within its prompt where there are
        several.
    neighbours : DataFrame
        Of `neighbours_in_ranking`.
    purchases : DataFrame
        Of `select_comparisons`, with names: what to compare next.
    uncertainty : UncertaintyReport
    held_out : HeldOut or None
        Whether rewards predict at all; None of fewer than 20 decided comparisons.
    prior_precision : Estimate
    level : float
        Of all intervals.
    settings : mapping
    """

    posterior: RewardPosterior
    table: pd.DataFrame
    neighbours: pd.DataFrame
    purchases: pd.DataFrame
    uncertainty: UncertaintyReport
    held_out: HeldOut | None
    prior_precision: Estimate
    level: float
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Ranking({self.posterior.graph!r}: {self.answer})"

    @property
    def graph(self) -> ComparisonGraph:
        """What was ranked."""
        return self.posterior.graph

    @property
    def has_prompts(self) -> bool:
        """Whether there are several prompts, each with a ranking of its own."""
        return "prompt" in self.table

    @property
    def purpose(self) -> str:
        """What the next comparisons are for: "to tell the best 5 apart"; "" for all items alike."""
        if (top := self.settings["top"]) is None:
            return ""
        return f"to tell the best {top}{' of each prompt' if self.has_prompts else ''} apart"

    @property
    def leaders(self) -> pd.DataFrame:
        """The best of every prompt, or of all: ``p_best``, and whether its rank is surely 1."""
        return leaders(self.table)

    @property
    def answer(self) -> str:
        """One or two sentences: who leads, how sure, and what to compare next."""
        return ranking_answer(self)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must know, warnings first."""
        found = [*ranking_findings(self), *self.uncertainty.findings()]
        return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))

    def to_frame(self) -> pd.DataFrame:
        """One row for every item."""
        return self.table

    def to_dict(self) -> dict[str, Any]:
        """The ranking, the next comparisons, the uncertainty and the settings as plain values."""
        return {
            "items": self.table.to_dict("records"),
            "next": self.purchases.to_dict("records"),
            "uncertainty": self.uncertainty.to_dict(),
            "held_out": None if self.held_out is None else self.held_out.information.to_dict(),
            "settings": dict(self.settings),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the reward of every item with its interval; of prompts, how sure their best is."""
        draw = next(iter(figures_of(self).values()))
        return draw(axes(ax, *getattr(draw, "figsize", (8.0, 4.5))))

    def report(self) -> Report:
        """The answer with its estimates, findings, tables and pictures."""
        held_out = self.held_out
        cards = () if held_out is None else (held_out.information, held_out.win_rates)
        return Report(
            question="Which is best, how sure is that, and what to compare next?",
            answer=self.answer,
            estimates=(*cards, self.uncertainty.mean_resistance),
            findings=self.findings,
            tables=tables_of(self),
            figures=figures_of(self),
            settings=self.settings,
        )


def rank_items(
    graph: ComparisonGraph,
    method: Method | None = None,
    *,
    position_effect: bool = False,
    rater_reliability: bool = False,
    half_life: float | None = None,
    budget: int = 100,
    criterion: Criterion | None = None,
    top: int | None = None,
    level: float = 0.95,
    random_state: Any = 0,
) -> Ranking:
    """Rank items by their comparisons, with all that a reader needs to trust the ranking or not.

    Items of different prompts are never ranked together.

    Parameters
    ----------
    graph : ComparisonGraph
        With outcomes. Where it has no prior precision, that of most evidence is taken.
    method : {"laplace", "gaussian", "ep"}, optional
        As for `reward_posterior`; by default "ep" for choices among 500 items or fewer, where it is
        quick and its intervals hold better, else "laplace".
    position_effect, rater_reliability, half_life
        As for `reward_posterior`.
    budget : int
        How many comparisons to choose for buying.
    criterion : {"d", "a", "bald"}, optional
        As for `select_comparisons`; by default "d", with ``top`` "a".
    top : int, optional
        Choose what tells this many best items apart, of every prompt, rather than all: what lowers
        the mean variance of their differences.
    level : float
        Of all intervals.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    Ranking

    Raises
    ------
    ValueError
        A ``top`` below 2, or with a criterion other than "a".

    Examples
    --------
    >>> wins = [(0, 1)] * 12 + [(1, 2)] * 12 + [(0, 2)] * 12 + [(1, 0), (2, 1)]
    >>> graph = ComparisonGraph(n_items=3, pairs=wins, outcomes=[1] * 38,
    ...                         names=["ann", "bob", "eve"])
    >>> ranking = rank_items(graph, budget=2)
    >>> ranking.table[["name", "rank", "rank_low", "rank_high"]].to_numpy().tolist()
    [['ann', 1, 1, 1], ['bob', 2, 2, 2], ['eve', 3, 3, 3]]
    """
    criterion = _criterion(criterion, top)
    how: dict[str, Any] = {
        "position_effect": position_effect,
        "rater_reliability": rater_reliability,
        "half_life": half_life,
    }
    prior = Estimate("prior precision", graph.prior_precision, "1/reward²", method="given")
    if not graph.prior_precision:
        prior = choose_prior_precision(graph, **how)
        graph = replace(graph, prior_precision=float(prior))
    method = method or affordable_method(graph)
    posterior = reward_posterior(graph, method, **how)
    table = item_ranks(posterior, level, random_state)
    held_out = None
    if graph.answered.sum() >= FEWEST_HELD_OUT:
        held_out = held_out_information(
            graph, method, half_life=half_life, folds=FOLDS, level=level, random_state=random_state
        )
    return Ranking(
        posterior=posterior,
        table=table,
        neighbours=neighbours_in_ranking(posterior, table, level),
        purchases=_purchases(posterior, budget, criterion, top),
        uncertainty=uncertainty_report(posterior, random_state=random_state),
        held_out=held_out,
        prior_precision=prior,
        level=level,
        settings={"method": method, **how, "prior_precision": float(prior), "level": level,
                  "budget": budget, "criterion": criterion, "top": top},
    )  # fmt: skip


def _criterion(criterion: Criterion | None, top: int | None) -> Criterion:
    if top is None:
        return criterion or "d"
    if top < 2:
        raise ValueError(f"top is {top}; expected 2 or more items to tell apart")
    if criterion not in (None, "a"):
        raise ValueError(
            f"top is {top} with criterion {criterion!r}; only 'a' is about certain items: leave "
            "one of both out"
        )
    return "a"


def _purchases(
    posterior: RewardPosterior, budget: int, criterion: Criterion, top: int | None
) -> pd.DataFrame:
    """What to compare next: order, prompt, the names, gain_nats and how the answer is expected."""
    graph = posterior.graph
    targets = None if top is None else leading_pairs(posterior.mean, top, graph.prompts)
    chosen = select_comparisons(posterior, budget, criterion=criterion, targets=targets)
    pairs = chosen[["first", "second"]].to_numpy()
    named = pd.DataFrame(
        {
            "order": chosen["order"],
            "first": [graph.name_of(item) for item in pairs[:, 0]],
            "second": [graph.name_of(item) for item in pairs[:, 1]],
            "gain_nats": chosen["gain_nats"],
            "p_first": posterior.pair_probability(pairs),
            "first_item": pairs[:, 0],
            "second_item": pairs[:, 1],
        }
    )
    if graph.prompts is not None:
        named.insert(1, "prompt", np.asarray(graph.prompts)[pairs[:, 0]])
    return named
