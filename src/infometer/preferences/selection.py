"""Which comparisons to buy: greedily, each given those that were chosen before it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from infometer.preferences.candidates import (
    Candidates,
    comparable_groups,
)
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.covariance_blocks import (
    BlockCovariance,
    block_covariance,
    block_entries,
)
from infometer.preferences.designs import as_posterior
from infometer.preferences.gain import gaussian_gain, label_gain
from infometer.preferences.label_tables import SAME, label_table
from infometer.preferences.posterior import RewardPosterior
from infometer.preferences.purchasable_pairs import candidate_pairs, target_pairs
from infometer.preferences.solved_covariance import SolvedCovariance
from infometer.preferences.trace_reduction import (
    TraceReduction,
    comparable_spreads,
    pair_laplacian,
    target_laplacian,
    target_spreads,
)

__all__ = ["select_comparisons"]

Criterion = Literal["d", "a", "bald"]
MOST_ENTRIES = 6_250_000
"""Of a covariance that is held: of one component of 2 500 items, or of many small ones."""


def select_comparisons(
    posterior: RewardPosterior | ComparisonGraph,
    budget: int,
    candidates: Any = None,
    criterion: Criterion = "d",
    *,
    replace: bool = True,
    targets: Any = None,
) -> pd.DataFrame:
    r"""Choose the next comparisons one by one, each as if those before it had been made.

    .. math:: \text{d: } \tfrac12 \ln(1 + w R) \qquad
        \text{a: } \frac{w\, b^\top \Sigma M \Sigma b}{1 + w R} \qquad
        \text{bald: } H(\mathbb E\, p) - \mathbb E\, H(p)

    "d" takes what tells most about all rewards together, under Gaussian noise of precision w;
    greedy choices reach at least 1 − 1/e of the best. "a" takes what lowers the sum of variances
    over the target pairs the most, :math:`\sum R = \operatorname{tr} M \Sigma`; by default these
    are all comparable pairs. "bald" takes the label that tells most; once chosen it counts as its
    expected Fisher information.

    Parameters
    ----------
    posterior : RewardPosterior or ComparisonGraph
        A graph stands for its posterior; without outcomes for that of a design.
    budget : int
        How many comparisons.
    candidates : array of int, shape (p, 2), optional
        By default every pair, within its prompt where there are prompts. Where these are more than
        3.2 million, or the covariance of the components has more than 6.25 million entries (one of
        2 500 items), the targets, without these the 2 000 pairs within 8 places in the ranking that
        least is known about (`least_known_neighbours`).
    criterion : {"d", "a", "bald"}
        w of a choice is β² E p(1 − p) where there are answers already, else β²/4, that of a label
        between equals; of a strength it follows the graph's noise. "bald" is for choices.
    replace : bool
        Whether a pair may be bought again.
    targets : array of int, shape (t, 2), optional
        The pairs that one will ask about, for "a" only: those among the leaders of a ranking, or
        pairs as often as they are expected to meet.

    Returns
    -------
    DataFrame
        A row for each, in the order of buying: order (from 1), first, second, gain_nats (what it
        tells given those before it), mean_difference and sd of r_first − r_second before it.

    Raises
    ------
    ValueError
        A budget below 1 or, without replacement, above the number of candidates; candidates or
        targets across prompts or parts of the graph that nothing joins; targets without "a" or
        that no candidate tells of; "a" of more than 6.25 million entries.

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1)], prior_precision=1.0)
    >>> select_comparisons(graph, 3)[["first", "second", "gain_nats"]].round(4)
       first  second  gain_nats
    0      2       3     0.2027
    1      0       2     0.1742
    2      1       3     0.1724

    Of the first two items only, they tell most themselves:

    >>> about = select_comparisons(graph, 2, criterion="a", targets=[(0, 1)])
    >>> about[["first", "second"]].to_numpy().tolist()
    [[0, 1], [0, 1]]
    """
    if criterion not in ("d", "a", "bald"):
        raise ValueError(f"criterion is {criterion!r}; it must be 'd', 'a' or 'bald'")
    belief = as_posterior(posterior)
    if criterion == "bald" and belief.graph.kind == "cardinal":
        raise ValueError("criterion is 'bald' and the comparisons are cardinal; use 'd' or 'a'")
    groups = comparable_groups(belief.graph.prompts, belief.solver.components)
    about = target_pairs(belief, targets, criterion, groups)
    held = _held(belief, criterion, about)
    pairs = candidate_pairs(belief, candidates, groups, about, held)
    most = np.inf if replace else len(pairs)
    if not len(pairs):
        raise ValueError(
            "there is no pair to choose from: candidates is empty, or no two items are comparable"
        )
    if not 1 <= budget <= most:
        raise ValueError(f"budget is {budget}; expected 1 to {most}, of {len(pairs)} candidates")
    covariance = block_covariance(belief) if held else SolvedCovariance(belief)
    mean, variance = belief.pair_mean(pairs), covariance.pair_variances(pairs)
    state = Candidates(pairs, mean, variance, covariance.difference)
    rule = _rule(belief, state, criterion, partial(_traces, covariance, groups, about))
    return _bought(state, rule, budget, replace)


def _held(belief: RewardPosterior, criterion: str, targets: np.ndarray | None) -> bool:
    """Whether the covariance is; where it is too large, "a" is for the targets of a few items."""
    if block_entries(belief.solver.components) <= MOST_ENTRIES:
        return True
    n = belief.graph.n_items
    if criterion == "a" and targets is None:
        raise ValueError(
            f"criterion is 'a' with {n} items; it holds a covariance of at most "
            f"{MOST_ENTRIES:.2e} entries: give targets, or use 'd' or 'bald'"
        )
    if targets is not None and n * (k := len(np.unique(targets))) > MOST_ENTRIES:
        raise ValueError(
            f"targets are of {k} among {n} items; their covariances with all may be at most "
            f"{MOST_ENTRIES:.2e}: give targets of fewer items"
        )
    return False


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
    traces_of: Callable[[Candidates], TraceReduction],
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
    traces = traces_of(state)
    return _Rule(
        lambda is_open: _first_largest(traces.value(w), is_open),
        lambda row: float(w[row]),
        gain,
        traces.bought,
    )


def _traces(
    covariance: BlockCovariance | SolvedCovariance,
    groups: np.ndarray,
    targets: np.ndarray | None,
    state: Candidates,
) -> TraceReduction:
    """Of the target pairs, by default of all comparable ones."""
    if targets is not None:
        laplacian = target_laplacian(targets, len(groups))
        spreads = target_spreads(covariance, laplacian, state.pairs)
        if not (spreads > 0.0).any():
            raise ValueError(
                f"candidates holds {len(spreads)} pairs that tell nothing about targets, whose "
                "items nothing joins to theirs: give candidates among the items of the targets"
            )
        return TraceReduction(state, covariance, laplacian.__matmul__, spreads)
    assert isinstance(covariance, BlockCovariance)
    spreads = comparable_spreads(covariance, groups, state.pairs)
    return TraceReduction(state, covariance, partial(pair_laplacian, groups=groups), spreads)


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
