"""A language whose rewards are known, data of different shapes from it, and models of them.

Vocabulary 4, length 8. The reward of a sequence is the sum, over its prefixes of length l from 1 to
8, of increments N(0, 2^{-l}), one for each prefix: what shares a beginning is alike.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor, nn

from infometer.preferences import (
    ComparisonGraph,
    best_of_n_curve,
    fit_reward_module,
    reward_posterior,
)
from infometer.resampling import generator, integer_seed

VOCABULARY, LENGTH, ALPHA, BETA = 4, 8, 1.0, 2.0
SEQUENCES = VOCABULARY**LENGTH
WIDTH, EPOCHS, BATCH, RATE, LEAST_STEPS = 64, 20, 128, 1e-3, 320
HELD_OUT, PROMPTS, CANDIDATES = 20_000, 4096, 16


class Comparisons(NamedTuple):
    """Pairs of sequences, and how many tokens were written to have them."""

    pairs: np.ndarray
    tokens: int
    responses: int


def true_rewards(seed: int) -> np.ndarray:
    """Of all sequences, in lexicographic order."""
    found = np.zeros(SEQUENCES)
    for length in range(1, LENGTH + 1):
        rng = generator(seed, "increments", length)
        steps = 2 ** (-ALPHA * length / 2) * rng.normal(size=VOCABULARY**length)
        found += np.repeat(steps, VOCABULARY ** (LENGTH - length))
    return found


def grown_leaves(n: int, branching: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """About n / log n leaves of a tree that branches from the root on, and its tokens.

    A node has `branching` different letters until there are leaves enough, and then one; four where
    two at each of the 8 levels are too few.
    """
    doublings = round(np.log2(n / np.log(n)))
    nodes, tokens = np.zeros(1, int), 0
    for level in range(LENGTH):
        if branching == VOCABULARY:
            twice = min(max(doublings - 2 * level, 0), 2)
        else:
            twice = (level < doublings) + (level < doublings - LENGTH)
        letters = rng.permuted(np.tile(np.arange(VOCABULARY), (len(nodes), 1)), axis=1)
        nodes = (nodes[:, None] * VOCABULARY + letters[:, : 2**twice]).ravel()
        tokens += len(nodes)
    return nodes, tokens


def pairs_among(leaves: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Pairs of different ones of these."""
    first = rng.integers(len(leaves), size=n)
    return leaves[np.stack([first, (first + rng.integers(1, len(leaves), n)) % len(leaves)], 1)]


def comparisons(topology: str, n: int, seed: int) -> Comparisons:
    """Data of one shape: fresh pairs, pairs of few fresh responses, or of a grown tree's leaves."""
    rng = generator(seed, "comparisons", topology, n)
    leaves, tokens = grown_leaves(n, 2 if topology == "tree, B = 2" else 4, rng)
    if topology.startswith("tree"):
        return Comparisons(pairs_among(leaves, n, rng), tokens, len(leaves))
    if topology == "few":
        few = rng.choice(SEQUENCES, size=len(leaves), replace=False)
        return Comparisons(pairs_among(few, n, rng), LENGTH * len(few), len(few))
    if topology == "chain, equal tokens":
        n = round(tokens / (2 * LENGTH))
    pairs = pairs_among(np.arange(SEQUENCES), n, rng)
    return Comparisons(pairs, 2 * LENGTH * n, len(np.unique(pairs)))


def labels_of(difference: np.ndarray, labels: str, rng: np.random.Generator) -> np.ndarray:
    """Whether the first is preferred: by the law σ(βΔ), or by Δ > 0."""
    if labels == "noise-free":
        return (difference > 0).astype(float)
    return (rng.random(len(difference)) < expit(BETA * difference)).astype(float)


class RewardGRU(nn.Module):
    """Two layers over embedded letters, and a number from the last state."""

    def __init__(self) -> None:
        super().__init__()
        self.letters = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.GRU(WIDTH, WIDTH, num_layers=2, batch_first=True)
        self.head = nn.Linear(WIDTH, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Rewards of tokens (b, 8). Shape (b,)."""
        return self.head(self.layers(self.letters(tokens))[0][:, -1])[:, 0]


def tokens_of(sequences: np.ndarray) -> Tensor:
    """The letters of sequences given by number. Shape (..., 8)."""
    places = VOCABULARY ** np.arange(LENGTH - 1, -1, -1)
    return torch.from_numpy(np.asarray(sequences)[..., None] // places % VOCABULARY)


def gru_rewards(pairs: np.ndarray, outcomes: np.ndarray, seed: int) -> np.ndarray:
    """Rewards of all sequences by a network: 20 epochs, or more until 320 steps."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, "first weights"))
        model = RewardGRU()
    steps = max(EPOCHS * -(-len(pairs) // BATCH), LEAST_STEPS)
    first, second = tokens_of(pairs[:, 0]), tokens_of(pairs[:, 1])
    fitted = fit_reward_module(
        model, first, second, outcomes,
        beta=BETA, max_steps=steps, batch_size=BATCH, lr=RATE, random_state=seed,
    )  # fmt: skip
    return fitted.reward(tokens_of(np.arange(SEQUENCES)))


@cache
def prefix_edges() -> tuple[np.ndarray, np.ndarray, int]:
    """Prior edges of the tree of all prefixes, sequences first, with variances and nodes."""
    sizes = VOCABULARY ** np.arange(LENGTH, -1, -1)
    starts = np.cumsum([0, *sizes])
    edges = [
        np.stack(
            [starts[i + 1] + np.arange(sizes[i]) // VOCABULARY, starts[i] + np.arange(sizes[i])], 1
        )
        for i in range(LENGTH)
    ]
    lengths = np.repeat(np.arange(LENGTH, 0, -1), sizes[:-1])
    return np.concatenate(edges), 2.0 ** (-ALPHA * lengths), int(starts[-1])


def posterior_rewards(pairs: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Rewards of all sequences by the posterior under the true prior, at the true β (Laplace)."""
    edges, variances, n = prefix_edges()
    graph = ComparisonGraph(
        n_items=n, pairs=pairs, outcomes=outcomes, beta=BETA,
        prior_edges=edges, prior_variances=variances,
    )  # fmt: skip
    return reward_posterior(graph).mean[:SEQUENCES]


def judged(found: np.ndarray, true: np.ndarray, labels: str, seed: int) -> dict[str, float]:
    """Accuracy and log-loss of held-out pairs, and the true reward of the best of 16."""
    pairs = pairs_among(np.arange(SEQUENCES), HELD_OUT, generator(seed, "held out"))
    margin, aim = (BETA * (r[pairs[:, 0]] - r[pairs[:, 1]]) for r in (found, true))
    p = expit(aim) if labels == "logistic" else (aim > 0).astype(float)
    rows = generator(seed, "best of n").integers(SEQUENCES, size=(PROMPTS, CANDIDATES))
    best = best_of_n_curve(found[rows], true[rows], sizes=[CANDIDATES])
    most = best_of_n_curve(true[rows], true[rows], sizes=[1, CANDIDATES])
    return {
        "accuracy": float(np.mean((margin > 0) == (aim > 0))),
        "nll": float(np.mean(np.logaddexp(0.0, margin) - p * margin)),
        "best_of_16": float(best.expected_reward[0] - most.expected_reward[0]),
        "best_possible": float(most.expected_reward[1] - most.expected_reward[0]),
    }


def trained(
    random_state: int, model: str, labels: str, topology: str, n: int, seed: int
) -> dict[str, Any]:
    """One model on one data set; what `seed` names is the same for all that are compared."""
    true, data = true_rewards(seed), comparisons(topology, n, seed)
    difference = true[data.pairs[:, 0]] - true[data.pairs[:, 1]]
    outcomes = labels_of(difference, labels, generator(seed, "labels", topology, n))
    fit = gru_rewards if model == "GRU" else lambda *given: posterior_rewards(*given[:2])
    found = fit(data.pairs, outcomes, seed)
    sizes = {"comparisons": len(data.pairs), "tokens": data.tokens, "responses": data.responses}
    return {**sizes, **judged(found, true, labels, seed)}
