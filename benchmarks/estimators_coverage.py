"""Do the 95 % intervals of the estimators cover 95 %, and does a figure beyond its interval warn?

``python -m benchmarks.estimators_coverage``; killed, it goes on where it was.
"""

from __future__ import annotations

import argparse
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.estimators_coverage_cases import Case, N, cases
from benchmarks.publishing import markdown, publish
from infometer.contracts import Estimate, InfometerWarning
from infometer.resampling import generator, integer_seed
from infometer.sweeps import sweep

SEEDS, SLOW_SEEDS, BATCH = 1000, 200, 50
SLOW = (
    "KSG variant 2", "EntropySum", "KernelDensityInformation", "Binning", "KozachenkoLeonenko",
    "WeightedKozachenkoLeonenko", "kl_divergence", "total_correlation",
)  # fmt: skip
OWN_MEAN, TRUTH, TELLS, QUIET = (0.92, 0.98), (0.90, 0.98), 0.90, 0.10
WELL_INSIDE, ABOVE = 0.25, 0.05
ROOT = Path(__file__).resolve().parent
named = cache(cases)


def estimates(random_state: int, case: str, batch: int) -> list[dict[str, Any]]:
    """The estimates of a batch of samples, with their intervals and whether they warn."""
    return [estimate(named()[case], random_state, i) for i in range(BATCH)]


def estimate(case: Case, random_state: int, i: int) -> dict[str, Any]:
    """One sample, and what is found in it."""
    sample = case.law.draw(N, generator(random_state, "data", i))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InfometerWarning)
        found = case.measure(*sample, random_state=integer_seed(random_state, "estimate", i))
    low, high = found.interval or (np.nan, np.nan)
    return {
        "value": found.value, "low": low, "high": high,
        "warned": warned(found), "bound": found.bound or "",
    }  # fmt: skip


def warned(found: Estimate) -> bool:
    """Whether the estimate says, by its ceiling or in words, that it may be off."""
    return found.saturated or bool(found.warnings)


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a case: how often the intervals hold the mean and the truth, and warnings."""
    lines = []
    for name, found in rows.groupby("case", sort=False):
        case = named()[str(name)]
        low, high, mean, truth = found["low"], found["high"], found["value"].mean(), case.law.truth
        half = float((high - low).mean() / 2)
        lines.append(
            {
                "estimator": case.family,
                "law": case.law.name,
                "samples": len(found),
                "truth": truth,
                "bias": mean - truth,
                "standard_deviation": found["value"].std(),
                "half_width": half,
                "covers_mean": ((low <= mean) & (mean <= high)).mean(),
                "covers_truth": ((low <= truth) & (truth <= high)).mean(),
                "truth_is_target": case.exact,
                "bias_over_half_width": abs(mean - truth) / half,
                "warned": found["warned"].mean(),
                "lower_bound": (found["bound"] == "lower").mean(),
                "above_truth": (low > truth).mean(),
            }
        )
    return pd.DataFrame(lines)


def misses(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The cases outside each target."""
    off = table["bias_over_half_width"]
    told = table["warned"] + np.where(table["bias"] < 0, table["lower_bound"], 0.0)
    exact = table["truth_is_target"]
    return {
        "the interval does not hold the estimator's mean in 92 to 98 %": table[
            ~table["covers_mean"].between(*OWN_MEAN)
        ],
        "the interval does not hold the truth in 90 to 98 %, where that is a target": table[
            exact & ~table["covers_truth"].between(*TRUTH)
        ],
        "the bias is more than half the interval, and less than 90 % say so": table[
            (off > 1) & (told < TELLS)
        ],
        "a lower bound stands above the truth by more than its interval in more than 5 %": table[
            (table["lower_bound"] > 0) & (table["above_truth"] > ABOVE)
        ],
        "the bias is less than an eighth of the interval, and more than 10 % warn": table[
            (off < WELL_INSIDE) & (table["warned"] > QUIET)
        ],
    }


def summary(table: pd.DataFrame) -> str:
    """How many cases meet each target, and which do not."""
    lines = [f"{len(table)} cases. Those in which"]
    for what, found in misses(table).items():
        listed = "; ".join(f"{row.estimator} on {row.law}" for row in found.itertuples())
        lines.append(f"- {what}: {len(found)}{f' ({listed})' if listed else ''}.")
    return lines[0] + "\n\n" + "\n".join(lines[1:])


def draw(table: pd.DataFrame) -> Figure:
    """Coverage of the mean and of the truth, and the share of warnings, against the bias."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    axes = figure.subplots(1, 3)
    off = table["bias_over_half_width"].clip(upper=3)
    for ax, name, target in zip(
        axes, ("covers_mean", "covers_truth", "warned"), (OWN_MEAN, TRUTH, None), strict=True
    ):
        if target:
            ax.axhspan(*target, color="0.9")
        ax.axvline(1, color="0.5", linewidth=0.8)
        ax.plot(off, table[name], "o", markersize=3)
        ax.set_title(name.replace("_", " "))
        ax.set_xlabel("|bias| / half the interval (3: or more)")
    axes[0].set_ylabel("share of samples")
    return figure


INTRODUCTION = f"""\
{N} rows, {SEEDS} samples a case ({SLOW_SEEDS} of the estimators that search every part by itself),
nominal 95 %. `covers_mean` is the share in per cent of intervals that hold the estimator's own mean
over the samples; its target is 92 to 98. `covers_truth` is that of intervals that hold the truth,
with a target of 90 to 98 where `truth_is_target`: for the unbiased estimators on Gaussians of one
and two columns and on few symbols. A share of 95 has a simulation error of 0.7 over 1000 samples
and of 1.5 over 200. `warned` is the share of estimates with a warning or above 0.8 of their
ceiling; where the bias exceeds half the interval (`bias_over_half_width` above 1) it is to be 90 or
more, and where it is less than a quarter of that, 10 or less. `lower_bound` is the share that calls
itself one, and `above_truth` that of intervals above the truth, which of bounds is to be 5 or less.
All else is in nats."""

NOTES = """\
Why some miss:

- The Gaussian's error is that of Gaussian data; on others it does not hold even its own mean. It
  warns there. Where tails are as heavy as a waiting time's without mean, the figure of KSG has a
  spread that subsampling does not see; it warns too.
- In six and more dimensions of strongly dependent columns the parts of a sample vary a little less,
  for their rows, than the whole: the intervals of neighbours hold their mean in 90 to 92 %.
- Of about five rows a cell the delta method is short by a few per cent, whatever the method.
  Grassberger's figure turns on whether counts are even or odd, which near independence is most of
  its spread. Shrinkage moves the figure towards 0 and spreads less than its interval says. At its
  largest, an entropy has an interval that cannot miss on one side.
- A share in the scale of several columns alone (Student 2×2) is weaker than what neighbours spread.
- What falls in thirds of the rows warns, although some of it is right on all of them: a sharp
  curve, a strong correlation, a collider. What is biased at an edge (uniform noise 0.1), beside an
  atom (zeros) or in tails (divergence) falls as much, and cannot be told from those by this.
- The copula of two views of several columns always says that it is no bound, and figures of fewer
  than 5 rows a symbol always say so; both count as warnings here."""


def run(results: Path, scratch: Path, n_jobs: int) -> None:
    """Measure and write ``coverage.csv``, ``.md`` and ``.svg`` to `results`."""
    grid = [
        {"case": name, "batch": batch}
        for batch in range(SEEDS // BATCH)
        for name, case in named().items()
        if case.family not in SLOW or batch < SLOW_SEEDS // BATCH
    ]
    rows = sweep(estimates, grid, scratch / "coverage.sqlite", n_jobs=n_jobs)
    table = coverage(rows)
    shares = ["covers_mean", "covers_truth", "warned", "lower_bound", "above_truth"]
    shown = table.assign(**{name: (100 * table[name]).round(1) for name in shares})
    publish(
        results, "coverage", table,
        title="Coverage of the estimators' nominal 95 % intervals",
        text="\n\n".join([INTRODUCTION, summary(table), NOTES, markdown(shown)]),
        figure=draw(table),
    )  # fmt: skip


def main() -> None:
    """Run into the folders of results and of work in progress."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=ROOT / "results" / "estimators")
    parser.add_argument("--scratch", type=Path, default=ROOT / "scratch" / "estimators")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    given = parser.parse_args()
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    run(given.results, given.scratch, given.jobs)


if __name__ == "__main__":
    main()
