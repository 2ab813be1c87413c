"""Alternating minimisation over causal kernels: backward costs, kernels, the laws they induce."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

__all__ = ["CausalProblem", "CausalSweep", "minimise"]

MOST_SWEEPS = 5000
GROWTH = 1.1
"""By which a step gets longer each time the gap falls."""
ROUNDING = 1e-14
"""Of the objective; nothing smaller is told apart."""


class CausalProblem(NamedTuple):
    """A Markov source, what it costs to mistake its letters, and how many histories a step knows.

    Shapes: (m,), (m, m), (m, a); the slope in nats per distortion.
    """

    log_initial: np.ndarray
    transition: np.ndarray
    distortion: np.ndarray
    slope: float
    histories: list[int]


class CausalSweep(NamedTuple):
    """One backward and one forward pass, from output laws ν to the laws that they induce.

    Logs, one array a step: gains p(x̂|x,h)/ν(x̂|h), (k, m, a); shares, the gains times p(x|h);
    masses p(h), (k,); ratios c of the induced law to ν, (k, a). Then G(ν); by how much the induced
    law lowers it, E log c; and max log c, of whole histories, or where the memory is cut the sum
    over steps of the mean over histories of that of one letter.
    """

    gains: list[np.ndarray]
    shares: list[np.ndarray]
    log_masses: list[np.ndarray]
    log_ratios: list[np.ndarray]
    value: float
    fall: float
    highest: float

    @property
    def objective(self) -> float:
        """What the kernels attain, in nats."""
        return self.value - self.fall

    @property
    def gap(self) -> float:
        """By how much this may lie above the minimum, where every history is kept."""
        return self.highest - self.fall


def minimise(problem: CausalProblem, tol: float) -> tuple[list[np.ndarray], CausalSweep]:
    """Output laws and the sweep from them, once it is certain that they are good enough."""
    letters = problem.distortion.shape[1]
    log_outputs = [np.full((size, letters), -math.log(letters)) for size in problem.histories]
    best, length = _sweep(problem, log_outputs), 1.0
    for _ in range(MOST_SWEEPS):
        rounding = ROUNDING * abs(best.objective)
        if best.gap <= max(tol, rounding):
            break
        tried = _longer(log_outputs, best.log_ratios, length)
        sweep = _sweep(problem, tried)
        if length > 1.0 and (sweep.gap > best.gap or sweep.value > best.objective + rounding):
            length = 1.0
        else:
            log_outputs, best, length = tried, sweep, GROWTH * length
    return log_outputs, best


def _longer(
    log_outputs: list[np.ndarray], log_ratios: list[np.ndarray], length: float
) -> list[np.ndarray]:
    found = []
    for log_p, log_r in zip(log_outputs, log_ratios, strict=True):
        step = log_p + length * log_r
        total = np.logaddexp.reduce(step, axis=1, keepdims=True)
        found.append(np.where(total > -np.inf, step - total, log_p))  # no history: any law
    return found


def _sweep(problem: CausalProblem, log_outputs: list[np.ndarray]) -> CausalSweep:
    gains, value = _backward(problem, log_outputs)
    return _forward(problem, log_outputs, gains, value)


def _backward(
    problem: CausalProblem, log_outputs: list[np.ndarray]
) -> tuple[list[np.ndarray], float]:
    """Log p(x̂|x,h) − log ν(x̂|h) of the best kernels for ν, every step (k, m, a); and G(ν)."""
    letters = problem.distortion.shape[1]
    cost = problem.slope * problem.distortion[None]
    gains = []
    for step in reversed(range(len(log_outputs))):
        ahead = -np.logaddexp.reduce(log_outputs[step][:, None, :] - cost, axis=2)
        ahead = np.minimum(ahead, 1e300)  # infinite where no source leads: 0 times it is 0
        gains.append(ahead[..., None] - cost)
        if step:
            before = problem.histories[step - 1]
            later = ahead @ problem.transition.T
            later = np.tile(later, (before * letters // len(later), 1))
            later = later.reshape(before, letters, -1).swapaxes(1, 2)
            cost = problem.slope * problem.distortion + later
    return gains[::-1], float(np.exp(problem.log_initial) @ ahead[0])


def _forward(
    problem: CausalProblem, log_outputs: list[np.ndarray], gains: list[np.ndarray], value: float
) -> CausalSweep:
    """What the kernels induce, as laws given the history: nothing is divided by ν."""
    log_belief, log_mass, log_path = problem.log_initial[None], np.zeros(1), np.zeros(1)
    shares, masses, ratios, fall, greedy, cut = [], [], [], 0.0, 0.0, False
    for step, gain in enumerate(gains):
        share = log_belief[..., None] + gain
        ratio = np.logaddexp.reduce(share, axis=1)
        shares.append(share)
        masses.append(log_mass)
        ratios.append(ratio)
        greedy += float(np.exp(log_mass) @ ratio.max(axis=1))
        log_mass = (log_mass[:, None] + log_outputs[step] + ratio).ravel()
        flat = ratio.ravel()
        fall += float(np.exp(log_mass) @ np.where(flat > -np.inf, flat, 0.0))
        log_path = (log_path[:, None] + ratio).ravel()
        if step + 1 < len(gains):
            posterior = np.where(ratio[:, None] > -np.inf, share - ratio[:, None], -np.inf)
            belief = np.exp(posterior).swapaxes(1, 2).reshape(flat.size, -1) @ problem.transition
            kept = problem.histories[step + 1]
            if kept < flat.size:
                log_mass, belief = _forget(log_mass, belief, kept)
                log_path, cut = np.zeros(kept), True
            log_belief = np.log(belief)
    highest = greedy if cut else float(log_path.max())
    return CausalSweep(gains, shares, masses, ratios, value, fall, highest)


def _forget(log_mass: np.ndarray, belief: np.ndarray, kept: int) -> tuple[np.ndarray, np.ndarray]:
    """Masses and beliefs of histories that differ in their earliest letter, put together."""
    parts = log_mass.reshape(-1, kept)
    total = np.logaddexp.reduce(parts, axis=0)
    weights = np.exp(np.where(total > -np.inf, parts - total, -math.log(len(parts))))
    return total, np.einsum("ek,ekx->kx", weights, belief.reshape(*weights.shape, -1))
