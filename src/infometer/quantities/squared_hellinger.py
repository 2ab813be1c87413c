"""The squared Hellinger distance: 1 less the overlap of the roots."""

from __future__ import annotations

from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["squared_hellinger"]


def squared_hellinger(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Squared Hellinger distance of two categorical laws, row by row.

    .. math:: H^2(p, q) = \tfrac12 \sum_i (\sqrt{p_i} - \sqrt{q_i})^2 = 1 - \sum_i \sqrt{p_i q_i}

    Between 0 and 1, without a unit; some authors define twice this. H is a distance, and
    :math:`H^2 \le KL/2`; with twice this the constant ½ would not hold.

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
    A. B. Tsybakov, "Introduction to Nonparametric Estimation", 2009, sec. 2.4, with twice this.

    Examples
    --------
    >>> round(squared_hellinger([0.5, 0.5], [0.25, 0.75]), 6)
    0.034074
    """
    return over_rows(
        half_squared_root_difference, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q
    )


def half_squared_root_difference(p: LawRows, q: LawRows) -> Any:
    """The squared distance of each row, without cancellation where the two are almost alike."""
    return 0.5 * ((p.power(0.5) - q.power(0.5)) ** 2).sum(-1)
