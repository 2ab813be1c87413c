"""Exact directed information beside dit, and the ways that need no joint law beside enumeration."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from infometer.quantities import (
    CausalKernels,
    directed_information,
    directed_information_rate,
    kernel_directed_information,
)

ROUNDS = 21
BITS = math.log(2.0)


def system_b() -> CausalKernels:
    """A bit that flips with probability 0.3, through a channel that errs with 0.2."""
    return CausalKernels.from_functions(
        lambda x, y: [[0.7, 0.3], [0.3, 0.7]][x[-1]] if x else [0.5, 0.5],
        lambda x, y: [[0.8, 0.2], [0.2, 0.8]][x[-1]],
    )


def with_dit(p: np.ndarray) -> Callable[[], float]:
    """Directed information in bits as the sum of conditional mutual informations that dit gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dit

        law = dit.Distribution.from_ndarray(p)
    n = p.ndim // 2

    def ask() -> float:
        terms = []
        for t in range(n):
            past = list(range(n, n + t))
            terms.append(dit.multivariate.coinformation(law, [list(range(t + 1)), [n + t]], past))
        return float(sum(terms))

    return ask


def race(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[list[float], list[float]]:
    """The two figures, and the median seconds of the two in turns."""
    figures = [ours(), peer()]
    seconds = np.empty((ROUNDS, 2))
    for round_ in range(ROUNDS):
        for column, call in enumerate((ours, peer)):
            start = time.perf_counter()
            call()
            seconds[round_, column] = time.perf_counter() - start
    return figures, np.median(seconds, axis=0).tolist()


def compare() -> pd.DataFrame:
    """A row for each task: values in bits, seconds, and how many times ours the peer takes."""
    kernels = system_b()
    rows = []

    def enumerate_law(law: np.ndarray) -> float:
        n = law.ndim // 2
        return directed_information(law, range(n), range(n, 2 * n)).forward / BITS

    def row(task, ours, name, peer, truth):
        (value, theirs), (ours_s, peer_s) = race(ours, peer)
        rows.append(
            {
                "task": task, "ours_s": ours_s, "peer": name, "peer_s": peer_s,
                "ratio": peer_s / ours_s, "target": math.nan, "value_bits": value,
                "peer_value_bits": theirs, "truth_bits": truth,
            }
        )  # fmt: skip

    for n, truth in ((4, math.nan), (5, 1.3270996)):
        law = kernels.law(n).p
        row(
            f"directed information, n = {n}, enumerated",
            lambda law=law: enumerate_law(law),
            "dit 2.3", with_dit(law), truth,
        )  # fmt: skip
    n, law = 9, kernels.law(9).p
    row(
        f"directed information, n = {n}, from kernels",
        lambda: kernel_directed_information(kernels, n).forward / BITS,
        "our enumeration", lambda: enumerate_law(law),
        math.nan,
    )  # fmt: skip
    row(
        "rate of directed information",
        lambda: directed_information_rate(kernels, 12).upper / BITS,
        "last step of the recursion, n = 16",
        lambda: float(kernel_directed_information(kernels, 16).forward_steps[-1]) / BITS,
        0.2619594890,
    )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Print the comparison."""
    print(compare().to_string(index=False))


if __name__ == "__main__":
    main()
