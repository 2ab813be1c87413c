"""Texts counted once for all folds: dropping a fold's rare terms is as good as counting anew."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from infometer.estimators.predictive.item_inputs import are_texts, text_columns

__all__ = ["TERMS", "CountedTerms", "FrequentTerms", "TermCounter", "count_terms"]

TERMS: dict[str, Any] = {"ngram_range": (1, 2), "min_df": 2}
"""Words and pairs of neighbouring words that occur in two texts at least."""


class FrequentTerms(TransformerMixin, BaseEstimator):
    """Keep the columns of counts that are not 0 in at least `min_df` of the rows fitted to.

    Parameters
    ----------
    min_df : int

    Examples
    --------
    >>> FrequentTerms().fit_transform(sparse.csr_array([[1, 1, 0], [0, 2, 3]])).toarray().tolist()
    [[1], [2]]
    """

    def __init__(self, min_df: int = TERMS["min_df"]) -> None:
        self.min_df = min_df

    def fit(self, X: Any, y: Any = None) -> FrequentTerms:
        """Count the rows of each column of `X`, sparse of shape (n, d)."""
        self.kept_ = np.flatnonzero(np.bincount(X.indices, minlength=X.shape[1]) >= self.min_df)
        if not len(self.kept_):
            raise ValueError(f"no term stands in {self.min_df} of the {X.shape[0]} texts of a fold")
        return self

    def transform(self, X: Any) -> Any:
        """The columns that are kept."""
        check_is_fitted(self)
        return X[:, self.kept_]


class TermCounter:
    """Counts the terms of further texts, in the columns of those that were counted first.

    Parameters
    ----------
    vectorizers : dict of str to CountVectorizer
        Fitted, one for each column of texts.
    """

    def __init__(self, vectorizers: dict[str, CountVectorizer]) -> None:
        self.vectorizers = vectorizers

    def __call__(self, items: Any) -> sparse.csr_array:
        """Counts (m, d) of what `read_items` gives, in the form that was counted first."""
        columns = _text_columns(items) or {}
        if list(columns) != list(self.vectorizers):
            raise ValueError(
                f"the texts have the columns {list(columns)}; expected {list(self.vectorizers)}"
            )
        parts = [self.vectorizers[name].transform(texts) for name, texts in columns.items()]
        return sparse.csr_array(sparse.hstack(parts))


class CountedTerms(NamedTuple):
    """Counts of texts (n, d), what makes features of them, and what counts further texts alike."""

    counts: sparse.csr_array
    features: BaseEstimator
    counter: TermCounter


def count_terms(items: Any) -> CountedTerms | None:
    """Counts of all terms, and what makes of a fold's counts the same features as of its texts.

    A term that two texts of a fold hold is held by two texts of the whole, so that the terms of
    the whole, restricted by `FrequentTerms` to those of a fold, are the terms of the fold.

    Parameters
    ----------
    items : what `read_items` gives

    Returns
    -------
    CountedTerms or None
        None unless all columns are texts.

    Examples
    --------
    >>> told = count_terms(np.array(["tea or milk", "milk or tea", "tea"], object))
    >>> told.counts.toarray().tolist()
    [[1, 1, 1], [1, 1, 1], [0, 0, 1]]
    >>> told.features.fit_transform(told.counts).toarray()[2].tolist()
    [0.0, 0.0, 1.0]
    """
    columns = _text_columns(items)
    if columns is None:
        return None
    vectorizers = {name: CountVectorizer(**TERMS) for name in columns}
    counts = [_counted(vectorizers[name], texts, name) for name, texts in columns.items()]
    ends = np.cumsum([0, *(part.shape[1] for part in counts)])
    places = [slice(int(a), int(b)) for a, b in pairwise(ends)]
    steps = [
        (name, Pipeline([("terms", FrequentTerms()), ("tf-idf", TfidfTransformer())]), place)
        for name, place in zip(columns, places, strict=True)
    ]
    features = steps[0][1] if len(steps) == 1 else ColumnTransformer(steps, sparse_threshold=1.0)
    whole = sparse.csr_array(sparse.hstack(counts))
    return CountedTerms(whole, features, TermCounter(vectorizers))


def _text_columns(items: Any) -> dict[str, np.ndarray] | None:
    """The texts by column; None where there is anything else."""
    if are_texts(items):
        return {"X": items}
    if not isinstance(items, pd.DataFrame):
        return None
    names = text_columns(items)
    if len(names) < items.shape[1]:
        return None
    return {name: items[name].to_numpy(dtype=object) for name in names}


def _counted(vectorizer: CountVectorizer, texts: np.ndarray, name: str) -> sparse.csr_array:
    try:
        return sparse.csr_array(vectorizer.fit_transform(texts))
    except ValueError as error:
        raise ValueError(
            f"no term stands in {TERMS['min_df']} of the {len(texts)} texts of {name}; expected "
            "texts that share words: give numbers, or a pipeline with a vectorizer of your own"
        ) from error
