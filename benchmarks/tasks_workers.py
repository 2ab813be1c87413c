"""What a second process gains: the same sweep by one worker and by two, in the same run."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from benchmarks.tasks_reference import ESTIMATORS, N
from infometer.benchmark import run

REPEATS = 3


def timed(workers: int, seeds: int, rows: int) -> tuple[float, pd.DataFrame]:
    """The wall time of KSG on all tasks, and its table; the processes are there before."""
    Parallel(n_jobs=workers)(delayed(_ready)() for _ in range(2 * workers))
    start = time.perf_counter()
    table = run({"KSG": ESTIMATORS["KSG"]}, n=rows, seeds=range(seeds), n_jobs=workers)
    return time.perf_counter() - start, table.drop(columns="seconds")


def _ready() -> None:
    """Let a process import and compile, once."""
    run({"KSG": ESTIMATORS["KSG"]}, n=100, n_jobs=1)


def draw(times: pd.DataFrame) -> Figure:
    """Every time, by the number of workers."""
    figure = Figure(figsize=(4.5, 3), layout="constrained")
    ax = figure.add_subplot()
    ax.plot(times["workers"], times["wall_s"], "o")
    ax.set_xticks(times["workers"].unique())
    ax.set_ylim(bottom=0)
    ax.set(xlabel="workers", ylabel="wall time, seconds")
    return figure


TEXT = """\
`infometer.benchmark.run` of `KSG(k=10, interval=None)` on the forty tasks, n = {n}, seeds 0 to
{last}, by one process and by two on the same machine, in turns, {repeats} times; every process has
imported and compiled before the clock starts. The two tables are identical: {identical}.

{table}

**Two workers over one: {gain:.2f} times** the speed, by the medians."""


def workers(results: Path, seeds: int = 4, rows: int = N) -> None:
    """Time both and write ``workers.csv``, ``.md`` and ``.svg`` to `results`."""
    measured = [(count, *timed(count, seeds, rows)) for _ in range(REPEATS) for count in (1, 2)]
    times = pd.DataFrame([found[:2] for found in measured], columns=["workers", "wall_s"])
    identical = all(found[2].equals(measured[0][2]) for found in measured)
    spread = times.groupby("workers")["wall_s"].agg(["min", "median", "max"])
    text = TEXT.format(
        n=rows, last=seeds - 1, repeats=REPEATS, identical="yes" if identical else "no",
        table=markdown(spread.round(2).reset_index()),
        gain=spread["median"][1] / spread["median"][2],
    )  # fmt: skip
    publish(results, "workers", times, title="Two workers over one", text=text, figure=draw(times))
