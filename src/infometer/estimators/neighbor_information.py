"""What the estimators from neighbours and counts share: terms of all splits in one search."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import digamma

from infometer.estimators.dimension_loss import dimension_note
from infometer.estimators.heavy_tails import heavy_tails_note
from infometer.estimators.neighborhoods import Algorithm, Neighborhoods
from infometer.estimators.pair import MOST_DIMENSIONS, PairEstimator, Spread
from infometer.resampling import SubsamplingError

__all__ = ["NeighborInformation", "digammas", "part_sizes"]


def digammas(n: int) -> np.ndarray:
    """ψ(0), …, ψ(n) to look up, shape (n + 1,); ψ(0) is NaN.

    Examples
    --------
    >>> digammas(3).round(4).tolist()
    [nan, -0.5772, 0.4228, 0.9228]
    """
    return np.append(np.nan, digamma(np.arange(1, n + 1)))


def part_sizes(n: int, splits: np.ndarray | None) -> np.ndarray:
    """Rows in the part of each row: n, and of each split (S, n), shape (1 + S, n).

    Examples
    --------
    >>> part_sizes(3, np.array([[0, 1, 1]])).tolist()
    [[3, 3, 3], [1, 2, 2]]
    """
    sizes = [np.full(n, n)]
    sizes += [np.bincount(split)[split] for split in (() if splits is None else splits)]
    return np.array(sizes)


class NeighborInformation(PairEstimator):
    """Base of the estimators whose terms are digammas of neighbours and counts.

    A subclass gives `_split_terms`: one pass over the data finds the terms of the whole and of the
    parts of all the splits that its interval needs.
    """

    algorithm: Algorithm
    device: Any
    algorithm_: str

    def _split_terms(
        self, x: np.ndarray, y: np.ndarray, discrete: bool, splits: np.ndarray | None
    ) -> np.ndarray:
        """Terms (1 + S, n) of the whole and of every split (S, n)."""
        raise NotImplementedError

    def _in_one_pass(self) -> bool:
        return True

    def _search(self) -> dict[str, Any]:
        return {"algorithm": self.algorithm, "device": self.device, "n_jobs": self.n_jobs}

    def _told(self, found: Neighborhoods) -> Neighborhoods:
        self.algorithm_ = found.algorithm
        return found

    def _parameters(self) -> dict[str, Any]:
        told = super()._parameters()
        if self.device is None:
            del told["device"]
        return {**told, "algorithm": getattr(self, "algorithm_", self.algorithm)}

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        return self._split_terms(x, y, discrete, None)[0]

    def _measured(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> Any:
        if self.interval != "subsample" or not self._in_one_pass():
            return super()._measured(x, y, discrete)
        terms: list[np.ndarray] = []

        def values(splits: np.ndarray) -> list[np.ndarray]:
            whole, *parts = self._split_terms(x, y, discrete, splits)
            terms.append(whole)
            return [
                np.bincount(split, weights=part) / np.bincount(split)
                for split, part in zip(splits, parts, strict=True)
            ]

        error = self._subsampled(values, y if discrete else None, len(x))
        return (terms[0] if terms else self._terms(x, y, discrete)), error

    def _doubts(
        self,
        x: np.ndarray,
        y: np.ndarray,
        value: float,
        interval: tuple[float, float] | None,
        spread: Spread,
    ) -> list[str]:
        if interval is None or not isinstance(spread, SubsamplingError):
            return []
        half = (interval[1] - interval[0]) / 2

        def figure(x: np.ndarray, y: np.ndarray) -> float:
            return float(self._terms(x, y, y.ndim == 1).mean())

        far = heavy_tails_note(figure, x, y, value, half)
        told = [far] if far else super()._doubts(x, y, value, interval, spread)  # far rows drift
        dimension = _dense_columns(x) + (_dense_columns(y) if y.ndim == 2 else 0)
        if dimension <= MOST_DIMENSIONS:  # beyond, there is a note without this one
            told.append(dimension_note(value, half, len(x), dimension))
        return list(filter(None, told))


def _dense_columns(view: np.ndarray) -> int:
    """Columns in which most rows have a value of their own."""
    return sum(len(np.unique(column)) > len(view) / 2 for column in view.T)
