"""What the estimators share whose answer follows from a sum over rows: batches and merging."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol, Self

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from infometer.contracts import Estimate
from infometer.estimators.dask_arrays import is_dask, sum_over_chunks

__all__ = ["RowSum", "StreamEstimator"]


class RowSum(Protocol):
    """A frozen sum over rows: of any split of them, merged in any order, it is the same."""

    def merge(self, other: Any) -> Any:
        """The sum over the rows of both."""
        ...


class StreamEstimator(BaseEstimator):
    """Base of estimators that take their rows in batches, from several machines, or from Dask.

    A subclass defines `_batch_sum`, which checks rows and reduces them, and `_of_sum`.
    """

    _sum: Any

    def _batch_sum(self, X: Any, y: Any, *, reset: bool) -> RowSum:
        raise NotImplementedError

    def _of_sum(self, total: Any) -> Estimate:
        raise NotImplementedError

    @cached_property
    def estimate_(self) -> Estimate:
        """The figure of all rows so far, found when it is first asked for."""
        check_is_fitted(self)
        return self._of_sum(self._sum)

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Add a batch of rows; ``estimate_`` is then that of ``fit`` on all rows together.

        After ``fit`` the batch is added to its rows. What a sum over rows does not hold is left to
        ``fit``: weights, groups, permutations, ``local_information_``, and for a Gaussian the
        warnings that look at rows again. A batch that is refused changes nothing.

        Parameters
        ----------
        X : array-like or Dask array, shape (n, dx)
        y : array-like or Dask array, shape (n,) or (n, dy), optional
            For an entropy it is ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For rows that ``fit`` refuses or with other columns than before, after a ``fit`` with
            weights or groups, and with permutations.
        """
        before = self._total()
        batch = self._any_sum(X, y, reset=before is None)
        self._keep(batch if before is None else before.merge(batch))
        return self

    def merge(self, other: Self) -> Self:
        """Add the rows of another estimator, such as that of another machine; it is not changed.

        Parameters
        ----------
        other : estimator
            Fitted, of the same class and settings.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For another class, other settings or other columns, and as `partial_fit` does.
        """
        self._require_same(other)
        ours, theirs = self._total(), other._total()
        self._keep(theirs if ours is None else ours.merge(theirs))
        for name in ("n_features_in_", "feature_names_in_"):
            if ours is None and hasattr(other, name):
                setattr(self, name, getattr(other, name))
        return self

    def _fit_sum(self, X: Any, y: Any) -> Self:
        """What `fit` does with rows that are not looked at again."""
        self._keep(self._any_sum(X, y, reset=True))
        self.estimate_ = self._of_sum(self._sum)
        return self

    def _any_sum(self, X: Any, y: Any, *, reset: bool) -> RowSum:
        if not (is_dask(X) or is_dask(y)):
            return self._batch_sum(X, y, reset=reset)
        self._require_sums()
        total = sum_over_chunks(self, X, y)
        if reset:
            self.n_features_in_ = X.shape[1]
        return total

    def _keep(self, total: RowSum | None) -> None:
        self._sum = total
        for name in ("estimate_", "local_information_"):
            self.__dict__.pop(name, None)

    def _total(self) -> Any:
        """The sum so far, None before the first row."""
        self._require_sums()
        total = vars(self).get("_sum")
        if total is None and hasattr(self, "_sum"):
            raise ValueError(
                f"this {type(self).__name__} was fitted with weights or groups, which no sum over "
                "rows holds; expected one fitted without: start with a new estimator"
            )
        return total

    def _require_sums(self) -> None:
        if asked := getattr(self, "n_permutations", 0):
            raise ValueError(
                f"n_permutations is {asked}, and permutations need all rows at once; expected 0 "
                "for batches, Dask arrays and merging: the p-value is that of theory then"
            )

    def _require_same(self, other: Any) -> None:
        if type(other) is not type(self):
            raise ValueError(
                f"other is a {type(other).__name__}; expected another {type(self).__name__}"
            )
        check_is_fitted(other)
        ours, theirs = self.get_params(), other.get_params()
        differ = [
            f"{name}={theirs[name]!r} where this one has {ours[name]!r}"
            for name in ours
            if name not in ("random_state", "n_jobs") and ours[name] != theirs[name]
        ]
        if differ:
            raise ValueError(f"other has {', '.join(differ)}; expected equal settings")
        names, others = (list(getattr(e, "feature_names_in_", ())) for e in (self, other))
        if names and others and names != others:
            raise ValueError(
                f"other was fitted to the columns {others} where this one was to {names}; expected "
                "the same, in the same order"
            )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_sum")
