"""Comparisons bought greedily and at random: how many give the same knowledge of rewards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import entr, xlogy
from scipy.stats import t as student
from sklearn.isotonic import IsotonicRegression

from benchmarks.preferences_markets import MARKETS, Market, earlier_prior, matches
from benchmarks.publishing import markdown, publish
from infometer.preferences import (
    ComparisonGraph,
    RewardPosterior,
    reward_posterior,
    select_comparisons,
)
from infometer.preferences.candidates import comparable_pairs
from infometer.preferences.covariance_blocks import block_covariance
from infometer.preferences.designs import design_posterior
from infometer.preferences.label_law import averaged_label
from infometer.resampling import generator
from infometer.sweeps import sweep
from infometer.tables import fingerprint

SEEDS = range(20)
CRITERIA = ("random", "d", "a", "bald")
TARGETED = "a, targets"
"""By "a" over the pairs of the pool, as often as they are for sale, instead of all pairs."""
ARMS = {
    "synthetic": CRITERIA,
    "tennis": (*CRITERIA, TARGETED),
    "drawn tennis": (*CRITERIA, TARGETED),
    "answers": CRITERIA,
}
SETTINGS = tuple(ARMS)
BATCHES, BEYOND = 20, 1.25
"""Labels are revealed in twentieths of the random budget; every run goes on to 5/4 of it."""


def purchases(
    random_state: int, setting: str, criterion: str, seed: int, prior_precision: float = 1.0
) -> list[dict[str, Any]]:
    """Buy batch by batch; after each, what is known."""
    market = MARKETS[setting](seed, prior_precision)
    rng, graph = generator(seed, "random purchases", setting), market.empty
    step = max(1, round(market.budget / BATCHES))
    left = None if market.pool is None else market.pool.copy()
    rows = []
    while len(graph.pairs) < BEYOND * market.budget:
        posterior = posterior_of(graph)
        rows.append({"n": len(graph.pairs), **knowledge(posterior, market)})
        if criterion == TARGETED:
            bought, left = buy(posterior, left, "a", step, rng, targets=market.pool)
        else:
            bought, left = buy(posterior, left, criterion, step, rng)
        graph = _with(graph, bought, market.label(bought))
    rows.append({"n": len(graph.pairs), **knowledge(posterior_of(graph), market)})
    return [{**row, "budget": market.budget} for row in rows]


def posterior_of(graph: ComparisonGraph) -> RewardPosterior:
    """By Laplace's method; the prior before anything is bought."""
    return reward_posterior(graph) if len(graph.pairs) else design_posterior(graph)


def buy(
    posterior: RewardPosterior,
    left: np.ndarray | None,
    criterion: str,
    step: int,
    rng: np.random.Generator,
    targets: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """The pairs of the next batch, and the rows of the pool that are left."""
    if criterion == "random":
        pairs = comparable_pairs(posterior.graph.n_items) if left is None else left
        rows = rng.choice(len(pairs), step, replace=False)
        return pairs[rows], None if left is None else np.delete(left, rows, axis=0)
    if left is None:
        chosen = select_comparisons(posterior, step, criterion=criterion)
        return chosen[["first", "second"]].to_numpy(), None
    chosen = select_comparisons(
        posterior, step, left, criterion=criterion, replace=False, targets=targets
    )
    pairs, n = chosen[["first", "second"]].to_numpy(), posterior.graph.n_items
    keys, sold = left @ [n, 1], pd.Series(pairs @ [n, 1]).value_counts()
    copy = pd.Series(keys).groupby(keys).cumcount().to_numpy()
    return pairs, left[copy >= sold.reindex(keys, fill_value=0).to_numpy()]


def _with(graph: ComparisonGraph, pairs: np.ndarray, outcomes: np.ndarray) -> ComparisonGraph:
    before = np.empty(0) if graph.outcomes is None else graph.outcomes
    return replace(
        graph,
        pairs=np.concatenate([graph.pairs, pairs]),
        outcomes=np.concatenate([before, outcomes]),
    )


def knowledge(posterior: RewardPosterior, market: Market) -> dict[str, float]:
    """Log-loss of the held-out labels, nats, and mean variances of differences."""
    covariance, beta = block_covariance(posterior), posterior.graph.beta
    spread = np.sqrt(covariance.pair_variances(market.scored))
    mean = posterior.pair_mean(market.scored)
    p = averaged_label(beta * mean, beta * spread, posterior.log_tie).probabilities
    loss = -xlogy(market.truth, p).sum(axis=0)
    known = entr(market.truth).sum(axis=0)
    return {
        "log_loss": float(loss.mean()),
        "least_log_loss": float(known.mean()),
        "pair_variance": float(covariance.pair_variances(market.compared).mean()),
        "scored_variance": float((spread**2).mean()),
    }


MEASURES = {"log_loss": "held-out log-loss", "pair_variance": "mean pair variance"}
ALL_MEASURES = {**MEASURES, "scored_variance": "mean variance of held-out pairs"}


def needed(curves: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Comparisons that each criterion needed for what random reached at its budget, by seed.

    Curves are made monotone by isotonic regression first, so that noise gains neither side.
    """
    rows = []
    for (setting, seed), runs in curves.groupby(["setting", "seed"]):
        budget, target = int(runs["budget"].iloc[0]), np.inf
        for criterion in ARMS[setting]:
            run = runs[(runs["criterion"] == criterion) & np.isfinite(runs[measure])]
            n = run["n"].to_numpy(float)
            falling = IsotonicRegression(increasing=False).fit_transform(n, run[measure])
            if criterion == "random":
                target = float(np.interp(budget, n, falling))
                continue
            reached = bool(falling[-1] <= target)
            i = int((falling <= target).argmax()) if reached else 0
            share = (falling[i - 1] - target) / (falling[i - 1] - falling[i]) if i else 1.0
            at = n[i - 1] + share * (n[i] - n[i - 1]) if i else n[-1]
            rows.append({"setting": setting, "seed": seed, "criterion": criterion,
                         "measure": measure, "target": target, "needed": at,
                         "budget": budget, "reached": reached, "ratio": budget / at})  # fmt: skip
    return pd.DataFrame(rows)


def compared(ratios: pd.DataFrame) -> pd.DataFrame:
    """Random over greedy: geometric mean over seeds with its t interval (95 %)."""
    rows = []
    for (setting, measure, criterion), part in ratios.groupby(
        ["setting", "measure", "criterion"], sort=False
    ):
        logs, n = np.log(part["ratio"].to_numpy()), len(part)
        half = student.ppf(0.975, n - 1) * logs.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
        low, high = np.exp(logs.mean() - half), np.exp(logs.mean() + half)
        rows.append({"setting": setting, "same": ALL_MEASURES[measure], "criterion": criterion,
                     "random buys": int(part["budget"].iloc[0]),
                     "reaching": round(part["target"].mean(), 4),
                     "greedy buys": round(part["needed"].mean()),
                     "random / greedy": f"{np.exp(logs.mean()):.2f} ({low:.2f} to {high:.2f})",
                     "reached": f"{int(part['reached'].sum())} of {n}"})  # fmt: skip
    return pd.DataFrame(rows)


def draw(curves: pd.DataFrame) -> Figure:
    """Held-out log-loss, and variance, against comparisons bought: means over seeds."""
    figure = Figure(figsize=(13, 6), layout="constrained")
    axes = figure.subplots(2, len(SETTINGS))
    for column, setting in enumerate(SETTINGS):
        runs = curves[curves["setting"] == setting]
        for row, (measure, name) in enumerate(MEASURES.items()):
            ax = axes[row, column]
            for number, criterion in enumerate(ARMS[setting]):
                mean = runs[runs["criterion"] == criterion].groupby("n")[measure].mean()
                mean = mean[np.isfinite(mean)]
                ax.plot(mean.index, mean, color=f"C{number}", label=criterion)
            ax.axvline(runs["budget"].iloc[0], color="0.7", lw=0.8)
            ax.set(xlabel="comparisons bought", ylabel=name, title="" if row else setting)
    named = axes[0, SETTINGS.index("tennis")].get_legend_handles_labels()
    figure.legend(*named, loc="outside upper center", ncols=5)
    return figure


TEXT = """\
How many comparisons a greedy choice needs for what random choice reaches at a budget that was set
beforehand. Above 1, greedy needs fewer. {seeds} seeds; geometric mean of the paired ratios with
its t interval (95 %).

{ratios}

Labels come in twentieths of the budget; after each the posterior is found anew (Laplace) and the
next batch is chosen on it, one comparison at a time, each as if those before it had been answered.
Every run goes on to 5/4 of the budget; one that has not reached the target there counts as needing
all of that, so its ratio is too high, and the last column says how many did reach it. Curves are
made monotone by isotonic regression, random's too. Log-loss in nats, of the posterior's averaged
probabilities; d and a value a choice at its expected Fisher information.

- *synthetic*: 500 items, rewards N(0, 1), choices with β = 1 (log-loss {least:.3f} for who knows
  the rewards), the same prior. Any pair may be bought, repeatedly; random buys 4 an item. Expected
  log-loss of 5 000 random pairs.
- *tennis*: ATP matches of 2022 to 2024 (8 979 among 651 players; a random 20 % held out). For sale
  are recorded matches, each once. Prior precision {prior:.3f}, from 2020 and 2021.
- *drawn tennis*: the same matches and prior, the winners drawn by the model. Expected log-loss
  ({drawn:.3f} for who knows the strengths).
- *answers*: QA-feedback, 500 questions with four answers, six judged pairs each, one held out;
  ties are Davidson's, with ν found from the labels bought. Prior precision 1.

*a, targets* lowers the mean variance of the pairs of the pool, as often as each is for sale, where
a lowers that of all pairs alike: the buyer knows who will meet before the winners, and held-out
matches are as those. The mean pair variance is over all pairs (of a question), by the posterior
itself: it says how sure the model is, the log-loss whether it is right.

Held-out matches are between those who play often; a greedy choice for all pairs alike spends on
those who don't. With targets it does not, and where the model is true (*drawn tennis*) that pays in
log-loss as in variance. Of matches as played it pays in variance only: greedy choice trusts the
model, and one strength a player around one mean leaves something out (form, surfaces, that those
who play much are stronger; which, we did not look into). Random matches have the law of the held
out, whatever the model.

Data: Jeff Sackmann / Tennis Abstract (CC BY-NC-SA 4.0); FineGrainedRLHF (Apache-2.0)."""


def run(results: Path, scratch: Path) -> None:
    """Buy, compare and write ``design.csv``, ``.md`` and ``.svg``."""
    prior = {"prior_precision": earlier_prior()}
    known = {"tennis": prior, "drawn tennis": prior}
    grid = [
        {"setting": setting, "criterion": criterion, "seed": seed, **known.get(setting, {})}
        for seed in SEEDS
        for setting in SETTINGS
        for criterion in ARMS[setting]
    ]
    curves = sweep(
        purchases,
        grid,
        scratch / "design.sqlite",
        fingerprint=fingerprint(matches(2020, 2024)),
        progress=lambda n, of: print(f"design: {n} of {of}", flush=True),
    )
    ratios = pd.concat([needed(curves, measure) for measure in ALL_MEASURES])
    order = {setting: i for i, setting in enumerate(SETTINGS)}
    ratios = ratios.sort_values("setting", key=lambda s: s.map(order), kind="stable")
    text = TEXT.format(
        seeds=curves["seed"].nunique(),
        ratios=markdown(compared(ratios)),
        least=curves.loc[curves["setting"] == "synthetic", "least_log_loss"].mean(),
        drawn=curves.loc[curves["setting"] == "drawn tennis", "least_log_loss"].mean(),
        prior=earlier_prior(),
    )
    publish(
        results, "design", curves,
        title="Comparisons bought greedily and at random", text=text, figure=draw(curves),
    )  # fmt: skip
