"""Rate-distortion and capacity: the interior-point method beside dit and plain sweeps.

The sweeps are Blahut and Arimoto's, ended by the same gap or after so many of them. dit repeats its
sweeps from 100 starts and ends each where the distortion changes little, above the least objective;
from one start it is as fast as the method here, and further off.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from infometer.quantities import channel_capacity, rate_distortion

ROUNDS, SLOW_ROUNDS = 9, 1
SLOW_S = 1.0
BITS = np.log(2.0)


class Answer(NamedTuple):
    """What is to be made least (R + sD, or −C) in nats, its gap, and the sweeps that it took."""

    objective: float
    gap: float
    sweeps: int = 0


class Task(NamedTuple):
    """Two ways to one figure, the ratio of their seconds that is asked, and what is known of it."""

    name: str
    ours: Callable[[], Answer]
    peer: str
    theirs: Callable[[], Answer]
    target: float
    truth: float = np.nan


def distortion_sweeps(
    p: np.ndarray, distortion: np.ndarray, slope: float, tol: float, most: int
) -> Answer:
    """q ← q c from the uniform law on."""
    weights = np.exp(-slope * distortion)
    q = np.full(weights.shape[1], 1.0 / weights.shape[1])
    for sweep in range(1, most + 1):
        z = weights @ q
        c = (p / z) @ weights
        moved = special.xlogy(q * c, c).sum()
        gap = np.log(c.max()) - moved
        found = Answer(float(-(p @ np.log(z)) - moved), float(gap), sweep)
        if gap <= tol:
            break
        q = q * c
    return found


def capacity_sweeps(kernel: np.ndarray, tol: float, most: int) -> Answer:
    """p ← p exp KL from the uniform law on."""
    p = np.full(len(kernel), 1.0 / len(kernel))
    for sweep in range(1, most + 1):
        divergence = special.rel_entr(kernel, p @ kernel).sum(axis=1)
        found = Answer(-float(p @ divergence), float(divergence.max() - p @ divergence), sweep)
        if found.gap <= tol:
            break
        p = special.softmax(np.log(np.maximum(p, 1e-300)) + divergence)
    return found


def ours_distortion(p: np.ndarray, distortion: np.ndarray, slope: float, tol: float) -> Answer:
    """R + sD of the first row: the same at both ends of a straight stretch."""
    curve = rate_distortion(p, distortion, slopes=[slope], tol=tol)
    return Answer(float(curve.rate[0] + slope * curve.distortion[0]), float(curve.gap[0]))


def ours_capacity(kernel: np.ndarray, tol: float) -> Answer:
    """Minus the capacity."""
    found = channel_capacity(kernel, tol=tol)
    return Answer(-found.capacity, found.gap)


def dit_distortion(p: np.ndarray, distortion: np.ndarray, bits: float, starts: int) -> Answer:
    """dit's, whose starts are drawn at random after the first two; it tells no gap."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from dit.rate_distortion.blahut_arimoto import blahut_arimoto

        found, _ = blahut_arimoto(p, bits, lambda p_x, p_y_x: distortion, restarts=starts)
    return Answer(float((found.rate + bits * found.distortion) * BITS), np.nan)


def tasks() -> list[Task]:
    """All comparisons."""
    rng = np.random.default_rng(1)
    p, hamming = rng.dirichlet(np.ones(64)), 1.0 - np.eye(64)
    wide, distance = rng.dirichlet(np.ones(256)), rng.random((256, 256))
    x = np.linspace(-6.0, 6.0, 401)
    gaussian, square = special.softmax(-(x**2) / 2), (x[:, None] - x) ** 2
    channels = {n: rng.dirichlet(np.ones(n), n) for n in (64, 256)}
    s = 2.0 * BITS
    hard = lambda: ours_distortion(p, hamming, s, 1e-10)  # noqa: E731
    found = [
        Task("64 symbols, Hamming, gap 1e-10", hard, "dit, 100 starts as by default",
             lambda: dit_distortion(p, hamming, 2.0, 100), 20.0),
        Task("64 symbols, Hamming, gap 1e-10", hard, "dit, one start",
             lambda: dit_distortion(p, hamming, 2.0, 1), np.nan),
        Task("64 symbols, Hamming, gap 1e-10", hard, "sweeps to the same gap",
             lambda: distortion_sweeps(p, hamming, s, 1e-10, 100_000), np.nan),
        Task("256 symbols, random, gap 1e-9",
             lambda: ours_distortion(wide, distance, 20.0, 1e-9), "20 000 sweeps at most",
             lambda: distortion_sweeps(wide, distance, 20.0, 1e-9, 20_000), np.nan),
        Task("Gaussian on 401 points, D = 0.25, gap 1e-9",
             lambda: ours_distortion(gaussian, square, 2.0, 1e-9), "20 000 sweeps at most",
             lambda: distortion_sweeps(gaussian, square, 2.0, 1e-9, 20_000), np.nan,
             truth=BITS + 0.5),
    ]  # fmt: skip
    for n, kernel in channels.items():
        found.append(
            Task(f"capacity, {n} random rows of {n}, gap 1e-9",
                 lambda kernel=kernel: ours_capacity(kernel, 1e-9), "5 000 sweeps at most",
                 lambda kernel=kernel: capacity_sweeps(kernel, 1e-9, 5_000), np.nan)
        )  # fmt: skip
    return found


def compare() -> pd.DataFrame:
    """A row for each task: median seconds of the two in turns, their ratio, and what they found."""
    return pd.DataFrame([race(task) for task in tasks()])


def race(task: Task) -> dict[str, object]:
    """Ask both in turns; one round alone where the peer takes more than a second."""
    task.ours()
    answers, seconds = (task.ours(), task.theirs()), []
    for _ in range(ROUNDS):
        seconds.append([clock(task.ours), clock(task.theirs)])
        if seconds[-1][1] > SLOW_S and len(seconds) >= SLOW_ROUNDS:
            break
    ours_s, peer_s = np.median(seconds, axis=0)
    ours, peer = answers
    return {
        "task": task.name,
        "ours_s": ours_s,
        "peer": task.peer,
        "peer_s": peer_s,
        "ratio": peer_s / ours_s,
        "target": task.target,
        "objective_bits": ours.objective / BITS,
        "gap": ours.gap,
        "peer_objective_bits": peer.objective / BITS,
        "peer_gap": peer.gap,
        "peer_sweeps": peer.sweeps,
        "truth_bits": task.truth / BITS,
    }


def clock(call: Callable[[], Answer]) -> float:
    """Seconds of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    print(compare().to_string(index=False, float_format=lambda value: f"{value:.7g}"))


if __name__ == "__main__":
    main()
