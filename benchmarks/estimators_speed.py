"""How long a figure takes beside the peers: the libraries in turn, round by round, on one core.

All are asked in one run, one after the other in every round, so that what else the machine does
falls on all of them alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.estimators_calls import OURS, PEERS, Answer, Call, Library
from benchmarks.publishing import markdown, publish
from infometer.estimators.samples import standardize
from infometer.resampling import generator
from infometer.sources import CorrelatedGaussian

SIZES, DIMENSIONS, RHO, K = (1_000, 10_000), (1, 5, 20), 0.6, 3
ROUNDS, SLOW_ROUNDS = 7, 3
Cell = tuple[int, int]


class Contestant(NamedTuple):
    """A library's call; in `slow` cells it takes half a minute or more."""

    name: str
    module: str
    call: Call
    dimensions: tuple[int, ...] = DIMENSIONS
    slow: tuple[Cell, ...] = ()


DEFAULT, FLOATS, BARE = "infometer", "infometer, 64-bit floats", "infometer, figure alone"
CONTESTANTS = (
    Contestant(DEFAULT, OURS, Call("KSG with interval", {"k": K})),
    Contestant(FLOATS, OURS, Call("KSG in 64-bit floats", {"k": K})),
    Contestant(BARE, OURS, Call("KSG", {"k": K})),
    Contestant(
        "scikit-learn", OURS, Call("scikit-learn mutual_info_regression", {"k": K}), (1,)
    ),
    Contestant("npeet-plus", PEERS, Call("npeet-plus mi", {"k": K})),
    Contestant("infomeasure", PEERS, Call("infomeasure mi", {"k": K}), slow=((10_000, 20),)),
    Contestant("benchmark-mi", PEERS, Call("benchmark-mi KSG", {"k": K}), slow=((10_000, 20),)),
)  # fmt: skip
TARGETS: Mapping[tuple[str, str, Cell], float] = {
    (DEFAULT, "scikit-learn", (10_000, 1)): 2,
    (DEFAULT, "npeet-plus", (10_000, 5)): 2.5,
    (DEFAULT, "npeet-plus", (10_000, 20)): 15,
    (DEFAULT, "benchmark-mi", (10_000, 20)): 60,
    (DEFAULT, "infomeasure", (10_000, 20)): 100,
    (FLOATS, "npeet-plus", (10_000, 5)): 1.5,
    (FLOATS, "npeet-plus", (10_000, 20)): 8,
    (FLOATS, "benchmark-mi", (10_000, 20)): 25,
    (FLOATS, "infomeasure", (10_000, 20)): 50,
}


def write_gaussian(folder: Path, n: int, d: int) -> Path:
    """Leave n standardised rows of d pairs of coordinates, each of correlation ρ, in `folder`."""
    source = CorrelatedGaussian.from_correlation(RHO, d)
    x, y = source.sample(n, generator(0, "speed", n, d))
    path = folder / f"{n}_{d}.npz"
    np.savez(path, x=standardize(x), y=standardize(y))
    return path


def race(
    libraries: Mapping[str, Library], data: Path, cell: Cell, slow: bool
) -> dict[str, list[Answer]]:
    """The answers of every contestant in this cell, one a round after one that does not count."""
    runners = [
        runner
        for runner in CONTESTANTS
        if cell[1] in runner.dimensions and (slow or cell not in runner.slow)
    ]
    answers: dict[str, list[Answer]] = {runner.name: [] for runner in runners}
    for round_ in range(-1, ROUNDS):
        for runner in runners:
            if cell in runner.slow and not 0 <= round_ < SLOW_ROUNDS:
                continue
            answer = libraries[runner.module].ask(runner.call, data)
            if round_ >= 0:
                answers[runner.name].append(answer)
    return answers


def compare(answers: Mapping[str, list[Answer]], cell: Cell) -> list[dict[str, object]]:
    """A row for each contestant: median and quartiles of its seconds, and of its ratio to ours."""
    ours = np.array([answer.seconds for answer in answers[DEFAULT]])
    rows = []
    for name, given in answers.items():
        seconds = np.array([answer.seconds for answer in given])
        low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75])
        ratios = np.quantile(seconds / ours[: len(seconds)], [0.25, 0.75])
        rows.append(
            {
                "n": cell[0], "d": cell[1], "library": name, "rounds": len(seconds),
                "seconds": median, "seconds_low": low, "seconds_high": high,
                "ratio": median / np.median(ours),
                "ratio_low": ratios[0], "ratio_high": ratios[1],
                "value": given[0].value, "difference": given[0].value - answers[DEFAULT][0].value,
            }
        )  # fmt: skip
    return rows


def draw(table: pd.DataFrame) -> Figure:
    """Seconds against dimensions, one panel a sample size, with their quartiles."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, table["n"].nunique(), sharey=True))
    for ax, (n, cells) in zip(axes, table.groupby("n"), strict=True):
        for name in table["library"].unique():
            rows = cells[cells["library"] == name]
            spread = [rows["seconds"] - rows["seconds_low"], rows["seconds_high"] - rows["seconds"]]
            ax.errorbar(rows["d"], rows["seconds"], spread, marker="o", markersize=4, label=name)
        ax.set(xscale="log", yscale="log", xlabel="dimensions of x and of y", title=f"n = {n}")
        ax.set_xticks(table["d"].unique(), [str(d) for d in table["d"].unique()])
        ax.minorticks_off()
    axes[0].set_ylabel("seconds")
    axes[0].legend(fontsize=7, frameon=False)
    return figure


def summary(table: pd.DataFrame) -> str:
    """The targets, met or not."""
    seconds = table.set_index(["library", "n", "d"])["seconds"]
    lines = []
    for (ours, peer, (n, d)), target in TARGETS.items():
        if (peer, n, d) in seconds.index:
            ratio = seconds[peer, n, d] / seconds[ours, n, d]
            bare = seconds[peer, n, d] / seconds[BARE, n, d]
            lines.append(
                f"- n = {n}, {d}+{d} dimensions: {peer} takes {ratio:.2g} times the seconds of "
                f"{ours} with its interval, {bare:.2g} times those of the figure alone; the target "
                f"of {target:g} is {'met' if ratio >= target else 'missed'} with the interval"
                f"{'' if ratio >= target else ' and met without' if bare >= target else ''}."
            )
    return "\n".join(lines)


INTRODUCTION = f"""\
KSG with k = {K} of Gaussian pairs of correlation {RHO:g} in every coordinate, standardised before:
n rows, d dimensions on either side. Every library has a process of its own with one thread, all on
one core; they are asked in turn, {ROUNDS} rounds after one that does not count ({SLOW_ROUNDS}
rounds without one where a call takes half a minute or more). Only the call is timed: not the
import, nor reading the data, nor compiling.

`seconds` is the median of the rounds with its quartiles; `ratio` is that median over the median of
{DEFAULT}'s, with the quartiles of the ratios within a round; `difference` is the figure less ours,
in nats. `{DEFAULT}` is the call as a user makes it, which gives an interval; `{FLOATS}` is the same
without the 16-bit distances that go before; `{BARE}` has no interval, and neither have the peers.
scikit-learn takes one column."""


def run(results: Path, peers: Path, slow: bool) -> None:
    """Time all cells and write ``speed.csv``, ``.md`` and ``.svg`` to `results`."""
    rows: list[dict[str, object]] = []
    with TemporaryDirectory() as folder, Library(OURS) as ours, Library(PEERS, peers) as theirs:
        libraries = {OURS: ours, PEERS: theirs}
        for n in SIZES:
            for d in DIMENSIONS:
                data = write_gaussian(Path(folder), n, d)
                rows += compare(race(libraries, data, (n, d), slow), (n, d))
    table = pd.DataFrame(rows)
    digits = {
        name: [f"{value:.3g}" for value in table[name]]
        for name in table.columns
        if name.startswith(("seconds", "ratio", "difference"))
    }
    text = [INTRODUCTION, summary(table), markdown(table.assign(**digits)), theirs.told()]
    publish(
        results, "speed", table,
        title="Speed beside the peers", text="\n\n".join(text), figure=draw(table),
    )  # fmt: skip
