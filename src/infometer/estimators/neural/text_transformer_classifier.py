"""A transformer trained from scratch on texts, or pairs of texts, as a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from infometer.estimators.fitting import FitHistory
from infometer.estimators.neural.classifier_training import (
    class_probabilities,
    label_codes,
    train_classifier,
)
from infometer.estimators.neural.text_transformer import TextTransformer
from infometer.estimators.neural.word_vocabulary import PADDING, WordVocabulary
from infometer.estimators.predictive.item_inputs import read_items, text_columns
from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.samples import require_count
from infometer.estimators.seeded import seeded
from infometer.resampling import root_seed

__all__ = ["TextTransformerClassifier", "read_texts"]


def read_texts(X: Any) -> list[tuple[str, ...]]:
    """The texts of each item: one, two of a pair, or one for every column.

    Parameters
    ----------
    X : sequence of str, or DataFrame or array of str, shape (n,) or (n, m)
        An empty text is legal: it tells nothing.

    Returns
    -------
    list of tuple of str

    Raises
    ------
    ValueError
        For missing texts, or for what is no text.

    Examples
    --------
    >>> read_texts(["a dog", ""]), read_texts([["a dog", "an animal"]])
    ([('a dog',), ('',)], [('a dog', 'an animal')])
    """
    if isinstance(X, str):
        raise ValueError("X is a single text; expected a sequence of texts, as in [text]")
    items = read_items(X)
    if isinstance(items, pd.DataFrame) and text_columns(items) == list(items):
        return list(items.itertuples(index=False, name=None))
    if isinstance(items, np.ndarray) and items.dtype == object:
        return [(text,) for text in items]
    raise ValueError(f"X has shape {items.shape} and holds other things than texts: expected texts")


class TextTransformerClassifier(ClassifierMixin, BaseEstimator):
    """p(y|text) of a small transformer that is trained from scratch, `TextTransformer`.

    Words that stand `min_count` times in the training texts are its vocabulary. Of an empty text
    it sees a start and nothing else, so that a null model is the same classifier trained on empty
    texts; with an integer `random_state` all fits of equal vocabulary start from equal weights.

    Parameters
    ----------
    width, heads, layers : int
    dropout : float
    min_count : int
        Rarer words share one number.
    max_length : int
        Most words and signs in an item: attention takes time and memory that grow with its square.
    max_epochs, batch_size : int
    lr : float
        Of Adam.
    patience : int, optional
        Epochs without a lower loss on `validation_fraction` of the items, after which training
        stops and the best weights are put back. None trains on all items to the end.
    validation_fraction : float
    on_epoch : callable, optional
        ``on_epoch(epoch, classifier)`` at the end of each epoch; the classifier can predict there.
    random_state : int, None, RandomState or Generator
    device : torch.device or str, optional

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    vocabulary_ : WordVocabulary
    module_ : TextTransformer
    history_ : FitHistory

    Examples
    --------
    >>> texts = ["a good film", "a bad film", "good", "bad"] * 20
    >>> labels = ["good" if "good" in text else "bad" for text in texts]
    >>> brief = TextTransformerClassifier(width=16, heads=2, layers=1, max_epochs=20, lr=0.01)
    >>> brief.fit(texts, labels).predict(["a good one", "so bad"]).tolist()
    ['good', 'bad']
    """

    def __init__(
        self,
        *,
        width: int = 128,
        heads: int = 4,
        layers: int = 2,
        dropout: float = 0.1,
        min_count: int = 2,
        max_length: int = 512,
        max_epochs: int = 5,
        batch_size: int = 32,
        lr: float = 5e-4,
        patience: int | None = None,
        validation_fraction: float = 0.1,
        on_epoch: Callable[[int, Any], object] | None = None,
        random_state: Any = 0,
        device: Any = None,
    ) -> None:
        self.width = width
        self.heads = heads
        self.layers = layers
        self.dropout = dropout
        self.min_count = min_count
        self.max_length = max_length
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.on_epoch = on_epoch
        self.random_state = random_state
        self.device = device

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Find the words and train a transformer.

        Parameters
        ----------
        X : sequence of str, or DataFrame or array of str, shape (n,) or (n, m)
            A text an item, or several.
        y : array-like, shape (n,)
        sample_weight : array-like, shape (n,), optional
            Weights of the items in the loss, scaled to a mean of 1.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For missing or too long texts, one class alone, or labels that are not one an item.
        FloatingPointError
            Where training leaves the finite numbers.
        """
        rows = read_texts(X)
        for name in ("min_count", "max_length", "max_epochs", "batch_size"):
            require_count(getattr(self, name), name, 1)
        self.classes_, codes = label_codes(read_labels(y, len(rows)))
        seed = root_seed(self.random_state)
        self.n_texts_ = len(rows[0])
        self.vocabulary_ = WordVocabulary.of(rows, self.min_count)
        ids = self._ids(rows)
        self.module_ = self._new_module(seed)
        on_epoch = self.on_epoch
        told = None if on_epoch is None else (lambda epoch: on_epoch(epoch, self))
        self.history_: FitHistory = train_classifier(
            self, self.module_, ids, codes, sample_weight, seed, told
        )
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """p(y|text) of every class.

        Parameters
        ----------
        X : sequence of str, or DataFrame or array of str
            As many texts an item as in training.

        Returns
        -------
        ndarray, shape (n, K)
        """
        check_is_fitted(self)
        rows = read_texts(X)
        if len(rows[0]) != self.n_texts_:
            raise ValueError(
                f"X has {len(rows[0])} texts an item; the classifier was trained on {self.n_texts_}"
            )
        ids = self._ids(rows)
        order = np.argsort((ids != PADDING).sum(axis=1), kind="stable")  # batches of equal lengths
        probabilities = np.empty((len(rows), len(self.classes_)))
        batch_size = max(self.batch_size, 128)
        probabilities[order] = class_probabilities(self.module_, ids[order], batch_size)
        return probabilities

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class.

        Parameters
        ----------
        X : sequence of str, or DataFrame or array of str

        Returns
        -------
        ndarray, shape (n,)
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[codes])

    def _ids(self, rows: Sequence[tuple[str, ...]]) -> np.ndarray:
        ids = self.vocabulary_.encode(rows)
        if ids.shape[1] > self.max_length + self.n_texts_:
            lengths = (ids != PADDING).sum(axis=1) - self.n_texts_
            raise ValueError(
                f"X has {int((lengths > self.max_length).sum())} items of more than max_length="
                f"{self.max_length} words and signs, the longest {lengths.max()} at row "
                f"{lengths.argmax()}; shorten them, or set max_length higher"
            )
        return ids

    def _new_module(self, seed: int) -> TextTransformer:
        size = {"width": self.width, "heads": self.heads, "layers": self.layers}
        with seeded(seed, "initial weights"):
            made = TextTransformer(
                len(self.vocabulary_), len(self.classes_), dropout=self.dropout, **size
            )
        return made if self.device is None else made.to(self.device)
