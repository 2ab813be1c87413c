"""The cumulant generating function log E[exp t], of which all Rényi quantities are made."""

from __future__ import annotations

import math
from typing import Any

from infometer.quantities.law_rows import LawRows

__all__ = ["cumulant"]


def cumulant(law: LawRows, exponent: Any, counted: Any) -> Any:
    r"""Log of the mean of the exponential, row by row: :math:`\log \sum_i p_i e^{t_i}`.

    Accurate also where the exponents are near 0, as they are for orders near 1 and laws that are
    almost alike, and without overflow where they are large.

    Parameters
    ----------
    law : LawRows
        The probabilities p.
    exponent : ndarray or tensor, shape (..., m)
        t, finite.
    counted : ndarray or tensor of bool, shape (..., m)
        Where the exponent counts; elsewhere :math:`e^t` is 0.

    Returns
    -------
    ndarray or tensor, shape (...)
        −∞ where nothing counts.
    """
    xp = law.xp
    terms = xp.where(counted, law.log_p + exponent, -math.inf)
    some = xp.any(counted, axis=-1)
    direct = _logsumexp(xp, xp.where(some[..., None], terms, 0.0))
    detached = exponent.detach() if hasattr(exponent, "detach") else exponent
    largest = xp.max(xp.where(counted, detached, -math.inf), axis=-1)
    shift = xp.where(some, largest, 0.0)
    gaps = xp.where(counted, xp.expm1(xp.where(counted, exponent - shift[..., None], 0.0)), -1.0)
    excess = xp.sum(law.p * gaps, axis=-1) + _mass_gradient(law)
    near = some & (excess > -0.5)
    precise = shift + xp.log1p(xp.where(near, excess, 0.0))
    return xp.where(some, xp.where(near, precise, direct), -math.inf)


def _mass_gradient(law: LawRows) -> Any:
    """0, with the gradient of Σ p: so that Σ p (exp t - 1) has that of Σ p exp t."""
    if law.from_logits or not hasattr(law.p, "detach"):
        return 0.0
    mass = law.p.sum(-1)
    return mass - mass.detach()


def _logsumexp(xp: Any, terms: Any) -> Any:
    if hasattr(terms, "logsumexp"):
        return terms.logsumexp(-1)
    largest = xp.max(terms, axis=-1)
    return largest + xp.log(xp.sum(xp.exp(terms - largest[..., None]), axis=-1))
