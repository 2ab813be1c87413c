"""The causal rate–distortion function of a Markov source, by alternating minimisation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.quantities.causal_minimisation import (
    ROUNDING,
    CausalProblem,
    CausalSweep,
    minimise,
)
from infometer.quantities.interior_point import read_tolerance
from infometer.quantities.laws import read_kernel, read_rows
from infometer.quantities.probabilities import real_array
from infometer.quantities.whole_numbers import read_count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CausalRateDistortion", "causal_rate_distortion"]

MOST_CELLS = 10**7


@dataclass(frozen=True, eq=False, repr=False)
class CausalRateDistortion:
    """A point of the causal rate–distortion function, from `causal_rate_distortion`.

    Parameters
    ----------
    slope : float
        Nats that one unit of distortion is worth, s.
    step_rates, step_distortions : ndarray, shape (horizon,)
        I(X_t; X̂_t | X̂^{t−1}) in nats, and E d(X_t, X̂_t), of every letter.
    kernels : tuple of ndarray, the t-th of shape (k_t, m, a)
        The optimal p(x̂_t | x_t, h): one row for every history h of reproductions, in
        lexicographic order, the earliest letter first; k_t is a^(t−1), or a^memory from where
        that is less. After a history that no source can lead to, any law may stand.
    outputs : tuple of ndarray, the t-th of shape (k_t, a)
        The law ν_t(x̂_t | h) of the reproduction that they induce.
    gap : float or None
        By how many nats `objective` may at most lie above the minimum; None where the memory was
        cut short, where the objective is an upper bound of unknown distance.
    """

    slope: float
    step_rates: np.ndarray
    step_distortions: np.ndarray
    kernels: tuple[np.ndarray, ...]
    outputs: tuple[np.ndarray, ...]
    gap: float | None

    @property
    def rate(self) -> float:
        """Σ_t I(X_t; X̂_t | X̂^{t−1}), the directed information in nats, of all letters together."""
        return float(self.step_rates.sum())

    @property
    def distortion(self) -> float:
        """Σ_t E d(X_t, X̂_t), of all letters together."""
        return float(self.step_distortions.sum())

    @property
    def rate_per_letter(self) -> float:
        """The rate over the horizon, in nats."""
        return self.rate / len(self.kernels)

    @property
    def distortion_per_letter(self) -> float:
        """The distortion over the horizon."""
        return self.distortion / len(self.kernels)

    @property
    def objective(self) -> float:
        """What was minimised, in nats: rate + slope · distortion."""
        return self.rate + self.slope * self.distortion

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values; kernels and outputs left out."""
        figures = ("slope", "rate", "distortion", "rate_per_letter", "distortion_per_letter")
        found = {name: getattr(self, name) for name in (*figures, "objective", "gap")}
        return {"horizon": len(self.kernels), **found}

    def to_frame(self) -> pd.DataFrame:
        """One row for every letter."""
        import pandas as pd

        steps = np.arange(1, len(self.kernels) + 1)
        rows = {"step": steps, "rate_nats": self.step_rates, "distortion": self.step_distortions}
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        sure = "an upper bound" if self.gap is None else f"at most {self.gap:.0e} from the minimum"
        return (
            f"CausalRateDistortion({self.rate_per_letter:.6g} nats and distortion "
            f"{self.distortion_per_letter:.6g} a letter over {len(self.kernels)}; "
            f"slope {self.slope:.6g}, {sure})"
        )


def causal_rate_distortion(
    initial: Any,
    transition: Any,
    distortion: Any,
    slope: float,
    horizon: int,
    memory: int | None = None,
    tol: float = 1e-12,
) -> CausalRateDistortion:
    r"""Least directed information that reproduces a Markov source letter by letter, as it comes.

    .. math:: \min_{p(\hat x_t | x_t, \hat x^{t-1})}
              \sum_{t=1}^n I(X_t; \hat X_t | \hat X^{t-1}) + s\, E\, d(X_t, \hat X_t):

    one point of :math:`R^{na}_n(D)`, where its slope is −s, for n letters together. The encoder
    sees no future: it costs more than the rate–distortion function of blocks.

    Parameters
    ----------
    initial : array-like, shape (m,)
        The law of the first letter.
    transition : array-like, shape (m, m)
        p(x_{t+1} | x_t), one row a letter.
    distortion : array-like, shape (m, a)
        d(x, x̂); +∞ forbids a reproduction, and −r turns a reward into one.
    slope : float
        s > 0, nats for a unit of distortion.
    horizon : int
        The number n of letters.
    memory : int, optional
        How many past reproductions the encoder and ν know. Fewer than n − 1 give an upper bound
        of both rate and objective, in time and memory that no longer grow as a^n.
    tol : float
        Stop where the objective is certain to be this near to its minimum, in nats; with a cut
        memory, where by a bound of the same kind no step by itself has more to gain.

    Returns
    -------
    CausalRateDistortion
        Its `gap` is larger than `tol` where 5000 sweeps did not do.

    Raises
    ------
    ValueError
        If a law is no law, shapes do not fit, a letter has no finite distortion, or the tables
        would have more than 10^7 cells, m a^n without `memory`.

    Notes
    -----
    The objective is jointly convex in the kernels and in the law ν of the reproductions (Csiszár
    and Tusnády, 1984); with the best kernels for ν let it be G(ν), and c = p/ν the induced law
    over ν of all n letters. Then G(ν) − E log c is attained, and, as G is convex and
    G(aν) = G(ν) − log a, no law is below G(ν) − log max c. The sweep ν ← ν c lowers G; longer
    steps are kept while G and the gap fall.

    References
    ----------
    C. Charalambous and P. Stavrou, "Directed information on abstract spaces", IEEE Trans. Inf.
    Theory 62 (2016); R. Blahut, "Computation of channel capacity and rate-distortion functions",
    IEEE Trans. Inf. Theory 18 (1972), theorem 6, for n = 1.

    Examples
    --------
    A fair bit that flips with probability 0.2. The last letter pays for no future.

    >>> found = causal_rate_distortion([0.5, 0.5], [[0.8, 0.2], [0.2, 0.8]], [[0, 1], [1, 0]],
    ...                                slope=np.log(9), horizon=3)
    >>> round(found.rate / math.log(2), 7), round(found.distortion, 7)
    (1.5066955, 0.2023659)
    >>> found.step_distortions.round(4).tolist()
    [0.0512, 0.0512, 0.1]
    """
    problem = _read(initial, transition, distortion, slope, horizon, memory)
    tol = read_tolerance(tol)
    cut = memory is not None and memory < horizon - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        log_outputs, sweep = minimise(problem, tol)
        return _point(problem, log_outputs, sweep, cut)


def _read(
    initial: Any, transition: Any, distortion: Any, slope: float, horizon: int, memory: int | None
) -> CausalProblem:
    law, kernel = read_rows(initial, "initial"), read_kernel(transition, "transition")
    d = real_array(distortion, "distortion").astype(float)
    if law.ndim != 1 or kernel.shape != (law.size, law.size) or d.shape[:1] != law.shape:
        raise ValueError(
            f"initial, transition and distortion have the shapes {law.shape}, {kernel.shape} and "
            f"{d.shape}; expected (m,), (m, m) and (m, a): one row a letter of the source"
        )
    if d.ndim != 2 or np.isnan(d).any() or (d == -np.inf).any():
        raise ValueError("distortion must be a matrix of numbers or +inf, without NaN and -inf")
    if not np.isfinite(d).any(axis=1).all():
        row = int(np.argmin(np.isfinite(d).any(axis=1)))
        raise ValueError(f"row {row} of distortion has no finite entry: no letter may stand for it")
    if not (isinstance(slope, Real) and 0 < slope < math.inf):
        raise ValueError(f"slope is {slope}; expected one positive number, nats per distortion")
    horizon = read_count(horizon, "horizon", "letters")
    memory = None if memory is None else read_count(memory, "memory", "letters, or None", 0)
    known = horizon - 1 if memory is None else min(memory, horizon - 1)
    sizes = [d.shape[1] ** min(step, known) for step in range(horizon)]
    if sum(sizes) * d.size > MOST_CELLS:
        raise ValueError(
            f"horizon {horizon} with memory {known} needs {sum(sizes) * d.size:.3g} cells, and "
            f"{MOST_CELLS:.0e} are the most: {_way_out(d, horizon)}"
        )
    with np.errstate(divide="ignore"):
        return CausalProblem(np.log(law), kernel, d, float(slope), sizes)


def _way_out(d: np.ndarray, horizon: int) -> str:
    if horizon * d.size > MOST_CELLS:
        return "lower horizon"
    most = int(math.log(MOST_CELLS / d.size / horizon) / math.log(d.shape[1]))
    return f"give memory={most} or less for an upper bound"


def _point(
    problem: CausalProblem, log_outputs: list[np.ndarray], sweep: CausalSweep, cut: bool
) -> CausalRateDistortion:
    rates, distortions, kernels, outputs = [], [], [], []
    for log_p, gain, share, mass, ratio in zip(
        log_outputs, sweep.gains, sweep.shares, sweep.log_masses, sweep.log_ratios, strict=True
    ):
        joint = np.exp(mass[:, None, None] + share + log_p[:, None, :])
        seen = joint > 0
        rates.append(joint[seen] @ (gain - ratio[:, None, :])[seen])
        distortions.append(joint[seen] @ np.broadcast_to(problem.distortion, joint.shape)[seen])
        kernels.append(np.exp(log_p[:, None, :] + gain))
        outputs.append(np.exp(log_p + ratio))
    gap = None if cut else max(sweep.gap, 0.0) + ROUNDING * abs(sweep.objective)
    steps = np.maximum(rates, 0.0), np.array(distortions)
    return CausalRateDistortion(problem.slope, *steps, tuple(kernels), tuple(outputs), gap)
