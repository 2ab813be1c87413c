"""The linear family: softmax regression whose penalty is chosen by held-out log-loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from infometer.estimators.predictive.inner_split import held_out_losses, inner_splits
from infometer.estimators.predictive.probe_classifier import ProbeClassifier

__all__ = ["LinearSoftmax"]

PENALTIES = np.logspace(1, -7, 17)
PATIENCE = 2


class LinearSoftmax(ProbeClassifier):
    r"""Class probabilities from a linear map, shrunk as far as unseen items want it.

    .. math:: \min_{W, b} -\frac1n \sum_i \log \operatorname{softmax}(W x_i + b)_{y_i}
        + \frac\lambda2 \lVert W \rVert^2

    with λ from 10 down to 1e-7 in steps of √10. Items held back choose it by their log-loss, not
    by their accuracy, which is blind to overconfidence. The path ends where the loss has risen
    twice in a row, each fit starts from the last, and the best λ is fitted to all items.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
        What is held back.

    Attributes
    ----------
    classes_ : ndarray
    penalty_ : float
        λ.
    model_ : LogisticRegression

    Examples
    --------
    >>> x = np.linspace(-3, 3, 200)[:, None]
    >>> probe = LinearSoftmax(random_state=0).fit(x, x[:, 0] > 0)
    >>> bool(probe.penalty_ < 1e-5), probe.predict_proba([[-3.0], [3.0]]).round(3).tolist()
    (True, [[1.0, 0.0], [0.0, 1.0]])
    """

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def _train(self, X: Any, y: np.ndarray, groups: Any) -> None:
        self.penalty_ = _chosen_penalty(X, y, groups, self.random_state)
        self.model_ = _softmax_regression(self.penalty_, len(y)).fit(X, y)

    def _probabilities(self, X: Any) -> np.ndarray:
        return np.asarray(self.model_.predict_proba(X))


def _softmax_regression(penalty: float, n: int) -> LogisticRegression:
    return LogisticRegression(
        C=1 / (n * penalty), solver="newton-cg", max_iter=1000, warm_start=True
    )


def _chosen_penalty(X: Any, y: np.ndarray, groups: Any, random_state: Any) -> float:
    """The λ with the least log-loss summed over the held-out items of all splits."""
    splits = list(inner_splits(y, groups, random_state))
    models = [_softmax_regression(PENALTIES[0], len(fitted)) for fitted, _ in splits]
    parts = [(X[fitted], y[fitted], X[held], y[held]) for fitted, held in splits]
    losses: list[float] = []
    for penalty in PENALTIES:
        loss = 0.0
        for model, (x_fit, y_fit, x_held, y_held) in zip(models, parts, strict=True):
            model.set_params(C=1 / (len(y_fit) * penalty)).fit(x_fit, y_fit)
            loss += held_out_losses(model.predict_proba(x_held), model.classes_, y_held)
        losses.append(loss)
        if len(losses) - 1 - int(np.argmin(losses)) >= PATIENCE:
            break
    return float(PENALTIES[int(np.argmin(losses))])
