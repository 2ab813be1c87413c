"""The Jensen-Shannon divergence: the mean divergence from the mean law."""

from __future__ import annotations

from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["jensen_shannon_divergence"]


def jensen_shannon_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Jensen-Shannon divergence of two categorical laws, row by row, in nats.

    .. math:: JS(p, q) = \tfrac12 KL(p \| m) + \tfrac12 KL(q \| m), \quad m = \tfrac12 (p + q)

    At most log 2, and finite for any two laws: the information about which of the two a draw came
    from. Its root is a distance; ``scipy.spatial.distance.jensenshannon`` gives that root.

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
    J. Lin, "Divergence measures based on the Shannon entropy", 1991, sec. IV.

    Examples
    --------
    >>> round(jensen_shannon_divergence([0.5, 0.5], [0.25, 0.75]), 6)
    0.033822
    """
    return over_rows(
        divergence_from_the_mean, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q
    )


def divergence_from_the_mean(p: LawRows, q: LawRows) -> Any:
    """The divergence of each row, from the part t = (p - q)/(p + q) of every mass that differs."""
    xp = p.xp
    both = p.p + q.p
    positive = both > 0.0
    t = xp.where(positive, p.p - q.p, 0.0) / xp.where(positive, both, 1.0)
    return 0.25 * (both * (_xlogx_from_one(xp, t) + _xlogx_from_one(xp, -t))).sum(-1)


def _xlogx_from_one(xp: Any, t: Any) -> Any:
    """(1 + t) log(1 + t), 0 with gradient 0 at t = -1."""
    positive = t > -1.0
    t = xp.where(positive, t, 0.0)
    return xp.where(positive, (1.0 + t) * xp.log1p(t), 0.0)
