"""Capacity: the most that a use of a channel can tell, over all laws of its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from infometer.quantities.interior_point import Program, minimise, read_tolerance
from infometer.quantities.laws import read_kernel

__all__ = ["ChannelCapacity", "channel_capacity"]

LARGEST = 2**25
"""Cells of a kernel; the method works on five matrices of this size."""


@dataclass(frozen=True, eq=False, repr=False)
class ChannelCapacity:
    """The capacity of a channel and the input that attains it.

    Parameters
    ----------
    capacity : float
        I(X;Y) under `input_law`, in nats a use.
    input_law : ndarray, shape (n,)
    output_law : ndarray, shape (m,)
        Of Y under that input. The capacity has no other; it may have other input laws.
    divergence : ndarray, shape (n,)
        KL(W_x ‖ output law) of every input symbol: at capacity the same for all that are used, and
        for no other more.
    gap : float
        No law of the input tells more than ``capacity + gap``.

    Examples
    --------
    >>> channel_capacity([[1, 0], [0.5, 0.5]])
    ChannelCapacity(0.223144 nats; gap ...; 2 of 2 input symbols used)
    """

    capacity: float
    input_law: np.ndarray
    output_law: np.ndarray
    divergence: np.ndarray
    gap: float

    def __repr__(self) -> str:
        used = int((self.input_law > 1e-6).sum())
        return (
            f"{type(self).__name__}({self.capacity:.6g} nats; gap {self.gap:.1g}; "
            f"{used} of {len(self.input_law)} input symbols used)"
        )

    def __float__(self) -> float:
        return self.capacity

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }


def channel_capacity(kernel: Any, *, tol: float = 1e-9) -> ChannelCapacity:
    r"""Greatest mutual information between the input and the output of a channel.

    .. math:: C = \max_p I(X;Y) = \max_p \min_r \sum_x p_x\, KL(W_x \| r),

    which the largest :math:`KL(W_x \| pW)` bounds from above for every p: the gap between the two
    certifies the figure. Found as the least of the homogeneous

    .. math:: \sum_y r_y (\log r_y - 1) + \sum_x q_x H(W_x), \qquad r = qW, \; q \ge 0,

    which is −e^C at q = e^C p, by the primal-dual interior-point method.

    Parameters
    ----------
    kernel : array-like, DataFrame or MarkovKernel, shape (n, m)
        W: each row is the law of the output for one input symbol.
    tol : float
        The gap to reach, in nats.

    Returns
    -------
    ChannelCapacity

    Raises
    ------
    ValueError
        If a row is no law, or the kernel has more than 2²⁵ cells.

    References
    ----------
    R. Blahut, "Computation of channel capacity and rate-distortion functions", IEEE Trans. Inform.
    Theory 18, 460 (1972), for the bounds; M. Chiang and S. Boyd, "Geometric programming duals of
    channel capacity and rate distortion", IEEE Trans. Inform. Theory 50, 245 (2004), for the
    program.

    Examples
    --------
    A Z channel: the symbol that arrives half of the time only is sent two times in five, and the
    capacity is log 5/4.

    >>> found = channel_capacity([[1, 0], [0.5, 0.5]])
    >>> round(found.capacity, 6), found.input_law.round(4).tolist()
    (0.223144, [0.6, 0.4])
    """
    matrix = read_kernel(kernel)
    tol = read_tolerance(tol)
    if matrix.size > LARGEST:
        raise ValueError(
            f"kernel has the shape {matrix.shape}, {matrix.size:.2g} cells; at most {LARGEST:.2g} "
            "can be solved for: merge output symbols whose columns are nearly proportional"
        )
    reached = matrix[:, matrix.any(axis=0)]
    q = minimise(_program(reached), tol)[0]
    input_law = q / q.sum()
    output_law = input_law @ matrix
    divergence = special.rel_entr(matrix, output_law).sum(axis=1)
    capacity = max(float(input_law @ divergence), 0.0)
    gap = max(float(divergence.max()) - capacity, 0.0)
    return ChannelCapacity(capacity, input_law, output_law, divergence, gap)


def _program(matrix: np.ndarray) -> Program:
    """−e^C as a least value; Blahut's bounds are its gap."""
    entropies = special.entr(matrix).sum(axis=1)

    def gap(q: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        total = q.sum(-1, keepdims=True)
        divergence = np.log(total) - gradient
        return divergence.max(-1) - (q / total * divergence).sum(-1)

    uniform = np.full((1, len(matrix)), 1.0 / len(matrix))
    divergence = -entropies - matrix @ np.log(uniform[0] @ matrix)
    return Program(
        matrix=matrix.T[None],
        linear=entropies[None],
        slope=np.log,
        curvature=np.reciprocal,
        start=uniform * np.exp(divergence.max() + 0.1),
        gap=gap,
    )
