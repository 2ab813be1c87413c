"""Binning: the baseline of the first information planes, kept to show what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.estimators.pair import Interval, PairEstimator, Spread
from infometer.estimators.samples import require_count

__all__ = ["Binning", "binned_terms"]

_WARNING = (
    "a binned figure measures how rows fall into bins: it depends on their number, and for a "
    "deterministic network it says nothing about information"
)


def binned_terms(x: np.ndarray, y: np.ndarray, bins: int = 30) -> np.ndarray:
    """Pointwise log p(x,y) − log p(x)p(y) of the cells that equal-width bins cut.

    Every column is cut between its extremes; a row's cell is the tuple of its bins.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    bins : int
        In each column.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    R. Shwartz-Ziv and N. Tishby, "Opening the black box of deep neural networks via
    information", arXiv:1703.00810 (2017); for the flaw, Z. Goldfeld et al., "Estimating
    information flow in deep neural networks", ICML 2019.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [0.0], [1.0]])
    >>> round(float(binned_terms(x, x, bins=2).mean()), 6)
    0.693147
    """

    def cells(view: np.ndarray) -> np.ndarray:
        low, width = view.min(axis=0), np.ptp(view, axis=0)
        scaled = (view - low) / np.where(width > 0, width, 1.0)
        return np.minimum((scaled * bins).astype(int), bins - 1)

    cx, cy = cells(x), cells(y)
    log_share = [_log_share(cell) for cell in (np.hstack([cx, cy]), cx, cy)]
    return np.asarray(log_share[0] - log_share[1] - log_share[2])


def _log_share(cells: np.ndarray) -> np.ndarray:
    _, member, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(np.log(counts[member.ravel()] / len(cells)))


class Binning(PairEstimator):
    """I(X;Y) of the cells that equal-width bins cut: a baseline with a known flaw.

    Parameters
    ----------
    bins : int
        In each column.
    interval : {"subsample", "pointwise", None}
    level : float
    n_splits : int
        Random splits in halves and in thirds for the interval; fewer are cheaper, and wider.
    n_permutations : int
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
        Its ceiling is log n, where every row has a cell of its own.
    local_information_ : ndarray, shape (n,)

    Examples
    --------
    Independent data, and a figure far from 0 (the ceiling log n is 5.3):

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.standard_normal((200, 2)), rng.standard_normal((200, 2))
    >>> round(float(Binning(interval=None).fit(x, y).estimate_), 1)
    4.5
    """

    _method = "binning"
    _uses_neighbors = False

    def __init__(
        self,
        bins: int = 30,
        *,
        interval: Interval = None,
        level: float = 0.95,
        n_splits: int = 10,
        n_permutations: int = 0,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.bins = bins
        self.interval = interval
        self.level = level
        self.n_splits = n_splits
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        require_count(self.bins, "bins", 1)
        return binned_terms(x, y, self.bins)

    def _ceiling(self, y: np.ndarray, discrete: bool) -> float:
        return float(np.log(len(y)))

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        discrete: bool,
        spread: Spread,
        notes: tuple[str, ...],
    ) -> Any:
        return super()._estimate(x, y, discrete, spread, (*notes, _WARNING))
