"""All categorical entropies of a batch of logits beside one log-softmax: seconds, memory, digits.

The two take turns in one process. A log-softmax is what the loss of a language model needs anyway,
so that the ratio says what the entropies add to an evaluation.
"""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
import warnings
from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd
import torch
from scipy.special import log_softmax

from infometer.contracts import InfometerWarning
from infometer.quantities import categorical_entropies
from infometer.resampling import generator

ROWS, VOCABULARY, ROUNDS = 256, 50_000, 7
KINDS, ORDERS = ("kl", "tv", "hellinger2", "chi2", "renyi", "js"), (0.5, 2, 3)
SECONDS_TARGET, MEMORY_TARGET, DIGITS_TARGET = 4.0, 3.0, 1e-5

RESIDENT = """
import re, torch, warnings
from infometer.quantities import categorical_entropies
warnings.simplefilter("ignore")
peak = lambda: 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
ask = lambda z: categorical_entropies(z, {kinds}, {orders}, from_logits=True)
ask(torch.randn(2, {vocabulary}))
z = torch.randn({rows}, {vocabulary})
open("/proc/self/clear_refs", "w").write("5")  # forget the peak of the imports
before = peak()
ask(z)
size = z.numel() * z.element_size()
print((size + peak() - before) / size)
"""


def entropies(logits: np.ndarray | torch.Tensor) -> dict[str, np.ndarray | torch.Tensor]:
    """All kinds, without the warning that two of them count the support."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InfometerWarning)
        return categorical_entropies(logits, KINDS, ORDERS, from_logits=True)


def seconds_in_turn(*calls: Callable[[], object]) -> list[float]:
    """The median seconds of each call, one a round after one that does not count."""
    taken: list[list[float]] = [[] for _ in calls]
    for round_ in range(-1, ROUNDS):
        for call, times in zip(calls, taken, strict=True):
            start = perf_counter()
            call()
            if round_ >= 0:
                times.append(perf_counter() - start)
    return [float(np.median(times)) for times in taken]


def peak_of_array(logits: np.ndarray) -> float:
    """What Python and NumPy hold at most, with the input, as a multiple of the input."""
    tracemalloc.start()
    entropies(logits)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (logits.nbytes + peak) / logits.nbytes


def peak_of_tensor() -> float:
    """What a fresh process holds at most beyond its start, as a multiple of the input; of Linux."""
    code = RESIDENT.format(kinds=KINDS, orders=ORDERS, rows=ROWS, vocabulary=VOCABULARY)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def largest_error(logits: np.ndarray, sample: int = 8) -> float:
    """The largest relative error of any kind, against float64 throughout."""
    single, double = entropies(logits[:sample]), entropies(logits[:sample].astype(float))
    return max(float(np.abs(single[kind] / double[kind] - 1.0).max()) for kind in single)


def compare() -> pd.DataFrame:
    """A row for each peer and number of threads."""
    logits = 3.0 * generator(0, "categorical", ROWS, VOCABULARY).normal(size=(ROWS, VOCABULARY))
    array = logits.astype(np.float32)
    tensor = torch.from_numpy(array)
    peers = {
        "scipy.special.log_softmax": (array, lambda: log_softmax(array, axis=-1), [1]),
        "torch.log_softmax": (tensor, lambda: torch.log_softmax(tensor, -1), [1, 2]),
    }
    memory = {
        "scipy.special.log_softmax": peak_of_array(array),
        "torch.log_softmax": peak_of_tensor(),
    }
    error = largest_error(array)
    rows = []
    for peer, (given, call, threads) in peers.items():
        for count in threads:
            torch.set_num_threads(count)
            ours, theirs = seconds_in_turn(lambda given=given: entropies(given), call)
            rows.append(
                {
                    "task": f"8 categorical entropies of {ROWS} × {VOCABULARY} float32 logits",
                    "threads": count, "ours_s": ours, "peer": peer, "peer_s": theirs,
                    "ratio": theirs / ours, "target": 1.0 / SECONDS_TARGET,
                    "times_the_peer": ours / theirs, "times_target": SECONDS_TARGET,
                    "peak_inputs": memory[peer], "peak_target": MEMORY_TARGET,
                    "relative_error": error, "error_target": DIGITS_TARGET,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Print the table."""
    print(compare().T.to_string(float_format="{:.3g}".format))


if __name__ == "__main__":
    main()
