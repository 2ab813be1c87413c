"""Columns for a probe, whatever the items are: numbers standardised, texts as TF-IDF."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from infometer.estimators.predictive.item_inputs import (
    are_sparse,
    are_texts,
    read_items,
    text_columns,
)
from infometer.estimators.predictive.term_counts import TERMS

__all__ = ["ItemFeatures"]


class ItemFeatures(TransformerMixin, BaseEstimator):
    """Numbers with mean 0 and variance 1, categories one-hot, texts by TF-IDF of 1- and 2-grams.

    Sparse numbers are divided by their largest size. Each column of texts of a frame has a
    vocabulary of its own, and so has each text of a pair.

    Attributes
    ----------
    transformer_ : scikit-learn transformer
        What the form of the items called for.

    Examples
    --------
    >>> pairs = [("it rains", "it is wet"), ("it rains", "it is dry")]
    >>> ItemFeatures().fit(pairs).transformer_.get_feature_names_out().tolist()
    ['text_1__it', 'text_1__it rains', 'text_1__rains', 'text_2__is', 'text_2__it', 'text_2__it is']
    """

    def fit(self, X: Any, y: Any = None) -> ItemFeatures:
        """Learn means, categories and vocabularies of anything that `read_items` reads."""
        items = read_items(X)
        self.transformer_ = _transformer(items).fit(items)
        return self

    def transform(self, X: Any) -> Any:
        """The columns (n, d), sparse where there are texts."""
        check_is_fitted(self)
        return self.transformer_.transform(read_items(X))


def _transformer(items: Any) -> Any:
    if isinstance(items, pd.DataFrame):
        return _of_columns(items)
    if are_sparse(items):
        return MaxAbsScaler()
    if are_texts(items):
        return TfidfVectorizer(**TERMS)
    if items.ndim > 2:
        raise ValueError(
            f"X has shape {items.shape}; a named family takes (n, d): flatten the items, or give a "
            "model of your own that takes them as they are"
        )
    return StandardScaler()


def _of_columns(frame: pd.DataFrame) -> ColumnTransformer:
    texts = text_columns(frame)
    numbers = list(frame.select_dtypes(["number", "bool"]))
    kinds = list(frame.select_dtypes("category"))
    strange = [name for name in frame if name not in {*texts, *numbers, *kinds}]
    if strange:
        types = {name: str(frame[name].dtype) for name in strange}
        raise ValueError(f"X has columns of {types}; expected numbers, texts or categories")
    steps: list[tuple[str, Any, Any]] = [(name, TfidfVectorizer(**TERMS), name) for name in texts]
    if numbers:
        steps.append(("numbers", StandardScaler(), numbers))
    if kinds:
        steps.append(("categories", OneHotEncoder(handle_unknown="ignore"), kinds))
    return ColumnTransformer(steps)
