"""The state of a running collection: rewards after every answer, and the next pair to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.gain import label_gain
from infometer.preferences.label_law import averaged_label, label_probabilities
from infometer.preferences.outcomes import FIRST, SECOND, TIE
from infometer.resampling import generator

__all__ = ["OnlinePosterior"]


@dataclass(frozen=True, eq=False, kw_only=True)
class OnlinePosterior:
    """Gaussian rewards of up to 3 000 items, brought up to date answer by answer.

    Parameters
    ----------
    graph : ComparisonGraph
        The items and all answers so far.
    mean : ndarray, shape (n,)
    covariance : ndarray, shape (n, n)
    pairs : ndarray of int, shape (p, 2)
        That may be asked, the lower item first.
    """

    graph: ComparisonGraph
    mean: np.ndarray
    covariance: np.ndarray
    pairs: np.ndarray

    @classmethod
    def from_graph(cls, graph: ComparisonGraph) -> OnlinePosterior:
        """The posterior of a graph with answers, or without any yet."""
        if graph.prior_precision == 0:
            raise ValueError("prior_precision is 0; give prior_precision above 0, such as 1")
        prior = np.linalg.inv(graph.laplacian(np.zeros(len(graph.pairs))).toarray())
        first, second = np.triu_indices(graph.n_items, 1)
        if graph.prompts is not None:
            codes = np.unique(graph.prompts, return_inverse=True)[1]
            same = codes[first] == codes[second]
            first, second = first[same], second[same]
        empty = replace(
            graph, pairs=np.empty((0, 2), int), outcomes=np.empty(0), weights=None, raters=None,
            times=None,
        )  # fmt: skip
        state = cls(
            graph=empty,
            mean=np.zeros(graph.n_items),
            covariance=prior,
            pairs=np.stack([first, second], axis=1),
        )
        if graph.outcomes is not None:
            for (u, v), outcome in zip(graph.pairs.tolist(), graph.outcomes, strict=True):
                state = state.answer(u, v, float(outcome))
        return state

    def answer(self, first: int, second: int, outcome: float) -> OnlinePosterior:
        """The state after one more answer: 1 the first, 0 the second, ½ a tie, NaN skipped."""
        if outcome not in (FIRST, SECOND, TIE) and outcome == outcome:
            raise ValueError(f"outcome is {outcome}; it must be 1, 0, 0.5 or NaN")
        outcomes = np.empty(0) if self.graph.outcomes is None else self.graph.outcomes
        graph = replace(
            self.graph,
            pairs=np.concatenate([self.graph.pairs, [(first, second)]]),
            outcomes=np.append(outcomes, outcome),
        )
        if outcome != outcome:
            return replace(self, graph=graph)
        beta, column = self.graph.beta, self.covariance[:, first] - self.covariance[:, second]
        m, variance = self.mean[first] - self.mean[second], column[first] - column[second]
        nodes = m + np.sqrt(variance) * np.linspace(-8.0, 8.0, 2001)
        p = label_probabilities(beta * nodes)
        likelihood = {FIRST: p[0], SECOND: p[2], TIE: np.sqrt(p[0] * p[2])}[outcome]
        weights = likelihood * np.exp(-0.5 * np.linspace(-8.0, 8.0, 2001) ** 2)
        weights /= weights.sum()
        tilted = float(weights @ nodes)
        tilted_variance = float(weights @ (nodes - tilted) ** 2)
        shrunk = (variance - tilted_variance) / variance**2
        return replace(
            self,
            graph=graph,
            mean=self.mean + column * ((tilted - m) / variance),
            covariance=self.covariance - shrunk * np.outer(column, column),
        )

    def next_pair(
        self,
        *,
        pending: Iterable[tuple[int, int]] = (),
        exclude: Iterable[tuple[int, int]] = (),
        random_state: Any = None,
    ) -> tuple[int, int] | None:
        """The pair whose answer tells the most, which of both is shown first drawn at random.

        Parameters
        ----------
        pending : iterable of pairs
            Asked of other people and not answered yet: taken as asked, and not asked again.
        exclude : iterable of pairs
            Not to be asked. Skipped pairs are not asked again either.
        random_state : int, None, RandomState or Generator

        Returns
        -------
        tuple of two int, or None where nothing is left to ask
        """
        covariance, beta = self.covariance, self.graph.beta
        for u, v in pending:
            column = covariance[:, u] - covariance[:, v]
            variance = column[u] - column[v]
            m = beta * np.array([self.mean[u] - self.mean[v]])
            told = averaged_label(m, beta * np.sqrt(np.array([variance])))
            w = beta**2 * float(told.information[0])
            covariance = covariance - w / (1 + w * variance) * np.outer(column, column)
        u, v = self.pairs.T
        variances = covariance[u, u] + covariance[v, v] - 2 * covariance[u, v]
        gains = label_gain(self.mean[u] - self.mean[v], variances, beta)
        asked = [] if self.graph.outcomes is None else self.graph.pairs[~self.graph.answered]
        never = [sorted(pair) for pair in (*pending, *exclude, *asked)]
        n = self.graph.n_items
        if never:
            keys = np.array(never) @ [n, 1]
            gains = np.where(np.isin(u * n + v, keys), -np.inf, gains)
        if not len(gains) or gains.max() == -np.inf:
            return None
        low, high = self.pairs[int(gains.argmax())].tolist()
        times = int((np.sort(self.graph.pairs, axis=1) == (low, high)).all(axis=1).sum())
        if generator(random_state, "shown first", low, high, times).random() < 0.5:
            return high, low
        return low, high
