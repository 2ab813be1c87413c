"""Capacity with feedback: of Gaussian noise with one step of memory, and of unifilar channels."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import brentq

from infometer.extras import require
from infometer.quantities.causal_kernels import CausalKernels
from infometer.quantities.primitives import x_log_ratio, xlogx

__all__ = ["ma1_feedback_capacity", "unifilar_feedback_bound"]

MOST_CELLS = 2**16
"""Of the law that is optimised, one for each node, state and input: minutes."""
LEAST = 1e-12
"""What an output that the optimum does not use is given, so that its logarithm is finite."""


def ma1_feedback_capacity(alpha: float, power: float) -> float:
    r"""Feedback capacity of Gaussian noise that is a moving average of order one.

    .. math:: C = -\log x_0, \qquad P x_0^2 = (1 - x_0^2)(1 - |\alpha| x_0)^2, \; 0 < x_0 < 1

    for the channel :math:`Y_t = X_t + Z_t`, :math:`Z_t = U_t + \alpha U_{t-1}` with U_t of
    variance 1 and an input of mean power P that sees all past outputs.

    Parameters
    ----------
    alpha : float
        From −1 to 1. A larger one is the same noise as 1/α with α² times the variance: give 1/α
        and P/α².
    power : float
        P, not negative.

    Returns
    -------
    float
        In nats a use.

    Raises
    ------
    ValueError
        If alpha is outside −1 to 1, or the power is negative or not finite.

    References
    ----------
    Y.-H. Kim, "Feedback capacity of stationary Gaussian channels", IEEE Transactions on
    Information Theory 56, 57 (2010).

    Examples
    --------
    >>> round(ma1_feedback_capacity(0.5, 1.0) / math.log(2), 7)
    0.7879866
    """
    if not abs(alpha) <= 1:
        raise ValueError(
            f"alpha is {alpha}; expected −1 to 1: the noise of a larger one is that of 1/alpha "
            "with alpha² times the variance, so give 1/alpha and power/alpha²"
        )
    if not 0 <= power < math.inf:
        raise ValueError(f"power is {power}; expected a finite number, not negative")
    if power == 0:
        return 0.0

    def excess(log_capacity: float) -> float:
        capacity = math.exp(log_capacity)
        noise = 1 - abs(alpha) - abs(alpha) * math.expm1(-capacity)  # 1 − |α| x, to all its digits
        grown = 2 * capacity + math.log(-math.expm1(-2 * capacity))  # of 1/x² − 1
        return grown + 2 * math.log(noise) - math.log(power)

    white = 0.5 * math.log1p(power)  # the capacity for α = 0, and log 2 less than that for α = 1
    ends = math.log(white) - 0.01, math.log(white + math.log(2)) + 0.01
    return math.exp(brentq(excess, *ends, xtol=1e-15))


def unifilar_feedback_bound(channel: Any, next_state: Any, graph: Any) -> float:
    r"""Upper bound on the feedback capacity of a channel whose state the encoder can follow.

    .. math:: C \le \max_{p(x|s,q)} I(X, S; Y \mid Q)

    where Q is what a finite graph, moved by the outputs, keeps of them, and (S, Q) is stationary.
    Every graph gives a bound, and the right one the capacity. A lower bound is the rate of any
    scheme: `directed_information_rate` of its `CausalKernels`.

    Parameters
    ----------
    channel : array-like, shape (k, a, b)
        p(y | x, s) of each of the k states.
    next_state : array-like of int, shape (k, a, b)
        The state after (s, x, y). From every state each other must be reachable; the capacity is
        then the same from all of them.
    graph : array-like of int, shape (nodes, b)
        The node after (q, y). One node keeps nothing; bᵐ nodes can keep the last m outputs.

    Returns
    -------
    float
        In nats a use. It is the greatest reward of the dual problem at what the solver found, so
        that it bounds the capacity however exact that was; it is less than 1e-6 above the maximum.

    Raises
    ------
    ValueError
        If the shapes do not fit, a row is no law, a node or state does not exist, or nodes, states
        and inputs make more than 2¹⁶ variables.
    MissingExtraError
        If cvxpy is not installed.

    References
    ----------
    O. Sabag, H. Permuter and H. Pfister, "A single-letter upper bound on the feedback capacity of
    unifilar finite-state channels", IEEE Transactions on Information Theory 63, 1392 (2017).

    Examples
    --------
    A channel that repeats its input or, as often, erases it (symbol 2) has no state, and no use of
    feedback:

    >>> erasure = [[[0.5, 0.0, 0.5], [0.0, 0.5, 0.5]]]
    >>> bound = unifilar_feedback_bound(erasure, np.zeros((1, 2, 3), int), graph=[[0, 0, 0]])
    >>> round(bound / math.log(2), 4)
    0.5
    """
    product = _with_graph(channel, next_state, graph)
    n_nodes = len(np.asarray(graph))
    k, a, b = product.channel.shape
    pairs, following = np.repeat(np.arange(k * a), b), product.next_state.ravel()
    moves = sparse.csr_array((product.channel.ravel(), (pairs, following)), shape=(k * a, k))
    outputs, bias = _solve(product.channel, moves, n_nodes)
    law = np.repeat(outputs, k // n_nodes, axis=0)[:, None, :]
    reward = x_log_ratio(product.channel, law).sum(axis=2)
    return float((reward + (moves @ bias).reshape(k, a) - bias[:, None]).max())


def _with_graph(channel: Any, next_state: Any, graph: Any) -> CausalKernels:
    """The channel whose state is (node, state), under an input that is uniform."""
    shape = np.shape(channel)
    if len(shape) != 3:
        raise ValueError(f"channel has the shape {shape}; expected (k, a, b): p(y | x, s)")
    uniform = np.full(shape[:2], 1.0 / shape[1])
    alone = CausalKernels(uniform, channel, next_state)
    nodes = np.asarray(graph)
    if nodes.ndim != 2 or nodes.shape[1] != shape[2]:
        raise ValueError(
            f"graph has the shape {nodes.shape}; expected (nodes, {shape[2]}): the node that "
            "follows each node and each of the outputs"
        )
    if not np.isin(nodes, np.arange(len(nodes))).all():
        raise ValueError(f"graph names a node that is none of 0 to {len(nodes) - 1}")
    if len(nodes) * math.prod(shape[:2]) > MOST_CELLS:
        raise ValueError(
            f"{len(nodes)} nodes, {shape[0]} states and {shape[1]} inputs make more than "
            f"{MOST_CELLS:,} variables: give a graph with fewer nodes"
        )
    following = nodes[:, None, None, :] * shape[0] + alone.next_state
    return CausalKernels(
        np.tile(uniform, (len(nodes), 1)),
        np.tile(alone.channel, (len(nodes), 1, 1)),
        following.reshape(-1, *shape[1:]),
    )


def _solve(
    channel: np.ndarray, moves: sparse.csr_array, n_nodes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Maximise I(X,S;Y|Q) over the stationary laws of (q, s, x).

    Gives p(y|q) there, shape (nodes, b), and the multipliers of the balance of each (q, s).
    """
    cvxpy = require("cvxpy", "exact")
    k, a, b = channel.shape
    each = sparse.eye_array(n_nodes)
    leaves = sparse.kron(sparse.eye_array(k), np.ones((1, a)))
    emits = sparse.kron(each, channel[: k // n_nodes].reshape(-1, b).T)
    visits = sparse.kron(each, np.ones((b, k // n_nodes * a)))
    occupied = cvxpy.Variable(k * a, nonneg=True)
    balance = (leaves - moves.T) @ occupied == 0
    information = xlogx(channel).sum(axis=2).ravel() @ occupied - cvxpy.sum(
        cvxpy.rel_entr(emits @ occupied, visits @ occupied)
    )
    problem = cvxpy.Problem(cvxpy.Maximize(information), [balance, cvxpy.sum(occupied) == 1])
    with warnings.catch_warnings():  # of 1e-12 not reached: the bound certifies itself
        warnings.filterwarnings("ignore", "Solution may be inaccurate", UserWarning)
        problem.solve(solver="CLARABEL", tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
    outputs = np.maximum(emits @ occupied.value, LEAST).reshape(n_nodes, b)
    return outputs / outputs.sum(axis=1, keepdims=True), balance.dual_value
