"""The Shannon entropy of laws that are known."""

from __future__ import annotations

from typing import Any

from infometer.quantities.law_rows import LawRows, over_rows

__all__ = ["entropy"]


def entropy(
    p: Any,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Shannon entropy of categorical laws, row by row, in nats.

    .. math:: H(p) = -\sum_i p_i \log p_i

    It is the mean number of nats that a draw tells. The entropy of a law of which only samples are
    known stands in `infometer.estimators`.

    Parameters
    ----------
    p : array-like, tensor or JointLaw, shape (..., m)
        Laws along `axis`.
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
        If a row is no law: a probability is negative, or the sum is not 1.

    References
    ----------
    C. E. Shannon, "A Mathematical Theory of Communication", 1948, sec. 6.

    Examples
    --------
    >>> round(entropy([0.5, 0.25, 0.25]), 6)
    1.039721
    >>> entropy([[0.5, 0.5], [1.0, 0.0]]).round(6).tolist()
    [0.693147, 0.0]
    """
    return over_rows(shannon_entropy, axis=axis, from_logits=from_logits, mask=mask, p=p)


def shannon_entropy(p: LawRows) -> Any:
    """The entropy of each row; outside of the support the gradient is 0."""
    return (0.0 - p.xp.where(p.support, p.p * p.log_p, 0.0).sum(-1)).clip(min=0.0)
