"""Entropy rate of a hidden Markov process: two bounds that close geometrically."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse.csgraph import connected_components

from infometer.quantities.laws import read_kernel
from infometer.quantities.primitives import xlogx
from infometer.quantities.whole_numbers import read_count

__all__ = ["RateBounds", "hmm_entropy_rate", "output_entropies", "rate_bounds", "stationary_law"]

MOST_WEIGHTS = 2**24
"""Weights of (past, state) pairs kept at once: 128 MB, and seconds a step."""
DECIMALS = 13
"""To which two beliefs about the state are equal."""


class RateBounds(NamedTuple):
    """A rate lies between these two, in nats per step.

    Parameters
    ----------
    lower, upper : float

    Examples
    --------
    >>> RateBounds(0.5, 0.75).gap
    0.25
    """

    lower: float
    upper: float

    @property
    def gap(self) -> float:
        """How far they are apart."""
        return self.upper - self.lower


def hmm_entropy_rate(transition: Any, emission: Any, n: int) -> RateBounds:
    r"""Bounds on the entropy rate of a stationary hidden Markov process.

    .. math:: H(Y_n \mid Y^{n-1}, S_1) \le h(Y) \le H(Y_n \mid Y^{n-1})

    where S_t is the hidden chain, in its stationary law, and Y_t is emitted by S_t. Both are
    exact; they close geometrically as n grows where the outputs make the first state forgotten.

    Parameters
    ----------
    transition : array-like, shape (k, k)
        :math:`P(S_{t+1}=j \mid S_t=i)` in row i.
    emission : array-like, shape (k, m)
        :math:`P(Y_t=y \mid S_t=i)` in row i.
    n : int
        Outputs that are looked at. Weights are kept for every past output, up to mⁿ of them;
        pasts that lead to the same belief about the state are one.

    Returns
    -------
    RateBounds
        In nats per step.

    Raises
    ------
    ValueError
        If a row is no law, if the chain has more than one closed class (then it has more than one
        stationary law, each with a rate of its own), or if n asks for too many weights. A periodic
        chain has a stationary law, and a rate.

    References
    ----------
    T. Cover and J. Thomas, "Elements of Information Theory", 2nd ed., theorem 4.5.1.

    Examples
    --------
    A bit that flips with probability 0.3, seen through a channel that errs with 0.2:

    >>> import math
    >>> bounds = hmm_entropy_rate([[0.7, 0.3], [0.3, 0.7]], [[0.8, 0.2], [0.2, 0.8]], n=16)
    >>> [round(bound / math.log(2), 10) for bound in bounds]
    [0.9838875839, 0.9838875839]
    """
    moves = read_kernel(transition, "transition")
    emits = read_kernel(emission, "emission")
    if moves.shape[0] != moves.shape[1] or len(emits) != len(moves):
        raise ValueError(
            f"transition has the shape {moves.shape} and emission {emits.shape}; expected (k, k) "
            "and (k, m): a row for each of the k states in both"
        )
    n = read_count(n, "n", "outputs")
    weights = len(moves) * emits.size
    if weights > MOST_WEIGHTS:
        raise ValueError(
            f"{len(moves)} states and {emits.shape[1]} symbols make {weights:,} weights of a "
            f"state, an output and the next state; at most {MOST_WEIGHTS:,} are kept: merge states "
            "or symbols"
        )
    return rate_bounds(emits[:, :, None] * moves[:, None, :], n)


def rate_bounds(step: np.ndarray, n: int) -> RateBounds:
    """Bounds on the entropy rate of the outputs that a chain emits on its way, as `step` says.

    Parameters
    ----------
    step : ndarray of float, shape (k, m, k)
        P(Y_t=y, S_{t+1}=j | S_t=i).
    n : int

    Returns
    -------
    RateBounds

    Examples
    --------
    >>> rate_bounds(np.full((1, 2, 1), 0.5), n=1)
    RateBounds(lower=0.6931471805599453, upper=0.6931471805599453)
    """
    law = stationary_law(step.sum(axis=1))
    lower = output_entropies(np.diag(law), step, n)[-1]
    return RateBounds(float(lower), float(output_entropies(law[None, :], step, n)[-1]))


def stationary_law(transition: np.ndarray) -> np.ndarray:
    """The law that a chain leaves as it is.

    Parameters
    ----------
    transition : ndarray of float, shape (k, k)

    Returns
    -------
    ndarray of float, shape (k,)
        States that are left for good have probability 0.

    Raises
    ------
    ValueError
        If there is more than one.

    Examples
    --------
    >>> stationary_law(np.array([[0.5, 0.5], [1.0, 0.0]])).round(6).tolist()
    [0.666667, 0.333333]
    """
    moves = transition > 0
    n_classes, label = connected_components(moves, connection="strong")
    leaves = {label[i] for i, j in zip(*np.nonzero(moves), strict=True) if label[i] != label[j]}
    closed = sorted(set(range(n_classes)) - leaves)
    if len(closed) > 1:
        sets = ", ".join(str(np.flatnonzero(label == one).tolist()) for one in closed)
        raise ValueError(
            f"the chain of states never leaves any of the sets {sets} once it is there, so that "
            "its stationary law is not unique: give one of them alone"
        )
    inside = np.flatnonzero(label == closed[0])
    balance = transition[np.ix_(inside, inside)].T - np.eye(len(inside))
    balance[-1] = 1.0
    law = np.zeros(len(transition))
    law[inside] = np.linalg.solve(balance, np.eye(len(inside))[-1])
    return law


def output_entropies(weights: np.ndarray, step: np.ndarray, n: int) -> np.ndarray:
    r"""Entropy of each output given those before it and what was known at the start.

    .. math:: H(Y_t \mid M, Y^{t-1}), \qquad t = 1, \dots, n

    by a filter that keeps :math:`P(m, y^{t-1}, S_t=i)` for every past. Pasts with the same
    belief :math:`P(S_t \mid m, y^{t-1})`, to 13 decimals, are kept as one.

    Parameters
    ----------
    weights : ndarray of float, shape (r, k)
        P(M=m, S_1=i).
    step : ndarray of float, shape (k, m, k)
        P(Y_t=y, S_{t+1}=j | S_t=i).
    n : int

    Returns
    -------
    ndarray of float, shape (n,)
        In nats.

    Raises
    ------
    ValueError
        If more than 2²⁴ weights would have to be kept.

    Examples
    --------
    A walk on three states in a ring, of which only state 0 is told from the others:

    >>> step = np.zeros((3, 2, 3))
    >>> for i in range(3):
    ...     step[i, int(i > 0), [(i + 1) % 3, (i + 2) % 3]] = 0.5
    >>> output_entropies(np.full((1, 3), 1 / 3), step, 3).round(6).tolist()
    [0.636514, 0.462098, 0.462098]
    """
    n_states, n_symbols, _ = step.shape
    onward = step.reshape(n_states, -1)
    entropies = np.empty(n)
    for t in range(n):
        if weights.size * n_symbols > MOST_WEIGHTS:
            raise ValueError(
                f"n is {n}: from output {t + 1} on, more than {MOST_WEIGHTS:,} weights would be "
                f"kept ({len(weights):,} pasts, {n_states} states, {n_symbols} symbols); take "
                f"n = {t} or less"
            )
        weights = (weights @ onward).reshape(-1, n_states)
        after = weights.sum(axis=1)
        before = after.reshape(-1, n_symbols).sum(axis=1)
        entropies[t] = xlogx(before).sum() - xlogx(after).sum()
        weights = _merge(weights[after > 0])
    return entropies


def _merge(weights: np.ndarray) -> np.ndarray:
    """The rows that are multiples of each other, added up."""
    beliefs = np.round(weights / weights.sum(axis=1, keepdims=True), DECIMALS)
    order = np.lexsort(beliefs.T)
    changes = np.any(np.diff(beliefs[order], axis=0) != 0, axis=1)
    starts = np.flatnonzero(np.r_[True, changes])
    return np.add.reduceat(weights[order], starts, axis=0)
