"""The Kullback-Leibler divergence: how much longer a message is with the wrong law."""

from __future__ import annotations

import math
from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["kl_divergence"]


def kl_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Kullback-Leibler divergence of two categorical laws, row by row, in nats.

    .. math:: KL(p \| q) = \sum_i p_i \log \frac{p_i}{q_i}

    It is infinite where p has mass that q has not. The order of the arguments is that of the
    formula: ``torch.nn.functional.kl_div`` takes log q first.

    Parameters
    ----------
    p, q : array-like or tensor, shape (..., m)
        Laws along `axis`. Both have one shape, or one of them is a single row, (m,), that stands
        beside every row of the other; no other shapes broadcast.
    axis : int or None
        None takes whole tables as one law each.
    from_logits : bool
        Whether both are logits. Then they are read as the exact softmax: only −∞ is outside of
        the support, however small a probability is.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count. The others are not looked at and give 0 with gradient 0, even if they
        hold NaN; `masked_mean` averages those that count.

    Returns
    -------
    float, ndarray of float64 or tensor, shape (...)
        A tensor on the device of the tensors given. Rounding below 0 is given as 0.

    Raises
    ------
    ValueError
        If a row is no law, or if the shapes do not belong together.

    References
    ----------
    S. Kullback and R. A. Leibler, "On information and sufficiency", 1951, sec. 2.

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75]), 6)
    0.143841
    """
    return over_rows(relative_entropy, axis=axis, from_logits=from_logits, mask=mask, p=p, q=q)


def relative_entropy(p: LawRows, q: LawRows) -> Any:
    """The divergence of each row; where it is infinite, the gradient is 0."""
    xp = p.xp
    terms = xp.where(p.support & q.support, p.p * (p.log_p - q.log_p), 0.0)
    missed = xp.any(p.support & ~q.support, axis=-1)
    return xp.where(missed, math.inf, terms.sum(-1).clip(min=0.0))
