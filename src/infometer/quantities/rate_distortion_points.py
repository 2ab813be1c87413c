"""Points of the rate-distortion curve at given slopes, each with its kernel and its gap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, optimize, special

from infometer.quantities.interior_point import Program, minimise
from infometer.quantities.supporting_lines import Touch

__all__ = ["TiltedSource"]

ALIKE = 1e-6
"""Two distortions that differ by less than this part of their range are the same."""


@dataclass(frozen=True, eq=False)
class TiltedSource:
    """A source and its distortions, from which e^{−sd} follows for any slope s.

    Parameters
    ----------
    p : ndarray, shape (n,)
    distortion : ndarray, shape (n, m)
        Infinity forbids; every row has a finite entry.
    """

    p: np.ndarray
    distortion: np.ndarray

    @cached_property
    def excess(self) -> np.ndarray:
        """Each distortion less the least of its row."""
        return self.distortion - self.distortion.min(axis=1, keepdims=True)

    @cached_property
    def finite(self) -> np.ndarray:
        """The distortions, 0 in the place of infinity: what is forbidden has probability 0."""
        return np.where(np.isfinite(self.distortion), self.distortion, 0.0)

    @cached_property
    def of_constants(self) -> np.ndarray:
        """Expected distortion of saying always the same, shape (m,)."""
        return self.p @ np.where(self.p[:, None] > 0, self.distortion, 0.0)

    def weights(self, slopes: np.ndarray) -> np.ndarray:
        """e^{−s(d − min d)}, shape (k, n, m); for s = ∞ the indicator of the least distortions."""
        between = (self.excess > 0) & np.isfinite(self.excess)
        decay = np.exp(-slopes[:, None, None] * np.where(between, self.excess, 1.0))
        return np.where(between, decay, np.where(self.excess == 0, 1.0, 0.0))

    def touch(self, slopes: np.ndarray, tol: float) -> list[Touch]:
        """The point of each slope; on a straight stretch, one inside it."""
        constant = (slopes == 0) & np.isfinite(self.of_constants.min())
        touches = [self.best_constant()] * len(slopes)
        if not constant.all():
            weights = self.weights(slopes[~constant])
            laws = self.output_laws(weights, tol)
            for i, tilted, q in zip(np.flatnonzero(~constant), weights, laws, strict=True):
                touches[i] = self.point(slopes[i], tilted, q)
        return touches

    def best_constant(self) -> Touch:
        """R = 0, with the least distortion."""
        best = int(self.of_constants.argmin())
        kernel = np.zeros(self.distortion.shape)
        kernel[:, best] = 1.0
        return Touch(float(self.of_constants[best]), 0.0, 0.0, 0.0, kernel)

    def output_laws(self, weights: np.ndarray, tol: float) -> np.ndarray:
        """The q that is best for each slope, shape (k, m)."""
        used = self.p > 0
        q = minimise(_program(self.p[used], weights[:, used]), tol)
        return q / q.sum(-1, keepdims=True)

    def point(self, slope: float, weights: np.ndarray, q: np.ndarray) -> Touch:
        """The kernel q e^{−sd} / Z with its rate, its distortion and its gap."""
        kernel = q * weights
        z = kernel.sum(axis=1)
        kernel = np.where(z[:, None] > 0, kernel, weights)
        kernel /= kernel.sum(axis=1, keepdims=True)
        used = self.p > 0
        c = (self.p[used] / z[used]) @ weights[used]
        gap = np.log(c.max()) - special.xlogy(q * c, c).sum()
        return Touch(*self.attained(kernel), float(slope), max(float(gap), 0.0), kernel)

    def attained(self, kernel: np.ndarray) -> tuple[float, float]:
        """Distortion and rate of a kernel."""
        used = self.p > 0
        output = self.p @ kernel
        reached = output > 0  # not where a product of tiny numbers is 0
        terms = special.rel_entr(kernel[np.ix_(used, reached)], output[reached]).sum(axis=1)
        distortion = float(self.p @ (kernel * self.finite).sum(axis=1))
        return distortion, max(float(self.p[used] @ terms), 0.0)

    def stretch(self, touch: Touch, tol: float) -> list[Touch]:
        """The ends of the straight stretch around a point; the point alone where there is none.

        The optimal output laws of a slope are all that give the same Z, so their distortions are
        between the least and the greatest of a linear program.
        """
        weights = self.weights(np.array([touch.slope]))
        q = self.p @ touch.solution
        kept = _vertices(self.p, weights[0], self.finite, q)
        ends = []
        for letters in kept:
            law = np.zeros_like(q)
            law[letters] = self.output_laws(weights[:, :, letters], 1e-3 * tol)[0]
            ends.append(self.point(touch.slope, weights[0], law))
        apart = ALIKE * float(np.ptp(self.finite))
        if not ends or ends[0].x - ends[1].x <= apart or max(end.gap for end in ends) > tol:
            return [touch]
        return ends


def _program(p: np.ndarray, weights: np.ndarray) -> Program:
    """1 − (least Σ q − Σ p log Σ q e^{−sd}) and its gap, which has Σ q = 1 at the least."""

    def gap(q: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        total = q.sum(-1, keepdims=True)
        c = np.maximum((1.0 - gradient) * total, 0.0)
        return np.log(c.max(-1)) - special.xlogy(q / total * c, c).sum(-1)

    count, _, m = weights.shape
    uniform = weights.mean(axis=-1)
    c = ((p / uniform)[:, None, :] @ weights)[:, 0, :]
    return Program(
        matrix=weights,
        linear=np.ones((count, m)),
        slope=lambda v: -p / v,
        curvature=lambda v: p / v**2,
        start=np.broadcast_to(1.1 / m * c.max(-1, keepdims=True), (count, m)),
        gap=gap,
    )


def _vertices(
    p: np.ndarray, weights: np.ndarray, finite: np.ndarray, q: np.ndarray
) -> list[np.ndarray]:
    """Letters of the optimal laws of the most and of the least distortion; none if alike."""
    rows = p > 0
    posterior = p[rows, None] * weights[rows] / (weights[rows] @ q)[:, None]
    active = np.flatnonzero(q > 1.0 - posterior.sum(axis=0))
    posterior = posterior[:, active]
    distortion = (posterior * finite[np.ix_(rows, active)]).sum(axis=0)
    solved = linalg.lstsq(posterior.T, distortion, cond=1e-9, lapack_driver="gelsy")[0]
    residual = np.abs(distortion - posterior.T @ solved).max()
    if residual <= ALIKE * np.ptp(finite):
        return []
    found = []
    for sign in (-1.0, 1.0):
        law = optimize.linprog(sign * distortion, A_eq=posterior, b_eq=p[rows]).x
        if law is None:
            return []
        found.append(active[law > 1e-9])
    return found
