"""choix side by side: expectation propagation, the maximum of the likelihood, and the time of both.

choix averages the logistic function as a mixture of five probits. Beside choix as it is, `exact`
runs choix's own loop with these averages by quadrature and its tolerance at 1e-9.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import choix
import choix.ep
import numpy as np
import pandas as pd
from scipy.special import expit

from benchmarks.publishing import markdown, publish
from infometer.preferences import ComparisonGraph, reward_posterior

SETS = [
    (3, 6, 1.0), (5, 10, 1.0), (10, 60, 1.0), (20, 40, 1.0), (20, 200, 1.0), (50, 500, 1.0),
    (20, 100, 4.0), (50, 100, 4.0), (20, 15, 0.1), (20, 200, 0.1),
]  # fmt: skip
REPEATS = 5
ROUND_ROBIN = [(0, 1)] * 3 + [(1, 0)] + [(1, 2)] * 3 + [(2, 1)] + [(0, 2)] * 3 + [(2, 0)]


def comparisons(n: int, m: int) -> list[tuple[int, int]]:
    """Who won against whom, of rewards N(0, 1)."""
    rng = np.random.default_rng([n, m])
    r, u = rng.standard_normal(n), rng.integers(n, size=m)
    v = (u + rng.integers(1, n, size=m)) % n
    wins = rng.random(m) < expit(r[u] - r[v])
    return list(zip(np.where(wins, u, v).tolist(), np.where(wins, v, u).tolist(), strict=True))


def graph_of(n: int, data: list[tuple[int, int]], alpha: float) -> ComparisonGraph:
    """The same comparisons as choix's."""
    return ComparisonGraph(
        n_items=n, pairs=np.array(data), outcomes=np.ones(len(data)), prior_precision=alpha
    )


def moments_by_quadrature(mean: float, variance: float) -> tuple[float, float, float]:
    """Log of E σ(g) under a Gaussian, and its first two derivatives in the mean."""
    sd = np.sqrt(variance)
    g = np.linspace(mean - 12 * sd - variance, mean + 12 * sd + variance, 2001)
    weights = np.exp(-0.5 * ((g - mean) / sd) ** 2) * expit(g)
    total = weights.sum()
    tilted = weights @ g / total
    spread = weights @ (g - tilted) ** 2 / total
    of_one = total * (g[1] - g[0]) / (sd * np.sqrt(2 * np.pi))
    slope, curvature = (tilted - mean) / variance, (spread - variance) / variance**2
    return float(np.log(of_one)), float(slope), float(curvature)


@contextmanager
def exact_moments() -> Iterator[None]:
    """choix with its averages by quadrature, run until nothing moves."""
    kept = choix.ep._match_moments_logit, choix.ep._converged
    choix.ep._match_moments_logit = moments_by_quadrature
    choix.ep._converged = partial(kept[1], threshold=1e-9)
    try:
        yield
    finally:
        choix.ep._match_moments_logit, choix.ep._converged = kept


def pair_variances(covariance: np.ndarray) -> np.ndarray:
    """Of all pairs."""
    u, v = np.triu_indices(len(covariance), 1)
    return covariance[u, u] + covariance[v, v] - 2 * covariance[u, v]


def seconds(call: Callable[[], Any]) -> float:
    """Processor time, median of five runs after one that is not counted."""
    taken = []
    for _ in range(REPEATS + 1):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return float(np.median(taken[1:]))


def propagation(n: int, m: int, alpha: float) -> dict[str, Any]:
    """The largest differences of means and pair variances, and the ratio of times."""
    data = comparisons(n, m)
    graph = graph_of(n, data, alpha)
    ours = reward_posterior(graph, "ep")
    spread = pair_variances(ours.covariance())
    mean, covariance = choix.ep_pairwise(n, data, alpha, "logit")
    row = {
        "items": n, "comparisons": m, "prior precision": alpha,
        "largest pair variance": spread.max(),
        "mean": np.abs(ours.mean - mean).max(),
        "variance": np.abs(spread - pair_variances(covariance)).max(),
        "variance, relative": np.abs(pair_variances(covariance) / spread - 1).max(),
    }  # fmt: skip
    with exact_moments():
        mean, covariance = choix.ep_pairwise(n, data, alpha, "logit", max_iter=1000)
    row["mean, exact"] = np.abs(ours.mean - mean).max()
    row["variance, exact"] = np.abs(spread - pair_variances(covariance)).max()
    ours_s = seconds(lambda: reward_posterior(graph, "ep"))
    peer_s = seconds(lambda: choix.ep_pairwise(n, data, alpha, "logit"))
    return row | {"ours (s)": ours_s, "choix (s)": peer_s, "ratio": peer_s / ours_s}


def two_items() -> pd.DataFrame:
    """One win between two items of prior N(0, 1): the integral, and what each makes of it."""
    _, slope, curvature = moments_by_quadrature(0.0, 2.0)
    ours = reward_posterior(graph_of(2, [(0, 1)], 1.0), "ep")
    mean, covariance = choix.ep_pairwise(2, [(0, 1)], 1.0, "logit")
    found = {
        "the integral": (2 * slope, 2 + 4 * curvature),
        "Infometer": (ours.pair_mean([(0, 1)])[0], ours.pair_variance([(0, 1)])[0]),
        "choix": (mean[0] - mean[1], pair_variances(covariance)[0]),
    }
    return pd.DataFrame(
        [{"by": by, "mean": f"{m:.6f}", "variance": f"{v:.6f}"} for by, (m, v) in found.items()]
    )


def maximum(n: int, data: list[tuple[int, int]]) -> dict[str, Any]:
    """The maximum of the likelihood by the two routes of choix, and the ratio of times."""
    graph = graph_of(n, data, 0.0)
    ours = reward_posterior(graph).mean
    row: dict[str, Any] = {"items": n, "comparisons": len(data)}
    ours_s = seconds(lambda: reward_posterior(graph))
    for name, call in (
        ("ilsr", lambda: choix.ilsr_pairwise(n, data)),
        ("opt", lambda: choix.opt_pairwise(n, data, method="Newton-CG")),
    ):
        found = call()
        row[f"mean, {name}"] = np.abs(ours - (found - found.mean())).max()
        row[f"ratio, {name}"] = seconds(call) / ours_s
    return row | {"ours (s)": ours_s}


TEXT = """\
choix {version} on the same comparisons: rewards N(0, 1), random pairs, logistic choices. Largest
differences over all items and all pairs; processor times are medians of {repeats} runs on one
thread, "ratio" is choix's over ours.

Expectation propagation with a shared prior. "exact": choix's loop, with its five probits replaced
by quadrature, so that what differs in the columns before is choix's average of the logistic
function:

{ep}

One win of two items, where expectation propagation is exact:

{two}

The maximum of the likelihood without prior, beside choix's ilsr_pairwise and opt_pairwise
(Newton-CG; its tolerance is 1e-5). The first row is the round robin of three items with 3 : 1 wins,
scores {robin}:

{mle}"""


def run(results: Path, scratch: Path) -> None:
    """Write ``peers.csv`` and ``peers.md``."""
    ep = pd.DataFrame([propagation(*of) for of in SETS])
    mle = pd.DataFrame(
        [
            maximum(3, ROUND_ROBIN),
            *(maximum(n, comparisons(n, m)) for n, m in ((20, 400), (100, 4000), (300, 20_000))),
        ]
    )
    robin = reward_posterior(graph_of(3, ROUND_ROBIN, 0.0)).mean
    small = [column for column in ep if column.startswith(("mean", "variance"))]
    shown = ep.assign(**{column: ep[column].map("{:.1e}".format) for column in small})
    means = [column for column in mle if column.startswith("mean")]
    text = TEXT.format(
        version=version("choix"),
        repeats=REPEATS,
        ep=markdown(shown),
        two=markdown(two_items()),
        robin=", ".join(f"{r + 0.0:.6f}" for r in robin.round(9)),
        mle=markdown(mle.assign(**{column: mle[column].map("{:.1e}".format) for column in means})),
    )
    rows = pd.concat([ep.assign(task="ep"), mle.assign(task="mle")], ignore_index=True)
    publish(results, "peers", rows, title="choix beside Infometer", text=text)
