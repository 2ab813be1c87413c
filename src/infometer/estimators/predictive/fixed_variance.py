"""V-information about a number by Gaussians of fixed variance: explained variance in nats."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone, is_regressor

from infometer.contracts import Estimate
from infometer.estimators.predictive.item_forms import n_items, take_items
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.log_score_information import VInformation
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.estimators.samples import require_count, require_finite
from infometer.resampling import subsampling_splits

__all__ = ["fixed_variance_information"]

UNIT_VARIANCE = {"gaussian": 0.5, "laplace": 2.0}
"""Of the law in which a squared, or an absolute, error of 1 costs 1 nat."""

QUANTITY = "I_V(X→Y)"


def fixed_variance_information(
    regressor: Any,
    X: Any,
    y: Any,
    *,
    law: Literal["gaussian", "laplace"] = "gaussian",
    variance: float | None = None,
    groups: Any = None,
    cv: int = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> VInformation:
    r"""V-information where V holds the laws of one variance around the means of a regressor.

    .. math:: I_V(X \to Y) = \frac{\mathrm{E}(Y - \bar y)^2 - \mathrm{E}(Y - m(X))^2}{2 s^2}
        \quad\text{or}\quad \frac{\mathrm{E}|Y - \tilde y| - \mathrm{E}|Y - m(X)|}{b}

    for Gaussians of variance s² and Laplace laws of scale b, which is √(variance / 2). With the
    variance that stands by default the first is the explained variance Var Y - E(Y - m)², the
    second how much smaller the mean absolute deviation from the median becomes; over Var Y the
    first is R². Model and null (mean or median) are of the other folds of a cross-validation.

    Parameters
    ----------
    regressor : scikit-learn regressor
        For Laplace laws one that minimises absolute errors.
    X : array-like, shape (n, ...)
    y : array-like, shape (n,)
    law : {"gaussian", "laplace"}
    variance : float, optional
        Of the law: ½ for Gaussians and 2 for Laplace laws unless given.
    groups : array-like, shape (n,), optional
        Items of one group depend on each other: they are held out together.
    cv : int
        Folds.
    random_state : int, None, RandomState or Generator
        Of the folds.
    n_jobs : int, optional

    Returns
    -------
    VInformation
        Nats. Entropies are of densities, so that they may be negative.

    Raises
    ------
    ValueError
        For missing values, an unknown law, a variance of 0 or less, or fewer items than folds.

    References
    ----------
    Y. Xu, S. Zhao, J. Song, R. Stewart and S. Ermon, "A theory of usable information under
    computational constraints", ICLR (2020), proposition 1.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((5000, 1))
    >>> y = 2 * X[:, 0] + rng.standard_normal(5000)
    >>> found = fixed_variance_information(LinearRegression(), X, y, random_state=0)
    >>> round(found.information.value, 1)  # Var(2x) = 4
    4.0
    """
    items, target = read_items(X), np.asarray(y)
    _check(regressor, target, n_items(items), law, variance, cv)
    target = target.astype(float)
    variance = UNIT_VARIANCE[law] if variance is None else variance
    (part,) = subsampling_splits(
        len(target), groups=groups, parts=(cv,), repeats=1, random_state=random_state
    )
    folds = Parallel(n_jobs=n_jobs)(
        delayed(_losses_of_fold)(regressor, items, target, part == held, law, variance)
        for held in range(cv)
    )
    loss, null = np.empty(len(target)), np.empty(len(target))
    for held, fold in enumerate(folds):
        loss[part == held], null[part == held] = fold.loss, fold.null
    gain = float(np.average([f.train_gain for f in folds], weights=[f.n_train for f in folds]))
    return _information(loss, null, _log_normaliser(law, variance), target, groups, gain, regressor)


class _Fold(NamedTuple):
    loss: np.ndarray
    null: np.ndarray
    train_gain: float
    n_train: int


def _losses_of_fold(
    regressor: Any, items: Any, y: np.ndarray, held: np.ndarray, law: str, variance: float
) -> _Fold:
    """What errors cost in nats, in the fold and as a mean over the items fitted to."""
    train, out = np.flatnonzero(~held), np.flatnonzero(held)
    model = clone(regressor).fit(take_items(items, train), y[train])
    centre = np.mean(y[train]) if law == "gaussian" else np.median(y[train])

    def cost(rows: np.ndarray) -> np.ndarray:
        predicted = np.asarray(model.predict(take_items(items, rows)), dtype=float)
        errors = np.stack((y[rows] - predicted.reshape(len(rows)), y[rows] - centre))
        if law == "gaussian":
            return np.asarray(errors**2 / (2 * variance))
        return np.asarray(np.abs(errors) / math.sqrt(variance / 2))

    seen, new = cost(train), cost(out)
    return _Fold(new[0], new[1], float((seen[1] - seen[0]).mean()), len(train))


def _information(
    loss: np.ndarray,
    null: np.ndarray,
    log_normaliser: float,
    y: np.ndarray,
    groups: Any,
    train_gain: float,
    regressor: Any,
) -> VInformation:
    how = {"groups": groups, "method": type(regressor).__name__}
    return VInformation(
        mean_estimate(null - loss, QUANTITY, tested=True, **how),
        mean_estimate(null + log_normaliser, "H_V(Y|∅)", **how),
        mean_estimate(loss + log_normaliser, "H_V(Y|X)", **how),
        log_p=-loss - log_normaliser,
        log_p_null=-null - log_normaliser,
        labels=y,
        in_sample=Estimate(QUANTITY, train_gain, n_samples=len(y), method=how["method"]),
    )


def _log_normaliser(law: str, variance: float) -> float:
    """log of what the exponential is divided by: √(2πs²), or 2b."""
    if law == "gaussian":
        return 0.5 * math.log(2 * math.pi * variance)
    return math.log(2 * math.sqrt(variance / 2))


def _check(
    regressor: Any, y: np.ndarray, n: int, law: str, variance: float | None, cv: int
) -> None:
    if law not in UNIT_VARIANCE:
        raise ValueError(f"law is {law!r}; expected 'gaussian' or 'laplace'")
    if variance is not None and not 0 < variance < math.inf:
        raise ValueError(f"variance is {variance}; expected a positive number")
    if not is_regressor(regressor):
        raise ValueError(
            f"regressor is {regressor!r}, no scikit-learn regressor; for labels take "
            "pointwise_v_information"
        )
    if y.shape != (n,) or y.dtype.kind not in "iufb":
        raise ValueError(
            f"y has shape {y.shape} and holds {y.dtype}; expected a number for each of the {n} "
            f"items, shape ({n},)"
        )
    require_finite(y, "y")
    require_count(cv, "cv", 2)
