"""Directed information: what one sequence tells of another as both unfold, exactly, from a law."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import nats_per
from infometer.extras import axes
from infometer.quantities.laws import JointLaw, joint_law
from infometer.quantities.primitives import xlogx

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DirectedInformation", "directed_information"]

MOST_CELLS = 2**26
"""A joint law of more cells is not enumerated: half a gigabyte, and seconds."""


@dataclass(frozen=True, eq=False, repr=False)
class DirectedInformation:
    r"""Information that flows between two sequences, step by step, in nats.

    Parameters
    ----------
    forward_steps : ndarray of float, shape (n,)
        :math:`I(X^t; Y_t \mid Y^{t-1}, Z^t)`, the terms of :math:`I(X^n \to Y^n \| Z^n)`.
    reverse_steps : ndarray of float, shape (n,)
        :math:`I(Y^{t-1}; X_t \mid X^{t-1}, Z^t)`, the terms of the delayed
        :math:`I(Y^{n-1} \to X^n \| Z^n)`.
    instantaneous_steps : ndarray of float, shape (n,)
        :math:`I(X_t; Y_t \mid X^{t-1}, Y^{t-1}, Z^t)`, which the forward terms contain.

    Examples
    --------
    >>> flow = DirectedInformation(np.array([0.5, 0.7]), np.array([0.0, 0.2]), np.array([0.5, 0.4]))
    >>> round(flow.forward, 6), round(flow.delayed, 6), round(flow.mutual_information, 6)
    (1.2, 0.3, 1.4)
    """

    forward_steps: np.ndarray
    reverse_steps: np.ndarray
    instantaneous_steps: np.ndarray

    @property
    def forward(self) -> float:
        """I(X^n → Y^n ‖ Z^n)."""
        return float(self.forward_steps.sum())

    @property
    def reverse(self) -> float:
        """I(Y^{n−1} → X^n ‖ Z^n): the feedback."""
        return float(self.reverse_steps.sum())

    @property
    def instantaneous(self) -> float:
        """The part of the forward flow that has no delay."""
        return float(self.instantaneous_steps.sum())

    @property
    def delayed(self) -> float:
        """I(X^{n−1} → Y^n ‖ Z^n): the forward flow without its instantaneous part."""
        return self.forward - self.instantaneous

    @property
    def mutual_information(self) -> float:
        """Forward plus reverse, which is I(X^n;Y^n) where nothing is conditioned on.

        Causally conditioned on Z it is H(X^n‖Z^n) + H(Y^n‖Z^n) − H(X^n,Y^n‖Z^n), which equals
        I(X^n;Y^n|Z^n) only where neither X nor Y acts on Z.
        """
        return self.forward + self.reverse

    def __repr__(self) -> str:
        shown = {name: f"{round(value, 12) + 0.0:.4g}" for name, value in self.to_dict().items()}
        return (
            f"DirectedInformation(forward={shown['forward']} (instantaneous "
            f"{shown['instantaneous']}), reverse={shown['reverse']}, mutual_information="
            f"{shown['mutual_information']} nats; {len(self.forward_steps)} steps)"
        )

    def to_dict(self) -> dict[str, Any]:
        """The totals in nats and the number of steps."""
        return {
            "forward": self.forward,
            "reverse": self.reverse,
            "instantaneous": self.instantaneous,
            "delayed": self.delayed,
            "mutual_information": self.mutual_information,
            "n_steps": len(self.forward_steps),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a step: its terms in nats."""
        import pandas as pd

        return pd.DataFrame(
            {
                "step": np.arange(1, len(self.forward_steps) + 1),
                "forward_nats": self.forward_steps,
                "reverse_nats": self.reverse_steps,
                "instantaneous_nats": self.instantaneous_steps,
            }
        )

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw both flows as they add up, step by step, to the mutual information."""
        scale = 1.0 / nats_per(unit)
        ax = axes(ax, 6, 3.5)
        steps = np.arange(1, len(self.forward_steps) + 1)
        delayed = np.cumsum(self.forward_steps - self.instantaneous_steps) * scale
        instant = np.cumsum(self.instantaneous_steps) * scale
        reverse = np.cumsum(self.reverse_steps) * scale
        ax.bar(steps, delayed, color="C0", label="forward, delayed")
        ax.bar(steps, instant, bottom=delayed, color="C9", label="forward, instantaneous")
        ax.bar(steps, reverse, bottom=delayed + instant, color="C1", label="reverse")
        ax.set(xlabel="step t", ylabel=f"information up to t ({unit})")
        ax.legend(loc="upper left", frameon=False)
        return ax


def directed_information(law: Any, x: Any, y: Any, condition_on: Any = ()) -> DirectedInformation:
    r"""Directed information from the joint law of sequences, by summing out one step at a time.

    .. math:: I(X^n \to Y^n \| Z^n) = \sum_{t=1}^n I(X^t; Y_t \mid Y^{t-1}, Z^t)

    with the delayed reverse :math:`\sum_t I(Y^{t-1}; X_t \mid X^{t-1}, Z^t)`, which together make
    the mutual information, and the instantaneous part
    :math:`\sum_t I(X_t; Y_t \mid X^{t-1}, Y^{t-1}, Z^t)`. Without Z, Z^n is left out. At each step
    z_t comes first, then x_t, then y_t.

    It is what the past of x adds to the *prediction* of y. That x acts on y does not follow: a
    common cause that reaches x first makes it positive too, unless it is conditioned on.

    Parameters
    ----------
    law : array-like, Series, DataFrame or JointLaw
        The joint law of all variables, one axis each, as `joint_law` reads it. Variables that are
        not named are summed out.
    x, y : sequence of str or int
        The names or axes of X_1, …, X_n and of Y_1, …, Y_n, in time order.
    condition_on : sequence of str or int
        Those of Z_1, …, Z_n, in time order; nothing by default.

    Returns
    -------
    DirectedInformation

    Raises
    ------
    ValueError
        If the law has more than 2²⁶ cells (half a gigabyte), is no law, or the sequences differ in
        length or share a variable.

    References
    ----------
    J. Massey, "Causality, feedback and directed information", ISITA 1990; G. Kramer, "Directed
    information for channels with feedback", PhD thesis, ETH Zurich (1998), for conditioning; J.
    Massey and P. Massey, "Conservation of mutual and directed information", ISIT 2005.

    Examples
    --------
    Fair bits through a channel that flips one in ten, and whose output is the next input:

    >>> law = np.zeros((2, 2, 2, 2))  # x1, y1, x2, y2
    >>> for x1, y1, y2 in np.ndindex(2, 2, 2):
    ...     law[x1, y1, y1, y2] = 0.5 * (0.9, 0.1)[x1 != y1] * (0.9, 0.1)[y1 != y2]
    >>> directed_information(law, x=[0, 2], y=[1, 3])
    DirectedInformation(forward=0.3681 (instantaneous 0.3681), reverse=0.3251,
    mutual_information=0.6931 nats; 2 steps)
    """
    _check_size(law)
    joint = joint_law(law)
    groups = joint.axes(x, "x"), joint.axes(y, "y"), joint.axes(condition_on, "condition_on")
    _check_groups(joint, *groups)
    x_axes, y_axes, z_axes = groups
    both, no_y, no_x, neither = _entropies(joint, z_axes, x_axes, y_axes)
    y_now, y_before, *_ = _entropies(joint, z_axes, (), y_axes)
    x_now, _, x_before, _ = _entropies(joint, z_axes, x_axes, ())
    forward = (no_y - y_before) - (both - y_now)
    reverse = (x_now - x_before) - (no_y - neither)
    instantaneous = (no_y - neither) - (both - no_x)
    steps = (forward, reverse, instantaneous)
    return DirectedInformation(*(np.maximum(nats, 0.0) for nats in steps))  # below 0: rounding


def _entropies(
    joint: JointLaw, z: Sequence[int], x: Sequence[int], y: Sequence[int]
) -> tuple[np.ndarray, ...]:
    """H(Z^t,X^t,Y^t) of every t, and the same without y_t, without x_t, and without both.

    What is empty counts as constant. Each law is a sum of the one before it.
    """
    groups = [group for group in (z, x, y) if group]
    p = joint.marginal([axis for step in zip(*groups, strict=True) for axis in step])
    found = []
    for t in reversed(range(len(groups[0]))):
        sizes = [joint.p.shape[group[t]] if group else 1 for group in (z, x, y)]
        p = p.reshape(-1, *sizes)
        without_x = p.sum(axis=2)
        p_before = without_x.sum(axis=2)
        laws = (p, p.sum(axis=3), without_x, p_before)
        found.append([-float(xlogx(law).sum()) for law in laws])
        p = p_before.sum(axis=1)
    return tuple(np.array(found[::-1]).T)


def _check_size(law: Any) -> None:
    shape = np.shape(law.p if isinstance(law, JointLaw) else law)
    if math.prod(shape) > MOST_CELLS:
        raise ValueError(
            f"law has {math.prod(shape):,} cells; at most {MOST_CELLS:,} are enumerated: give its "
            "kernels to kernel_directed_information, which sums over one sequence at a time, or "
            "samples to infometer.estimators.directed_information"
        )


def _check_groups(
    joint: JointLaw, x: tuple[int, ...], y: tuple[int, ...], z: tuple[int, ...]
) -> None:
    if not len(x) == len(y) > 0 or len(z) not in (0, len(x)):
        raise ValueError(
            f"x names {len(x)} variables, y {len(y)} and condition_on {len(z)}; expected as many "
            "of each, one a step (or none in condition_on)"
        )
    axes = [*x, *y, *z]
    twice = sorted({joint.names[axis] for axis in axes if axes.count(axis) > 1}, key=str)
    if twice:
        raise ValueError(
            f"x, y and condition_on share {', '.join(map(repr, twice))}; expected each variable in "
            "one of them"
        )
