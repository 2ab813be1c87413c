"""Total variation: the largest difference in the probability of any event."""

from __future__ import annotations

from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["total_variation"]


def total_variation(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Total variation distance of two categorical laws, row by row.

    .. math:: TV(p, q) = \tfrac12 \sum_i |p_i - q_i| = \max_A |p(A) - q(A)|

    A distance between 0 and 1, without a unit. A draft q whose tokens are accepted or drawn again
    so that they have the law p is accepted with probability 1 − TV.

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
        Where a p equals its q, the gradient of that term is 0.

    Raises
    ------
    ValueError
        If a row is no law, or if the shapes do not belong together.

    Examples
    --------
    >>> total_variation([0.5, 0.5], [0.25, 0.75])
    0.25
    """
    return over_rows(
        half_absolute_difference, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q
    )


def half_absolute_difference(p: LawRows, q: LawRows) -> Any:
    """The distance of each row."""
    return 0.5 * p.xp.abs(p.p - q.p).sum(-1)
