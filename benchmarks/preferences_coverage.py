"""How often the intervals of a posterior hold: differences, all of them at once, and ranks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from benchmarks.publishing import markdown, publish
from infometer.preferences import (
    ComparisonGraph,
    RewardPosterior,
    choose_prior_precision,
    rank_intervals,
    reward_posterior,
)
from infometer.preferences.ranks import simultaneous_critical_value
from infometer.sweeps import sweep

N_ITEMS, LEVEL, IN_A_TASK = 20, 0.95, 50
COMPARISONS = (20, 100, 500)
TASKS = {"known": 4, "chosen": 2}
N_DRAWS = 2000
METHODS = ("laplace", "ep")


def truth(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Rewards drawn from N(0, 1) or N(0, 9), or evenly spread from -2 to 2."""
    if kind in ("drawn", "wide"):
        return rng.standard_normal(N_ITEMS) * (3.0 if kind == "wide" else 1.0)
    return np.linspace(-2.0, 2.0, N_ITEMS)


def answered(r: np.ndarray, m: int, rng: np.random.Generator) -> ComparisonGraph:
    """Comparisons of random pairs, by Bradley–Terry; prior precision 1."""
    u = rng.integers(N_ITEMS, size=m)
    v = (u + rng.integers(1, N_ITEMS, size=m)) % N_ITEMS
    wins = rng.random(m) < expit(r[u] - r[v])
    return ComparisonGraph(
        n_items=N_ITEMS, pairs=np.stack([u, v], 1), outcomes=wins.astype(float), prior_precision=1.0
    )


def held(posterior: RewardPosterior, r: np.ndarray) -> dict[str, float]:
    """What share of the intervals holds the truth, and how wide they are."""
    u, v = np.triu_indices(N_ITEMS, 1)
    pairs = np.stack([u, v], 1)
    sd = np.sqrt(posterior.pair_variance(pairs))
    off = np.abs(posterior.pair_mean(pairs) - (r[u] - r[v])) / sd
    spread = np.zeros((N_ITEMS, N_ITEMS))
    spread[u, v] = spread[v, u] = sd
    deviations = posterior.sample(N_DRAWS, 1) - posterior.mean
    critical = simultaneous_critical_value(deviations, spread, LEVEL)
    table = rank_intervals(posterior, LEVEL).sort_values("item")
    low, high = table["rank_low"].to_numpy(), table["rank_high"].to_numpy()
    own_low, own_high = table["own_rank_low"].to_numpy(), table["own_rank_high"].to_numpy()
    rank = 1 + (r[:, None] < r).sum(axis=1)
    return {
        "difference": float((off <= 1.96).mean()),
        "all_differences": float((off <= critical).all()),
        "own_rank": float(((own_low <= rank) & (rank <= own_high)).mean()),
        "all_ranks": float(((low <= rank) & (rank <= high)).all()),
        "half_width": float(1.96 * sd.mean()),
        "own_ranks_open": float((own_high - own_low + 1).mean()),
        "ranks_open": float((high - low + 1).mean()),
    }


def coverage(
    random_state: int, rewards: str, comparisons: int, prior: str, part: int
) -> list[dict[str, Any]]:
    """A row for each method and truth; both methods see the same answers."""
    rows = []
    for i in range(IN_A_TASK):
        rng = np.random.default_rng([random_state, part, i])
        r = truth(rewards, rng)
        graph = answered(r, comparisons, rng)
        if prior == "chosen":
            graph = replace(graph, prior_precision=float(choose_prior_precision(graph)))
        for method in METHODS:
            found = held(reward_posterior(graph, method), r)
            rows.append({"method": method, "precision": graph.prior_precision, "truth": i, **found})
    return rows


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each setting, with the error of the shares."""
    keys = ["rewards", "prior", "comparisons", "method"]
    lines = []
    for of, cell in rows.groupby(keys, sort=False):
        line = dict(zip(keys, of, strict=True)) | {"truths": len(cell)}
        for column in ("difference", "all_differences", "own_rank", "all_ranks"):
            share, error = cell[column].mean(), cell[column].std() / np.sqrt(len(cell))
            line[column.replace("_", " ")] = f"{share:.3f} ± {error:.3f}"
        line["half width"] = cell["half_width"].mean()
        line["own ranks open"] = cell["own_ranks_open"].mean()
        line["ranks open"] = cell["ranks_open"].mean()
        line["prior precision, median"] = cell["precision"].median()
        lines.append(line)
    return pd.DataFrame(lines)


TEXT = """\
{n} items, random pairs, Bradley–Terry choices; nominal {level:g} % throughout. "drawn": rewards
from the prior N(0, 1), anew for each truth, where intervals of the exact posterior hold as often as
they say; "wide": from N(0, 9); "spread": evenly from -2 to 2. Prior precision 1 ("known", though
the last two kinds do not follow it), or by `choose_prior_precision` from the same answers
("chosen"). Both methods see the same answers; ± is one standard error over truths.

"difference": share of single intervals that hold the truth; "all differences": of truths whose {p}
simultaneous intervals all do; "own rank": share of rank intervals by themselves that hold the true
rank; "all ranks": of truths whose {n} simultaneous rank intervals all do. "half width" is that of
a single interval, "ranks open" how many ranks an item may have.

{table}"""


def run(results: Path, scratch: Path) -> None:
    """Write ``coverage.csv`` and ``coverage.md``."""
    grid = [
        {"rewards": rewards, "comparisons": m, "prior": prior, "part": part}
        for prior, parts in TASKS.items()
        for rewards in ("drawn", "spread", "wide")
        for m in COMPARISONS
        for part in range(parts)
    ]
    rows = sweep(
        coverage,
        grid,
        scratch / "coverage.sqlite",
        progress=lambda n, of: print(f"coverage: {n} of {of}", flush=True),
    )
    table = summary(rows)
    text = TEXT.format(
        n=N_ITEMS, p=N_ITEMS * (N_ITEMS - 1) // 2, level=100 * LEVEL, table=markdown(table)
    )
    publish(results, "coverage", table, title="How often the intervals hold", text=text)
