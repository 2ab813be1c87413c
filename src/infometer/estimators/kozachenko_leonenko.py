"""The nearest-neighbour entropy of Kozachenko and Leonenko."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.special import digamma, gammaln
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from infometer.contracts import Estimate
from infometer.estimators.neighbors import nearest
from infometer.estimators.pair import Interval
from infometer.estimators.samples import require_count, require_finite, vary
from infometer.resampling import group_codes, student_interval, subsampling_error

__all__ = ["EntropyEstimator", "KozachenkoLeonenko", "kozachenko_leonenko_terms", "neighbor_terms"]


def neighbor_terms(x: np.ndarray, k: int) -> np.ndarray:
    r"""Pointwise entropies from each of the first k neighbours, shape (n, k), in nats.

    .. math:: \log(n-1) - \psi(j) + \log V_d + d \log \rho_{j,i}, \qquad
        V_d = \pi^{d/2} / \Gamma(d/2 + 1).

    Parameters
    ----------
    x : ndarray, shape (n, d)
    k : int

    Raises
    ------
    ValueError
        Where a row has twins: its neighbour is at distance 0 and the entropy would be −inf.
    """
    n, d = x.shape
    rho = nearest(x, k, metric="euclidean")[0]
    if not rho[:, 0].all():
        twins = int((rho[:, 0] == 0).sum())
        named = [
            f"column {c} takes {v[m.argmax()]:g} in {100 * m.max() / n:.0f} % of the rows"
            for c in range(d)
            for v, m in [np.unique(x[:, c], return_counts=True)]
            if m.max() > 0.05 * n
        ]
        raise ValueError(
            f"{twins} rows of the data have an identical twin, so their neighbour stands at "
            f"distance 0 and the entropy is -inf ({'; '.join(named[:5]) or 'repeated rows'}); "
            "expected continuous data: take out repeated rows, add the noise that the network "
            "really has, or use an estimator for discrete data"
        )
    log_ball = d / 2 * np.log(np.pi) - gammaln(d / 2 + 1)
    return np.asarray(np.log(n - 1) - digamma(np.arange(1, k + 1)) + log_ball + d * np.log(rho))


def kozachenko_leonenko_terms(x: np.ndarray, k: int = 3) -> np.ndarray:
    """Pointwise terms from the k-th neighbour alone; their mean estimates h(X) in nats.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    k : int

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    L. F. Kozachenko and N. N. Leonenko, "Sample estimate of the entropy of a random vector",
    Problems of Information Transmission 23, 95 (1987).

    Examples
    --------
    >>> x = np.random.default_rng(0).uniform(0, 2, (4000, 1))  # h = log 2 = 0.693
    >>> round(float(kozachenko_leonenko_terms(x).mean()), 1)
    0.7
    """
    return neighbor_terms(x, k)[:, k - 1]


class EntropyEstimator(BaseEstimator):
    """Base of the estimators of h(X): subclasses give the pointwise terms."""

    _method = ""

    estimate_: Estimate
    local_entropy_: np.ndarray

    def fit(self, X: Any, y: Any = None, *, groups: Any = None) -> Self:
        """Estimate h(X).

        Parameters
        ----------
        X : array-like, shape (n, d)
        y : ignored
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other; the interval takes only groups as
            independent.

        Returns
        -------
        self
            With ``estimate_`` and the pointwise terms ``local_entropy_``, shape (n,).
        """
        require_finite(X, "X")
        x = validate_data(self, X, dtype=np.float64)
        n = len(x)
        require_count(self.k, "k", 1)
        if self.interval not in ("subsample", None):
            raise ValueError(f"interval is {self.interval!r}; it must be 'subsample' or None")
        if n <= self.k + 1:
            raise ValueError(
                f"X has n_samples = {n} (1 sample counts as none); {self._method} with "
                f"k={self.k} needs at least {self.k + 2}: add rows or lower k"
            )
        codes = group_codes(groups, n)
        value, error, interval = -np.inf, None, None
        notes: tuple[str, ...] = ()
        if not vary(x).all():
            constant = np.flatnonzero(~vary(x)).tolist()
            notes = (f"columns {constant} are constant: a density that is a spike has h = -inf",)
            self.local_entropy_ = np.full(n, -np.inf)
        else:
            self.local_entropy_ = self._terms(x)
            value = float(self.local_entropy_.mean())
            if self.interval == "subsample":
                found = subsampling_error(
                    lambda rows: float(self._terms(x[rows]).mean()),
                    n,
                    groups=codes,
                    smallest_part=3 * self.k,
                    random_state=self.random_state,
                    n_jobs=self.n_jobs,
                )
                error, notes = found.standard_error, (found.reason,) if found.reason else ()
                if error is not None:
                    interval = student_interval(value, error, found.contrasts, self.level)
        self.estimate_ = Estimate(
            "h(X)",
            value,
            standard_error=error,
            interval=interval,
            level=self.level,
            n_samples=n,
            method=self._method,
            parameters={"k": self.k},
            warnings=notes,
        )
        return self

    def _terms(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class KozachenkoLeonenko(EntropyEstimator):
    r"""Differential entropy h(X) from the distance to the k-th neighbour.

    h is no H: it is negative for narrow densities and changes with the units of X.

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
    >>> x = np.random.default_rng(0).standard_normal((2000, 1))  # h = ½ log 2πe = 1.4189
    >>> KozachenkoLeonenko(random_state=0).fit(x).estimate_
    1.437 ± 0.026 nats (95 % 1.384 to 1.491; Kozachenko-Leonenko k=3, n=2000)
    """

    _method = "Kozachenko-Leonenko"

    def __init__(
        self,
        k: int = 3,
        *,
        interval: Interval = "subsample",
        level: float = 0.95,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.k = k
        self.interval = interval
        self.level = level
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _terms(self, x: np.ndarray) -> np.ndarray:
        return kozachenko_leonenko_terms(x, self.k)
