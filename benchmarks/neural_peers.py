"""Ours beside benchmark-mi's own InfoNCE and MINE: error and time on three tasks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.estimators import hold_to_one_core
from benchmarks.estimators_calls import Call, Library
from benchmarks.publishing import markdown, publish
from infometer.benchmark import tasks

N, SEEDS = 5000, (0, 1, 2)
TASKS = ("1v1-normal-0.75", "multinormal-sparse-5-5-2-2.0", "asinh-student-identity-5-5-2")
METHODS = ("InfoNCE", "MINE")
OURS, THEIRS = "infometer", "benchmark-mi"


def measured(peers: Path) -> tuple[pd.DataFrame, str]:
    """Both libraries on the same samples, in turns; each has been warmed up by one call."""
    rows = []
    with (
        Library("benchmarks.neural_ours") as ours,
        Library("benchmarks.neural_bmi", peers) as theirs,
        TemporaryDirectory() as folder,
    ):
        for name in TASKS:
            task = next(task for task in tasks() if task.name == name)
            for seed in SEEDS:
                x, y = task.sample(N, random_state=seed)
                data = Path(folder) / f"{name}_{seed}.npz"
                np.savez(data, x=x, y=y)
                for method in METHODS:
                    for library, process in ((OURS, ours), (THEIRS, theirs)):
                        answer = process.ask(Call(method), data)
                        rows.append(
                            {
                                "task": name,
                                "seed": seed,
                                "method": method,
                                "library": library,
                                "true_nats": task.mutual_information,
                                "value_nats": answer.value,
                                "error_nats": answer.value - task.mutual_information,
                                "seconds": answer.seconds,
                            }
                        )
                        print(rows[-1], flush=True)
        versions = f"{ours.told()} {theirs.told()}"
    return pd.DataFrame(rows), versions


def beside(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each task and method: error and median seconds of both, and the ratio."""
    groups = rows.groupby(["task", "method", "library"], sort=False)
    table = groups.agg(
        true=("true_nats", "first"),
        value=("value_nats", "mean"),
        rms=("error_nats", lambda error: float(np.sqrt((error**2).mean()))),
        seconds=("seconds", "median"),
    ).unstack("library")
    found = pd.DataFrame({"true": table["true", OURS]})
    for library in (OURS, THEIRS):
        for column in ("value", "rms", "seconds"):
            found[f"{library}: {column}"] = table[column, library]
    found["times faster"] = found[f"{THEIRS}: seconds"] / found[f"{OURS}: seconds"]
    return found.reset_index()


def draw(rows: pd.DataFrame) -> Figure:
    """Every call: its error against its seconds."""
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    ax = figure.add_subplot()
    for library, colour in ((OURS, "C0"), (THEIRS, "C1")):
        for method, marker in zip(METHODS, "os", strict=True):
            part = rows[(rows["library"] == library) & (rows["method"] == method)]
            ax.plot(
                part["seconds"], part["error_nats"], marker, color=colour, ms=5,
                label=f"{library}, {method}",
            )  # fmt: skip
    ax.axhline(0, color="black", lw=0.8)
    ax.set(xscale="log", xlabel="seconds", ylabel="figure − truth, nats")
    ax.legend(fontsize=8)
    return figure


TEXT = """\
n = {n}, seeds {seeds} of the samples, the defaults of both libraries, one thread on one core, calls
in turns; the first call of benchmark-mi in a process compiles, and its seconds are counted as every
user has them (each call compiles again, for its own network). Ours measures on 30 % of the rows
that training never saw; benchmark-mi takes the best of the figures on its test half, which also
stops its training. `rms` is the root mean square error, seconds are medians, over the seeds.

{table}

{versions}"""


def run(results: Path, scratch: Path, peers: Path) -> None:
    """Let both measure and write ``peers.csv``, ``.md`` and ``.svg`` to `results`."""
    hold_to_one_core()
    rows, versions = measured(peers)
    text = TEXT.format(
        n=N, seeds=", ".join(map(str, SEEDS)), table=markdown(beside(rows)), versions=versions
    )
    publish(
        results, "peers", rows,
        title="Neural estimators beside benchmark-mi", text=text, figure=draw(rows),
    )  # fmt: skip
