"""Conditional logit: which option of a question is chosen, from what each option is like."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

__all__ = ["conditional_logit", "option_log_probabilities"]

TOLERANCE = 1e-4  # of the gradient's largest entry, nats over all items


def option_log_probabilities(utilities: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    r"""log p(o) = u_o - log Σ_{o' in the same item} exp u_{o'} of every option.

    Parameters
    ----------
    utilities : ndarray, shape (N,)
        Of the options of all items, one item after the other.
    sizes : ndarray of int, shape (n,)
        Options of each item, with the sum N.

    Returns
    -------
    ndarray, shape (N,)
        Nats.

    Examples
    --------
    >>> u = np.log([1.0, 3.0, 1.0, 1.0, 2.0])
    >>> np.exp(option_log_probabilities(u, np.array([2, 3]))).round(3).tolist()
    [0.25, 0.75, 0.25, 0.25, 0.5]
    """
    starts = np.cumsum(sizes) - sizes
    shifted = utilities - np.repeat(np.maximum.reduceat(utilities, starts), sizes)
    totals = np.add.reduceat(np.exp(shifted), starts)
    return shifted - np.repeat(np.log(totals), sizes)


def conditional_logit(
    features: Any, sizes: np.ndarray, chosen: np.ndarray, penalty: np.ndarray
) -> np.ndarray:
    r"""Weights w of the utilities u_o = w · x_o by penalised maximum likelihood.

    .. math:: \min_w \; -\sum_i \log \frac{e^{w \cdot x_{i,c_i}}}{\sum_o e^{w \cdot x_{i,o}}}
        + \tfrac12 \sum_j \lambda_j w_j^2

    What all options of an item share cancels. The problem is convex; it is solved by L-BFGS.

    Parameters
    ----------
    features : ndarray or sparse array, shape (N, d)
        Of the options of all items, one item after the other.
    sizes : ndarray of int, shape (n,)
        Options of each item, with the sum N.
    chosen : ndarray of int, shape (n,)
        The row of each item's chosen option.
    penalty : ndarray, shape (d,)
        λ, above 0.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    RuntimeError
        If it does not converge.

    References
    ----------
    D. McFadden, "Conditional logit analysis of qualitative choice behavior", in Frontiers in
    Econometrics, Academic Press (1974).

    Examples
    --------
    Of four questions with two options the longer one is right in three; almost without penalty
    the weight is log 3:

    >>> longer = np.array([[1.0], [0.0]] * 4)
    >>> w = conditional_logit(longer, np.full(4, 2), np.array([0, 2, 4, 7]), np.array([1e-9]))
    >>> w.round(4).tolist()
    [1.0986]
    """
    transposed = features.T.tocsr() if hasattr(features, "tocsr") else features.T
    counts = np.zeros(features.shape[0])
    counts[chosen] = 1.0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logs = option_log_probabilities(features @ weights, sizes)
        gradient = transposed @ (np.exp(logs) - counts) + penalty * weights
        return float(-logs[chosen].sum() + 0.5 * penalty @ weights**2), gradient

    limit = TOLERANCE * np.sqrt(len(sizes))
    found = minimize(
        loss,
        np.zeros(features.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 5000, "maxcor": 20, "gtol": limit, "ftol": 0.0},
    )
    steepest = float(np.abs(found.jac).max())
    if steepest > 100 * limit:
        raise RuntimeError(
            f"the conditional logit stopped at a gradient of {steepest:.2g} ({found.message}); "
            "expected features of comparable scales"
        )
    return np.asarray(found.x)
