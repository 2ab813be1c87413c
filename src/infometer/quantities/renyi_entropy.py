"""The Rényi entropy: one family from the support to the largest probability."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from infometer.quantities.cumulant import cumulant
from infometer.quantities.entropy import shannon_entropy
from infometer.quantities.law_rows import LawRows, over_rows
from infometer.quantities.renyi_divergence import read_order

__all__ = ["renyi_entropy"]


def renyi_entropy(
    p: Any,
    order: float,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Rényi entropy of categorical laws, row by row, in nats.

    .. math:: H_\alpha(p) = \frac{1}{1 - \alpha} \log \sum_i p_i^\alpha

    It never rises with the order α. Order 0 is the log of the size of the support, 1 is the Shannon
    entropy, 2 is −log of the chance that two draws agree, and ∞ is :math:`-\log \max p`, the
    min-entropy.

    Parameters
    ----------
    p : array-like, tensor or JointLaw, shape (..., m)
        Laws along `axis`.
    order : float
        α, from 0 to infinity.
    axis : int or None
        None takes a whole table as one law.
    from_logits : bool
        Whether `p` are logits; only −∞ is outside of their support.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count. The others are not looked at and give 0 with gradient 0, even if they
        hold NaN; `masked_mean` averages those that count.

    Returns
    -------
    float, ndarray of float64 or tensor, shape (...)
        A tensor on the device of the tensor given; half precision is brought to float32.

    Raises
    ------
    ValueError
        If the order is negative, or if a row is no law.

    References
    ----------
    A. Rényi, "On measures of entropy and information", 1961.

    Examples
    --------
    >>> round(renyi_entropy([0.5, 0.25, 0.25], 2.0), 6)
    0.980829
    """
    formula = partial(renyi_entropy_of_rows, order=read_order(order))
    return over_rows(formula, axis=axis, from_logits=from_logits, mask=mask, p=p)


def renyi_entropy_of_rows(p: LawRows, order: float) -> Any:
    """The entropy of each row, of any order: below 0 it is found too, though it is no entropy."""
    if order == 1.0:
        return shannon_entropy(p)
    if order == 0.0:
        return p.xp.log(support_size(p))
    if order == math.inf:
        return 0.0 - p.xp.max(p.xp.where(p.support, p.log_p, -math.inf), axis=-1)
    grown = cumulant(p, (order - 1.0) * p.log_p, p.support)
    return (0.0 + grown / (1.0 - order)).clip(min=0.0)


def support_size(p: LawRows) -> Any:
    """The number of outcomes in the support of each row, as a float of the type of p."""
    return p.xp.sum(p.support, axis=-1, dtype=p.values.dtype)
