"""The Tsallis entropy: a Shannon entropy with a power in place of the log."""

from __future__ import annotations

from functools import partial
from typing import Any

from infometer.quantities.cumulant import cumulant
from infometer.quantities.entropy import shannon_entropy
from infometer.quantities.law_rows import LawRows, over_rows
from infometer.quantities.renyi_divergence import read_order

__all__ = ["tsallis_entropy"]


def tsallis_entropy(
    p: Any,
    order: float,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Tsallis entropy of categorical laws, row by row.

    .. math:: S_q(p) = \frac{1 - \sum_i p_i^q}{q - 1}

    Order 0 is the size of the support less 1, 1 is the Shannon entropy in nats, 2 is the
    Gini-Simpson index: the chance that two draws differ. Other orders have no unit.

    Parameters
    ----------
    p : array-like, tensor or JointLaw, shape (..., m)
        Laws along `axis`.
    order : float
        The q of the formula, 0 or more and finite.
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
        If the order is negative or infinite, or if a row is no law.

    References
    ----------
    C. Tsallis, "Possible generalization of Boltzmann-Gibbs statistics", 1988, eq. 1.

    Examples
    --------
    >>> tsallis_entropy([0.5, 0.25, 0.25], 2.0)
    0.625
    """
    formula = partial(tsallis_entropy_of_rows, order=read_order(order, finite=True))
    return over_rows(formula, axis=axis, from_logits=from_logits, mask=mask, p=p)


def tsallis_entropy_of_rows(p: LawRows, order: float) -> Any:
    """The entropy of each row."""
    if order == 1.0:
        return shannon_entropy(p)
    grown = cumulant(p, (order - 1.0) * p.log_p, p.support)
    return (0.0 + p.xp.expm1(grown) / (1.0 - order)).clip(min=0.0)
