"""A linear reward model of comparisons: logistic regression on differences of features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold

from infometer.preferences.outcomes import FIRST, SECOND, TIE, outcome_codes
from infometer.resampling import integer_seed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LinearReward", "fit_linear_reward"]

PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


@dataclass(frozen=True, eq=False, repr=False)
class LinearReward:
    r"""A reward linear in features, r(x) = wᵀx, from `fit_linear_reward`.

    Parameters
    ----------
    weights : ndarray, shape (d,)
    penalty : float
        C, the inverse strength of the ridge, that was chosen.
    penalties : ndarray, shape (k,)
        Those that were tried.
    losses : ndarray, shape (k,)
        Cross-validated −log-likelihood of a comparison, nats; log 2 = 0.693 knows nothing.
    accuracies : ndarray, shape (k,)
        Share of the comparisons without ties whose winner has the higher reward, cross-validated.
    n : int
        Answered comparisons.
    """

    weights: np.ndarray
    penalty: float
    penalties: np.ndarray
    losses: np.ndarray
    accuracies: np.ndarray
    n: int

    def __repr__(self) -> str:
        best = int(np.flatnonzero(self.penalties == self.penalty)[0])
        return (
            f"LinearReward({len(self.weights)} features, {self.n} comparisons, C={self.penalty:g}: "
            f"{self.losses[best]:.4f} nats, accuracy {self.accuracies[best]:.3f})"
        )

    def reward(self, X: Any) -> np.ndarray:
        """wᵀx of each row of X, shape (n, d) dense or sparse; differences of them are log-odds."""
        return np.asarray(_features(X, "X", len(self.weights)) @ self.weights)

    def probability(self, X_first: Any, X_second: Any) -> np.ndarray:
        """P(first preferred) of each pair of rows. Shape (m,)."""
        return np.asarray(expit(self.reward(X_first) - self.reward(X_second)))

    def to_frame(self) -> pd.DataFrame:
        """One row for every penalty that was tried."""
        import pandas as pd

        columns = {"loss_nats": self.losses, "accuracy": self.accuracies}
        return pd.DataFrame({"penalty": self.penalties, **columns})

    def to_dict(self) -> dict[str, Any]:
        """What was chosen and tried; weights left out."""
        tried = {str(name): values for name, values in self.to_frame().to_dict("list").items()}
        return {"penalty": self.penalty, "n": self.n, "tried": tried}


def fit_linear_reward(
    X_first: Any,
    X_second: Any,
    outcomes: Any,
    *,
    penalties: Sequence[float] = PENALTIES,
    folds: int = 5,
    groups: Any = None,
    random_state: Any = 0,
) -> LinearReward:
    r"""The Bradley-Terry model with linear rewards, its ridge chosen by cross-validated log-loss.

    .. math:: \hat w = \arg\min_w \tfrac12 \|w\|^2 - C \sum_i
        \big[ y_i \log \sigma(w^\top d_i) + (1 - y_i) \log \sigma(-w^\top d_i) \big],
        \qquad d_i = x_i^{first} - x_i^{second}

    without intercept: turning a pair round changes nothing. A tie, y = ½, is half a win for each;
    what was skipped is left out. Features are taken as they are: scale them to what is alike.

    Parameters
    ----------
    X_first, X_second : array-like or sparse, shape (m, d)
        Features of what was shown first, and second.
    outcomes : sequence, shape (m,)
        1, 0, ½, NaN or "first", "second", "tie", "skip".
    penalties : sequence of float
        C to choose from.
    folds : int
    groups : sequence, shape (m,), optional
        Comparisons of one prompt or rater, which stay in one fold.
    random_state : int, None, RandomState or Generator
        Of the folds.

    Returns
    -------
    LinearReward

    Raises
    ------
    ValueError
        For shapes that do not fit, features that are not finite, fewer answered comparisons than
        folds, no difference in any feature, or penalties that are not above 0.

    References
    ----------
    R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39
    (1952).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a, b = rng.normal(size=(2, 500, 3))
    >>> wins = rng.random(500) < 1 / (1 + np.exp(-(a - b) @ [2, -1, 0]))
    >>> fit_linear_reward(a, b, wins.astype(float)).weights.round(1).tolist()
    [1.9, -0.9, -0.2]
    """
    d = _differences(X_first, X_second)
    y = outcome_codes(outcomes)
    if len(y) != d.shape[0]:
        raise ValueError(f"outcomes has {len(y)} entries for {d.shape[0]} pairs of rows")
    answered = ~np.isnan(y)
    _check(penalties, folds, int(answered.sum()), d[answered])
    d, y = d[answered], y[answered]
    together = None if groups is None else np.asarray(groups)[answered]
    splits = _splits(len(y), folds, together, random_state)
    losses, accuracies = np.array([_held_out(d, y, c, splits) for c in penalties]).T
    chosen = float(penalties[int(np.argmin(losses))])
    weights = _weights(d, y, chosen)
    return LinearReward(weights, chosen, np.array(penalties, float), losses, accuracies, len(y))


def _weights(d: Any, y: np.ndarray, penalty: float) -> np.ndarray:
    """ŵ: winner less loser, every other comparison turned round so that both classes are there."""
    tie, label = y == TIE, np.arange(len(y)) % 2 == 0
    x = sparse.diags_array(np.where(y == SECOND, -1.0, 1.0) * np.where(label, 1, -1)) @ d
    stack = sparse.vstack if sparse.issparse(x) else np.concatenate
    model = LogisticRegression(C=penalty, fit_intercept=False, max_iter=10_000)
    model.fit(
        stack([x, x[tie]]),
        np.concatenate([label, ~label[tie]]),
        np.concatenate([np.where(tie, 0.5, 1.0), np.full(tie.sum(), 0.5)]),
    )
    return np.asarray(model.coef_[0])


def _held_out(
    d: Any, y: np.ndarray, penalty: float, splits: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, float]:
    """Mean loss and accuracy of comparisons that the fit has not seen."""
    margin = np.empty(len(y))
    for train, test in splits:
        margin[test] = d[test] @ _weights(d[train], y[train], penalty)
    loss = np.logaddexp(0.0, -margin) + (1 - y) * margin
    decided = y != TIE
    right = np.where(margin == 0, 0.5, (margin > 0) == (y == FIRST))[decided]
    return float(loss.mean()), float(right.mean()) if decided.any() else np.nan


def _splits(
    m: int, folds: int, groups: np.ndarray | None, random_state: Any
) -> list[tuple[np.ndarray, np.ndarray]]:
    seed = integer_seed(random_state, "linear reward") % 2**32
    kind = KFold if groups is None else GroupKFold
    return list(kind(folds, shuffle=True, random_state=seed).split(np.arange(m), groups=groups))


def _features(X: Any, name: str, width: int | None = None) -> Any:
    """A dense array or sparse rows of finite numbers, shape (n, width)."""
    rows: Any = X.tocsr() if hasattr(X, "tocsr") else np.asarray(X)
    given = rows.astype(float)
    if given.ndim != 2 or width not in (None, given.shape[1]):
        expected = "(m, d)" if width is None else f"(n, {width})"
        raise ValueError(f"{name} has shape {given.shape}; expected {expected}")
    values = given if isinstance(given, np.ndarray) else given.data
    if not np.isfinite(values).all():
        raise ValueError(f"{name} has entries that are not finite; expected numbers")
    return given


def _differences(X_first: Any, X_second: Any) -> Any:
    first, second = _features(X_first, "X_first"), _features(X_second, "X_second")
    if first.shape != second.shape:
        raise ValueError(
            f"X_first and X_second have the shapes {first.shape} and {second.shape}; expected the "
            "same, (m, d)"
        )
    return first - second


def _check(penalties: Sequence[float], folds: int, answered: int, d: Any) -> None:
    if not len(penalties) or not all(np.isfinite(c) and c > 0 for c in penalties):
        raise ValueError(f"penalties are {penalties!r}; expected numbers above 0")
    if folds < 2 or answered < 2 * folds:
        raise ValueError(
            f"{answered} comparisons are answered and folds is {folds}; expected 2 folds at least, "
            "of 2 comparisons each"
        )
    if abs(d).max() == 0:
        raise ValueError("X_first and X_second are the same in every row; give what differs")
