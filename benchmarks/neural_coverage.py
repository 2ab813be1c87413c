"""How often the intervals of trained critics hold what they should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.neural_tasks import told
from benchmarks.publishing import markdown, publish
from infometer.estimators.neural import (
    CLUB,
    NWJ,
    SMILE,
    DonskerVaradhan,
    InfoNCE,
    JensenShannon,
    Nishiyama,
)
from infometer.resampling import integer_seed
from infometer.sources import CorrelatedGaussian
from infometer.sweeps import sweep

METHODS: dict[str, Any] = {
    "InfoNCE": InfoNCE,
    "DV": DonskerVaradhan,
    "NWJ": NWJ,
    "SMILE": SMILE,
    "JS": JensenShannon,
    "Nishiyama": Nishiyama,
    "CLUB": CLUB,
}
SOURCES = {
    "independent": CorrelatedGaussian(1, 1, 0.0),
    "0.41 nats, 1+1": CorrelatedGaussian.from_correlation(0.75, d=1),
    "1 nat, 5+5": CorrelatedGaussian(5, 5, 1.0),
    "3 nats, 5+5": CorrelatedGaussian(5, 5, 3.0),
}
N, STEPS, BATCH = 1000, 300, 128
FRESH, LARGE, FITS = 400, 400, 50


def same_critic(random_state: int, method: str, source: str) -> dict[str, Any]:
    """One critic, and its figures of many fresh sets of 300 held-out rows."""
    law = SOURCES[source]
    x, y = law.sample(N, random_state=integer_seed(random_state, "training"))
    made = METHODS[method](
        scale=None, max_steps=STEPS, batch_size=BATCH, random_state=random_state % 2**32
    )
    made.fit(x, y)
    found = []
    for repeat in range(FRESH):
        rows = law.sample(300, random_state=integer_seed(random_state, "fresh", repeat))
        found.append(made._measure(*(view.astype(np.float32) for view in rows), N, 0))
    # the critic's own figure, from as many more rows; InfoNCE's depends on the rows of a block
    own = float(np.mean([estimate.value for estimate in found]))
    if method != "InfoNCE":
        many = law.sample(300 * LARGE, random_state=integer_seed(random_state, "many"))
        blocks = np.array_split(np.arange(300 * LARGE), 300 * LARGE // BATCH)
        scores = made._scores(*(view.astype(np.float32) for view in many), blocks)
        own = made._figure(made._block_statistics(scores, made.score_cap_))
    held = [low <= own <= high for low, high in (estimate.interval for estimate in found)]
    errors = [estimate.standard_error for estimate in found]
    return {
        "own_nats": own,
        "coverage": float(np.mean(held)),
        "spread_of_figures": float(np.std([estimate.value for estimate in found], ddof=1)),
        "mean_standard_error": float(np.mean(errors)),
        "true_nats": law.mutual_information,
    }


def whole_fit(random_state: int, method: str, source: str, seed: int) -> dict[str, Any]:
    """A fit of its own sample, and on which side of the truth its interval is."""
    law = SOURCES[source]
    x, y = law.sample(N, random_state=integer_seed(random_state, "sample"))
    made = METHODS[method](
        max_steps=STEPS, batch_size=BATCH, n_permutations=99, random_state=random_state % 2**32
    )
    found = made.fit(x, y).estimate_
    low, high = found.interval
    return {
        "value_nats": found.value,
        "above": low > law.mutual_information,
        "below": high < law.mutual_information,
        "p_value": found.p_value,
    }


def draw(fresh: pd.DataFrame) -> Figure:
    """Coverage by source and method."""
    figure = Figure(figsize=(6.5, 3.5), layout="constrained")
    ax = figure.add_subplot()
    for place, source in enumerate(SOURCES):
        part = fresh[fresh["source"] == source]
        ax.plot(part["method"], 100 * part["coverage"], "o", label=source, color=f"C{place}")
    ax.axhline(95, color="black", lw=0.8)
    ax.set(ylabel="intervals that hold the critic's figure, %")
    ax.legend(fontsize=8)
    return figure


TEXT = """\
n = {n} (600 rows to train on, 100 to stop by, 300 to measure on), {steps} steps of {batch} rows,
blocks of 37 and 38 rows.

## Of one critic

An interval is of what the trained critic shows. One critic is trained, and {fresh} fresh sets of
300 rows are measured with it: `coverage` is the share of 95 % intervals that hold the critic's own
figure, from {large} times as many rows (for InfoNCE, whose figure depends on the rows of a block,
the mean of all sets).

{fresh_table}

## Of whole fits

{fits} samples, each with a critic of its own: how often the interval lies wholly above the truth,
which for a lower bound should be in at most one of 40 (CLUB is an upper bound and SMILE is none),
and in how many the permutation p-value is at most 0.05: of independent views, one in 20.

{fits_table}"""


def run(results: Path, scratch: Path, peers: Path) -> None:
    """Simulate and write ``coverage.csv``, ``.md`` and ``.svg`` to `results`."""
    grid = {"method": list(METHODS), "source": list(SOURCES)}
    fresh = sweep(same_critic, grid, scratch / "same_critic.sqlite", n_jobs=2, progress=told)
    fits = sweep(
        whole_fit, {**grid, "seed": range(FITS)}, scratch / "whole_fits.sqlite", n_jobs=2,
        progress=told,
    )  # fmt: skip
    fits["significant"] = fits["p_value"] <= 0.05
    shares = fits.groupby(["method", "source"], sort=False).agg(
        mean=("value_nats", "mean"),
        above=("above", "sum"),
        below=("below", "sum"),
        significant=("significant", "sum"),
    )
    text = TEXT.format(
        n=N, steps=STEPS, batch=BATCH, fresh=FRESH, large=LARGE, fits=FITS,
        fresh_table=markdown(fresh.round(3)), fits_table=markdown(shares.round(3).reset_index()),
    )  # fmt: skip
    publish(
        results, "coverage", fits,
        title="Intervals of trained critics", text=text, figure=draw(fresh),
    )  # fmt: skip
