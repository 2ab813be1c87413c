"""The categorical entropies: how far a draw, copied, is from two draws.

The divergence of the law of (Y, Y) from that of two independent draws has V² terms for V outcomes;
each of these has a closed form with V.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from infometer.contracts import InfometerWarning
from infometer.quantities.divergence import read_kind
from infometer.quantities.entropy import shannon_entropy
from infometer.quantities.law_rows import LawRows, over_rows
from infometer.quantities.renyi_divergence import read_order
from infometer.quantities.renyi_entropy import renyi_entropy_of_rows, support_size

__all__ = ["categorical_entropy"]


def categorical_entropy(
    p: Any,
    kind: str = "kl",
    order: float | None = None,
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> Any:
    r"""Categorical entropy of laws, row by row: the divergence of a copied draw from two draws.

    .. math:: H_D(p) = D\Big(\sum_i p_i \, \delta_{(i, i)} \,\Big\|\, p \otimes p\Big)

    It is 0 for a law that is sure of its outcome, whatever the divergence D:

    ==============  ==========================================================================
    kind            entropy
    ==============  ==========================================================================
    ``kl``          Shannon's, :math:`-\sum p \log p`
    ``tv``          Gini-Simpson, :math:`1 - \sum p^2`
    ``hellinger2``  :math:`1 - \sum p^{3/2}`
    ``js``          :math:`\log 2 + \tfrac12 \sum p \, [p \log p - (1 + p) \log (1 + p)]`
    ``renyi`` α     Rényi's of order 2 − α, :math:`(\alpha - 1)^{-1} \log \sum p^{2 - \alpha}`
    ``chi2``        size of the support − 1
    ``reverse_kl``  ∞, but 0 for a law that is sure
    ``jeffreys``    ∞, but 0 for a law that is sure
    ==============  ==========================================================================

    The first four, and Rényi's below order 2, change little when the law does, so that those of a
    model come near to those of the data that it is fitted to. The others do not: χ² and order 2
    count the support, orders above 2 grow with the rarest outcome, and the last two are infinite
    for almost any law. They come with a warning.

    Parameters
    ----------
    p : array-like, tensor or JointLaw, shape (..., m)
        Laws along `axis`, such as the rows of a kernel.
    kind : {"kl", "tv", "hellinger2", "js", "renyi", "chi2", "reverse_kl", "jeffreys"}
        "kl", "js" and "renyi" are in nats, the others have no unit.
    order : float, optional
        α, from 0 to infinity, of "renyi" alone.
    axis : int or None
        None takes a whole table as one law.
    from_logits : bool
        Whether `p` are logits; only −∞ is outside of their support, not what underflows.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count; the others are not looked at and give 0 with gradient 0.

    Returns
    -------
    float, ndarray of float64 or tensor, shape (...)

    Raises
    ------
    ValueError
        If the kind is unknown, if the order is missing or not asked for, or if a row is no law.

    Warns
    -----
    InfometerWarning
        Where the entropy counts the support or is infinite for almost any law.

    See Also
    --------
    categorical_entropies : All kinds in one pass.

    References
    ----------
    Y. Zhang, "A Markov Categorical Framework for Language Modeling", arXiv 2507.19247, sec. 4. The
    closed forms other than Shannon's are not in the paper.

    Examples
    --------
    >>> categorical_entropy([0.5, 0.25, 0.125, 0.125], "tv")
    0.65625
    """
    formula = row_formula(kind, order)
    warn_of_support([(kind, order)])
    return over_rows(formula, axis=axis, from_logits=from_logits, mask=mask, p=p)


def row_formula(kind: str, order: float | None) -> Callable[[LawRows], Any]:
    """The closed form of a kind, for the order that it was given."""
    read_kind(kind, order, FORMULAS)
    if order is None:
        return FORMULAS[kind]
    return partial(_renyi, order=read_order(order))


def warn_of_support(asked: Iterable[tuple[str, float | None]]) -> None:
    """Warn once, from the public function, of all that was asked for and is not continuous."""
    found = [
        kind if order is None else f"renyi of order {order:g}"
        for kind, order in asked
        if kind in ("chi2", "reverse_kl", "jeffreys") or (order is not None and order >= 2.0)
    ]
    if found:
        warnings.warn(
            f"the categorical entropies {', '.join(found)} jump where a probability becomes 0: "
            "they count the support, hang on its rarest outcome or are infinite, and do not say "
            "how random the law is; use kl, js, tv, hellinger2 or renyi below order 2",
            InfometerWarning,
            stacklevel=3,
        )


def _gini_simpson(p: LawRows) -> Any:
    return (1.0 - (p.p * p.p).sum(-1)).clip(min=0.0)


def _hellinger(p: LawRows) -> Any:
    return (1.0 - p.power(1.5).sum(-1)).clip(min=0.0)


def _jensen_shannon(p: LawRows) -> Any:
    x = p.p
    terms = x * (x * p.log_p - (1.0 + x) * p.xp.log1p(x))
    return (math.log(2.0) + 0.5 * terms.sum(-1)).clip(min=0.0)


def _renyi(p: LawRows, order: float) -> Any:
    if order == math.inf:
        return 0.0 - p.xp.min(p.log_p, axis=-1)
    return renyi_entropy_of_rows(p, 2.0 - order)


def _outcomes_but_one(p: LawRows) -> Any:
    return support_size(p) - 1.0


def _infinite_unless_sure(p: LawRows) -> Any:
    return p.xp.where(support_size(p) > 1.0, math.inf, 0.0)


FORMULAS: Mapping[str, Callable[..., Any]] = {
    "kl": shannon_entropy,
    "tv": _gini_simpson,
    "hellinger2": _hellinger,
    "js": _jensen_shannon,
    "renyi": _renyi,
    "chi2": _outcomes_but_one,
    "reverse_kl": _infinite_unless_sure,
    "jeffreys": _infinite_unless_sure,
}
