"""Which comparisons to buy: greedily, each given those that were chosen before it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.candidates import (
    Candidates,
    comparable_pairs,
    least_known_neighbours,
)
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.covariance_blocks import (
    BlockCovariance,
    block_covariance,
    block_entries,
)
from infometer.preferences.designs import as_posterior
from infometer.preferences.gain import gaussian_gain, label_gain
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.label_tables import SAME, label_table
from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.trace_reduction import TraceReduction

__all__ = ["select_comparisons"]

Criterion = Literal["d", "a", "bald"]
MOST_ENTRIES, MOST_PAIRS = 6_250_000, 3_200_000
"""Of a covariance that is held, one component of 2 500 items or many small ones; of candidates."""
SHORTLIST, REACH = 2000, 8


def select_comparisons(
    posterior: RewardPosterior | ComparisonGraph,
    budget: int,
    candidates: Any = None,
    criterion: Criterion = "d",
    *,
    replace: bool = True,
) -> pd.DataFrame:
    r"""Choose the next comparisons one by one, each as if those before it had been made.

    .. math:: \text{d: } \tfrac12 \ln(1 + w R) \qquad
        \text{a: } \frac{w\, b^\top \Sigma M \Sigma b}{1 + w R} \qquad
        \text{bald: } H(\mathbb E\, p) - \mathbb E\, H(p)

    "d" takes what tells most about all rewards together, under Gaussian noise of precision w;
    greedy choices reach at least 1 − 1/e of the best. "a" takes what lowers the sum of variances
    over all comparable pairs the most, :math:`\sum R = \operatorname{tr} M \Sigma`. "bald" takes
    the label that tells most; once chosen it counts as its expected Fisher information.

    Parameters
    ----------
    posterior : RewardPosterior or ComparisonGraph
        A graph stands for its posterior; without outcomes for that of a design.
    budget : int
        How many comparisons.
    candidates : array of int, shape (p, 2), optional
        By default every pair, within its prompt where there are prompts. Where these are more than
        3.2 million, or the covariance of the components has more than 6.25 million entries (one of
        2 500 items), the 2 000 pairs within 8 places in the ranking that least is known about
        (`least_known_neighbours`).
    criterion : {"d", "a", "bald"}
        w of a choice is β² E p(1 − p) where there are answers already, else β²/4, that of a label
        between equals; of a strength it follows the graph's noise. "bald" is for choices.
    replace : bool
        Whether a pair may be bought again.

    Returns
    -------
    DataFrame
        A row for each, in the order of buying: order (from 1), first, second, gain_nats (what it
        tells given those before it), mean_difference and sd of r_first − r_second before it.

    Raises
    ------
    ValueError
        A budget below 1 or, without replacement, above the number of candidates; candidates across
        prompts or parts of the graph that nothing joins; "a" of more than 6.25 million entries.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1)], prior_precision=1.0)
    >>> select_comparisons(graph, 3)[["first", "second", "gain_nats"]].round(4)
       first  second  gain_nats
    0      2       3     0.2027
    1      0       2     0.1742
    2      1       3     0.1724
    """
    if criterion not in ("d", "a", "bald"):
        raise ValueError(f"criterion is {criterion!r}; it must be 'd', 'a' or 'bald'")
    belief = as_posterior(posterior)
    if criterion == "bald" and belief.graph.kind == "cardinal":
        raise ValueError("criterion is 'bald' and the comparisons are cardinal; use 'd' or 'a'")
    held = block_entries(belief.solver.components) <= MOST_ENTRIES
    if criterion == "a" and not held:
        raise ValueError(
            f"criterion is 'a' with {belief.graph.n_items} items; it holds a covariance of at "
            f"most {MOST_ENTRIES:.2e} entries: use 'd' or 'bald'"
        )
    groups = _comparable_groups(belief)
    pairs = _pairs(belief, candidates, groups, held)
    most = np.inf if replace else len(pairs)
    if not 1 <= budget <= most or not len(pairs):
        raise ValueError(f"budget is {budget}; expected 1 to {most}, of {len(pairs)} candidates")
    covariance = block_covariance(belief) if held else None
    state = _state(belief, pairs, covariance)
    rule = _rule(belief, state, criterion, covariance, groups)
    return _bought(state, rule, budget, replace)


def _comparable_groups(belief: RewardPosterior) -> np.ndarray:
    """Items of one prompt, and of prompts that prior edges join, have one number. Shape (n,)."""
    graph = belief.graph
    if graph.prompts is None:
        return np.zeros(graph.n_items, np.int64)
    codes = np.unique(graph.prompts, return_inverse=True)[1]
    # Prompts and components are the nodes, each item joins its two.
    n, nodes = int(codes.max()) + 1, belief.solver.components
    size = n + int(nodes.max()) + 1
    joins = coo_array((np.ones(len(codes)), (codes, n + nodes)), shape=(size, size))
    return np.asarray(connected_components(joins, directed=False)[1][codes])


def _pairs(belief: RewardPosterior, candidates: Any, groups: np.ndarray, held: bool) -> np.ndarray:
    graph = belief.graph
    if candidates is not None:
        pairs = checked_pairs(candidates, graph.n_items, "candidates")
        across = groups[pairs[:, 0]] != groups[pairs[:, 1]]
        if across.any():
            raise ValueError(
                f"candidates holds {int(across.sum())} pairs across prompts, the first in row "
                f"{int(across.argmax())}; rewards are comparable within a prompt only: leave these "
                "out"
            )
        return pairs
    sizes = np.array([graph.n_items])
    if graph.prompts is not None:
        sizes = np.unique(graph.prompts, return_counts=True)[1]
    if held and (sizes * (sizes - 1)).sum() <= 2 * MOST_PAIRS:
        return comparable_pairs(graph.n_items, graph.prompts)
    return least_known_neighbours(
        graph, belief.mean, belief.comparison_precisions, reach=REACH, most=SHORTLIST
    )


def _state(
    belief: RewardPosterior, pairs: np.ndarray, covariance: BlockCovariance | None
) -> Candidates:
    column: Callable[[int, int], np.ndarray]
    if covariance is None:
        column, variance = partial(_solved_column, belief), belief.solver.pair_variances(pairs)
    else:
        column, variance = covariance.difference, covariance.pair_variances(pairs)
    mean = belief.pair_mean(pairs)
    if (apart := np.isnan(mean)).any():
        u, v = pairs[int(apart.argmax())]
        raise ValueError(
            f"candidates holds {int(apart.sum())} pairs that nothing joins, such as "
            f"{belief.graph.name_of(u)} with {belief.graph.name_of(v)}: what they tell is "
            "infinite; give the graph prior_precision or prior_edges"
        )
    return Candidates(pairs, mean, variance, column)


def _solved_column(belief: RewardPosterior, first: int, second: int) -> np.ndarray:
    """Σ (e_first − e_second), nuisance parameters held, by one solve. Shape (n,)."""
    ends = np.zeros(belief.graph.n_items)
    ends[[first, second]] = 1.0, -1.0
    return belief.solver.solve(ends)


class _Rule(NamedTuple):
    """The best of the open pairs, what buying it is expected to add, and what it tells."""

    best: Callable[[np.ndarray], int | None]
    precision: Callable[[int], float]
    gain: Callable[[int], float]
    bought: Callable[[float, np.ndarray], None]


def _rule(
    belief: RewardPosterior,
    state: Candidates,
    criterion: str,
    covariance: BlockCovariance | None,
    groups: np.ndarray,
) -> _Rule:
    if criterion == "bald":
        return _label_rule(belief, state)
    w = _precisions(belief, state)

    def gain(row: int) -> float:
        return float(gaussian_gain(state.variance[row], 1.0 / w[row]))

    if criterion == "d":
        return _Rule(
            lambda is_open: _first_largest(w * state.variance, is_open),
            lambda row: float(w[row]),
            gain,
            _nothing,
        )
    assert covariance is not None
    traces = TraceReduction(covariance, groups, state)
    return _Rule(
        lambda is_open: _first_largest(traces.value(w), is_open),
        lambda row: float(w[row]),
        gain,
        traces.bought,
    )


def _label_rule(belief: RewardPosterior, state: Candidates) -> _Rule:
    beta, log_tie = belief.graph.beta, belief.log_tie
    table = label_table(log_tie)

    def one(row: int) -> tuple[np.ndarray, np.ndarray]:
        return state.mean[row : row + 1], state.variance[row : row + 1]

    return _Rule(
        lambda is_open: table.best(state.mean, state.variance, beta, is_open),
        lambda row: float(table.precision(*one(row), beta)[0]),
        lambda row: float(label_gain(*one(row), beta, log_tie)[0]),
        _nothing,
    )


def _precisions(belief: RewardPosterior, state: Candidates) -> np.ndarray:
    """Of the next comparison of each pair, under Gaussian noise. Shape (p,)."""
    graph = belief.graph
    if graph.kind == "cardinal":
        return np.full(len(state.pairs), graph.strength_precision)
    if graph.outcomes is None:
        return np.full(len(state.pairs), graph.beta**2 / 4.0)
    return label_table(belief.log_tie).precision(state.mean, state.variance, graph.beta)


def _first_largest(value: np.ndarray, is_open: np.ndarray) -> int:
    """The first open pair of the largest value, what differs by rounding being the same."""
    value = np.where(is_open, value, -np.inf)
    return int((value >= value.max() * (1.0 - SAME)).argmax())


def _nothing(shrink: float, column: np.ndarray) -> None:
    pass


def _bought(state: Candidates, rule: _Rule, budget: int, replace: bool) -> pd.DataFrame:
    rows, is_open = [], np.ones(len(state.pairs), dtype=bool)
    for order in range(1, budget + 1):
        row = rule.best(is_open)
        assert row is not None
        first, second = state.pairs[row].tolist()
        rows.append(
            (order, first, second, rule.gain(row), state.mean[row], np.sqrt(state.variance[row]))
        )
        is_open[row] = replace
        rule.bought(*state.buy(row, rule.precision(row)))
    columns = ["order", "first", "second", "gain_nats", "mean_difference", "sd"]
    return pd.DataFrame(rows, columns=columns)
