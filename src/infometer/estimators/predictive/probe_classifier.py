"""What the named families have in common: labels as numbers in, class probabilities out."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["ProbeClassifier"]

FLOATS = [np.float64, np.float32]


class ProbeClassifier(ClassifierMixin, BaseEstimator):
    """A classifier that holds training items back, groups whole, to choose how flexible to be."""

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Choose on items that are held back, then train.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n, d)
        y : array-like, shape (n,)
        groups : array-like, shape (n,), optional
            Items of one group are held back together.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For labels of one class, or that are none.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y holds one class, {self.classes_[0]!r}; expected two at least")
        self._train(X, codes, groups)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Class probabilities, shape (n, K)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=FLOATS, reset=False)
        return self._probabilities(X)

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class of each item, shape (n,)."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    @abstractmethod
    def _train(self, X: Any, y: np.ndarray, groups: Any) -> None:
        """Learn classes ``y``, numbered from 0."""

    @abstractmethod
    def _probabilities(self, X: Any) -> np.ndarray:
        """Of the classes in the order of their numbers."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
