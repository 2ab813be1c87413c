"""The neural estimators on the forty tasks, one seed, at a stated budget of steps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.benchmark import run as compare
from infometer.benchmark import tasks
from infometer.estimators.neural import (
    CLUB,
    NWJ,
    SMILE,
    DonskerVaradhan,
    InfoNCE,
    JensenShannon,
    LatentInformation,
    Nishiyama,
)

N, SEED, STEPS, WORKERS = 10_000, 0, 5000, 2
ESTIMATORS: dict[str, Any] = {
    "InfoNCE": InfoNCE(max_steps=STEPS),
    "DV": DonskerVaradhan(max_steps=STEPS),
    "MINE": DonskerVaradhan(ema_rate=0.01, max_steps=STEPS),
    "NWJ": NWJ(max_steps=STEPS),
    "SMILE": SMILE(max_steps=STEPS),
    "JS": JensenShannon(max_steps=STEPS),
    "Nishiyama": Nishiyama(max_steps=STEPS),
    "CLUB": CLUB(max_steps=STEPS),
    "latent": LatentInformation(),
}
NAMED, TARGET = ("InfoNCE", "DV", "SMILE", "JS"), 0.1
EASY = (
    "1v1-normal-0.75",
    "normal_cdf-1v1-normal-0.75",
    "half_cube-1v1-normal-0.75",
    "wiggly-1v1-normal-0.75",
    "1v1-bimodal-0.75",
    "asinh-student-identity-1-1-1",
)
BUDGET_NOTE = "training ended with its budget"


def told(done: int, total: int) -> None:
    """How far the sweep is, on the standard error."""
    print(f"{done} of {total}", file=sys.stderr, flush=True)


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each task: the truth, and every estimator's figure ± its standard error."""
    figures = rows["value_nats"].map("{:.3f}".format)
    errors = rows["standard_error"].map("{:.3f}".format)
    # a figure whose training ended with its budget has a star
    stars = np.where(rows["warnings"].map(lambda notes: BUDGET_NOTE in str(notes)), " *", "")
    shown = rows.assign(shown=figures + " ± " + errors + stars)
    failed = rows["failure"].notna()
    shown.loc[failed, "shown"] = rows.loc[failed, "failure"].str.split(":").str[0]
    table = shown.pivot(index="task", columns="estimator", values="shown")
    true = rows.groupby("task")["true_nats"].first().map("{:.3f}".format)
    order = rows["task"].drop_duplicates()
    return (
        pd.concat([true.rename("true"), table[list(ESTIMATORS)]], axis=1).loc[order].reset_index()
    )


def in_short(rows: pd.DataFrame) -> pd.DataFrame:
    """For each estimator: how far off, how often on which side, how long, how it ended."""
    found = []
    for name, part in rows.groupby("estimator", sort=False):
        error = part["error_nats"]
        found.append(
            {
                "estimator": name,
                "median absolute error": error.abs().median(),
                "within 0.1": int((error.abs() <= TARGET).sum()),
                "mean error": error.mean(),
                "interval all above the truth": int((part["low"] > part["true_nats"]).sum()),
                "interval all below the truth": int((part["high"] < part["true_nats"]).sum()),
                "failed": int(part["failure"].notna().sum()),
                "ended by patience": int(
                    (~part["warnings"].map(lambda notes: BUDGET_NOTE in str(notes))).sum()
                    - part["failure"].notna().sum()
                ),
                "median seconds": part["seconds"].median(),
                "most seconds": part["seconds"].max(),
            }
        )
    return pd.DataFrame(found).round(3)


def easy(rows: pd.DataFrame) -> pd.DataFrame:
    """The tasks of one column and one column, where 0.1 nats are asked for."""
    part = rows[rows["task"].isin(EASY) & rows["estimator"].isin(NAMED)]
    met = np.where(part["error_nats"].abs() <= TARGET, "met", "missed")
    return part.assign(verdict=met)[
        ["task", "estimator", "true_nats", "value_nats", "error_nats", "verdict"]
    ].round(3)


def draw(rows: pd.DataFrame) -> Figure:
    """The error of every figure, a line for each task, a panel for each estimator."""
    order = list(rows["task"].drop_duplicates())
    figure = Figure(figsize=(13, 0.2 * len(order) + 1.2), layout="constrained")
    axes = figure.subplots(1, len(ESTIMATORS), sharey=True)
    for ax, name in zip(axes, ESTIMATORS, strict=True):
        part = rows[rows["estimator"] == name].set_index("task").loc[order]
        places = np.arange(len(order))
        half = (part["high"] - part["low"]).fillna(0) / 2
        ax.axvspan(-TARGET, TARGET, color="0.92")
        ax.axvline(0, color="black", lw=0.8)
        ax.errorbar(
            part["error_nats"].clip(-1.2, 1.2), places, xerr=half.clip(upper=0.6),
            fmt="o", ms=3, lw=0.8, color="C0" if name != "CLUB" else "C3",
        )  # fmt: skip
        ax.set(xlim=(-1.3, 1.3), title=name)
        ax.title.set_fontsize(8)
        ax.tick_params(labelsize=7)
    axes[0].set_yticks(np.arange(len(order)), order, fontsize=6.5)
    axes[0].set_ylim(len(order) - 0.5, -0.5)
    figure.supxlabel("figure − truth, nats (cut off at ±1.2; grey: ±0.1)", fontsize=9)
    return figure


TEXT = """\
n = {n}, seed {seed}, one try of each: the defaults of `infometer.estimators.neural`, that is ranks
of the columns, a separable critic of two layers of 64, Adam with 10⁻³, batches of 256, at most
{steps} steps (latent: 3000 of batches of 512, with 10⁻⁴), 60 % of the rows to train on, 10 % to
stop by and 30 % to measure on (latent: 40, 10 and 50 %). DV climbs by the plain gradient, MINE by
that with the moving average. {workers} processes of one thread on a machine with other work; all
{count} figures took {hours:.2f} hours of process time, of the 4 that were allowed.

## What is asked: within {target} nats on six tasks of one column and one

{met} of {asked} met.

{easy}

## In short

An interval is of what the trained critic shows. InfoNCE, DV, MINE, NWJ, JS, Nishiyama and latent
are lower bounds: of 40 intervals of 95 % one may lie above the truth by chance. CLUB is an upper
bound and SMILE is none.

{short}

## All figures

Nats ± standard error. A star: training ended with its budget, before patience did.

{table}"""


def run(results: Path, scratch: Path, peers: Path) -> None:
    """Ask for all figures and write ``tasks.csv``, ``.md`` and ``.svg`` to `results`."""
    rows = compare(
        ESTIMATORS, tasks(), n=N, seeds=[SEED], path=scratch / "tasks.sqlite", n_jobs=WORKERS,
        progress=told,
    )  # fmt: skip
    asked = easy(rows)
    text = TEXT.format(
        n=N, seed=SEED, steps=STEPS, workers=WORKERS, count=len(rows),
        hours=rows["seconds"].sum() / 3600, target=TARGET,
        met=int((asked["verdict"] == "met").sum()), asked=len(asked), easy=markdown(asked),
        short=markdown(in_short(rows)), table=markdown(side_by_side(rows)),
    )  # fmt: skip
    publish(
        results, "tasks", rows,
        title="Neural estimators on the forty tasks", text=text, figure=draw(rows),
    )  # fmt: skip
