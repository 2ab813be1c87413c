"""Are the p-values uniform where there is nothing to find? One family of tests each.

``python -m benchmarks.estimators_pvalues``; killed, it goes on where it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import kstest

from benchmarks.publishing import markdown, publish
from infometer.contracts import Estimate
from infometer.estimators import (
    KSG,
    DiscreteConditionalInformation,
    DiscreteInformation,
    FrenzelPompe,
    Gao,
    GaussianCopula,
    GaussianInformation,
    MesnerShalizi,
    Ross,
)
from infometer.resampling import generator, integer_seed
from infometer.sweeps import sweep

SEEDS, BATCH, PERMUTATIONS, SURE = 500, 25, 99, 0.01
ROOT = Path(__file__).resolve().parent
Sample = tuple[np.ndarray, ...]


class Null(NamedTuple):
    """A law in which there is nothing to find, and the test that looks for it."""

    law: str
    n: int
    draw: Callable[[int, np.random.Generator], Sample]
    fit: Callable[[Sample, int], Estimate]
    permutations: int = 0


def normal(d: int) -> Callable[[int, np.random.Generator], Sample]:
    """Two independent normal views of d columns."""
    return lambda n, rng: tuple(rng.standard_normal((2, n, d)))


def labels(a: int, b: int) -> Callable[[int, np.random.Generator], Sample]:
    """Two independent labels."""
    return lambda n, rng: (rng.integers(0, a, (n, 1)), rng.integers(0, b, n))


def label_chain(n: int, rng: np.random.Generator) -> Sample:
    """X — Z — Y of labels."""
    z = rng.integers(0, 3, n)
    x, y = ((z + (rng.random(n) < 0.4)) % 3 for _ in range(2))
    return x[:, None], y, z


def two_groups(n: int, rng: np.random.Generator) -> Sample:
    """A normal column and labels that have nothing to do with it."""
    return rng.standard_normal((n, 1)), rng.integers(0, 2, n)


def zero_inflated(n: int, rng: np.random.Generator) -> Sample:
    """Two columns of which many rows are 0, independently."""
    x, y = rng.standard_normal((2, n, 1)) * (rng.random((2, n, 1)) < 0.6)
    return x, y


def chain(n: int, rng: np.random.Generator) -> Sample:
    """X ← Z → Y, Gaussian."""
    z, first, second = rng.standard_normal((3, n, 1))
    return z + first, z + second, z


def stretches(n: int, rng: np.random.Generator) -> Sample:
    """Two independent series with memory, in stretches of five rows."""
    noise = rng.standard_normal((2, n // 5, 5))
    rows = noise.copy()
    for t in range(1, 5):
        rows[:, :, t] = 0.8 * rows[:, :, t - 1] + 0.6 * noise[:, :, t]
    x, y = rows.reshape(2, n, 1)
    return x, y, np.repeat(np.arange(n // 5), 5)


def plain(kind: Callable[..., Any]) -> Callable[[Sample, int], Estimate]:
    """The p-value that the estimator has by itself."""
    return lambda sample, seed: kind(random_state=seed).fit(*sample).estimate_


def permuted(kind: Callable[..., Any]) -> Callable[[Sample, int], Estimate]:
    """The p-value of permutations, without an interval."""
    return lambda sample, seed: (
        kind(interval=None, n_permutations=PERMUTATIONS, random_state=seed).fit(*sample).estimate_
    )


def of_stretches(sample: Sample, seed: int) -> Estimate:
    """KSG that permutes whole groups."""
    x, y, groups = sample
    ksg = KSG(interval=None, n_permutations=PERMUTATIONS, random_state=seed)
    return ksg.fit(x, y, groups=groups).estimate_


NULLS: Mapping[str, Null] = {
    "chi-square of counts": Null(
        "independent labels 3×4", 500, labels(3, 4), plain(DiscreteInformation)
    ),
    "chi-square of counts in strata": Null(
        "chain of labels", 500, label_chain, plain(DiscreteConditionalInformation)
    ),
    "Wilks' Λ": Null("normal 2+2", 200, normal(2), plain(GaussianInformation)),
    "Wilks' Λ of ranks": Null("normal 2+2", 200, normal(2), plain(GaussianCopula)),
    "permutations, KSG": Null("normal 1+1", 150, normal(1), permuted(KSG), PERMUTATIONS),
    "permutations, Ross": Null("two groups", 150, two_groups, permuted(Ross), PERMUTATIONS),
    "permutations, Gao": Null("zero-inflated 1+1", 150, zero_inflated, permuted(Gao), PERMUTATIONS),
    "permutations of groups, KSG": Null(
        "series in stretches of 5", 150, stretches, of_stretches, PERMUTATIONS
    ),
    "local permutations, Frenzel-Pompe": Null(
        "Gaussian chain", 150, chain, permuted(FrenzelPompe), PERMUTATIONS
    ),
    "local permutations, Mesner-Shalizi": Null(
        "Gaussian chain", 150, chain, permuted(MesnerShalizi), PERMUTATIONS
    ),
}


def p_values(random_state: int, test: str, batch: int) -> list[dict[str, float]]:
    """The p-values of a batch of samples, those of permutations spread over their grid."""
    null, rows = NULLS[test], []
    for i in range(BATCH):
        sample = null.draw(null.n, generator(random_state, "data", i))
        p_value = null.fit(sample, integer_seed(random_state, "estimate", i)).p_value
        assert p_value is not None
        grid = 1 / (1 + null.permutations) if null.permutations else 0.0
        spread = float(generator(random_state, "grid", i).random())
        rows.append({"p_value": p_value, "spread": p_value - grid * spread})
    return rows


def uniformity(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a test: shares of small p-values, and Kolmogorov and Smirnov's own p-value."""
    lines = []
    for name, found in rows.groupby("test", sort=False):
        null = NULLS[str(name)]
        lines.append(
            {
                "test": name, "law": null.law, "n": null.n, "permutations": null.permutations,
                "samples": len(found),
                "below_0.05": (found["p_value"] <= 0.05).mean(),
                "below_0.01": (found["p_value"] <= 0.01).mean(),
                "mean": found["spread"].mean(),
                "kolmogorov_smirnov": kstest(found["spread"], "uniform").pvalue,
            }
        )  # fmt: skip
    return pd.DataFrame(lines)


def draw(rows: pd.DataFrame) -> Figure:
    """The share of p-values below each level, less that level."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    ax = figure.add_subplot()
    for name, found in rows.groupby("test", sort=False):
        values = np.sort(found["spread"])
        ax.plot(values, np.arange(1, len(values) + 1) / len(values) - values, label=name)
    ax.axhline(0, color="0.5", linewidth=0.8)
    ax.set_xlabel("level")
    ax.set_ylabel("share of p-values below the level, less the level")
    ax.legend(fontsize=7, frameon=False)
    return figure


def summary(table: pd.DataFrame) -> str:
    """Which tests are not uniform."""
    off = table[table["kolmogorov_smirnov"] < SURE]
    told = "; ".join(off["test"]) or "none"
    return f"Not uniform by Kolmogorov and Smirnov at {100 * SURE:g} %: {told}."


INTRODUCTION = f"""\
{SEEDS} samples of laws in which there is nothing to find, and the p-value of the test that each
estimator has. `below_0.05` and `below_0.01` are the shares of p-values as small as that; the
simulation errors are 0.010 and 0.004. Of {PERMUTATIONS} permutations p-values lie on a grid of
{1 / (1 + PERMUTATIONS):g}, over which they are spread at random before they are compared with the
uniform law: `mean` is ½ and `kolmogorov_smirnov`, the p-value of that comparison, uniform itself
where a test is exact. Local permutations are not exact: rows of nearly the same Z are not of the
same."""


def run(results: Path, scratch: Path, n_jobs: int) -> None:
    """Measure and write ``pvalues.csv``, ``.md`` and ``.svg`` to `results`."""
    grid = {"test": list(NULLS), "batch": range(SEEDS // BATCH)}
    rows = sweep(p_values, grid, scratch / "pvalues.sqlite", n_jobs=n_jobs)
    table = uniformity(rows)
    publish(
        results, "pvalues", table,
        title="p-values where there is nothing to find",
        text="\n\n".join([INTRODUCTION, summary(table), markdown(table)]),
        figure=draw(rows),
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
