"""What a figure costs in seconds and in memory, beside the arithmetic that it cannot do without."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numba import int16, njit

from benchmarks.estimators_calls import OURS, Call, Library
from benchmarks.estimators_speed import K, write_gaussian
from benchmarks.publishing import markdown, publish

SIZES, SLOW_SIZES = (500, 1_000, 2_000, 5_000, 10_000), (20_000, 50_000)
DIMENSIONS, N = (1, 2, 5, 10, 20, 50), 5_000
SHOWN = (1, 5, 20)
ROUNDS = 3
MOST_BYTES, LARGEST = 2e9, (50_000, 20)
TILE, COORDINATES, POINTS, SWEEPS = 512, 4, 16, 100_000


@njit(fastmath=True)
def _sweep_float64(tile: np.ndarray, points: np.ndarray, out: np.ndarray, sweeps: int) -> None:
    """max_c |tile_c − point_c| over four coordinates, of one point after the other."""
    for sweep in range(sweeps):
        point = points[sweep % len(points)]
        a, b, c, d = point[0], point[1], point[2], point[3]
        for j in range(tile.shape[1]):
            first = max(abs(tile[0, j] - a), abs(tile[1, j] - b))
            second = max(abs(tile[2, j] - c), abs(tile[3, j] - d))
            out[j] = max(out[j], max(first, second))


@njit
def _sweep_int16(tile: np.ndarray, points: np.ndarray, out: np.ndarray, sweeps: int) -> None:
    """The same, narrowed after every step, for numba widens integers."""
    for sweep in range(sweeps):
        point = points[sweep % len(points)]
        a, b, c, d = point[0], point[1], point[2], point[3]
        for j in range(tile.shape[1]):
            u, v = int16(abs(int16(tile[0, j] - a))), int16(abs(int16(tile[1, j] - b)))
            w, z = int16(abs(int16(tile[2, j] - c))), int16(abs(int16(tile[3, j] - d)))
            out[j] = int16(max(out[j], int16(max(int16(max(u, v)), int16(max(w, z))))))


SWEEP = {"float64": _sweep_float64, "int16": _sweep_int16}


def peak_operations(dtype: str) -> float:
    """Subtractions, absolute values and maxima a second, of data that stay in the first cache."""
    rng = np.random.default_rng(0)
    tile = rng.integers(-9_999, 9_999, (COORDINATES, TILE)).astype(dtype)
    points = rng.integers(-9_999, 9_999, (POINTS, COORDINATES)).astype(dtype)
    out = np.zeros(TILE, dtype)
    SWEEP[dtype](tile, points, out, 1)
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        SWEEP[dtype](tile, points, out, SWEEPS)
        seconds.append(time.perf_counter() - start)
    return 3 * COORDINATES * TILE * SWEEPS / min(seconds)


def measure(folder: Path, n: int, d: int, name: str = "KSG") -> dict[str, float]:
    """The median seconds of a figure of n rows and d+d dimensions, and its process's peak."""
    call = Call(name, {"k": K})
    data = write_gaussian(folder, n, d)
    with Library(OURS) as ours:
        ours.ask(call, data)
        answers = [ours.ask(call, data) for _ in range(1 if n in SLOW_SIZES else ROUNDS)]
    return {
        "n": n,
        "d": d,
        "seconds": float(np.median([answer.seconds for answer in answers])),
        "peak_megabytes": answers[-1].peak_bytes / 1e6,
    }


def floor(n: pd.Series, d: pd.Series, peak: float) -> pd.Series:
    """Seconds of n² · 2d · 3 operations: every pair of rows looked at once from either end."""
    return 3 * n**2 * 2 * d / peak


def draw(table: pd.DataFrame) -> Figure:
    """Seconds against n and against d, the arithmetic floors dashed and dotted."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for d in SHOWN:
        rows = table[table["d"] == d].sort_values("n")
        (line,) = left.plot(rows["n"], rows["seconds"], "o-", label=f"{d}+{d} dimensions")
        left.plot(rows["n"], rows["floor_float64"], "--", color=line.get_color())
        left.plot(rows["n"], rows["floor_int16"], ":", color=line.get_color())
    rows = table[table["n"] == N].sort_values("d")
    right.plot(rows["d"], rows["seconds"], "o-", color="k", label=f"n = {N}")
    right.plot(rows["d"], rows["floor_float64"], "--", color="k", label="all pairs, float64")
    right.plot(rows["d"], rows["floor_int16"], ":", color="k", label="all pairs, int16")
    left.set(xscale="log", yscale="log", xlabel="n", ylabel="seconds")
    right.set(xscale="log", xlabel="dimensions of x and of y")
    for ax in (left, right):
        ax.legend(fontsize=7, frameon=False)
    return figure


def memory(largest: dict[str, float] | None) -> str:
    """The peak of the default call on the largest sample, met or not."""
    where = f"n = {LARGEST[0]} and {LARGEST[1]}+{LARGEST[1]} dimensions"
    if largest is None:
        return f"The memory at {where} is measured with `--slow`."
    peak = 1e6 * largest["peak_megabytes"]
    return (
        f"At {where} the default call, with its interval, took {largest['seconds']:.3g} seconds "
        f"and its process held {peak / 1e9:.2f} GB at most, imports and data included; the "
        f"target of {MOST_BYTES / 1e9:g} GB is {'met' if peak < MOST_BYTES else 'missed'}."
    )


INTRODUCTION = """\
KSG with k = {k}, the figure alone, on one core: the median of {rounds} calls after one that does
not count (one above n = {largest}), in a process of its own whose peak memory is told, imports
included. The floor is the arithmetic of looking at every pair of rows from either end, n² · 2d
subtractions, absolute values and maxima, at the most that this core was seen to do on data in its
first cache: {float64:.0f} · 10⁹ operations a second in 64-bit floats, {int16:.0f} · 10⁹ in 16-bit
integers, which the search in blocks takes wherever they decide. What need not look at every pair,
such as sorted columns, can be below both."""


def run(results: Path, peers: Path, slow: bool) -> None:
    """Measure and write ``cost.csv``, ``.md`` and ``.svg`` to `results`."""
    sizes = (*SIZES, *SLOW_SIZES) if slow else SIZES
    cells = dict.fromkeys([(n, d) for n in sizes for d in SHOWN] + [(N, d) for d in DIMENSIONS])
    with TemporaryDirectory() as folder:
        table = pd.DataFrame([measure(Path(folder), n, d) for n, d in cells])
        largest = measure(Path(folder), *LARGEST, "KSG with interval") if slow else None
    peaks = {dtype: peak_operations(dtype) for dtype in SWEEP}
    for dtype, peak in peaks.items():
        table[f"floor_{dtype}"] = floor(table["n"], table["d"], peak)
    introduction = INTRODUCTION.format(
        k=K, rounds=ROUNDS, largest=max(SIZES),
        **{dtype: peak / 1e9 for dtype, peak in peaks.items()},
    )  # fmt: skip
    seconds = ("seconds", *(f"floor_{dtype}" for dtype in peaks))
    shown = table.assign(**{name: [f"{value:.3g}" for value in table[name]] for name in seconds})
    publish(
        results, "cost", table,
        title="The cost of KSG",
        text="\n\n".join([introduction, memory(largest), markdown(shown)]),
        figure=draw(table),
    )  # fmt: skip
