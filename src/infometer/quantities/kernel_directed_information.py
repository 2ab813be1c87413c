"""Directed information from kernels, without their joint law: the forward recursion, and the rate.

Where the past acts through a state that it determines, H(Y_t|X^t,Y^{t−1}) = H(Y_t|X_t,S_t), and a
filter for either sequence alone finds the rest.
"""

from __future__ import annotations

import numpy as np

from infometer.quantities.causal_kernels import CausalKernels
from infometer.quantities.directed_information import DirectedInformation
from infometer.quantities.hmm_entropy_rate import (
    RateBounds,
    output_entropies,
    rate_bounds,
    stationary_law,
)
from infometer.quantities.primitives import xlogx
from infometer.quantities.whole_numbers import read_count

__all__ = ["directed_information_rate", "kernel_directed_information"]


def kernel_directed_information(kernels: CausalKernels, n: int) -> DirectedInformation:
    r"""Directed information of n steps from kernels, without their joint law.

    .. math:: I(X^n \to Y^n) = \sum_t H(Y_t \mid Y^{t-1}) - H(Y_t \mid X_t, S_t), \qquad
              I(Y^{n-1} \to X^n) = \sum_t H(X_t \mid X^{t-1}) - H(X_t \mid S_t)

    The first terms come from one filter that keeps P(y^{t−1}, S_t) for every past output and one
    that keeps P(x^{t−1}, S_t) for every past input: at most aⁿ + bⁿ pasts, where the joint law has
    (ab)ⁿ cells, and far fewer where many pasts lead to the same belief about the state.

    Parameters
    ----------
    kernels : CausalKernels
    n : int

    Returns
    -------
    DirectedInformation

    Raises
    ------
    ValueError
        If a filter would keep more than 2²⁴ weights; the message says up to which n it goes.

    Examples
    --------
    A bit that flips with probability 0.3, through a channel that errs with 0.2, over 12 steps:

    >>> kernels = CausalKernels.from_functions(
    ...     source=lambda x, y: [[0.7, 0.3], [0.3, 0.7]][x[-1]] if x else [0.5, 0.5],
    ...     channel=lambda x, y: [[0.8, 0.2], [0.2, 0.8]][x[-1]],
    ... )
    >>> round(kernel_directed_information(kernels, 12).forward, 6)
    2.190911
    """
    n = read_count(n, "n", "steps")
    moves = kernels.moves
    transition = moves.sum(axis=(1, 2))
    occupied = np.zeros((n, len(kernels.source)))
    occupied[0, kernels.start] = 1.0
    for t in range(1, n):
        occupied[t] = occupied[t - 1] @ transition
    start = occupied[:1]
    pairs = moves.sum(axis=3)
    x_given_state = occupied @ _entropy(kernels.source)
    y_given_state = occupied @ _entropy(pairs.sum(axis=1))
    y_given_all = occupied @ (_entropy(pairs.reshape(len(pairs), -1)) - _entropy(kernels.source))
    forward = output_entropies(start, moves.sum(axis=1), n) - y_given_all
    reverse = output_entropies(start, moves.sum(axis=2), n) - x_given_state
    steps = (forward, reverse, y_given_state - y_given_all)
    return DirectedInformation(*(np.maximum(nats, 0.0) for nats in steps))  # below 0: rounding


def directed_information_rate(kernels: CausalKernels, n: int) -> RateBounds:
    r"""Bounds on the rate :math:`\lim_n \frac1n I(X^n \to Y^n)`.

    .. math:: H(Y_n \mid Y^{n-1}, S_1) - H(Y_1 \mid X_1, S_1)
              \le \lim_m \tfrac1m I(X^m \to Y^m) \le H(Y_n \mid Y^{n-1}) - H(Y_1 \mid X_1, S_1)

    with S_1 in the stationary law of the states, whatever state the sequences start from.

    Parameters
    ----------
    kernels : CausalKernels
    n : int
        Outputs that are looked at; the bounds close geometrically where the outputs make the first
        state forgotten.

    Returns
    -------
    RateBounds
        In nats per step.

    Raises
    ------
    ValueError
        If the states have more than one closed class, or n asks for too many weights.

    Examples
    --------
    >>> kernels = CausalKernels.from_functions(
    ...     source=lambda x, y: [[0.7, 0.3], [0.3, 0.7]][x[-1]] if x else [0.5, 0.5],
    ...     channel=lambda x, y: [[0.8, 0.2], [0.2, 0.8]][x[-1]],
    ... )
    >>> import math
    >>> [round(bound / math.log(2), 10) for bound in directed_information_rate(kernels, 16)]
    [0.261959489, 0.261959489]
    """
    n = read_count(n, "n", "steps")
    moves = kernels.moves
    law = stationary_law(moves.sum(axis=(1, 2)))
    pairs = moves.sum(axis=3).reshape(len(law), -1)
    noise = float(law @ (_entropy(pairs) - _entropy(kernels.source)))
    outputs = rate_bounds(moves.sum(axis=1), n)
    return RateBounds(outputs.lower - noise, outputs.upper - noise)


def _entropy(laws: np.ndarray) -> np.ndarray:
    return np.asarray(-xlogx(laws).sum(axis=-1))
