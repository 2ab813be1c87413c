"""Pairs that one may buy or asks about: those given, checked, or the default."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.preferences.candidates import comparable_pairs, least_known_neighbours
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.posterior import RewardPosterior

__all__ = ["candidate_pairs", "target_pairs"]

MOST_PAIRS = 3_200_000
SHORTLIST, REACH = 2000, 8


def target_pairs(
    belief: RewardPosterior, given: Any, criterion: str, groups: np.ndarray
) -> np.ndarray | None:
    """The pairs (t, 2) whose variances "a" is to lower; None for all comparable ones.

    Raises
    ------
    ValueError
        If there are none, some are not comparable, or the criterion is another.
    """
    if given is None:
        return None
    if criterion != "a":
        raise ValueError(
            f"targets is given with criterion {criterion!r}; only 'a' is about certain pairs: give "
            "criterion='a', or leave targets out"
        )
    targets = _comparable(given, belief.graph.n_items, groups, "targets")
    if not len(targets):
        raise ValueError("targets is empty; give the pairs that are asked about, or leave it out")
    _check_joined(belief, targets, "targets")
    return targets


def candidate_pairs(
    belief: RewardPosterior,
    given: Any,
    groups: np.ndarray,
    targets: np.ndarray | None,
    held: bool,
) -> np.ndarray:
    """The pairs (p, 2) that may be bought.

    Parameters
    ----------
    belief : RewardPosterior
    given : array of int, shape (p, 2), or None
        By default every comparable pair; where these are too many, or the covariance is not held,
        the targets, without these a shortlist (`least_known_neighbours`).
    groups : ndarray of int, shape (n,)
        Of `comparable_groups`.
    targets : ndarray of int, shape (t, 2), or None
    held : bool
        Whether the covariance is.

    Raises
    ------
    ValueError
        If some are not comparable, or nothing joins their items.
    """
    if given is None:
        pairs = _every_pair_or_few(belief, targets, held)
    else:
        pairs = _comparable(given, belief.graph.n_items, groups, "candidates")
    _check_joined(belief, pairs, "candidates")
    return pairs


def _every_pair_or_few(
    belief: RewardPosterior, targets: np.ndarray | None, held: bool
) -> np.ndarray:
    graph = belief.graph
    sizes = np.bincount(graph.prompt_codes)
    if held and (sizes * (sizes - 1)).sum() <= 2 * MOST_PAIRS:
        return comparable_pairs(graph.n_items, graph.prompts)
    if targets is not None:
        return np.unique(np.sort(targets, axis=1), axis=0)
    return least_known_neighbours(
        graph, belief.mean, belief.comparison_precisions, reach=REACH, most=SHORTLIST
    )


def _comparable(given: Any, n_items: int, groups: np.ndarray, argument: str) -> np.ndarray:
    """Pairs of one group each, checked."""
    pairs = checked_pairs(given, n_items, argument)
    across = groups[pairs[:, 0]] != groups[pairs[:, 1]]
    if across.any():
        raise ValueError(
            f"{argument} holds {int(across.sum())} pairs across prompts, the first in row "
            f"{int(across.argmax())}; rewards are comparable within a prompt only: leave these out"
        )
    return pairs


def _check_joined(belief: RewardPosterior, pairs: np.ndarray, argument: str) -> None:
    apart = np.isnan(belief.pair_mean(pairs))
    if apart.any():
        u, v = pairs[int(apart.argmax())]
        raise ValueError(
            f"{argument} holds {int(apart.sum())} pairs that nothing joins, such as "
            f"{belief.graph.name_of(u)} with {belief.graph.name_of(v)}: what they tell is "
            "infinite; give the graph prior_precision or prior_edges"
        )
