"""Do the 95 % intervals cover 95 %? Counted over many samples of Gaussian pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import digamma

from benchmarks.publishing import markdown, publish
from infometer.contracts import Estimate
from infometer.estimators import KSG, EntropySum, GaussianInformation
from infometer.estimators.neighbors import count_within, nearest
from infometer.estimators.samples import standardize
from infometer.resampling import generator
from infometer.sources import CorrelatedGaussian
from infometer.sweeps import sweep

SIZES, CORRELATIONS, WEAK = (500, 2000), (0.0, 0.6, 0.9), 0.1
SEEDS, BOOTSTRAP_SEEDS = 1000, 200
REPLICATES = 50
LEVEL, TARGET = 0.95, (0.92, 0.98)
K, K_ENTROPY = 3, 10
CELL = ["estimator", "interval", "n", "rho"]
BOOTSTRAP = ("bootstrap, percentiles", "bootstrap, 1.96 SD")


def intervals(random_state: int, rho: float, n: int, seed: int) -> list[dict[str, Any]]:
    """Nearest-neighbour estimates of one sample, with both intervals that the library gives."""
    x, y = CorrelatedGaussian.from_correlation(rho, 1).sample(n, generator(random_state, "data"))
    rows = []
    for interval in ("subsample", "pointwise"):
        ksg = KSG(K, interval=interval, random_state=random_state)
        entropies = EntropySum(K_ENTROPY, interval=interval, random_state=random_state)
        rows.append(_row(ksg.fit(x, y).estimate_, f"KSG k={K}", interval))
        rows.append(_row(entropies.fit(x, y).estimate_, f"entropy sum k={K_ENTROPY}", interval))
    return rows


def gaussian_interval(random_state: int, rho: float, n: int, seed: int) -> dict[str, Any]:
    """The estimate of one sample from its correlation, with the interval of its formula."""
    x, y = CorrelatedGaussian.from_correlation(rho, 1).sample(n, generator(random_state, "data"))
    return _row(GaussianInformation().fit(x, y).estimate_, "canonical correlations", "Fisher")


def _row(found: Estimate, estimator: str, interval: str) -> dict[str, Any]:
    assert found.interval is not None
    low, high = found.interval
    return {
        "estimator": estimator, "interval": interval, "value": found.value,
        "standard_error": found.standard_error, "low": low, "high": high,
    }  # fmt: skip


def bootstrap(random_state: int, rho: float, n: int, seed: int) -> list[dict[str, Any]]:
    """What the library refuses: KSG on rows that were drawn with replacement."""
    source = CorrelatedGaussian.from_correlation(rho, 1)
    x, y = map(standardize, source.sample(n, generator(random_state, "data")))
    rng = generator(random_state, "bootstrap")
    draws = [rng.integers(n, size=n) for _ in range(REPLICATES)]
    values = np.array([ksg_with_twins(x[rows], y[rows]) for rows in draws])
    value, deviation = ksg_with_twins(x, y), float(values.std(ddof=1))
    percentiles = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends = (tuple(percentiles), (value - 1.96 * deviation, value + 1.96 * deviation))
    return [
        {
            "estimator": f"KSG k={K}", "interval": interval, "value": value,
            "standard_error": deviation, "low": low, "high": high,
            "shift": float(values.mean()) - value,
        }
        for interval, (low, high) in zip(BOOTSTRAP, ends, strict=True)
    ]  # fmt: skip


def ksg_with_twins(x: np.ndarray, y: np.ndarray) -> float:
    """KSG for rows that may be repeated: at a radius of 0 the twins of a row are counted."""
    radii = nearest(np.hstack([x, y]), K)[0][:, -1]
    reach = np.maximum(radii, np.finfo(float).tiny)
    counts = [count_within(view, reach, strict=True) + 1 for view in (x, y)]
    return float(digamma(K) + digamma(len(x)) - digamma(counts).sum(axis=0).mean())


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a cell: how often the interval holds the estimator's own mean, and the truth."""
    truth = -0.5 * np.log1p(-(rows["rho"] ** 2))
    mean = rows.groupby(CELL)["value"].transform("mean")
    rows = rows.assign(
        bias=rows["value"] - truth,
        covers_mean=(rows["low"] <= mean) & (mean <= rows["high"]),
        covers_truth=(rows["low"] <= truth) & (truth <= rows["high"]),
    )
    return rows.groupby(CELL, sort=False, as_index=False).agg(
        samples=("seed", "size"),
        covers_mean=("covers_mean", "mean"),
        covers_truth=("covers_truth", "mean"),
        bias=("bias", "mean"),
        standard_deviation=("value", "std"),
        mean_standard_error=("standard_error", "mean"),
        shift=("shift", "mean"),
    )


def draw(table: pd.DataFrame) -> Figure:
    """Coverage of the estimator's own mean in every cell, one panel an estimator."""
    names = list(dict.fromkeys(table["estimator"]))
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    axes = figure.subplots(1, len(names), sharey=True)
    cells = [(n, rho) for n in SIZES for rho in sorted((WEAK, *CORRELATIONS))]
    for ax, name in zip(axes, names, strict=True):
        ax.axhspan(*TARGET, color="0.9")
        ax.axhline(LEVEL, color="0.5", linewidth=0.8)
        for marker, (interval, rows) in zip(
            "osv^D", table[table["estimator"] == name].groupby("interval", sort=False), strict=False
        ):
            places = [cells.index(cell) for cell in zip(rows["n"], rows["rho"], strict=True)]
            ax.plot(places, rows["covers_mean"], marker, label=interval)
        ax.set_xticks(range(len(cells)), [f"n={n}\nρ={rho:g}" for n, rho in cells], fontsize=7)
        ax.set_title(name)
        ax.legend(fontsize=7, loc="center right")
    axes[0].set_ylabel("share of intervals that hold the mean")
    return figure


def summary(table: pd.DataFrame) -> str:
    """What came out, in words with their figures."""
    default = table[table["interval"].isin(["subsample", "Fisher"])]
    lines = []
    for name, rows in default.groupby("estimator", sort=False):
        inside = rows["covers_mean"].between(*TARGET)
        missed = ", ".join(f"n={r.n} ρ={r.rho:g}" for r in rows[~inside].itertuples())
        ratio = rows["mean_standard_error"] / rows["standard_deviation"]
        lines.append(
            f"- {name}: {100 * rows['covers_mean'].min():.1f} to "
            f"{100 * rows['covers_mean'].max():.1f} % of the intervals hold the estimator's mean; "
            f"mean standard error over empirical deviation {ratio.min():.2f} to {ratio.max():.2f}; "
            + (f"outside the target at {missed}." if missed else "all cells meet the target.")
        )
    return "\n".join(lines)


INTRODUCTION = f"""\
Gaussian pairs of correlation ρ, n rows each, {SEEDS} samples a cell ({BOOTSTRAP_SEEDS} for the
bootstrap, {REPLICATES} resamples each). `covers_mean` is the share in per cent of intervals that
hold the estimator's own mean over the samples, which is what an interval can promise; the target
is {100 * TARGET[0]:.0f} to {100 * TARGET[1]:.0f} in every cell of the default interval.
`covers_truth` is the share that holds I(X;Y) = −½ log(1−ρ²), so it suffers from bias too. A share
of 95 has a simulation error of 0.7 over 1000 samples and of 1.5 over 200. All else is in nats.

`subsample` is the default interval, `pointwise` the cheap one, `Fisher` that of the Gaussian
formula. The library has no bootstrap: rows drawn with replacement are their own neighbours at
distance 0, and `shift`, the mean of the resampled figures minus the figure itself, shows what
that does: percentiles stand far above the figure, and the deviation is too wide by a factor.

For a pair of columns the Gaussian figure has Fisher's interval, z = artanh ρ ± 1.96 / √(n − 3).
Its coverage is also counted at ρ={WEAK:g}, where the estimate ± 1.96 standard errors is short."""


def run(results: Path, scratch: Path, n_jobs: int) -> None:
    """Measure and write ``coverage.csv``, ``.md`` and ``.svg`` to `results`."""
    grid = {"rho": CORRELATIONS, "n": SIZES, "seed": range(SEEDS)}
    sweeps = [
        (gaussian_interval, {**grid, "rho": sorted((WEAK, *CORRELATIONS))}),
        (intervals, grid),
        (bootstrap, {**grid, "seed": range(BOOTSTRAP_SEEDS)}),
    ]
    rows = [
        sweep(task, points, scratch / f"coverage_{task.__name__}.sqlite", n_jobs=n_jobs)
        for task, points in sweeps
    ]
    table = coverage(pd.concat(rows, ignore_index=True))
    shares = ["covers_mean", "covers_truth"]
    shown = table.assign(**{name: (100 * table[name]).round(1) for name in shares})
    publish(
        results, "coverage", table,
        title="Coverage of nominal 95 % intervals",
        text="\n\n".join([INTRODUCTION, summary(table), markdown(shown)]),
        figure=draw(table),
    )  # fmt: skip
