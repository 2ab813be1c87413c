"""A torch module with logits as a scikit-learn classifier."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import nn

from infometer.estimators.fitting import FitHistory
from infometer.estimators.neural.classifier_training import (
    class_probabilities,
    label_codes,
    train_classifier,
)
from infometer.estimators.samples import require_count
from infometer.estimators.seeded import seeded
from infometer.resampling import root_seed

__all__ = ["ModuleClassifier"]


class ModuleClassifier(ClassifierMixin, BaseEstimator):
    r"""A torch module that gives logits, trained by cross-entropy: p(y|x) = softmax(f(x))_y.

    Every fit with the same `random_state` starts from the same weights, as V-information asks of
    the model that sees x and of the one that does not.

    Parameters
    ----------
    module : torch.nn.Module or callable
        Takes (b, ...) and gives logits (b, K). A module is copied, and every fit starts from its
        weights; a callable is asked anew, ``module(n_features, n_classes)``.
    max_epochs, batch_size : int
    lr : float
        Of Adam.
    patience : int, optional
        Epochs without a lower loss on `validation_fraction` of the rows, after which training
        stops and the best weights are put back. None trains on all rows to the end.
    validation_fraction : float
        Share of the rows that `patience` looks at.
    on_epoch : callable, optional
        ``on_epoch(epoch, classifier)`` at the end of each epoch; the classifier can predict there.
    random_state : int, None, RandomState or Generator
        Of the initial weights and of the batches. None draws new ones in every fit.
    device : torch.device or str, optional

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    module_ : torch.nn.Module
        Trained.
    history_ : FitHistory
    n_features_in_ : int

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 2))
    >>> classifier = ModuleClassifier(nn.Linear, max_epochs=30, lr=0.1).fit(X, X[:, 0] > 0)
    >>> classifier.score(X, X[:, 0] > 0) > 0.97
    True
    """

    def __init__(
        self,
        module: nn.Module | Callable[[int, int], nn.Module],
        *,
        max_epochs: int = 20,
        batch_size: int = 64,
        lr: float = 1e-3,
        patience: int | None = None,
        validation_fraction: float = 0.1,
        on_epoch: Callable[[int, Any], object] | None = None,
        random_state: Any = 0,
        device: Any = None,
    ) -> None:
        self.module = module
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.on_epoch = on_epoch
        self.random_state = random_state
        self.device = device

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a copy of the module.

        Parameters
        ----------
        X : array-like, shape (n, d) or (n, ...)
            A module with an ``nn.Embedding`` is given whole numbers, others floats.
        y : array-like, shape (n,)
            Labels.
        sample_weight : array-like, shape (n,), optional
            Weights of the items in the loss, scaled to a mean of 1.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For NaN or infinity, one class alone, or a module whose logits do not fit the classes.
        FloatingPointError
            Where training leaves the finite numbers.
        """
        X, y = validate_data(self, X, y, allow_nd=True)
        check_classification_targets(y)
        require_count(self.max_epochs, "max_epochs", 1)
        require_count(self.batch_size, "batch_size", 1)
        self.classes_, codes = label_codes(y)
        seed = root_seed(self.random_state)
        self.module_ = self._new_module(X.shape[1], seed)
        inputs = self._inputs(X)
        self._check_logits(inputs[:2])
        on_epoch = self.on_epoch
        told = None if on_epoch is None else (lambda epoch: on_epoch(epoch, self))
        self.history_: FitHistory = train_classifier(
            self, self.module_, inputs, codes, sample_weight, seed, told
        )
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """p(y|x) of every class.

        Parameters
        ----------
        X : array-like, shape (n, d) or (n, ...)

        Returns
        -------
        ndarray, shape (n, K)
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, allow_nd=True)
        return class_probabilities(self.module_, self._inputs(X), max(self.batch_size, 256))

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class.

        Parameters
        ----------
        X : array-like, shape (n, d) or (n, ...)

        Returns
        -------
        ndarray, shape (n,)
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[codes])

    def _new_module(self, n_features: int, seed: int) -> nn.Module:
        if isinstance(self.module, nn.Module):
            made = copy.deepcopy(self.module)
        else:
            with seeded(seed, "initial weights"):
                made = self.module(n_features, len(self.classes_))
        return made if self.device is None else made.to(self.device)

    def _inputs(self, X: np.ndarray) -> np.ndarray:
        embeds = any(isinstance(m, nn.Embedding | nn.EmbeddingBag) for m in self.module_.modules())
        if not embeds:
            return X.astype(float)
        if X.dtype.kind not in "iub" and (np.floor(X) != X).any():
            raise ValueError(
                f"X has the type {X.dtype} and fractions; {type(self.module_).__name__} has an "
                "nn.Embedding: expected whole numbers, the ids of tokens"
            )
        return X.astype(np.int64)

    def _check_logits(self, inputs: np.ndarray) -> None:
        shape = class_probabilities(self.module_, inputs, len(inputs)).shape
        expected = (len(inputs), len(self.classes_))
        if shape != expected:
            raise ValueError(
                f"module gives an output of shape {shape} for {len(inputs)} items; expected logits "
                f"of shape {expected}, one for each of the classes {self.classes_.tolist()[:10]}"
            )
