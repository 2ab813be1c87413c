"""What all estimators of I(X;Y) share: from pointwise terms to an `Estimate` with its interval.

A method gives one term for every row, whose mean is its figure; validation, constant columns,
intervals, nulls and warnings are the same for all of them and stand here once.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from infometer.contracts import (
    DiscreteDataWarning,
    Estimate,
    HighDimensionWarning,
    InfometerWarning,
)
from infometer.estimators.drift import drift_note
from infometer.estimators.row_weights import row_weights
from infometer.estimators.samples import is_discrete, require_count, require_finite, vary
from infometer.estimators.sandwich import SandwichError, sandwich_error
from infometer.resampling import (
    PermutationNull,
    SubsamplingError,
    group_codes,
    part_values,
    parts_error,
    permutation_null,
    student_interval,
)
from infometer.tables import EXACT_FLOAT

__all__ = ["PairEstimator", "Spread"]

MOST_DIMENSIONS = 10
"""More than this, and neighbours stand at almost one distance: the figure is far too small."""

Interval = Literal["subsample", "pointwise"] | None
Spread = SubsamplingError | SandwichError | None


class PairEstimator(BaseEstimator):
    """Base of the estimators of I(X;Y): subclasses give the pointwise terms and a ceiling.

    A subclass sets `_method`, stores at least ``interval, level, n_permutations, random_state,
    n_jobs`` (and ``k`` where it has neighbours), and defines `_terms`. It may define `_measured`
    where the parts of an interval are quicker found together, and offer ``sample_weight``.
    """

    _method = ""
    _uses_neighbors = True
    _labels: Literal["never", "auto", "always"] = "never"
    _groups: np.ndarray | None = None
    _weights: np.ndarray | None = None
    estimate_: Estimate
    local_information_: np.ndarray

    def fit(self, X: Any, y: Any, *, groups: Any = None) -> Self:
        """Estimate I(X;Y).

        Parameters
        ----------
        X : array-like, shape (n, dx)
        y : array-like, shape (n,) or (n, dy)
        groups : array-like of any type, shape (n,), optional
            Labels of rows that depend on each other, such as a subject or a stretch of time. The
            figure is the same with them; its error and its null take only groups as independent.

        Returns
        -------
        self
            With ``estimate_`` and the pointwise terms ``local_information_``, shape (n,).

        Raises
        ------
        ValueError
            For NaN or infinity, too few rows, neighbours at distance 0, or missing groups.
        """
        return self._fit(X, y, groups=groups)

    def _fit(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Self:
        x, y, discrete = self._validated(X, y)
        self._groups = group_codes(groups, len(x))
        self._weights = row_weights(sample_weight, len(x))
        notes: list[tuple[type[InfometerWarning], str]] = []
        if not discrete and self._labels == "never" and is_discrete(_original_type(y)):
            notes.append((DiscreteDataWarning, _DISCRETE))
        seen = slice(None) if self._weights is None else self._weights > 0
        x = x[:, vary(x[seen])]
        y = y if discrete else y[:, vary(y[seen])]
        if x.shape[1] == 0 or (y.max() == 0 if discrete else y.shape[1] == 0):
            self.local_information_ = np.zeros(len(x))
            self.estimate_ = self._constant(len(x))
            return self
        dimension = x.shape[1] + (0 if discrete else y.shape[1])
        if self._uses_neighbors and dimension > MOST_DIMENSIONS:
            notes.append((HighDimensionWarning, _high_dimension(dimension)))
        for category, text in notes:
            warnings.warn(text, category, stacklevel=3)
        x, y = self._prepare(x, y, discrete)
        self.local_information_, spread = self._measured(x, y, discrete)
        self.estimate_ = self._estimate(x, y, discrete, spread, tuple(text for _, text in notes))
        return self

    def _validated(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray, bool]:
        """X (n, dx), and y as codes of labels (n,) or as numbers (n, dy)."""
        x, y = self._rows(X, y)
        discrete = self._reads_labels(y)
        if not discrete:
            y = self._as_numbers(y)
        k = getattr(self, "k", 0)
        if self._uses_neighbors:
            require_count(k, "k", 1)
        require_count(self.n_permutations, "n_permutations", 0)
        require_count(getattr(self, "n_splits", 1), "n_splits", 1)
        if len(x) <= k + 1:
            raise ValueError(
                f"X has n_samples = {len(x)} (1 sample counts as none); {self._method} with "
                f"k={k} needs at least {k + 2}: add rows or lower k"
            )
        if discrete:
            self._require_labels(y)
            return x, np.unique(y if y.ndim == 1 else y[:, 0], return_inverse=True)[1], True
        return x, y if y.ndim == 2 else y[:, None], False

    def _rows(self, X: Any, y: Any, reset: bool = True) -> tuple[np.ndarray, np.ndarray]:
        require_finite(X, "X")
        require_finite(y, "y")
        return validate_data(self, X, y, multi_output=True, dtype=np.float64, reset=reset)

    def _as_numbers(self, y: np.ndarray) -> np.ndarray:
        try:
            return y.astype(float)
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"y is {y.dtype} and {self._method} takes numbers; expected a continuous view: "
                "give labels to Ross, or where X holds labels too to DiscreteInformation"
            ) from error

    def _require_labels(self, y: np.ndarray) -> None:
        if y.ndim == 2 and y.shape[1] != 1:
            raise ValueError(
                f"y has {y.shape[1]} columns; {self._method} takes one column of labels: give one "
                "label for each combination, as numpy.unique(y, axis=0, return_inverse=True) does"
            )
        if y.dtype.kind == "O" and len(kinds := {type(label).__name__ for label in y.flat}) > 1:
            raise ValueError(f"y mixes {', '.join(sorted(kinds))}; give labels of one type")

    def _reads_labels(self, y: np.ndarray) -> bool:
        return self._labels == "always" or (self._labels == "auto" and is_discrete(y))

    def _prepare(
        self, x: np.ndarray, y: np.ndarray, discrete: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        return x, y

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        raise NotImplementedError

    def _ceiling(self, y: np.ndarray, discrete: bool) -> float | None:
        return None

    def _parameters(self) -> dict[str, Any]:
        skipped = ("interval", "level", "n_splits", "n_permutations", "random_state", "n_jobs")
        return {name: value for name, value in self.get_params().items() if name not in skipped}

    def _constant(self, n: int) -> Estimate:
        return Estimate(
            "I(X;Y)", 0.0, standard_error=0.0, interval=(0.0, 0.0), level=self.level,
            n_samples=n, method=self._method,
            parameters={**self._parameters(), "constant": True},
        )  # fmt: skip

    def _estimate(
        self,
        x: np.ndarray,
        y: np.ndarray,
        discrete: bool,
        spread: Spread,
        notes: tuple[str, ...],
    ) -> Estimate:
        value = float(np.average(self.local_information_, weights=self._weights))
        interval = None
        if spread is not None and spread[0] is not None:
            interval = student_interval(value, spread[0], spread[1], self.level)
        null = self._null(x, y, discrete, value) if self.n_permutations else None
        reasons = (spread.reason if spread else "", null.reason if null else "")
        return Estimate(
            "I(X;Y)",
            value,
            standard_error=None if spread is None else spread.standard_error,
            interval=interval,
            level=self.level,
            p_value=None if null is None else null.p_value,
            null=None if null is None else (null.mean, null.upper),
            ceiling=self._ceiling(y, discrete),
            n_samples=len(x),
            method=self._method,
            parameters=self._parameters(),
            warnings=(*notes, *self._doubts(x, y, value, interval, spread), *filter(None, reasons)),
        )

    def _doubts(
        self,
        x: np.ndarray,
        y: np.ndarray,
        value: float,
        interval: tuple[float, float] | None,
        spread: Spread,
    ) -> list[str]:
        """Reasons to think that the bias is larger than the interval."""
        if interval is None or not isinstance(spread, SubsamplingError):
            return []
        half, ceiling = (interval[1] - interval[0]) / 2, self._ceiling(y, y.ndim == 1)
        return list(filter(None, [drift_note(value, half, spread, ceiling)]))

    def _measured(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> tuple[np.ndarray, Spread]:
        """The pointwise terms, and how far their mean varies."""
        terms = self._terms(x, y, discrete)
        if self.interval == "pointwise":
            if self._groups is not None:
                return terms, sandwich_error(terms, groups=self._groups)
            n = len(terms)
            return terms, SandwichError(float(terms.std(ddof=1) / np.sqrt(n)), n - 1)
        if self.interval == "subsample":
            return terms, self._subsampled(
                lambda splits: part_values(
                    lambda rows: float(self._terms(x[rows], y[rows], discrete).mean()),
                    splits,
                    n_jobs=self.n_jobs,
                ),
                y if discrete else None,
                len(x),
            )
        if self.interval is not None:
            raise ValueError(
                f"interval is {self.interval!r}; it must be 'subsample', 'pointwise' or None"
            )
        return terms, None

    def _subsampled(
        self,
        values: Callable[[np.ndarray], list[np.ndarray]],
        strata: np.ndarray | None,
        n: int,
    ) -> SubsamplingError:
        return parts_error(
            values,
            n,
            strata=strata,
            groups=self._groups,
            repeats=self.n_splits,
            smallest_part=max(3 * getattr(self, "k", 0), 4),
            random_state=self.random_state,
        )

    def _null(self, x: np.ndarray, y: np.ndarray, discrete: bool, value: float) -> PermutationNull:
        def shuffled(order: np.ndarray) -> float:
            return float(np.average(self._terms(x, y[order], discrete), weights=self._weights))

        return permutation_null(
            shuffled,
            len(x),
            value,
            groups=self._groups,
            n_permutations=self.n_permutations,
            level=self.level,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags


_DISCRETE = (
    "y takes few integer values and was read as continuous; as labels, give it to Ross, or where X "
    "holds labels too to DiscreteInformation; numbers that repeat, such as counts, to Gao"
)


def _original_type(y: np.ndarray) -> np.ndarray:
    """Integers that came in as floats, read as integers again; beyond 2⁵³ every float is whole."""
    return y.astype(int) if np.all((np.abs(y) < EXACT_FLOAT) & (y == np.round(y))) else y


def _high_dimension(dimension: int) -> str:
    return (
        f"{dimension} dimensions in a nearest-neighbour estimate: above {MOST_DIMENSIONS} its "
        "figure is far below the truth; compress X and y first (PCACompressor, "
        "AutoencoderCompressor)"
    )
