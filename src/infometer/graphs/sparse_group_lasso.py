"""Logistic regression with the sparse-group lasso: single columns and whole groups go to 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.special import expit, logit, softmax

from infometer.graphs.sparse_group_penalty import sparse_group_prox
from infometer.resampling import generator

__all__ = ["SparseGroupFit", "sparse_group_logistic"]

Progress = Callable[[int, int], None]


class SparseGroupFit(NamedTuple):
    """The minima of one problem for every penalty.

    Parameters
    ----------
    coefficients : ndarray of float64, shape (s, p, c)
        Of s penalties, p columns and c logits.
    intercepts : ndarray of float64, shape (s, c)
    violations : ndarray of float64, shape (s,)
        Bound of `kkt_violation`, relative to the gradient at coefficients of 0.
    n_iterations : ndarray of int, shape (s,)
    """

    coefficients: np.ndarray
    intercepts: np.ndarray
    violations: np.ndarray
    n_iterations: np.ndarray


def sparse_group_logistic(
    x: np.ndarray,
    y: np.ndarray,
    groups: Sequence[int],
    penalties: Sequence[tuple[float, float]],
    *,
    tol: float = 1e-3,
    max_iter: int = 1000,
    progress: Progress | None = None,
) -> SparseGroupFit:
    r"""Logistic regression under several penalties at once.

    .. math:: \min_{W, b} \frac1n \sum_i \ell(y_i, x_i W + b)
              + \lambda_1 \|W\|_1 + \lambda_2 \sum_g \|W_g\|_F

    by FISTA with adaptive restarts. The penalties share every pass over x and nothing else: each
    has its own path from 0, so that none depends on which others are asked for. It ends where
    :math:`2 L \|W_{k+1} - V_k\|`, with the smoothness L and the extrapolated point V, is at most
    `tol` times the gradient at 0; that bounds `kkt_violation`.

    Parameters
    ----------
    x : ndarray of float, shape (n, p)
        Products are made in its precision: float32 halves memory and time, and cannot resolve a
        `tol` below about 1e-5.
    y : ndarray of int, shape (n,)
        0 and 1 with one logit; 0 to c - 1 with c logits of a softmax where there are c > 2 classes.
    groups : sequence of int
        How many columns of x each group has, in their order; together p.
    penalties : sequence of (float, float)
        Pairs (λ₁, λ₂), from 0 on.
    tol : float
    max_iter : int
        Where it is reached, ``violations`` tells what is left.
    progress : callable, optional
        Called with the iterations done and `max_iter`.

    Returns
    -------
    SparseGroupFit

    Raises
    ------
    ValueError
        If a shape does not fit, a penalty is negative, or y has one class only.

    References
    ----------
    A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2, 183 (2009); B. O'Donoghue and E. Candès,
    "Adaptive restart for accelerated gradient schemes", Found. Comput. Math. 15, 715 (2015).

    Examples
    --------
    The second column says nothing and is switched off:

    >>> x = np.array([[0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [1.0, -1.0]])
    >>> found = sparse_group_logistic(x, np.array([0, 0, 1, 1]), [1, 1], [(0.0, 0.1)])
    >>> found.coefficients.ravel().round(2).tolist()
    [2.77, 0.0]
    """
    n_classes = _checked(x, y, groups, penalties)
    loss = _LogLoss(x, y, n_classes)
    return _fista(loss, groups, np.asarray(penalties, dtype=float), tol, max_iter, progress)


class _LogLoss:
    """The mean log-loss of centred columns, its gradients, and how much it bends at most."""

    def __init__(self, x: np.ndarray, y: np.ndarray, n_classes: int) -> None:
        target = y[:, None] if n_classes == 2 else y[:, None] == np.arange(n_classes)
        self.x, self.target = x, target.astype(x.dtype)
        self.mean = x.mean(axis=0, dtype=float)
        self.smoothness = 0.25 if n_classes == 2 else 0.5
        """Of the intercepts, which the coefficients of centred columns do not move."""
        self.curvature = self.smoothness * self._largest_eigenvalue()
        """Of the coefficients: L."""

    def gradients(self, w: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of (s, p, c) coefficients and (s, c) intercepts of the centred columns."""
        s, p, c = w.shape
        flat = w.transpose(1, 0, 2).reshape(p, s * c)
        offset = b.ravel() - self.mean @ flat
        logits = self.x @ flat.astype(self.x.dtype) + offset.astype(self.x.dtype)
        logits = logits.reshape(-1, s, c)
        law = expit(logits) if c == 1 else softmax(logits, axis=2)
        law -= self.target[:, None, :]
        residual = law.reshape(-1, s * c)
        slope = residual.mean(axis=0, dtype=float)
        gradient = (self.x.T @ residual).astype(float) / len(self.x) - np.outer(self.mean, slope)
        return gradient.reshape(p, s, c).transpose(1, 0, 2), slope.reshape(s, c)

    def _largest_eigenvalue(self) -> float:
        """Of the covariance of the columns, from above."""
        n, p = self.x.shape

        def covariance(v: np.ndarray) -> np.ndarray:
            centred = self.x @ v.astype(self.x.dtype) - self.x.dtype.type(self.mean @ v)
            return (self.x.T @ centred).astype(float) / n - self.mean * centred.mean(dtype=float)

        if p == 1:
            return float(covariance(np.ones(1))[0])
        operator: Any = LinearOperator((p, p), matvec=lambda v: covariance(v.ravel()), dtype=float)
        start: Any = generator(0, "largest eigenvalue").standard_normal(p)
        return 1.02 * float(eigsh(operator, k=1, v0=start, tol=1e-2)[0][0])


def _fista(
    loss: _LogLoss,
    groups: Sequence[int],
    penalties: np.ndarray,
    tol: float,
    max_iter: int,
    progress: Progress | None,
) -> SparseGroupFit:
    s, p, c = len(penalties), loss.x.shape[1], loss.target.shape[1]
    w, b = np.zeros((s, p, c)), np.tile(_null_intercept(loss.target), (s, 1))
    steepest = float(np.linalg.norm(loss.gradients(w[:1], b[:1])[0]))
    if steepest == 0.0 or loss.curvature == 0.0:
        return SparseGroupFit(w, b, np.zeros(s), np.zeros(s, dtype=int))
    levels, ratio = penalties / loss.curvature, loss.smoothness / loss.curvature
    violations, iterations = np.full(s, np.inf), np.zeros(s, dtype=int)
    ahead_w, ahead_b, momentum = w.copy(), b.copy(), np.ones(s)
    for done in range(1, max_iter + 1):
        going = np.flatnonzero(violations > tol)
        if len(going) == 0:
            break
        at_w, at_b = ahead_w[going], ahead_b[going]
        slope_w, slope_b = loss.gradients(at_w, at_b)
        new_w = sparse_group_prox(at_w - slope_w / loss.curvature, groups, *levels[going].T)
        new_b = at_b - slope_b / loss.smoothness
        length = _squares(new_w - at_w) + ratio * _squares(new_b - at_b)
        violations[going] = 2.0 * loss.curvature * np.sqrt(length) / steepest
        moved_w, moved_b = new_w - w[going], new_b - b[going]
        uphill = np.einsum("spc,spc->s", at_w - new_w, moved_w) > 0
        t = np.where(uphill, 1.0, momentum[going])
        momentum[going] = (1.0 + np.sqrt(1.0 + 4.0 * t**2)) / 2.0
        pull = (t - 1.0) / momentum[going]
        ahead_w[going] = new_w + pull[:, None, None] * moved_w
        ahead_b[going] = new_b + pull[:, None] * moved_b
        w[going], b[going], iterations[going] = new_w, new_b, done
        if progress is not None:
            progress(done, max_iter)
    return SparseGroupFit(w, b - np.einsum("p,spc->sc", loss.mean, w), violations, iterations)


def _squares(change: np.ndarray) -> np.ndarray:
    """Squared length of each penalty's change, shape (s,)."""
    return np.asarray((change.reshape(len(change), -1) ** 2).sum(axis=1))


def _null_intercept(target: np.ndarray) -> np.ndarray:
    """The logits of the classes' shares, where nothing else is known."""
    shares = target.mean(axis=0, dtype=float)
    return np.asarray(logit(shares) if len(shares) == 1 else np.log(shares) - np.log(shares).mean())


def _checked(x: np.ndarray, y: np.ndarray, groups: Sequence[int], penalties: Any) -> int:
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ValueError(
            f"x has the shape {x.shape} and y {y.shape}; expected (n, p) and a class for each row"
        )
    if sum(groups) != x.shape[1] or min(groups, default=0) < 1:
        raise ValueError(
            f"groups is {tuple(groups)} and x has {x.shape[1]} columns; expected how many columns "
            "each group has, at least 1 and together all"
        )
    levels = np.asarray(penalties, dtype=float)
    if levels.ndim != 2 or levels.shape[1] != 2 or not (levels >= 0).all():
        raise ValueError(f"penalties is {penalties}; expected pairs of numbers from 0 on")
    classes = np.unique(y)
    if len(classes) < 2 or not np.array_equal(classes, np.arange(len(classes))):
        raise ValueError(
            f"y has the classes {classes[:5].tolist()}; expected 0, 1, ... without a gap, at least "
            "two of them"
        )
    return len(classes)
