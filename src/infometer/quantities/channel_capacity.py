"""Capacity: the most that a use of a channel can tell, over all laws of its input or a budget."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import special

from infometer.quantities.interior_point import Program, minimise, read_tolerance
from infometer.quantities.laws import read_kernel
from infometer.quantities.supporting_lines import Touch, at_places

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
        KL(W_x ‖ output law) of every input symbol, less `multiplier` times its cost the same for
        all that are used and for no other more.
    gap : float
        No law of the input that keeps to the budget tells more than ``capacity + gap``.
    cost : float
        Expected cost of a use; 0 where none was given.
    multiplier : float
        What another unit of the budget is worth, in nats: 0 where it does not bind, infinity where
        it pays for the cheapest symbols only.

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
    cost: float = 0.0
    multiplier: float = 0.0

    def __repr__(self) -> str:
        used = int((self.input_law > 1e-6).sum())
        spent = f"; cost {self.cost:.6g}" if self.cost or self.multiplier else ""
        return (
            f"{type(self).__name__}({self.capacity:.6g} nats; gap {self.gap:.1g}; "
            f"{used} of {len(self.input_law)} input symbols used{spent})"
        )

    def __float__(self) -> float:
        return self.capacity

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }


def channel_capacity(
    kernel: Any, cost: Any = None, budget: float | None = None, *, tol: float = 1e-9
) -> ChannelCapacity:
    r"""Greatest mutual information between the input and the output of a channel.

    .. math:: C = \max_p I(X;Y) = \max_p \min_r \sum_x p_x\, KL(W_x \| r),

    which the largest :math:`KL(W_x \| pW)` bounds from above for every p: the gap between the two
    certifies the figure. Found as the least of the homogeneous

    .. math:: \sum_y r_y (\log r_y - 1) + \sum_x q_x H(W_x), \qquad r = qW, \; q \ge 0,

    which is −e^C at q = e^C p, by the primal-dual interior-point method. With a cost b and a budget
    it is the capacity-cost function :math:`C(B) = \max_{p :\; E\, b(X) \le B} I(X;Y)`, enclosed
    between chords and the supporting lines that a multiplier of the cost gives.

    Parameters
    ----------
    kernel : array-like, DataFrame or MarkovKernel, shape (n, m)
        W: each row is the law of the output for one input symbol.
    cost : array-like, shape (n,), optional
        Of a use of each input symbol.
    budget : float, optional
        What a use may cost in expectation; given with `cost`.
    tol : float
        The gap to reach, in nats.

    Returns
    -------
    ChannelCapacity

    Raises
    ------
    ValueError
        If a row is no law, the kernel has more than 2²⁵ cells, or the budget is below the cost of
        the cheapest symbol.
    RuntimeError
        If `tol` is below what floats resolve.

    References
    ----------
    R. Blahut, "Computation of channel capacity and rate-distortion functions", IEEE Trans. Inform.
    Theory 18, 460 (1972), for the bounds and the cost; M. Chiang and S. Boyd, "Geometric
    programming duals of channel capacity and rate distortion", IEEE Trans. Inform. Theory 50, 245
    (2004), for the program.

    Examples
    --------
    A Z channel: the symbol that arrives half of the time only is sent two times in five, and the
    capacity is log 5/4. If sending it costs 1 and every fifth use may cost that, it is less.

    >>> found = channel_capacity([[1, 0], [0.5, 0.5]])
    >>> round(found.capacity, 6), found.input_law.round(4).tolist()
    (0.223144, [0.6, 0.4])
    >>> channel_capacity([[1, 0], [0.5, 0.5]], cost=[0, 1], budget=0.2)
    ChannelCapacity(0.186454 nats; gap ...; 2 of 2 input symbols used; cost 0.2)
    """
    matrix, tol = read_kernel(kernel), read_tolerance(tol)
    if matrix.size > LARGEST:
        raise ValueError(
            f"kernel has the shape {matrix.shape}, {matrix.size:.2g} cells; at most {LARGEST:.2g} "
            "can be solved for: merge output symbols whose columns are nearly proportional"
        )
    if cost is None and budget is None:
        [found] = _touch(np.zeros(1), matrix=matrix, cost=np.zeros(len(matrix)), tol=tol)
        return _capacity(matrix, found.solution, 0.0, found.gap - found.y, 0.0)
    prices, limit = _read_budget(cost, budget, len(matrix))
    touch = partial(_touch, matrix=matrix, cost=prices, tol=0.1 * tol)
    free, cheapest = touch(np.array([0.0, np.inf]))
    [best] = at_places(touch, cheapest, free, np.array([limit]), tol)
    law = best.solution
    return _capacity(matrix, law, best.slope, -best.below, float(law @ prices))


def _capacity(
    matrix: np.ndarray, input_law: np.ndarray, multiplier: float, upper: float, cost: float
) -> ChannelCapacity:
    output_law = input_law @ matrix
    divergence = special.rel_entr(matrix, output_law).sum(axis=1)
    used = input_law > 0
    capacity = max(float(input_law[used] @ divergence[used]), 0.0)
    gap = max(float(upper) - capacity, 0.0)
    return ChannelCapacity(
        capacity, input_law, output_law, divergence, gap, cost, float(multiplier)
    )


def _touch(
    multipliers: np.ndarray, *, matrix: np.ndarray, cost: np.ndarray, tol: float
) -> list[Touch]:
    """The best input when each unit of cost is paid for with so many nats; I is −y."""
    excess = cost - cost.min()
    return [_best_input(matrix, cost, excess, float(s), tol) for s in multipliers]


def _best_input(
    matrix: np.ndarray, cost: np.ndarray, excess: np.ndarray, multiplier: float, tol: float
) -> Touch:
    used = excess == 0 if np.isinf(multiplier) else np.ones(len(matrix), dtype=bool)
    rows = matrix[used][:, matrix[used].any(axis=0)]
    penalty = (0.0 if np.isinf(multiplier) else multiplier) * excess[used]
    q = minimise(_program(rows, penalty), tol)[0]
    law = np.zeros(len(matrix))
    law[used] = q / q.sum()
    divergence = special.rel_entr(rows, law[used] @ rows).sum(axis=1)
    net = divergence - penalty
    gap = max(float(net.max() - law[used] @ net), 0.0)
    return Touch(float(law @ cost), -float(law[used] @ divergence), multiplier, gap, law)


def _program(matrix: np.ndarray, penalty: np.ndarray) -> Program:
    """−e^C as a least value; Blahut's bounds are its gap."""
    linear = special.entr(matrix).sum(axis=1) + penalty

    def gap(q: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        total = q.sum(-1, keepdims=True)
        net = np.log(total) - gradient
        return net.max(-1) - (q / total * net).sum(-1)

    uniform = np.full((1, len(matrix)), 1.0 / len(matrix))
    net = -linear - matrix @ np.log(uniform[0] @ matrix)
    return Program(
        matrix=matrix.T[None],
        linear=linear[None],
        slope=np.log,
        curvature=np.reciprocal,
        start=uniform * np.exp(net.max() + 0.1),
        gap=gap,
    )


def _read_budget(cost: Any, budget: float | None, n: int) -> tuple[np.ndarray, float]:
    if cost is None or budget is None:
        raise ValueError("cost and budget go together: give both, or neither")
    prices = np.asarray(cost, dtype=float)
    if prices.shape != (n,) or not np.isfinite(prices).all():
        raise ValueError(
            f"cost has the shape {prices.shape}; expected one finite number for each of the {n} "
            "input symbols"
        )
    if not budget >= prices.min():
        raise ValueError(
            f"budget is {budget:g}; expected at least {prices.min():g}, the cost of the cheapest "
            "input symbol"
        )
    return prices, float(budget)
