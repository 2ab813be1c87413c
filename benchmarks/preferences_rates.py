"""What n comparisons tell about an infinite space: chain, tree, a regular graph and a star.

The paper's metric, the best path, beside the exact posterior of the same comparisons.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.preferences import simulate_topology, theorem_rate
from infometer.resampling import student_interval
from infometer.sweeps import sweep
from infometer.tables import write_table

KINDS = ("chain", "tree", "regular", "star")
ALPHAS = (0.1, 0.25, 0.5)
SIZES = (256, 1024, 4096, 16384, 65536)
EXACT_TO = 16384
SEEDS = (0, 1, 2, 3, 4)
NOISE, NOISE_N, NOISE_ALPHA = (1e-9, 0.01, 0.1, 1.0, 10.0), 4096, 0.25
METRICS = {"path": "mean_inference_distance", "posterior": "mean_variance"}
TICKS = (0.2, 0.3, 0.5, 0.7, 1.0, 1.4)
WORDS = {"path": "best path", "posterior": "exact posterior"}

EARLIER = {
    "path": {
        (0.1, 1024): (0.9355, 0.9341), (0.1, 16384): (0.9348, 0.8821),
        (0.1, 65536): (0.9303, 0.8145), (0.25, 256): (0.7276, 0.6896),
        (0.25, 1024): (0.614, 0.537), (0.25, 4096): (0.511, 0.427),
        (0.25, 16384): (0.408, 0.297), (0.25, 65536): (0.326, 0.223),
        (0.5, 1024): (0.148, 0.159), (0.5, 65536): (0.0282, 0.0267),
    },
    "posterior": {
        (0.1, 1024): (0.597, 0.721), (0.25, 256): (0.333, 0.501), (0.25, 1024): (0.234, 0.376),
        (0.5, 1024): (0.046, 0.122),
    },
}  # fmt: skip
"""Chain and tree of an earlier, independent simulation: two seeds, one at n = 65536."""


def simulated(
    random_state: int, kind: str, n: int, alpha: float, seed: int, variance: float = 1e-9
) -> dict[str, Any]:
    """One topology at one size; `seed`, not `random_state`, so that topologies share queries."""
    start = time.perf_counter()
    run = simulate_topology(
        kind, n, alpha, comparison_variance=variance, posterior=n <= EXACT_TO, random_state=seed
    )
    return {
        "responses": run.n_responses,
        "mean_inference_distance": run.mean_inference_distance,
        "mean_variance": run.mean_variance,
        "worst_residual": run.worst_residual,
        "seconds": round(time.perf_counter() - start, 2),
    }


def ratios(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Chain over tree by α and n: geometric mean over the seeds, with a paired 95 % interval."""
    keys = ["alpha", "n", "seed"]
    wide = rows.dropna(subset=metric).pivot_table(index=keys, columns="kind", values=metric)
    logs = np.log(wide["chain"] / wide["tree"]).groupby(["alpha", "n"])
    lines = []
    for (alpha, n), values in logs:
        mean = float(values.mean())
        low, high = student_interval(mean, float(values.sem()), len(values) - 1)
        told = {"ratio": mean, "low": low, "high": high}
        lines.append({"alpha": alpha, "n": n, **{k: float(np.exp(v)) for k, v in told.items()}})
    return pd.DataFrame(lines)


def advantage(n: Any, alpha: float) -> Any:
    """The theorem's chain over tree in regime A, (log n)^(1−α) / log log n, without constants."""
    return theorem_rate(n, alpha, "chain") / theorem_rate(n, alpha, "tree")


def shown(values: pd.Series) -> str:
    """Mean and standard error over the seeds."""
    return f"{values.mean():.4f} ± {values.sem():.4f}"


def page_table(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    """Chain, tree and their ratio by one metric, the theorem's and earlier figures beside them."""
    metric, lines = METRICS[which], []
    for row in ratios(rows, metric).itertuples():
        part = rows[(rows["alpha"] == row.alpha) & (rows["n"] == row.n)].groupby("kind")[metric]
        line = {
            "α": row.alpha,
            "n": row.n,
            "chain": shown(part.get_group("chain")),
            "tree": shown(part.get_group("tree")),
            "chain / tree (95 %)": f"{row.ratio:.3f} ({row.low:.3f} to {row.high:.3f})",
        }
        if which == "path":
            line["theorem's shape"] = f"{advantage(row.n, row.alpha):.2f}"
        before = EARLIER[which].get((row.alpha, row.n))
        line["earlier chain, tree"] = "" if before is None else f"{before[0]}, {before[1]}"
        line["ratio"] = "" if before is None else f"{before[0] / before[1]:.2f}"
        lines.append(line)
    return pd.DataFrame(lines)


def all_kinds(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Means of both metrics for every topology."""
    lines = []
    for key, part in rows.groupby(keys, sort=False):
        line = dict(zip(keys, key, strict=True))
        by = part.groupby("kind")
        for kind in KINDS:
            one = by.get_group(kind)
            path, exact = one[METRICS["path"]].mean(), one[METRICS["posterior"]].mean()
            line[kind] = f"{path:.4f}" + ("" if np.isnan(exact) else f" / {exact:.4f}")
        lines.append(line)
    return pd.DataFrame(lines)


def listed(cells: pd.DataFrame) -> str:
    """Cells in words: α and the sizes n."""
    parts = [
        f"α = {alpha:g} (n = {', '.join(map(str, part['n']))})"
        for alpha, part in cells.groupby("alpha")
    ]
    return ", ".join(parts) if parts else "no α and n"


def finding(rows: pd.DataFrame) -> str:
    """Where which topology is ahead, by how much, out of the rows."""
    path, exact = (ratios(rows, metric) for metric in METRICS.values())
    best = path.loc[path["ratio"].idxmax()]
    grown = [
        f"from {part['ratio'].iloc[0]:.2f} to {part['ratio'].iloc[-1]:.2f} at α = {alpha:g}"
        for alpha, part in path.groupby("alpha")
    ]
    ahead = exact[exact["high"] < 1]
    return f"""\
- By the best path the tree is ahead (interval above 1) at {listed(path[path["low"] > 1])}.
- The chain is ahead by it (interval below 1) at {listed(path[path["high"] < 1])}.
- Chain over tree by the best path goes {", ".join(grown)}
  as n goes from {SIZES[0]} to {SIZES[-1]}; the largest is {best["ratio"]:.2f}
  (α = {best["alpha"]:g}, n = {best["n"]:.0f}).
- By the exact posterior the chain is ahead in {len(ahead)} of {len(exact)} cells: its variance is
  {exact["ratio"].min():.2f} to {exact["ratio"].max():.2f} of the tree's."""


def draw(rows: pd.DataFrame) -> Figure:
    """Chain over tree against n by both metrics, the theorem's shape dashed, one α a panel."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    axes = figure.subplots(1, len(ALPHAS), sharey=True)
    for ax, alpha in zip(axes, ALPHAS, strict=True):
        for number, (which, metric) in enumerate(METRICS.items()):
            table = ratios(rows, metric)
            table = table[table["alpha"] == alpha]
            spread = [table["ratio"] - table["low"], table["high"] - table["ratio"]]
            ax.errorbar(table["n"], table["ratio"], spread, fmt="o-", color=f"C{number}",
                        capsize=3, label=WORDS[which])  # fmt: skip
            if which == "path":
                shape = advantage(table["n"].to_numpy(), alpha)
                scale = float(np.exp(np.log(table["ratio"] / shape).mean()))
                ax.plot(table["n"], scale * shape, "--", color="0.4",
                        label="theorem's shape, scaled")  # fmt: skip
        ax.axhline(1.0, color="0.7", lw=0.8)
        ax.set(xscale="log", yscale="log", xlabel="comparisons n", title=f"α = {alpha:g}")
        for axis, ticks in ((ax.xaxis, SIZES), (ax.yaxis, TICKS)):
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)
    axes[0].set_ylabel("chain / tree (below 1: chain ahead)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


TEXT = """\
Responses are leaves of an infinite binary tree; before any comparison r(u) - r(v) has the variance
2^(-α ℓ) with ℓ the length of the common prefix, so the structural function falls as M^(-α). A
comparison tells r(u) - r(v) up to the variance 1e-9: regime A of the theorem. Chain: n pairs of
fresh responses. Tree: n pairs among round(n / ln n) responses. Means between {queries} random
responses, the same for all topologies of a seed; {seeds} seeds.

{finding}

**Best path**, the paper's mean inference distance (Dijkstra); mean ± standard error, the ratio of
each seed with a paired Student interval of its logarithm. The theorem's shape is
(log n)^(1-α) / log log n, an upper bound's order without its constant. Earlier: an independent
simulation of two seeds (one at n = 65536).

{path}

**Exact posterior**, the mean variance of r(u) - r(v) by all paths, to n = {exact_to}. The two ends
of a comparison are one node: that leaves out 1e-9 for each comparison on the way. The largest
relative residual of all solves is {residual:.1e}.

{posterior}

The theorem bounds the single best path. All paths lower the variance together, and a chain has
more of them and more different responses; but it must generate 2n responses, a tree n / ln n.

**Two topologies more**: every one of n / 2 responses compared with 4 others (regular), and n + 1
responses of which one is compared with all others (star). Best path / exact posterior, means:

{kinds}

Where comparisons are nearly exact all responses that are tied together are as one, and a star ties
the most of them together. With half of the chain's responses it has
{star}.

**Noise**: the same at n = {noise_n} and α = {noise_alpha:g} with comparisons of other variances
(1: as far as two responses without common prefix are apart; a label of the temperature 1 has
π²/3). Best path / exact posterior, means:

{noise}

From the least exact posterior variance to the largest: {order}."""


def star_finding(rows: pd.DataFrame) -> str:
    """The star beside the chain, out of the rows."""
    keys = ["alpha", "n", "seed"]
    parts = []
    for which, metric in METRICS.items():
        wide = rows.dropna(subset=metric).pivot_table(index=keys, columns="kind", values=metric)
        ratio = (wide["star"] / wide["chain"]).groupby(["alpha", "n"]).mean()
        parts.append(f"{ratio.min():.2f} to {ratio.max():.2f} of the chain's {WORDS[which]}")
    return " and ".join(parts)


def noise_finding(noisy: pd.DataFrame) -> str:
    """The topologies in the order of their posterior variance at the least and the most noise."""
    means = noisy.groupby(["variance", "kind"])[METRICS["posterior"]].mean()
    return "; ".join(
        f"{', '.join(means[variance].sort_values().index)} at σ² = {variance:g}"
        for variance in (NOISE[0], NOISE[-1])
    )


def run(results: Path, scratch: Path) -> None:
    """Simulate and write ``rates.csv``, ``.md`` and ``.svg``, and ``rates_noise.csv``."""
    grid = {"alpha": ALPHAS, "n": SIZES, "seed": SEEDS, "kind": KINDS}
    noise_grid = {
        "alpha": (NOISE_ALPHA,), "n": (NOISE_N,), "variance": NOISE, "seed": SEEDS, "kind": KINDS,
    }  # fmt: skip

    def tell(n: int, of: int) -> None:
        print(f"rates: {n} of {of}", flush=True)

    rows = sweep(simulated, grid, scratch / "rates.sqlite", n_jobs=1, progress=tell)
    noisy = sweep(simulated, noise_grid, scratch / "rates_noise.sqlite", n_jobs=1, progress=tell)
    told = noisy["variance"].map("{:g}".format)
    text = TEXT.format(
        queries=48,
        seeds=len(SEEDS),
        finding=finding(rows),
        path=markdown(page_table(rows, "path")),
        posterior=markdown(page_table(rows, "posterior")),
        exact_to=EXACT_TO,
        residual=max(rows["worst_residual"].max(), noisy["worst_residual"].max()),
        kinds=markdown(all_kinds(rows, ["alpha", "n"]).rename(columns={"alpha": "α"})),
        star=star_finding(rows),
        noise_n=NOISE_N,
        noise_alpha=NOISE_ALPHA,
        noise=markdown(all_kinds(noisy.assign(**{"σ²": told}), ["σ²"])),
        order=noise_finding(noisy),
    )
    write_table(noisy, results / "rates_noise.csv")
    publish(
        results, "rates", rows,
        title="Chain and tree: best path and exact posterior", text=text, figure=draw(rows),
    )  # fmt: skip
