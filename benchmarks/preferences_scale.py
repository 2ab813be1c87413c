"""What solving with large comparison graphs costs, and what it leaves of its right-hand sides.

``python -m benchmarks.preferences scale``: every case in a process of its own, on one core. A case
is a line of `CASES`: what is prepared and is not timed, what is timed, and the target.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from benchmarks.publishing import markdown, publish
from infometer.preferences import (
    ComparisonGraph,
    OnlinePosterior,
    algebraic_connectivity,
    bridges,
    edge_leverage,
    laplacian_solver,
    mean_resistance,
    reward_posterior,
)
from infometer.sweeps import sweep

N, N_PAIRS, BLOCK = 100_000, 1_000, 64
Figures = dict[str, float | int | str]


class Case(NamedTuple):
    """One line of the table.

    Attributes
    ----------
    prepare : callable
        Makes what `work` takes; not timed.
    work : callable
        Gives figures: ``value`` (something to compare between lines), ``residual``, and others.
    seconds, gigabytes : float, optional
        The target: wall-clock seconds and peak of the process.
    """

    prepare: Callable[[], Any]
    work: Callable[[Any], Figures]
    seconds: float | None = None
    gigabytes: float | None = None


def unit_graph(n: int, pairs: np.ndarray) -> ComparisonGraph:
    return ComparisonGraph(
        n_items=n, pairs=pairs[pairs[:, 0] != pairs[:, 1]], kind="cardinal", variances=1.0
    )


def tree(extra: int, n: int = N) -> ComparisonGraph:
    """Every item compared with a random earlier one, and `extra` random pairs."""
    rng = np.random.default_rng(0)
    child = np.arange(1, n)
    parents = (rng.random(n - 1) * child).astype(int)
    return unit_graph(n, np.vstack([np.stack([child, parents], 1), rng.integers(0, n, (extra, 2))]))


def grid(side: int) -> ComparisonGraph:
    at = np.arange(side * side).reshape(side, side)
    down, right = np.stack([at[1:], at[:-1]], -1), np.stack([at[:, 1:], at[:, :-1]], -1)
    return unit_graph(side * side, np.vstack([down.reshape(-1, 2), right.reshape(-1, 2)]))


def choices(n: int, m: int) -> ComparisonGraph:
    """Bradley-Terry choices between random items of N(0, 1) rewards, which are their prior."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, n, (m, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    rewards = rng.standard_normal(n)
    chance = 1.0 / (1.0 + np.exp(rewards[pairs[:, 1]] - rewards[pairs[:, 0]]))
    won = (rng.random(len(pairs)) < chance).astype(float)
    return ComparisonGraph(n_items=n, pairs=pairs, outcomes=won, prior_precision=1.0)


def asked(n: int) -> np.ndarray:
    drawn = np.random.default_rng(1).integers(0, n, (2 * N_PAIRS, 2))
    return drawn[drawn[:, 0] != drawn[:, 1]][:N_PAIRS]


def by_infometer(graph: ComparisonGraph) -> Figures:
    start = time.perf_counter()
    solver = laplacian_solver(graph.laplacian())
    prepared = time.perf_counter() - start
    found = solver.pair_variances(asked(graph.n_items))
    return {
        "value": found.mean(), "residual": solver.worst_residual, "prepared_seconds": prepared,
        "solver": repr(solver),
    }  # fmt: skip


def by_splu(graph: ComparisonGraph) -> Figures:
    """Item 0 grounded, minimum degree on the symmetric pattern: what SciPy offers."""
    start = time.perf_counter()
    laplacian = csc_array(graph.laplacian())
    factors = splu(
        laplacian[1:, 1:].tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )  # fmt: skip
    prepared = time.perf_counter() - start
    pairs, found, worst = asked(graph.n_items), np.empty(N_PAIRS), 0.0
    for first in range(0, N_PAIRS, BLOCK):
        u, v = pairs[first : first + BLOCK].T
        at, b = np.arange(len(u)), np.zeros((graph.n_items, len(u)))
        b[u, at], b[v, at] = 1.0, -1.0
        x = np.vstack([np.zeros((1, len(u))), factors.solve(b[1:])])
        left = np.linalg.norm(laplacian @ x - b, axis=0) / np.sqrt(2.0)
        worst = max(worst, float(left.max()))
        found[first : first + BLOCK] = x[u, at] - x[v, at]
    return {"value": found.mean(), "residual": worst, "prepared_seconds": prepared}


def all_pairs_by_infometer(graph: ComparisonGraph) -> Figures:
    pairs = np.stack(np.triu_indices(graph.n_items, 1), axis=1)
    solver = laplacian_solver(graph.laplacian())
    return {"value": solver.pair_variances(pairs).mean(), "residual": solver.worst_residual}


def all_pairs_by_networkx(graph: ComparisonGraph) -> Figures:
    found = nx.resistance_distance(nx.Graph(graph.pairs.tolist()))
    n = graph.n_items
    return {"value": sum(sum(row.values()) for row in found.values()) / (n * (n - 1))}


def posterior(graph: ComparisonGraph) -> Figures:
    found = reward_posterior(graph)
    pairs = asked(graph.n_items)
    means, variances = found.pair_mean(pairs), found.pair_variance(pairs)
    return {
        "value": float(variances.mean()), "residual": found.solver.worst_residual,
        "mean": float(np.abs(means).mean()),
    }  # fmt: skip


def next_pairs(graph: ComparisonGraph) -> Figures:
    """Of 200 answers and the next pair after each, 95 % are faster than ``value``.

    Three pairs are pending with other people. The slowest finds the posterior from all answers.
    """
    rng, seconds, cpu = np.random.default_rng(2), [], []
    start = time.perf_counter()
    state = OnlinePosterior.from_graph(graph)
    prepared, pair = time.perf_counter() - start, (0, 1)
    for _ in range(200):
        start, start_cpu = time.perf_counter(), time.process_time()
        state = state.answer(*pair, float(rng.integers(2)))
        pair = state.next_pair(pending=[(2, 3), (4, 5), (6, 7)], random_state=0)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    return {
        "value": float(np.quantile(seconds, 0.95)), "cpu": float(np.quantile(cpu, 0.95)),
        "mean": float(np.mean(seconds)), "slowest": max(seconds), "prepared_seconds": prepared,
    }  # fmt: skip


def simple(graph: ComparisonGraph) -> ComparisonGraph:
    """Without parallel edges, of which networkx keeps one."""
    return unit_graph(graph.n_items, np.unique(np.sort(graph.pairs, axis=1), axis=0))


CASES = {
    "1000 pairs, 2 000 extra edges": Case(lambda: tree(2_000), by_infometer),
    "1000 pairs, 5 000 extra edges": Case(lambda: tree(5_000), by_infometer, 30),
    "1000 pairs, 5 000 extra edges, SuperLU": Case(lambda: tree(5_000), by_splu),
    "1000 pairs, 20 000 extra edges": Case(lambda: tree(20_000), by_infometer, 60, 4),
    "1000 pairs, 20 000 extra edges, SuperLU": Case(lambda: tree(20_000), by_splu),
    "1000 pairs, grid 300 x 300": Case(lambda: grid(300), by_infometer),
    "leverages, 20 000 extra edges": Case(
        lambda: tree(20_000), lambda graph: {"value": float(edge_leverage(graph).sum())}
    ),
    "mean resistance, 5 000 extra edges": Case(
        lambda: tree(5_000), lambda graph: {"value": mean_resistance(graph).value}
    ),
    "bridges, 5 000 extra edges": Case(
        lambda: tree(5_000), lambda graph: {"value": int(bridges(graph).sum())}
    ),
    "connectivity, 5 000 extra edges": Case(
        lambda: tree(5_000), lambda graph: {"value": algebraic_connectivity(graph)}
    ),
    "all pairs of 1000 items": Case(lambda: simple(tree(4_000, 1_000)), all_pairs_by_infometer),
    "all pairs of 1000 items, networkx": Case(
        lambda: simple(tree(4_000, 1_000)), all_pairs_by_networkx
    ),
    "posterior of 10 000 items, 100 000 comparisons": Case(
        lambda: choices(10_000, 100_000), posterior, 60
    ),
    "next pair of 1000 items, 10 000 answers": Case(lambda: choices(1_000, 10_000), next_pairs),
}


def measure(name: str) -> Figures:
    """The case in this process."""
    case = CASES[name]
    given = case.prepare()
    wall, cpu = time.perf_counter(), time.process_time()
    figures = case.work(given)
    return {
        "wall_seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        **figures,
    }


def measured(random_state: int, case: str) -> Figures:
    """`measure` in a fresh process with one thread."""
    call = [sys.executable, "-m", "benchmarks.preferences_scale", "--measure", case]
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(
        call, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=os.environ | threads
    )
    return json.loads(ended.stdout)


TEXT = """\
{n} items, each compared with a random earlier one, and extra random pairs; unit variances. Every
line is a process of its own with one thread; the peak counts the interpreter and the imports. The
residual is the largest |Lx - b| / |b| of all solves. "solver" tells how many items were left by the
exact elimination of those with few neighbours. "value" is the figure that lines of one graph share:
the mean resistance of the pairs; for leverages their sum, which is the number of items less one;
for the posterior the mean variance of the pairs, and "mean" that of their differences without sign;
for an answer and the next pair what 95 % of 200 stay below, in wall-clock seconds.

{verdicts}

{table}"""


def verdicts(rows: pd.DataFrame) -> str:
    """The targets, met or missed."""
    of = rows.set_index("case")
    lines = []
    for name, case in CASES.items():
        if case.seconds is not None:
            wall, cpu = of.loc[name, "wall_seconds"], of.loc[name, "cpu_seconds"]
            told = f"{name}: {wall:.1f} s, {cpu:.1f} s of CPU (target: at most {case.seconds})"
            if case.gigabytes is not None:
                told += f", peak {of.loc[name, 'peak_gigabytes']:.2f} GB (at most {case.gigabytes})"
            lines.append(f"{told}, residual {of.loc[name, 'residual']:.0e} (at most 1e-8).")
    asked_next = of.loc["next pair of 1000 items, 10 000 answers"]
    lines.append(
        f"Next pair at 1000 items and 10 000 answers: 95 % within {asked_next['value']:.3f} s, "
        f"{asked_next['cpu']:.3f} s of CPU (target: at most 0.2); the slowest, which fits all "
        f"answers anew, {asked_next['slowest']:.3f} s."
    )
    return "\n".join(f"- {line}" for line in lines)


def run(results: Path, scratch: Path) -> None:
    """Measure what has not been, and write ``scale.csv`` and ``scale.md``."""
    rows = sweep(
        measured,
        {"case": list(CASES)},
        scratch / "scale.sqlite",
        n_jobs=1,
        progress=lambda done, of: print(f"scale: {done} of {of}", flush=True),
    )
    table = rows.copy()
    table["residual"] = [f"{x:.0e}" if np.isfinite(x) else "" for x in rows["residual"]]
    text = TEXT.format(n=N, verdicts=verdicts(rows), table=markdown(table))
    publish(results, "scale", rows, title="Large comparison graphs", text=text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2]), default=float))
