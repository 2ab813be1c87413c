"""What comparisons are for sale, and what those who bought them are judged by."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from infometer.preferences import ComparisonGraph, choose_prior_precision
from infometer.preferences.candidates import comparable_pairs
from infometer.resampling import generator

N_SYNTHETIC, PER_ITEM, SCORED = 500, 4, 5000
HELD_OUT = 0.2
SIX = np.array([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)])


@dataclass(frozen=True, eq=False)
class Market:
    """What may be bought, at what random buys its budget, and what it is judged by.

    Parameters
    ----------
    empty : ComparisonGraph
        Items and prior, no comparisons.
    budget : int
    label : callable
        Pairs (k, 2) that were bought, to outcomes; a pool hands out each of its labels once.
    pool : ndarray of int, shape (p, 2) or None
        One row for each label that is for sale; None where any pair may be bought any time.
    scored : ndarray of int, shape (s, 2)
    truth : ndarray, shape (3, s)
        Held-out labels, or their probabilities: first, tie, second.
    compared : ndarray of int, shape (v, 2)
        Pairs whose mean variance is told.
    """

    empty: ComparisonGraph
    budget: int
    label: Callable[[np.ndarray], np.ndarray]
    pool: np.ndarray | None
    scored: np.ndarray
    truth: np.ndarray
    compared: np.ndarray


def synthetic(seed: int, prior_precision: float = 1.0) -> Market:
    """Items with rewards N(0, 1) and choices of β = 1; labels are drawn when they are bought."""
    rng = generator(seed, "synthetic market")
    rewards, n = rng.standard_normal(N_SYNTHETIC), N_SYNTHETIC
    every = comparable_pairs(n)
    scored = every[rng.choice(len(every), SCORED, replace=False)]

    def probability(pairs: np.ndarray) -> np.ndarray:
        return np.asarray(expit(rewards[pairs[:, 0]] - rewards[pairs[:, 1]]))

    def label(pairs: np.ndarray) -> np.ndarray:
        return (rng.random(len(pairs)) < probability(pairs)).astype(float)

    p = probability(scored)
    empty = ComparisonGraph(n_items=n, pairs=[], prior_precision=prior_precision)
    truth = np.stack([p, np.zeros(SCORED), 1.0 - p])
    return Market(empty, PER_ITEM * n, label, None, scored, truth, every)


@cache
def matches(first_year: int, last_year: int) -> pd.DataFrame:
    """Winners and losers of these years."""
    table = pd.read_parquet(folder() / "tennis_atp_2010_2024.parquet")
    years = table["tourney_date"] // 10_000
    return table.loc[years.between(first_year, last_year), ["winner_id", "loser_id"]]


@cache
def earlier_prior() -> float:
    """Prior precision that the two years before speak for, which nobody buys."""
    before = matches(2020, 2021)
    codes, players = pd.factorize(before.to_numpy().ravel())
    pairs = codes.reshape(-1, 2)
    graph = ComparisonGraph(n_items=len(players), pairs=pairs, outcomes=np.ones(len(pairs)))
    return round(float(choose_prior_precision(graph)), 4)


def tennis(seed: int, prior_precision: float) -> Market:
    """Matches of 2022 to 2024, a random 80 % for sale."""
    rng = generator(seed, "tennis market")
    codes, players = pd.factorize(matches(2022, 2024).to_numpy().ravel())
    pairs = codes.reshape(-1, 2)
    turned = rng.random(len(pairs)) < 0.5
    pairs = np.where(turned[:, None], pairs[:, ::-1], pairs)
    empty = ComparisonGraph(n_items=len(players), pairs=[], prior_precision=prior_precision)
    held = np.zeros(len(pairs), dtype=bool)
    held[rng.permutation(len(pairs))[: round(HELD_OUT * len(pairs))]] = True
    return _pool(empty, pairs, np.where(turned, 0.0, 1.0), held, rng)


def drawn_tennis(seed: int, prior_precision: float) -> Market:
    """The matches of `tennis`, their winners drawn by the model from strengths of its prior."""
    market, rng = tennis(seed, prior_precision), generator(seed, "drawn winners")
    strengths = rng.standard_normal(market.empty.n_items) / np.sqrt(prior_precision)

    def probability(pairs: np.ndarray) -> np.ndarray:
        return np.asarray(expit(strengths[pairs[:, 0]] - strengths[pairs[:, 1]]))

    def label(pairs: np.ndarray) -> np.ndarray:
        return (rng.random(len(pairs)) < probability(pairs)).astype(float)

    p = probability(market.scored)
    return replace(market, label=label, truth=np.stack([p, np.zeros(len(p)), 1.0 - p]))


def answers(seed: int, prior_precision: float = 1.0) -> Market:
    """Four answers to each of 500 questions; one pair of each question is held out."""
    rng = generator(seed, "answers market")
    table = pd.read_parquet(folder() / "qa_feedback_dev_pairs.parquet")
    codes = np.stack(table["preference"].to_numpy())
    n = len(codes)
    pairs = (4 * np.arange(n)[:, None, None] + SIX).reshape(-1, 2)
    outcomes = np.select([codes == 1, codes == 2], [1.0, 0.0], 0.5).ravel()
    held = np.zeros((n, 6), dtype=bool)
    held[np.arange(n), rng.integers(6, size=n)] = True
    empty = ComparisonGraph(
        n_items=4 * n,
        pairs=[],
        prompts=np.repeat(np.arange(n), 4),
        prior_precision=prior_precision,
    )
    return _pool(empty, pairs, outcomes, held.ravel(), rng)


def _pool(
    empty: ComparisonGraph,
    pairs: np.ndarray,
    outcomes: np.ndarray,
    held: np.ndarray,
    rng: np.random.Generator,
) -> Market:
    """Recorded labels, each sold once, those of one pair in a random order."""
    stock: dict[tuple[int, int], list[float]] = {}
    for i in rng.permutation(np.flatnonzero(~held)):
        stock.setdefault(tuple(pairs[i].tolist()), []).append(float(outcomes[i]))

    def label(bought: np.ndarray) -> np.ndarray:
        return np.array([stock[u, v].pop() for u, v in bought.tolist()])

    y = outcomes[held]
    pool, truth = pairs[~held], np.stack([y == 1.0, y == 0.5, y == 0.0]).astype(float)
    compared = comparable_pairs(empty.n_items, empty.prompts)
    return Market(empty, len(pool) // 2, label, pool, pairs[held], truth, compared)


MARKETS: dict[str, Callable[..., Market]] = {
    "synthetic": synthetic,
    "tennis": tennis,
    "drawn tennis": drawn_tennis,
    "answers": answers,
}


def folder() -> Path:
    """Where the recorded preferences lie."""
    return Path(os.environ["INFOMETER_DATA"]) / "preferences"
