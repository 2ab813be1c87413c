"""Does the tracker keep to its budget, measured from outside?

A convolutional classifier is trained on scikit-learn's digits with and without a tracker that has
a budget of its training time, in turn, each in a process of its own with one thread. The ratio of
what the two took is quoted pair by pair: of processor seconds, which other work on the machine
disturbs less, and of wall seconds beside them. The first point, which also chooses the noise, is
always measured, whatever the budget.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish

PAIRS = 5
BUDGETS = (0.05, 0.15, 0.30)

TRAINING = """
import sys, time
import numpy as np
from sklearn.datasets import load_digits
from torch import nn
from infometer.bottleneck import InformationPlane, noisy_classifier
from infometer.estimators.fitting import fit_module

budget, epochs = float(sys.argv[1]), int(sys.argv[2])
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32").reshape(-1, 8, 8)
model = noisy_classifier((8, 8), 10)
loss = lambda network, a, b: nn.functional.cross_entropy(network(a), b)
fit_module(model, loss, (x[500:], y[500:]), max_steps=3, batch_size=64)  # loads torch's parts
total = epochs * -(-1297 // 64)
plane = InformationPlane(
    model, x[:500], y[:500], budget=max(budget, 1e-9), total_steps=total,
    at=[] if budget == 0 else None, random_state=0,
)
start, begun = time.perf_counter(), time.process_time()
with plane:
    fit_module(
        model, loss, (x[500:], y[500:]), max_epochs=epochs, batch_size=64,
        on_step=lambda step, value: plane.update(step, loss=value),
    )
print(time.process_time() - begun, time.perf_counter() - start, len(plane.schedule.measured))
"""


def timed(budget: float, epochs: int) -> tuple[float, float, int]:
    """Processor and wall seconds of the training in a fresh process, and points measured."""
    command = [sys.executable, "-c", TRAINING, str(budget), str(epochs)]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
    processor, wall, points = done.stdout.split()
    return float(processor), float(wall), int(points)


def run(results: Path, scratch: Path, n_jobs: int, epochs: int = 300) -> None:
    """Time pairs of trainings and publish the ratios."""
    rows = []
    for pair in range(PAIRS):
        bare, bare_wall, _ = timed(0.0, epochs)
        for budget in BUDGETS:
            tracked, tracked_wall, points = timed(budget, epochs)
            rows.append(
                {"pair": pair, "budget": budget, "bare_s": bare, "tracked_s": tracked,
                 "overhead": tracked / bare - 1, "wall_overhead": tracked_wall / bare_wall - 1,
                 "points": points}
            )  # fmt: skip
    table = pd.DataFrame(rows)
    summary = table.groupby("budget", as_index=False).agg(
        overhead_median=("overhead", "median"), overhead_min=("overhead", "min"),
        overhead_max=("overhead", "max"), wall_overhead_median=("wall_overhead", "median"),
        points_median=("points", "median"), bare_s_median=("bare_s", "median"),
    )  # fmt: skip
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.add_subplot()
    ax.plot([0, 0.35], [0, 0.35], color="0.6", ls=":", label="the budget")
    jitter = np.random.default_rng(0).uniform(-0.004, 0.004, len(table))
    ax.scatter(table["budget"] + jitter, table["overhead"], label="measured from outside")
    ax.set(xlabel="budget, share of the training time", ylabel="time with / without tracker, − 1")
    ax.set_ylim(bottom=min(0.0, float(table["overhead"].min()) - 0.02))
    ax.legend(frameon=False)
    text = f"{(__doc__ or '').strip()}\n\n{epochs} epochs, {PAIRS} pairs.\n\n{markdown(summary)}"
    publish(results, "budget", table, title="The tracker's budget", text=text, figure=figure)
