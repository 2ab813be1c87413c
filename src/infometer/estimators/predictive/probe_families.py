"""Predictive families by name, each a scikit-learn classifier that takes any form of items."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from infometer.estimators.predictive.item_features import ItemFeatures
from infometer.estimators.predictive.linear_softmax import LinearSoftmax
from infometer.estimators.predictive.nearest_labels import NearestLabels
from infometer.estimators.predictive.stopped_perceptron import StoppedPerceptron

__all__ = ["probe_family"]

FAMILIES: dict[str, type[BaseEstimator]] = {
    "linear": LinearSoftmax,
    "mlp": StoppedPerceptron,
    "knn": NearestLabels,
}


def probe_family(name: str, *, random_state: Any = None) -> BaseEstimator:
    """A predictive family V as an untrained classifier with class probabilities.

    ==========  =================================================================================
    constant    Shares of the classes: V with its input ignored, so that I_V is 0.
    linear      Softmax regression; see `LinearSoftmax` for its penalty.
    mlp         One hidden layer of 64 ReLUs; see `StoppedPerceptron` for its end.
    knn         Label shares of the k nearest, smoothed; see `NearestLabels`.
    ==========  =================================================================================

    Each chooses its one hyperparameter by log-loss on training items that it holds back. Numbers
    are standardised, columns of type ``category`` one-hot; texts become TF-IDF of their words and
    pairs of words that two texts hold, each text of a pair with a vocabulary of its own.

    Parameters
    ----------
    name : {"constant", "linear", "mlp", "knn"}
    random_state : int, None, RandomState or Generator

    Returns
    -------
    classifier
        For "constant" a ``DummyClassifier``, else a ``Pipeline`` of ``features`` and ``probe``.

    Raises
    ------
    ValueError
        For any other name.

    References
    ----------
    Y. Xu, S. Zhao, J. Song, R. Stewart and S. Ermon, "A theory of usable information under
    computational constraints", ICLR (2020), definition 1.

    Examples
    --------
    >>> texts = ["good tea", "good milk", "bad tea", "bad milk"] * 10
    >>> probe = probe_family("linear", random_state=0).fit(texts, [1, 1, 0, 0] * 10)
    >>> probe.predict(["good", "bad", "a bad one"]).tolist()
    [1, 0, 0]
    """
    if name == "constant":
        return DummyClassifier(strategy="prior")
    if name not in FAMILIES:
        raise ValueError(
            f"name is {name!r}; expected 'constant', {', '.join(map(repr, FAMILIES))}, or give a "
            "classifier of your own where one is taken"
        )
    probe = FAMILIES[name](random_state=random_state)
    return Pipeline([("features", ItemFeatures()), ("probe", probe)])
