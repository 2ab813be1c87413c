"""Mutual information of the Gaussian copula: ranks, normal scores, canonical correlations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.gaussian_pair import GaussianPair
from infometer.estimators.normal_scores import normal_scores
from infometer.estimators.pair import Spread

__all__ = ["GaussianCopula", "normal_scores"]


class GaussianCopula(GaussianPair):
    """I(X;Y) of the Gaussian law that has the ranks of the data: quick, and blind to units.

    Every column goes through `normal_scores`, then as in `GaussianInformation`, with its correction
    of the bias and its interval. A monotone change of any column changes nothing.

    Where one view is a single column without repeated values, that view is Gaussian after its
    scores, no law with these correlations has less information, and the figure is a lower bound
    on I(X;Y). For two views of several columns, or with ties, it is neither bound: the columns
    are Gaussian then, but not the views. Ranks cost a little: at ρ = 0.9 and n = 500 the mean
    figure is 0.015 below that of the Gaussian. The p-value of Wilks' Λ is that of the scores, and
    nearly right. Weights count in the ranks too.

    Parameters
    ----------
    level : float
    n_permutations : int
        As for `GaussianInformation`.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
        With ``bound="lower"`` where it is one.
    local_information_ : ndarray, shape (n,)

    References
    ----------
    R. A. A. Ince et al., "A statistical framework for neuroimaging data analysis based on mutual
    information estimated via a Gaussian copula", Human Brain Mapping 38, 1541 (2017).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((2000, 1))
    >>> y = 0.6 * x + 0.8 * rng.standard_normal((2000, 1))  # I(X;Y) = 0.2231 nats
    >>> GaussianCopula().fit(np.exp(x), y**3).estimate_
    ≥ 0.215 ± 0.013 nats (95 % 0.190 to 0.242; lower bound; p=...; Gaussian copula, n=2000)
    """

    _method = "Gaussian copula"

    def _prepare(
        self, x: np.ndarray, y: np.ndarray, discrete: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        return normal_scores(x, self._weights), normal_scores(y, self._weights)

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        discrete: bool,
        spread: Spread,
        notes: tuple[str, ...],
    ) -> Estimate:
        gaussian = any(v.shape[1] == 1 and len(np.unique(v)) == len(v) for v in (x, y))
        found = super()._estimate(
            x, y, discrete, spread, notes if gaussian else (*notes, _NO_BOUND)
        )
        return replace(found, bound="lower" if gaussian else None)


_NO_BOUND = (
    "no view is a single column without repeated values, so the figure is no lower bound: it is "
    "right where the copula is Gaussian and may lie on either side elsewhere"
)
