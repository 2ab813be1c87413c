"""The χ² divergence of Pearson: the variance of the likelihood ratio."""

from __future__ import annotations

import math
from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["chi_squared_divergence"]


def chi_squared_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""χ² divergence of two categorical laws, row by row.

    .. math:: \chi^2(p \| q) = \sum_i \frac{(p_i - q_i)^2}{q_i}

    Without a unit, and not bounded; infinite where p has mass that q has not.

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
    K. Pearson, "On the criterion that a given system of deviations ...", 1900.

    Examples
    --------
    >>> round(chi_squared_divergence([0.5, 0.5], [0.25, 0.75]), 6)
    0.333333
    """
    return over_rows(variance_of_ratio, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q)


def variance_of_ratio(p: LawRows, q: LawRows) -> Any:
    """The divergence of each row; its gradient is 0 where it is infinite or too large."""
    xp = p.xp
    infinite = p.support & ~q.support
    if p.from_logits:
        exponent, share = _terms_from_logits(p, q)
        too_large = exponent > math.log(xp.finfo(p.p.dtype).max) - 2.0
        infinite = infinite | too_large
        terms = xp.exp(xp.where(too_large, 0.0, exponent)) * share
    else:
        gap = p.p - q.p
        terms = gap * (gap / xp.where(q.support, q.p, 1.0))
    return xp.where(xp.any(infinite, axis=-1), math.inf, terms.sum(-1))


def _terms_from_logits(p: LawRows, q: LawRows) -> tuple[Any, Any]:
    """(p - q)²/q as exp(log q + 2 max(d, 0)) times (1 - exp(-abs(d)))², with d = log p/q."""
    xp = p.xp
    both = p.support & q.support
    gap = xp.where(both, p.log_p - q.log_p, 0.0)
    share = xp.where(both, xp.expm1(-xp.abs(gap)) ** 2, xp.where(q.support, 1.0, 0.0))
    return q.log_p + 2.0 * gap.clip(min=0.0), share
