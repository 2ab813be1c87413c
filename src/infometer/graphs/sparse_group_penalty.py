"""The sparse-group lasso's penalty: what it costs, its proximal map and its optimality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["kkt_violation", "sparse_group_penalty", "sparse_group_prox"]


def sparse_group_penalty(
    coefficients: np.ndarray, groups: Sequence[int], l1: float, l2: float
) -> float:
    r"""The penalty :math:`\lambda_1 \|W\|_1 + \lambda_2 \sum_g \|W_g\|_F`.

    Parameters
    ----------
    coefficients : ndarray of float, shape (p, c)
    groups : sequence of int
        How many rows each group has, in their order; together p.
    l1, l2 : float

    Returns
    -------
    float

    Examples
    --------
    >>> sparse_group_penalty(np.array([[3.0], [4.0], [0.0]]), [2, 1], l1=1.0, l2=2.0)
    17.0
    """
    blocks = np.split(coefficients, np.cumsum(groups)[:-1])
    return float(l1 * np.abs(coefficients).sum() + l2 * sum(np.linalg.norm(b) for b in blocks))


def sparse_group_prox(
    coefficients: np.ndarray, groups: Sequence[int], l1: Any, l2: Any
) -> np.ndarray:
    r"""The point nearest to V once the penalty is paid, exactly.

    .. math:: \arg\min_W \tfrac12 \|W - V\|^2 + \lambda_1 \|W\|_1 + \lambda_2 \sum_g \|W_g\|_F
              = \left(1 - \frac{\lambda_2}{\|T_g\|_F}\right)_+ T_g, \quad
              T = \operatorname{sign}(V) (|V| - \lambda_1)_+.

    Parameters
    ----------
    coefficients : ndarray of float, shape (p, c) or (s, p, c)
    groups : sequence of int
        How many rows each group has, in their order; together p.
    l1, l2 : float or ndarray, shape (s,)

    Returns
    -------
    ndarray of float, the shape of `coefficients`

    References
    ----------
    N. Simon et al., "A sparse-group lasso", J. Comput. Graph. Stat. 22, 231 (2013), section 3.

    Examples
    --------
    >>> sparse_group_prox(np.array([[4.0], [5.0], [1.0]]), [2, 1], l1=1.0, l2=2.5).ravel().tolist()
    [1.5, 2.0, 0.0]
    """
    l1, l2 = (np.asarray(level)[..., None, None] for level in (l1, l2))
    soft = np.sign(coefficients) * np.maximum(np.abs(coefficients) - l1, 0.0)
    norms = group_norms(soft, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.where(norms > l2, 1.0 - l2 / norms, 0.0)
    return soft * np.repeat(kept, groups, axis=-2)


def kkt_violation(
    coefficients: np.ndarray, gradient: np.ndarray, groups: Sequence[int], l1: float, l2: float
) -> float:
    r"""Length of the shortest vector of :math:`\nabla f(W) + \partial \Omega(W)`; 0 at a minimum.

    Parameters
    ----------
    coefficients, gradient : ndarray of float, shape (p, c)
        The gradient is that of the loss alone.
    groups : sequence of int
    l1, l2 : float

    Returns
    -------
    float

    Examples
    --------
    >>> kkt_violation(np.array([[0.0]]), np.array([[3.0]]), [1], l1=1.0, l2=0.5)
    1.5
    """
    norms = np.repeat(group_norms(coefficients, groups), groups, axis=-2)
    soft = np.sign(gradient) * np.maximum(np.abs(gradient) - l1, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        smooth = gradient + l1 * np.sign(coefficients) + l2 * coefficients / norms
    alive = np.where(coefficients != 0, smooth, np.where(norms > 0, soft, 0.0))
    dead = np.where(norms > 0, 0.0, soft)
    excess = np.maximum(group_norms(dead, groups) - l2, 0.0)
    return float(np.hypot(np.linalg.norm(alive), np.linalg.norm(excess)))


def group_norms(w: np.ndarray, groups: Sequence[int]) -> np.ndarray:
    """Frobenius norm of each group, shape (..., G, 1)."""
    starts = np.r_[0, np.cumsum(groups)[:-1]].astype(int)
    return np.sqrt(np.add.reduceat((w**2).sum(axis=-1, keepdims=True), starts, axis=-2))
