"""The Rényi divergence: one family from the support to the largest ratio."""

from __future__ import annotations

import math
import sys
from functools import partial
from typing import Any

from infometer.quantities.cumulant import cumulant
from infometer.quantities.kl_divergence import relative_entropy
from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["renyi_divergence"]


def renyi_divergence(
    p: Any,
    q: Any,
    order: float,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Rényi divergence of two categorical laws, row by row, in nats.

    .. math:: D_\alpha(p \| q) = \frac{1}{\alpha - 1} \log \sum_i p_i^\alpha q_i^{1 - \alpha}

    It never falls with the order α. Order 0 is :math:`-\log q(\text{supp}\, p)`, ½ is
    :math:`-2 \log \sum \sqrt{p q}`, 1 is the Kullback-Leibler divergence, 2 is
    :math:`\log(1 + \chi^2)` and ∞ is :math:`\log \max p/q`. From order 1 on it is infinite where p
    has mass that q has not; below, only where the supports are disjoint.

    Parameters
    ----------
    p, q : array-like or tensor, shape (..., m)
        Laws along `axis`, as in `kl_divergence`: one shape, or one of them a single row.
    order : float
        α, from 0 to infinity.
    axis : int or None
        None takes whole tables as one law each.
    from_logits : bool
        Whether both are logits; only −∞ is outside of their support.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count; the others are not looked at and give 0 with gradient 0.

    Returns
    -------
    float, ndarray of float64 or tensor, shape (...)

    Raises
    ------
    ValueError
        If the order is negative, if a row is no law, or if the shapes do not belong together.

    References
    ----------
    T. van Erven and P. Harremoës, "Rényi divergence and Kullback-Leibler divergence", 2014.

    Examples
    --------
    >>> round(renyi_divergence([0.5, 0.5], [0.25, 0.75], 2.0), 6)
    0.287682
    """
    formula = partial(renyi_of_rows, order=read_order(order))
    return over_rows(formula, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q)


def read_order(order: float, finite: bool = False) -> float:
    """An order that is not negative, and finite where it has to be."""
    if not 0.0 <= order <= (sys.float_info.max if finite else math.inf):
        raise ValueError(
            f"order is {order}; expected a {'finite ' if finite else ''}number that is not negative"
        )
    return float(order)


def renyi_of_rows(p: LawRows, q: LawRows, order: float) -> Any:
    """The divergence of each row; where it is infinite, the gradient is 0."""
    xp = p.xp
    both = p.support & q.support
    ratio = xp.where(both, p.log_p - q.log_p, 0.0)
    if order == 1.0:
        return relative_entropy(p, q)
    if order == 0.0:
        return -cumulant(q, xp.zeros_like(ratio), both)
    if order == math.inf:
        found = xp.max(xp.where(both, ratio, -math.inf), axis=-1)
    else:
        found = cumulant(p, (order - 1.0) * ratio, both) / (order - 1.0)
    if order > 1.0:
        found = xp.where(xp.any(p.support & ~q.support, axis=-1), math.inf, found)
    return found.clip(min=0.0)
