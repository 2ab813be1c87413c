"""What cross-fitted pointwise V-information of many short texts costs: seconds and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.estimators.predictive import pointwise_v_information

SIZES = (1_000, 10_000, 100_000)
WORDS, VOCABULARY = 12, 30_000
REPEATS = 3


def texts_of(n: int) -> tuple[list[str], np.ndarray]:
    """Texts of 12 words on average, of a Zipf vocabulary, a tenth of which lean to a label."""
    rng = np.random.default_rng(n)
    labels = rng.integers(2, size=n)
    lengths = 4 + rng.poisson(WORDS - 4, size=n)
    words = (rng.zipf(1.2, size=lengths.sum()) - 1) % VOCABULARY
    owner = np.repeat(labels, lengths)
    leaning = (words % 10 == 0) & (rng.random(len(words)) < 0.3)
    words[leaning] += 1 + owner[leaning]  # words of the residues 1 and 2 lean to the labels
    names = np.array([f"w{word}" for word in range(VOCABULARY + 2)])[words]
    ends = lengths.cumsum()
    return [" ".join(part) for part in np.split(names, ends[:-1])], labels


def measured(n: int) -> str:
    """In a process of its own: seconds, peak memory and the figure, as a line of CSV."""
    texts, labels = texts_of(n)
    start = time.perf_counter()
    found = pointwise_v_information("linear", texts, labels, random_state=0, n_jobs=2)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return f"{seconds},{(peak + children) / 2**20},{found.information.bits},{found.accuracy}"


def draw(table: pd.DataFrame) -> Figure:
    """Seconds against texts."""
    figure = Figure(figsize=(5, 3), layout="constrained")
    ax = figure.add_subplot()
    ax.loglog(table["texts"], table["seconds"], "o-")
    ax.axhline(180, color="0.6", ls="--", lw=0.8)
    ax.text(SIZES[0], 190, "3 minutes", color="0.4", fontsize=8)
    ax.set(xlabel="texts", ylabel="seconds, two cores")
    return figure


TEXT = """\
`pointwise_v_information("linear", texts, labels)`: words and pairs of words, TF-IDF, a linear
softmax whose penalty is chosen by held-out log-loss, five folds, each vocabulary and each weight
from its own training texts. Drawn texts of {words} words on average from a Zipf vocabulary of
{vocabulary}; median of {repeats} runs in processes of their own, two cores. Target: {largest} texts
in under 180 s. The peak adds that of the largest worker to the parent's.

{table}"""


def run(results: Path, scratch: Path) -> None:
    """Write ``cost.csv``, ``.md`` and ``.svg``."""
    rows = []
    for n in SIZES:
        runs = []
        for _ in range(REPEATS):
            command = [sys.executable, "-m", "benchmarks.usable_cost", str(n)]
            environment = {**os.environ, "OMP_NUM_THREADS": "1"}
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            runs.append([float(cell) for cell in done.stdout.strip().split(",")])
            print(f"cost: {n} texts, {runs[-1][0]:.1f} s", flush=True)
        seconds, gigabytes, bits, accuracy = np.median(runs, axis=0)
        rows.append((n, seconds, gigabytes, bits, accuracy))
    columns = ["texts", "seconds", "peak_gigabytes", "v_information_bits", "accuracy"]
    table = pd.DataFrame(rows, columns=columns)
    publish(
        results, "cost", table, title="The cost of pointwise V-information",
        text=TEXT.format(
            words=WORDS, vocabulary=VOCABULARY, repeats=REPEATS, largest=SIZES[-1],
            table=markdown(table),
        ),
        figure=draw(table),
    )  # fmt: skip


if __name__ == "__main__":
    print(measured(int(sys.argv[1])))
