"""The weighted nearest-neighbour entropy of Berrett, Samworth and Yuan."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
from scipy.special import gammaln

from infometer.contracts import UnstableWeightsWarning
from infometer.estimators.kozachenko_leonenko import EntropyEstimator, neighbor_terms
from infometer.estimators.pair import Interval

__all__ = ["WeightedKozachenkoLeonenko", "neighbor_weights", "weighted_terms"]

LARGEST_NORM = 10.0


@cache
def _weights(k: int, d: int) -> tuple[float, ...]:
    if d <= 4:
        return (1.0, *[0.0] * (k - 1))
    moments = np.arange(d // 4 + 1)
    used = np.unique(np.arange(1, d + 1) * k // d)
    used = used[used > 0]
    log_moment = gammaln(used + 2 * moments[:, None] / d) - gammaln(used)
    target = np.zeros(len(moments))
    target[0] = 1.0
    scale = np.exp(-log_moment[:, -1:])
    solution = np.linalg.lstsq(np.exp(log_moment) * scale, target * scale[:, 0], rcond=None)[0]
    weights = np.zeros(k)
    weights[used - 1] = solution
    return tuple(weights.tolist())


@cache
def _steady_neighbors(d: int) -> int | None:
    """The least k whose weights are small, or None where no k up to 4 d has small ones."""
    norms = ((k, np.linalg.norm(_weights(k, d))) for k in range(d // 4 + 1, 4 * d + 1))
    return next((k for k, norm in norms if norm <= LARGEST_NORM), None)


def neighbor_weights(k: int, d: int) -> np.ndarray:
    r"""Weights w of the first k neighbours that cancel the bias of the entropy in d dimensions.

    .. math:: \sum_j w_j = 1, \qquad
        \sum_j w_j \frac{\Gamma(j + 2l/d)}{\Gamma(j)} = 0 \quad (l = 1 … \lfloor d/4 \rfloor),

    supported on j = ⌊k/d⌋, ⌊2k/d⌋, …, k, with the smallest norm. Up to d = 4 the first neighbour
    takes all the weight, as in the released code of the compressed planes; up to d = 3 there is no
    condition with l ≥ 1, at d = 4 that with l = 1 is left out.

    Parameters
    ----------
    k, d : int

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        Where k neighbours are too few for the ⌊d/4⌋ + 1 conditions.

    References
    ----------
    T. B. Berrett, R. J. Samworth and M. Yuan, "Efficient multivariate entropy estimation via
    k-nearest neighbour distances", Annals of Statistics 47, 288 (2019), eq. 2.

    Examples
    --------
    >>> neighbor_weights(5, 5).round(6).tolist()
    [1.54059, 0.669625, 0.059949, -0.427792, -0.842371]
    """
    if d > 4 and k < d // 4 + 1:
        raise ValueError(
            f"k={k} neighbours cannot cancel {d // 4} bias terms in {d} dimensions; "
            f"give k ≥ {d // 4 + 1}, or compress first"
        )
    return np.array(_weights(k, d))


def weighted_terms(x: np.ndarray, k: int = 5) -> np.ndarray:
    """Pointwise terms Σ_j w_j h_j of the weighted estimator; their mean estimates h(X) in nats.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    k : int
        Where the weights are large the variance explodes, and a warning names a better k.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((4000, 5))  # h = 7.0947
    >>> round(float(weighted_terms(x, 10).mean()), 1)
    7.0
    """
    weights = neighbor_weights(k, x.shape[1])
    norm = float(np.linalg.norm(weights))
    if norm > LARGEST_NORM:
        steady = _steady_neighbors(x.shape[1])
        warnings.warn(
            f"the weights of k={k} neighbours in {x.shape[1]} dimensions have norm {norm:.0f} "
            f"(more than {LARGEST_NORM:.0f}), so the variance explodes; "
            + (f"give k={steady}" if steady else "no k is steady there: compress first"),
            UnstableWeightsWarning,
            stacklevel=2,
        )
    return np.asarray(neighbor_terms(x, k) @ weights)


class WeightedKozachenkoLeonenko(EntropyEstimator):
    """Differential entropy h(X) from k weighted neighbours, efficient in moderate dimensions.

    Parameters
    ----------
    k : int
    interval : {"subsample", None}
    level : float
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
    local_entropy_ : ndarray, shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((2000, 5))  # h = 7.0947
    >>> WeightedKozachenkoLeonenko(k=10, random_state=0).fit(x).estimate_.method
    'weighted Kozachenko-Leonenko'
    """

    _method = "weighted Kozachenko-Leonenko"

    def __init__(
        self,
        k: int = 5,
        *,
        interval: Interval = "subsample",
        level: float = 0.95,
        random_state: object = None,
        n_jobs: int | None = None,
    ) -> None:
        self.k = k
        self.interval = interval
        self.level = level
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _terms(self, x: np.ndarray) -> np.ndarray:
        return weighted_terms(x, self.k)
