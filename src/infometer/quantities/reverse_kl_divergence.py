"""The reverse Kullback-Leibler divergence: KL with its two laws exchanged."""

from __future__ import annotations

from typing import Any

from infometer.quantities.kl_divergence import kl_divergence

__all__ = ["reverse_kl_divergence"]


def reverse_kl_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""KL(q‖p), the Kullback-Leibler divergence from the other side, row by row, in nats.

    .. math:: KL(q \| p) = \sum_i q_i \log \frac{q_i}{p_i}

    It is infinite where q has mass that p has not: a model q that minimises it stays inside of the
    support of p, and may leave a part of it out.

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

    Examples
    --------
    >>> round(reverse_kl_divergence([0.5, 0.5], [0.25, 0.75]), 6)
    0.130812
    """
    return kl_divergence(q, p, axis=axis, from_logits=from_logits, mask=mask)
