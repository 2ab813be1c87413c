"""The state of a running collection: rewards after every answer, and the next pair to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from infometer.preferences.candidates import Candidates, comparable_pairs, covariance_difference
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.designs import design_posterior
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.inference import affordable_method, reward_posterior
from infometer.preferences.label_tables import label_table
from infometer.preferences.outcome_model import davidson
from infometer.preferences.outcomes import TIE, outcome_codes
from infometer.resampling import generator

__all__ = ["OnlinePosterior", "answered_moments", "refit_after"]

MOST_ITEMS = 3000
MOST_BEFORE_REFIT, ITEMS_PER_ANSWER = 100, 10
POINTS, REACH = 2001, 9.0


def refit_after(n_items: int) -> int:
    """Answers after which the posterior is found anew from all: one per 10 items, at most 100.

    Examples
    --------
    >>> [refit_after(n) for n in (5, 30, 3000)]
    [1, 3, 100]
    """
    return min(max(n_items // ITEMS_PER_ANSWER, 1), MOST_BEFORE_REFIT)


def answered_moments(
    outcome: float, mean: float, variance: float, beta: float, log_tie: float = -np.inf
) -> tuple[float, float]:
    r"""Mean and variance of a Gaussian difference g of rewards once a label about it is known.

    .. math:: p(g \mid y) \propto N(g; m, R)\, p(y \mid \beta g)

    Parameters
    ----------
    outcome : float
        1 the first, 0 the second, ½ a tie.
    mean, variance : float
        m and R, before.
    beta : float
    log_tie : float
        log ν of Davidson's ties.

    Returns
    -------
    mean, variance : float

    Examples
    --------
    >>> [round(moment, 6) for moment in answered_moments(1.0, 0.0, 2.0, beta=1.0)]
    [0.726324, 1.472454]
    """
    spread = np.sqrt(variance)
    reach = REACH + min(abs(mean) / spread, beta * spread)
    z = np.linspace(-reach, reach, POINTS)
    g = mean + spread * z
    log_weights = davidson(np.full(POINTS, outcome), beta * g, log_tie).log_likelihood - z**2 / 2.0
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    moved = float(weights @ g)
    return moved, float(weights @ (g - moved) ** 2)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OnlinePosterior:
    r"""Gaussian rewards of up to 3 000 items while answers come in; make it by `from_graph`.

    An answer moves the mean and covariance of all rewards along Σ(e_u − e_v) so that the difference
    has its exact new mean and variance (`answered_moments`). After n / 10 answers, 1 to 100 of them
    (`refit_after`), the posterior is found anew from all (`affordable_method`); with fewer than 20
    items after every one. The position effect, raters and times are left aside.

    Parameters
    ----------
    graph : ComparisonGraph
        Of choices, with all answers so far.
    mean : ndarray, shape (n,)
    covariance : ndarray, shape (n, n)
    log_tie : float
        log ν of Davidson's ties; −∞ until an answer is one.
    pairs : ndarray of int, shape (p, 2)
        That may be asked, the lower item first.
    since_fit : int
        Answers since the posterior was found from all of them.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1)], outcomes=[1], prior_precision=1.0)
    >>> state = OnlinePosterior.from_graph(graph)
    >>> sorted(state.next_pair(random_state=0))
    [2, 3]
    >>> sorted(state.answer(2, 3, 1.0).next_pair(random_state=0))
    [0, 2]
    """

    graph: ComparisonGraph
    mean: np.ndarray
    covariance: np.ndarray
    log_tie: float
    pairs: np.ndarray
    since_fit: int = 0

    def __repr__(self) -> str:
        return f"OnlinePosterior({self.graph!r})"

    @classmethod
    def from_graph(cls, graph: ComparisonGraph) -> OnlinePosterior:
        """Of all answers of a graph, at once; also how an answer is taken back.

        Parameters
        ----------
        graph : ComparisonGraph
            Of choices, with ``prior_precision``. Without outcomes it must be without comparisons.

        Returns
        -------
        OnlinePosterior

        Raises
        ------
        ValueError
            For strengths, without prior precision, of more than 3 000 items, or of a design.
        """
        if graph.kind != "binary":
            raise ValueError(f"kind is {graph.kind!r}; a running collection asks for choices")
        if graph.prior_precision <= 0:
            raise ValueError(
                "prior_precision is 0; a first pair can be chosen with a prior only: give the "
                "graph prior_precision=, such as 1"
            )
        if graph.n_items > MOST_ITEMS:
            raise ValueError(
                f"graph has {graph.n_items} items; expected at most {MOST_ITEMS}: ask about a "
                "shortlist of them, such as those with the fewest answers"
            )
        if graph.outcomes is None and len(graph.pairs):
            raise ValueError("graph is a design without outcomes; give outcomes=, or no pairs yet")
        kept = replace(graph, raters=None, times=None)
        return cls._fitted(kept, comparable_pairs(graph.n_items, graph.prompts))

    @classmethod
    def _fitted(cls, graph: ComparisonGraph, pairs: np.ndarray) -> OnlinePosterior:
        told = graph.outcomes is not None and graph.answered.any()
        found = reward_posterior(graph, affordable_method(graph)) if told else None
        posterior = found or design_posterior(graph)
        return cls(
            graph=graph,
            mean=posterior.mean,
            covariance=posterior.covariance(),
            log_tie=posterior.log_tie,
            pairs=pairs,
        )

    def answer(self, first: int, second: int, outcome: Any) -> OnlinePosterior:
        """Add an answer about one pair.

        Parameters
        ----------
        first, second : int
            The items, in the order in which they were shown.
        outcome : float or str
            1 or "first", 0 or "second", 0.5 or "tie", NaN or "skip", which changes no reward.

        Returns
        -------
        OnlinePosterior
            The new state; this one stays as it is.
        """
        graph, code = self._with(first, second, outcome)
        if np.isnan(code):
            return replace(self, graph=graph)
        first_tie = code == TIE and self.log_tie == -np.inf
        if first_tie or self.since_fit + 1 >= refit_after(graph.n_items):
            return self._fitted(graph, self.pairs)
        column = covariance_difference(self.covariance, first, second)
        mean = float(self.mean[first] - self.mean[second])
        variance = float(column[first] - column[second])
        moved, left = answered_moments(code, mean, variance, graph.beta, self.log_tie)
        lost = np.outer(column * ((variance - left) / variance**2), column)
        return replace(
            self,
            graph=graph,
            mean=self.mean + column * ((moved - mean) / variance),
            covariance=np.subtract(self.covariance, lost, out=lost),
            since_fit=self.since_fit + 1,
        )

    def _with(self, first: int, second: int, outcome: Any) -> tuple[ComparisonGraph, float]:
        """The graph with one more answer, and its code."""
        pair = checked_pairs([(first, second)], self.graph.n_items, "first, second")
        code = outcome_codes([outcome])
        before = np.empty(0) if self.graph.outcomes is None else self.graph.outcomes
        graph = replace(
            self.graph,
            pairs=np.concatenate([self.graph.pairs, pair]),
            outcomes=np.concatenate([before, code]),
            weights=None if self.graph.weights is None else np.append(self.graph.weights, 1.0),
        )
        return graph, float(code[0])

    def next_pair(
        self,
        *,
        pending: Iterable[tuple[int, int]] = (),
        exclude: Iterable[tuple[int, int]] = (),
        random_state: Any = None,
    ) -> tuple[int, int] | None:
        """The pair whose answer is expected to tell the most (`label_gain`).

        Which of both is shown first is drawn at random, so that the position effect can be told.

        Parameters
        ----------
        pending : iterable of pairs
            Asked of other people and not answered yet: taken as answered, the mean unchanged, and
            not asked again.
        exclude : iterable of pairs
            Not to be asked, in either order.
        random_state : int, None, RandomState or Generator

        Returns
        -------
        (int, int), or None where nothing is left to ask
        """
        table, beta = label_table(self.log_tie), self.graph.beta
        state, asked = self._candidates(), self._rows(pending)
        for row in asked:
            here = slice(row, row + 1)
            precision = table.precision(state.mean[here], state.variance[here], beta)
            state.buy(int(row), float(precision[0]))
        is_open = np.ones(len(self.pairs), dtype=bool)
        is_open[asked] = is_open[self._rows(exclude)] = False
        best = table.best(state.mean, state.variance, beta, is_open)
        if best is None:
            return None
        low, high = self.pairs[best].tolist()
        times = int((np.sort(self.graph.pairs, axis=1) == (low, high)).all(axis=1).sum())
        stream = generator(random_state, "shown first", low, high, times)
        return (low, high) if stream.random() < 0.5 else (high, low)

    def _candidates(self) -> Candidates:
        u, v = self.pairs.T
        diagonal = np.diag(self.covariance)
        variance = diagonal[u] + diagonal[v] - 2.0 * self.covariance[u, v]
        return Candidates(
            self.pairs,
            self.mean[u] - self.mean[v],
            np.maximum(variance, 0.0),
            partial(covariance_difference, self.covariance),
        )

    def _rows(self, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
        """Where these pairs stand among those that may be asked; others are left out."""
        n = self.graph.n_items
        wanted = np.sort(checked_pairs(list(pairs), n, "pending and exclude"), axis=1) @ [n, 1]
        if not len(wanted):
            return np.empty(0, np.int64)
        keys = self.pairs @ [n, 1]
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.asarray(np.unique(places[keys[places] == wanted]))
