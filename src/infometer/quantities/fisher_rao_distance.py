"""The Fisher-Rao distance: the length of the shortest path of laws."""

from __future__ import annotations

from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows
from infometer.quantities.squared_hellinger import half_squared_root_difference

__all__ = ["fisher_rao_distance"]


def fisher_rao_distance(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Geodesic distance of two categorical laws in the Fisher metric, row by row.

    .. math:: d(p, q) = 2 \arccos \sum_i \sqrt{p_i q_i} = 4 \arcsin \frac{H(p, q)}{\sqrt 2}

    Between 0 and π, which disjoint laws reach. It is found from the Hellinger distance H, which
    keeps its digits where the two laws are almost alike; there KL is d²/2.

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
        Where the two laws are equal, the gradient is 0.

    Raises
    ------
    ValueError
        If a row is no law, or if the shapes do not belong together.

    References
    ----------
    C. R. Rao, "Information and the accuracy attainable in the estimation of statistical
    parameters", 1945.

    Examples
    --------
    >>> round(fisher_rao_distance([0.5, 0.5], [0.25, 0.75]), 6)
    0.523599
    """
    return over_rows(geodesic_length, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q)


def geodesic_length(p: LawRows, q: LawRows) -> Any:
    """The distance of each row."""
    xp = p.xp
    half = 0.5 * half_squared_root_difference(p, q)
    apart = half > 0.0
    half = xp.where(apart, half, 0.25)
    return xp.where(apart, 4.0 * xp.atan2(xp.sqrt(half), xp.sqrt(1.0 - half)), 0.0)
