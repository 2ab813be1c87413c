"""What answers depend on beside the rewards: the position, how common ties are, who answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from infometer.contracts import Estimate
from infometer.preferences.observations import Observations
from infometer.preferences.outcomes import TIE

__all__ = ["RELIABILITY_SD", "WIDE_SD", "Nuisance", "nuisance_estimates", "nuisance_of"]

RELIABILITY_SD = 0.5
"""Prior standard deviation of a rater's log reliability: most lie within a factor e of 1."""
WIDE_SD = 10.0
"""Prior standard deviation of the position effect and of log ν: keeps them finite, no more."""


@dataclass(frozen=True)
class Nuisance:
    """Which parameters η there are beside the rewards: position γ, ties θ, raters log a, in order.

    Parameters
    ----------
    position, ties : bool
    raters : tuple of str
    """

    position: bool
    ties: bool
    raters: tuple[str, ...]

    def __len__(self) -> int:
        return self.position + self.ties + len(self.raters)

    @property
    def tie_column(self) -> int:
        """Where θ stands, if there are ties."""
        return int(self.position)

    @property
    def first_rater(self) -> int:
        """Where the log reliabilities begin."""
        return self.position + self.ties

    def prior_precisions(self) -> np.ndarray:
        """One over the prior variance of each. Shape (q,)."""
        wide = np.full(self.first_rater, WIDE_SD**-2)
        return np.concatenate([wide, np.full(len(self.raters), RELIABILITY_SD**-2)])

    def position_effect(self, eta: np.ndarray) -> float:
        """γ; 0 if it is not asked for."""
        return float(eta[0]) if self.position else 0.0

    def log_tie(self, eta: np.ndarray) -> float:
        """θ = log ν; −∞ if no answer is a tie."""
        return float(eta[self.tie_column]) if self.ties else -np.inf

    def reliabilities(self, eta: np.ndarray, observed: Observations) -> np.ndarray:
        """The reliability a of whoever gave each answer. Shape (k,)."""
        if not self.raters:
            return np.ones(len(observed.counts))
        return np.asarray(np.exp(eta[self.first_rater :])[observed.raters])

    def sensitivity(self, eta: np.ndarray, d: np.ndarray, observed: Observations) -> csr_array:
        """Slope of each difference d in η: 1 in γ, d − γ in the log reliability. Shape (k, q)."""
        k = len(d)
        rows, columns, slopes = [], [], []
        if self.position:
            rows.append(np.arange(k))
            columns.append(np.zeros(k, np.int64))
            slopes.append(np.ones(k))
        if self.raters:
            rows.append(np.arange(k))
            columns.append(self.first_rater + observed.raters)
            slopes.append(d - self.position_effect(eta))
        if not rows:
            return csr_array((k, len(self)))
        entries = np.concatenate(slopes), (np.concatenate(rows), np.concatenate(columns))
        return csr_array(entries, shape=(k, len(self)))


def nuisance_of(observed: Observations, position_effect: bool) -> Nuisance:
    """The parameters that these answers need: ties where one is a tie."""
    ties = observed.likelihood == "davidson" and bool((observed.outcomes == TIE).any())
    return Nuisance(position_effect, ties, observed.rater_names)


def nuisance_estimates(
    nuisance: Nuisance, eta: np.ndarray, errors: np.ndarray
) -> dict[str, Estimate]:
    """Each parameter by name, with its standard error and interval (95 %)."""
    names = ["position_effect"] * nuisance.position + ["log_tie"] * nuisance.ties
    names += [f"log_reliability[{rater}]" for rater in nuisance.raters]
    return {
        name: Estimate(
            name,
            float(value),
            unit="log-odds",
            standard_error=float(error),
            interval=(float(value - 1.96 * error), float(value + 1.96 * error)),
            method="Laplace",
        )
        for name, value, error in zip(names, eta, errors, strict=True)
    }
