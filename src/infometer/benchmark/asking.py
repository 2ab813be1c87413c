"""One figure from one estimator, whatever the habit of its library."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.base import clone

from infometer.contracts import Estimate

__all__ = ["ask"]

MOST_SEEDS = 2**32
"""What NumPy's RandomState, and so scikit-learn, takes for a seed is below."""


def ask(estimator: Any, x: np.ndarray, y: np.ndarray, random_state: int) -> Estimate:
    """Let a copy of `estimator` measure I(X;Y).

    Parameters
    ----------
    estimator : object or callable
        With ``fit(X, y)`` and then ``estimate_``, with ``estimate(x, y)``, or called as
        ``estimator(x, y)``.
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy) or (n,)
    random_state : int
        For every parameter named ``random_state``, of nested estimators too, that is None.

    Returns
    -------
    Estimate
        The estimator's own, or its figure in nats without an interval.

    Examples
    --------
    >>> ask(lambda x, y: 0.25, np.zeros((10, 1)), np.zeros((10, 1)), random_state=0)
    0.250 nats (n=10)
    """
    if hasattr(estimator, "fit"):
        fitted = _seeded(estimator, random_state)
        fitted.fit(x, y)
        answer = fitted.estimate_
    elif hasattr(estimator, "estimate"):
        answer = _seeded(estimator, random_state).estimate(x, y)
    else:
        answer = estimator(x, y)
    if isinstance(answer, Estimate):
        return answer
    return Estimate("I(X;Y)", float(answer), n_samples=len(x))


def _seeded(estimator: Any, random_state: int) -> Any:
    """A copy, with a seed wherever a random state was left to chance."""
    if not hasattr(estimator, "get_params"):
        return deepcopy(estimator)
    copied = clone(estimator)
    unset = {
        name: random_state % MOST_SEEDS
        for name, value in copied.get_params().items()
        if value is None and name.split("__")[-1] == "random_state"
    }
    return copied.set_params(**unset) if unset else copied
