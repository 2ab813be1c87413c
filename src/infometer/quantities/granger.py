"""Granger causality of a vector autoregression, exactly and with its whole past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, solve_discrete_are

__all__ = ["GrangerCausality", "gaussian_granger"]

MOST_STATES = 1000
"""Lags times variables: the Riccati equation is solved in memory of 200 MB and in a minute."""


@dataclass(frozen=True, eq=False)
class GrangerCausality:
    """How much the past of the source helps to predict the target.

    Parameters
    ----------
    full_covariance, reduced_covariance : ndarray of float, shape (m, m)
        Covariances of the error of the best prediction of the target from the whole past, with
        and without the source's.

    Examples
    --------
    >>> found = GrangerCausality(np.array([[1.0]]), np.array([[2.0]]))
    >>> round(found.f, 6), round(found.transfer_entropy, 6)
    (0.693147, 0.346574)
    """

    full_covariance: np.ndarray
    reduced_covariance: np.ndarray

    @property
    def f(self) -> float:
        """F = log(det reduced / det full): Geweke's measure, in nats."""
        full = np.linalg.slogdet(self.full_covariance).logabsdet
        reduced = np.linalg.slogdet(self.reduced_covariance).logabsdet
        return max(float(reduced - full), 0.0)  # below 0: rounding

    @property
    def transfer_entropy(self) -> float:
        """F/2: the rate of the delayed directed information, in nats per step."""
        return self.f / 2.0

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values."""
        return {
            "f": self.f,
            "transfer_entropy": self.transfer_entropy,
            "full_covariance": self.full_covariance.tolist(),
            "reduced_covariance": self.reduced_covariance.tolist(),
        }


def gaussian_granger(
    coefficients: Any,
    noise_covariance: Any,
    source: int | Sequence[int],
    target: int | Sequence[int],
    condition_on: Sequence[int] | None = None,
) -> GrangerCausality:
    r"""Granger causality in a stationary Gaussian vector autoregression.

    .. math:: F_{X \to Y | Z} = \log \frac{\det \Sigma_{YY}(Y, Z)}{\det \Sigma_{YY}(X, Y, Z)},
        \qquad \mathrm{TE} = F / 2

    where :math:`\Sigma_{YY}(\cdot)` is the covariance of the error of predicting
    :math:`Y_t` from the whole past of what stands in brackets, in the process
    :math:`V_t = \sum_k A_k V_{t-k} + E_t`. What is left of a VAR when variables are not seen is no
    VAR of finite order: its innovations are those of a state-space model, from the discrete
    algebraic Riccati equation. No lag is cut off.

    It is prediction, not intervention: a cause that X and Y share, and that is not conditioned on,
    makes it positive where X does nothing to Y.

    Parameters
    ----------
    coefficients : array-like, shape (p, d, d) or (d, d)
        ``coefficients[k - 1][i, j]`` is the effect of variable j on variable i, k steps later.
    noise_covariance : array-like, shape (d, d)
        Of E_t; it may be singular outside the target.
    source, target : int or sequence of int
        Variables, from 0 on.
    condition_on : sequence of int or None
        Z; None is all the rest, ``()`` is nothing.

    Returns
    -------
    GrangerCausality

    Raises
    ------
    ValueError
        If the process is not stationary (spectral radius 1 or more), if the covariance is no
        covariance or leaves the target without noise, or if the variables overlap.

    References
    ----------
    L. Barnett and A. Seth, "Granger causality for state-space models", Physical Review E 91,
    040101 (2015); L. Barnett, A. Barrett and A. Seth, "Granger causality and transfer entropy are
    equivalent for Gaussian variables", Physical Review Letters 103, 238701 (2009).

    Examples
    --------
    x_t = 0.5 x_{t−1} + u_t drives y_t = 0.5 y_{t−1} + x_{t−1} + w_t:

    >>> found = gaussian_granger([[0.5, 0.0], [1.0, 0.5]], np.eye(2), source=0, target=1)
    >>> round(found.reduced_covariance.item(), 7), round(found.f, 7)
    (2.1327822, 0.7574273)
    """
    lags, noise = _read_var(coefficients, noise_covariance)
    d = len(noise)
    xs, ys = _variables(source, "source", d), _variables(target, "target", d)
    rest = [v for v in range(d) if v not in xs + ys]
    zs = rest if condition_on is None else _variables(condition_on, "condition_on", d)
    _check_groups(xs, ys, zs)
    if np.linalg.matrix_rank(noise[np.ix_(ys, ys)], hermitian=True) < len(ys):
        raise ValueError(
            "noise_covariance leaves the target without noise of its own: it is predicted without "
            "error, and the logarithm of its determinant is −∞; give it some noise"
        )
    return GrangerCausality(
        _innovation_covariance(lags, noise, [*ys, *zs, *xs])[: len(ys), : len(ys)],
        _innovation_covariance(lags, noise, [*ys, *zs])[: len(ys), : len(ys)],
    )


def _innovation_covariance(lags: np.ndarray, noise: np.ndarray, seen: list[int]) -> np.ndarray:
    """Covariance of the error of predicting the seen variables from their own past alone.

    The state is (V_{t−1}, …, V_{t−p}), and the seen part of V_t is the observation: its noise is
    that of the state's next step.
    """
    d = len(noise)
    if len(seen) == d:
        return noise[np.ix_(seen, seen)]
    companion = _companion(lags)
    state_noise = np.zeros_like(companion)
    state_noise[:d, :d] = noise
    seen_noise = noise[np.ix_(seen, seen)]
    observation, cross = companion[seen], state_noise[:, seen]
    try:
        uncertainty = solve_discrete_are(
            companion.T, observation.T, state_noise, seen_noise, s=cross
        )
    except LinAlgError as error:
        raise ValueError(
            f"the Riccati equation of the variables {seen} has no solution that floats can find "
            f"({error}): their spectrum may be 0 at some frequency; add a little noise to the "
            "variables that have none"
        ) from error
    return observation @ uncertainty @ observation.T + seen_noise


def _companion(lags: np.ndarray) -> np.ndarray:
    p, d, _ = lags.shape
    companion = np.eye(p * d, k=-d)
    companion[:d] = np.concatenate(lags, axis=1)
    return companion


def _read_var(coefficients: Any, noise_covariance: Any) -> tuple[np.ndarray, np.ndarray]:
    lags = np.asarray(coefficients, dtype=float)
    noise = np.asarray(noise_covariance, dtype=float)
    lags = lags[None] if lags.ndim == 2 else lags
    if lags.ndim != 3 or not lags.shape[1:] == noise.shape == noise.T.shape:
        raise ValueError(
            f"coefficients has the shape {np.shape(coefficients)} and noise_covariance "
            f"{noise.shape}; expected (p, d, d) and (d, d)"
        )
    if not (np.isfinite(lags).all() and np.isfinite(noise).all()):
        raise ValueError("coefficients or noise_covariance holds NaN or infinity")
    if lags.shape[0] * lags.shape[1] > MOST_STATES:
        raise ValueError(
            f"coefficients has {lags.shape[0]} lags of {lags.shape[1]} variables, a state of "
            f"{lags.shape[0] * lags.shape[1]:,} numbers; at most {MOST_STATES:,} are solved for: "
            "leave out variables or lags"
        )
    if not np.allclose(noise, noise.T) or np.linalg.eigvalsh(noise)[0] < -1e-10 * np.trace(noise):
        raise ValueError("noise_covariance is not symmetric or has a negative eigenvalue")
    radius = float(abs(np.linalg.eigvals(_companion(lags))).max())
    if radius >= 1.0:
        raise ValueError(
            f"the spectral radius of coefficients is {radius:.6g}; a stationary process has one "
            "below 1: take differences, or fit the model anew"
        )
    return lags, noise


def _variables(given: int | Iterable[int], name: str, d: int) -> list[int]:
    several = [given] if isinstance(given, int | np.integer) else list(given)
    if not all(isinstance(v, int | np.integer) and 0 <= v < d for v in several):
        raise ValueError(f"{name} is {given!r}; expected variables from 0 to {d - 1}")
    return [int(v) for v in several]


def _check_groups(xs: list[int], ys: list[int], zs: list[int]) -> None:
    if not xs or not ys:
        raise ValueError("source or target is empty; expected one variable each, or several")
    if len({*xs, *ys, *zs}) < len(xs) + len(ys) + len(zs):
        raise ValueError(
            f"source {xs}, target {ys} and condition_on {zs} share a variable; expected each in "
            "one of them, once"
        )
