"""The BROJA decomposition beside cvxpy with Clarabel and dit: seconds, atoms and certified gaps.

All are asked for the same law in turn, round by round in one process.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from infometer.quantities import PartialInformation, partial_information
from infometer.resampling import generator

ROUNDS = 5
SHAPES = ((4, 4, 2), (10, 10, 2), (20, 20, 3))
DIT_LARGEST = 200
"""Cells of a law that dit is asked for."""
TARGETS = {("random 10x10x2", "dit"): 10.0}


class Answer(NamedTuple):
    """Redundancy, unique 1 and 2, and synergy in nats, and the certified gap where there is one."""

    atoms: np.ndarray
    gap: float


def ours(law: np.ndarray) -> Answer:
    """The interior-point method."""
    return _answer(partial_information(law))


def clarabel(law: np.ndarray) -> Answer:
    """The same program through cvxpy."""
    return _answer(partial_information(law, solver="clarabel"))


def dit(law: np.ndarray) -> Answer:
    """dit's PID_BROJA, from its random start; it has no certificate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from dit import Distribution
        from dit.pid import PID_BROJA

        cells = list(np.ndindex(law.shape))
        found = PID_BROJA(Distribution(cells, law.ravel()), [[0], [1]], [2])
        nodes = (((0,), (1,)), ((0,),), ((1,),), ((0, 1),))
        return Answer(np.array([found.get_pi(node) for node in nodes]) * np.log(2.0), np.nan)


def _answer(found: PartialInformation) -> Answer:
    atoms = [found.redundancy, found.unique1, found.unique2, found.synergy]
    return Answer(np.array(atoms), found.gap)


def laws() -> dict[str, np.ndarray]:
    """Random laws of three sizes, and a fair bit through two binary symmetric channels."""
    found = {
        "random " + "x".join(map(str, shape)): generator(0, "broja", *shape)
        .dirichlet(np.ones(int(np.prod(shape))))
        .reshape(shape)
        for shape in SHAPES
    }
    channels = [np.array([[1 - flip, flip], [flip, 1 - flip]]) for flip in (0.1, 0.2)]
    return {**found, "BSC .1 .2": 0.5 * np.einsum("ya,yb->aby", *channels)}


def race(
    law: np.ndarray, solvers: dict[str, Callable[[np.ndarray], Answer]]
) -> tuple[dict[str, float], dict[str, Answer]]:
    """Median seconds of each solver over the rounds, and its worst answer by unique 2."""
    seconds: dict[str, list[float]] = {name: [] for name in solvers}
    answers: dict[str, list[Answer]] = {name: [] for name in solvers}
    for round_number in range(ROUNDS + 1):
        for name, solve in solvers.items():
            start = time.perf_counter()
            answers[name].append(solve(law))
            if round_number:
                seconds[name].append(time.perf_counter() - start)
    medians = {name: float(np.median(times)) for name, times in seconds.items()}
    return medians, {name: max(a, key=lambda one: one.atoms[2]) for name, a in answers.items()}


def compare() -> pd.DataFrame:
    """One row a law and peer."""
    rows = []
    for task, law in laws().items():
        solvers: dict[str, Callable[[np.ndarray], Answer]] = {"ours": ours, "clarabel": clarabel}
        if law.size <= DIT_LARGEST:
            solvers["dit"] = dit
        seconds, answers = race(law, solvers)
        best = answers["ours"]
        for peer in list(solvers)[1:]:
            rows.append(
                {
                    "task": task,
                    "ours_s": seconds["ours"],
                    "peer": peer,
                    "peer_s": seconds[peer],
                    "ratio": seconds[peer] / seconds["ours"],
                    "target": TARGETS.get((task, peer), np.nan),
                    "unique2_nats": best.atoms[2],
                    "peer_unique2_nats": answers[peer].atoms[2],
                    "gap": best.gap,
                    "peer_gap": answers[peer].gap,
                    "largest_difference": np.abs(best.atoms - answers[peer].atoms).max(),
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Print the comparison."""
    print(compare().to_string(index=False, float_format="{:.3g}".format))


if __name__ == "__main__":
    main()
