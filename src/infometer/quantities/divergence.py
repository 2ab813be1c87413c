"""Any of the divergences of two laws, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from infometer.quantities.chi_squared_divergence import chi_squared_divergence
from infometer.quantities.jeffreys_divergence import jeffreys_divergence
from infometer.quantities.jensen_shannon_divergence import jensen_shannon_divergence
from infometer.quantities.kl_divergence import kl_divergence
from infometer.quantities.renyi_divergence import renyi_divergence
from infometer.quantities.reverse_kl_divergence import reverse_kl_divergence
from infometer.quantities.squared_hellinger import squared_hellinger
from infometer.quantities.total_variation import total_variation

__all__ = ["divergence"]

KINDS: Mapping[str, Callable[..., Any]] = {
    "kl": kl_divergence,
    "reverse_kl": reverse_kl_divergence,
    "jeffreys": jeffreys_divergence,
    "js": jensen_shannon_divergence,
    "tv": total_variation,
    "hellinger2": squared_hellinger,
    "chi2": chi_squared_divergence,
    "renyi": renyi_divergence,
}


def divergence(
    p: Any,
    q: Any,
    kind: str = "kl",
    order: float | None = None,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Divergence of two categorical laws, row by row, of the kind that is named.

    Every kind D shrinks, or stays, where both laws pass through one kernel K (data processing):
    :math:`D(pK \| qK) \le D(p \| q)`. Where supports do not match, the infinite ones are ∞.

    Parameters
    ----------
    p, q : array-like or tensor, shape (..., m)
        Laws along `axis`, as in `kl_divergence`: one shape, or one of them a single row.
    kind : {"kl", "reverse_kl", "jeffreys", "js", "tv", "hellinger2", "chi2", "renyi"}
        "kl", "reverse_kl", "jeffreys", "js" and "renyi" are in nats, the others have no unit.
    order : float, optional
        Of the Rényi divergence, and of it alone.
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
        If the kind is unknown, if the order is missing or not asked for, if a row is no law, or if
        the shapes do not belong together.

    Examples
    --------
    >>> p, q = [0.5, 0.5], [0.25, 0.75]
    >>> divergence(p, q, "tv"), round(divergence(p, q, "renyi", 2), 6)
    (0.25, 0.287682)
    """
    formula = KINDS[read_kind(kind, order, KINDS)]
    if order is not None:
        formula = partial(formula, order=order)
    return formula(p, q, axis=axis, from_logits=from_logits, mask=mask)


def read_kind(kind: str, order: float | None, kinds: Mapping[str, Any]) -> str:
    """The kind, where there is one of this name and the order is given to "renyi" alone."""
    if kind not in kinds:
        raise ValueError(f"kind is {kind!r}; expected one of {', '.join(map(repr, kinds))}")
    if (order is None) == (kind == "renyi"):
        raise ValueError(
            f"order is {order} with the kind {kind!r}; give an order to 'renyi', and to no other"
        )
    return kind
