"""The family of small networks: one hidden layer, stopped when the held-out log-loss rises."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from infometer.estimators.predictive.inner_split import held_out_losses, inner_splits
from infometer.estimators.predictive.probe_classifier import ProbeClassifier
from infometer.resampling import integer_seed, root_seed

__all__ = ["StoppedPerceptron"]

PATIENCE = 10
TOLERANCE = 1e-4
"""Nats an item that a lower loss must be lower by."""


class StoppedPerceptron(ProbeClassifier):
    """One hidden layer of ReLUs and a softmax, trained by Adam until a held-out log-loss rises.

    A fifth of the items is held back. After 10 epochs in a row without a lower log-loss there, or
    after `max_epochs`, the weights of the best epoch are taken. Scikit-learn's own early stopping
    looks at the accuracy, which is blind to overconfidence.

    Parameters
    ----------
    hidden : int
        Width of the layer.
    max_epochs : int
    random_state : int, None, RandomState or Generator
        What is held back, first weights and order of the items.

    Attributes
    ----------
    classes_ : ndarray
    epochs_ : int
        At the best weights.
    model_ : MLPClassifier

    Examples
    --------
    >>> x = np.linspace(-3, 3, 300)[:, None]
    >>> probe = StoppedPerceptron(random_state=0).fit(x, np.abs(x[:, 0]) > 1.5)
    >>> probe.predict([[-3.0], [0.0], [3.0]]).tolist()
    [True, False, True]
    """

    def __init__(self, hidden: int = 64, max_epochs: int = 200, random_state: Any = None) -> None:
        self.hidden = hidden
        self.max_epochs = max_epochs
        self.random_state = random_state

    def _train(self, X: Any, y: np.ndarray, groups: Any) -> None:
        seed, everything = root_seed(self.random_state), np.arange(len(y))
        fitted, held = next(iter(inner_splits(y, groups, seed)), (everything, everything))
        network = MLPClassifier(
            (self.hidden,),
            learning_rate_init=0.003,
            batch_size=int(np.clip(len(fitted) // 20, 8, 200)),
            random_state=integer_seed(seed, "perceptron") % 2**32,
        )
        self.model_, self.epochs_ = self._stopped(network, X, y, fitted, held)

    def _stopped(
        self, network: MLPClassifier, X: Any, y: np.ndarray, fitted: np.ndarray, held: np.ndarray
    ) -> tuple[MLPClassifier, int]:
        x_fit, y_fit, x_held, y_held = X[fitted], y[fitted], X[held], y[held]
        weights, best_loss, best_epoch = None, np.inf, 0
        for epoch in range(1, self.max_epochs + 1):
            network.partial_fit(x_fit, y_fit, classes=np.arange(len(self.classes_)))
            loss = held_out_losses(network.predict_proba(x_held), network.classes_, y_held)
            if loss < best_loss - TOLERANCE * len(held):
                weights = deepcopy((network.coefs_, network.intercepts_))
                best_loss, best_epoch = loss, epoch
            elif epoch - best_epoch >= PATIENCE:
                break
        if weights is not None:
            network.coefs_, network.intercepts_ = weights
        return network, best_epoch

    def _probabilities(self, X: Any) -> np.ndarray:
        return np.asarray(self.model_.predict_proba(X), dtype=float)
