"""Rows that never are in memory together: by batches, and as Dask arrays on two workers.

``python -m benchmarks.streams``; every case runs in a process of its own, whose peak memory beyond
its imports is told.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.contracts import Estimate
from infometer.estimators import DiscreteInformation, GaussianInformation
from infometer.resampling import generator
from infometer.sources import CorrelatedGaussian

RESULTS = Path(__file__).parent / "results" / "streams"
PAIRS, PAIRS_IN_MEMORY, CELLS, CHOICES = 40_000_000, 4_000_000, 50, 5
ROWS, ROWS_IN_MEMORY, COLUMNS, INFORMATION = 10_000_000, 200_000, 8, 1.0
BATCH, ROW_BATCH = 250_000, 100_000
WORKERS, WORKER_MEGABYTES = 2, 400
MOST_MEGABYTES, MOST_BITS = 300, 0.001

Batches = Iterator[tuple[np.ndarray, np.ndarray]]


def label_batches(n: int) -> Batches:
    """Pairs of labels, y uniform in 50 and x one of the 5 that follow: log 50 − log 5 nats."""
    for start in range(0, n, BATCH):
        rng = generator(0, "labels", start)
        y = rng.integers(0, CELLS, BATCH)
        yield ((y + rng.integers(0, CHOICES, BATCH)) % CELLS)[:, None], y


def number_batches(n: int) -> Batches:
    """Gaussian views of 8 columns each, of 1 nat."""
    source = CorrelatedGaussian(COLUMNS, COLUMNS, mutual_information=INFORMATION)
    for start in range(0, n, ROW_BATCH):
        yield source.sample(ROW_BATCH, random_state=generator(0, "numbers", start))


def streamed(estimator: Any, batches: Batches) -> tuple[Estimate, float]:
    """The figure of all batches, and the processor's seconds without those of drawing them."""
    seconds = 0.0
    for x, y in batches:
        start = time.process_time()
        estimator.partial_fit(x, y)
        seconds += time.process_time() - start
    start = time.process_time()
    return estimator.estimate_, seconds + time.process_time() - start


def at_once(estimator: Any, batches: Batches) -> tuple[Estimate, float]:
    """The figure of all batches as rows in memory, and the processor's seconds that `fit` took."""
    x, y = (np.concatenate(views) for views in zip(*batches, strict=True))
    start = time.process_time()
    return estimator.fit(x, y).estimate_, time.process_time() - start


def labels_by_batches() -> dict[str, Any]:
    """Case (a): 4·10⁷ pairs, 640 MB, of which 4 MB are in memory at a time."""
    found, seconds = streamed(DiscreteInformation(), label_batches(PAIRS))
    return row(found, np.log(CELLS / CHOICES), seconds)


def labels_in_memory() -> dict[str, Any]:
    """A tenth of the pairs, at once."""
    found, seconds = at_once(DiscreteInformation(), label_batches(PAIRS_IN_MEMORY))
    return row(found, np.log(CELLS / CHOICES), seconds)


def labels_on_workers() -> dict[str, Any]:
    """Case (b): the pairs as Dask arrays, drawn on two workers of 400 MB each."""
    from dask import array
    from distributed import Client, LocalCluster

    limits = {"n_workers": WORKERS, "memory_limit": f"{WORKER_MEGABYTES}MB"}
    with (
        LocalCluster(threads_per_worker=1, dashboard_address=None, **limits) as cluster,
        Client(cluster) as client,
    ):
        before = client.run(process_id)
        rng = array.random.default_rng(0)
        draw = {"size": PAIRS, "chunks": BATCH}
        y = rng.integers(0, CELLS, **draw)
        x = (y + rng.integers(0, CHOICES, **draw)) % CELLS
        start = time.perf_counter()
        found = DiscreteInformation().fit(x[:, None], y).estimate_
        seconds = time.perf_counter() - start
        told = "\n".join(line for log in client.get_worker_logs().values() for _, line in log)
        return {
            **row(found, np.log(CELLS / CHOICES), seconds),
            "worker_megabytes": max(client.run(peak_megabytes).values()),
            "workers_lost": len(before.items() - client.run(process_id).items()),
            "pauses": told.count("Pausing worker"),
            "spilled_megabytes": sum(client.run(spilled_megabytes).values()),
        }


def process_id() -> int:
    """Of the worker: another one where it was killed and started anew."""
    return psutil.Process().pid


def spilled_megabytes(dask_worker: Any) -> float:
    """What the worker has put on its disk."""
    return float(dask_worker.data.spilled_total.memory / 1e6)


def numbers_by_batches() -> dict[str, Any]:
    """Case (c): 10⁷ rows of 8 + 8 columns, 1.3 GB, of which 13 MB are in memory at a time."""
    found, seconds = streamed(GaussianInformation(), number_batches(ROWS))
    return row(found, INFORMATION, seconds)


def numbers_in_memory() -> dict[str, Any]:
    """The first of these rows, at once and by batches: one figure."""
    found, seconds = at_once(GaussianInformation(), number_batches(ROWS_IN_MEMORY))
    same, _ = streamed(GaussianInformation(), number_batches(ROWS_IN_MEMORY))
    return {**row(found, INFORMATION, seconds), "nats_from_stream": abs(found.value - same.value)}


CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "labels by batches": labels_by_batches,
    "labels in memory": labels_in_memory,
    "labels on two workers": labels_on_workers,
    "numbers by batches": numbers_by_batches,
    "numbers in memory": numbers_in_memory,
}


def row(found: Estimate, truth: float, seconds: float) -> dict[str, Any]:
    """What all cases tell."""
    low, high = found.interval or (np.nan, np.nan)
    return {
        "n": found.n_samples,
        "bits": found.bits,
        "truth": truth / np.log(2),
        "standard_error": (found.standard_error or np.nan) / np.log(2),
        "covered": bool(low <= truth <= high),
        "seconds": seconds,
        "nanoseconds_a_row": 1e9 * seconds / (found.n_samples or np.nan),
    }


def peak_megabytes() -> float:
    """The most that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3 / 1.024)


def measured(case: str) -> dict[str, Any]:
    """Run a case here, and tell what it held beyond what the imports had left."""
    before = psutil.Process().memory_info().rss / 1e6
    found = CASES[case]()
    return {"case": case, **found, "megabytes": peak_megabytes() - before}


def in_a_process_of_its_own(case: str) -> dict[str, Any]:
    """The same in a fresh interpreter."""
    call = [sys.executable, "-m", "benchmarks.streams", "--case", case]
    ended = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def draw(table: pd.DataFrame) -> Figure:
    """Nanoseconds a row, and megabytes beyond the imports, beside the size of the data."""
    figure = Figure(figsize=(10, 3), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    width = np.where(table["case"].str.startswith("labels"), 2, 2 * COLUMNS)
    left.barh(table["case"], table["nanoseconds_a_row"])
    left.set(xlabel="nanoseconds a row", xscale="log")
    held = table["worker_megabytes"].fillna(table["megabytes"])
    right.barh(table["case"], 8 * width * table["n"] / 1e6, color="0.85", label="the rows")
    right.barh(table["case"], held, height=0.4, label="held beyond imports; by a worker, in all")
    right.set(xlabel="megabytes", xscale="log")
    figure.legend(fontsize=7, frameon=False, ncols=2, loc="outside upper right")
    left.invert_yaxis()
    return figure


INTRODUCTION = """\
Pairs of labels, y uniform in {cells} and x one of the {choices} that follow it, hold log₂ {cells} −
log₂ {choices} = {bits:.4f} bits; Gaussian views of {columns} + {columns} columns hold {nats:g} nat.
`partial_fit` takes batches of {batch} pairs and of {row_batch} rows. Seconds are the processor's,
without those of drawing the rows; of the workers they are by the clock, with them, on a machine
with other work. Each worker of Dask may hold {limit} MB, imports included.
"In memory" is `fit` on rows that are there already, which also gives every row its own term."""

VERDICT = """\
Labels by batches: {error:.5f} bits from the truth (target {most_bits:g}) with {held:.0f} MB beyond
the imports (target {most:g}). On the workers: {lost:.0f} were lost, {pauses:.0f} pauses,
{spilled:.0f} MB spilled, {worker:.0f} MB at most in one. Numbers in memory and the same by batches
differ by {differ:.1g} nats."""


def main() -> None:
    """Run one case and print its row, or all and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES)
    case = parser.parse_args().case
    if case is not None:
        print(json.dumps(measured(case), default=float))
        return
    rows = []
    for name in CASES:
        print(name, flush=True)
        rows.append(in_a_process_of_its_own(name))
    table = pd.DataFrame(rows)
    by_case = table.set_index("case")
    stream, workers = by_case.loc["labels by batches"], by_case.loc["labels on two workers"]
    introduction = INTRODUCTION.format(
        cells=CELLS, choices=CHOICES, bits=np.log2(CELLS / CHOICES), columns=COLUMNS,
        nats=INFORMATION, batch=BATCH, row_batch=ROW_BATCH, limit=WORKER_MEGABYTES,
    )  # fmt: skip
    verdict = VERDICT.format(
        error=abs(stream["bits"] - stream["truth"]), most_bits=MOST_BITS,
        held=stream["megabytes"], most=MOST_MEGABYTES, lost=workers["workers_lost"],
        pauses=workers["pauses"], spilled=workers["spilled_megabytes"],
        worker=workers["worker_megabytes"],
        differ=by_case.loc["numbers in memory", "nats_from_stream"],
    )  # fmt: skip
    RESULTS.mkdir(parents=True, exist_ok=True)
    publish(
        RESULTS, "streams", table,
        title="Rows that never are in memory together",
        text="\n\n".join([introduction, verdict, markdown(table)]),
        figure=draw(table),
    )  # fmt: skip


if __name__ == "__main__":
    main()
