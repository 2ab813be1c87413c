"""The Jeffreys divergence: Kullback-Leibler both ways."""

from __future__ import annotations

import math
from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["jeffreys_divergence"]


def jeffreys_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Jeffreys divergence of two categorical laws, row by row, in nats.

    .. math:: J(p, q) = KL(p \| q) + KL(q \| p) = \sum_i (p_i - q_i) \log \frac{p_i}{q_i}

    Infinite where the supports differ.

    Parameters
    ----------
    p, q : array-like or tensor, shape (..., m)
        Laws along `axis`, as in `kl_divergence`: one shape, or one of them a single row.
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
        If a row is no law, or if the shapes do not belong together.

    References
    ----------
    H. Jeffreys, "An invariant form for the prior probability in estimation problems", 1946.

    Examples
    --------
    >>> round(jeffreys_divergence([0.5, 0.5], [0.25, 0.75]), 6)
    0.274653
    """
    return over_rows(symmetric_divergence, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q)


def symmetric_divergence(p: LawRows, q: LawRows) -> Any:
    """The divergence of each row; where it is infinite, the gradient is 0."""
    xp = p.xp
    terms = xp.where(p.support & q.support, (p.p - q.p) * (p.log_p - q.log_p), 0.0)
    missed = xp.any(p.support != q.support, axis=-1)
    return xp.where(missed, math.inf, terms.sum(-1))
