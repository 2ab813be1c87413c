"""One law with very many outcomes: the likeliest, and sums over all others."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from infometer.quantities.categorical_entropy import row_formula
from infometer.quantities.law_rows import LawRows

__all__ = ["Outcomes"]


class Outcomes:
    r"""One row of probabilities or logits, relative to the likeliest of its outcomes.

    With :math:`e_i = p_i / \max p` of the others and :math:`R = \sum e_i`, the likeliest has the
    probability 1/(1 + R). An entropy is found as what this one adds, in float64 and from R rather
    than from 1 less a number near 1, and a sum over the others, so that rounding to the precision
    of the row is relative to the entropy even where the law is almost sure.

    Parameters
    ----------
    row : ndarray of float32 or float64, shape (m,)
        Probabilities or logits, checked.
    from_logits : bool
    """

    def __init__(self, row: np.ndarray, from_logits: bool) -> None:
        likeliest = int(row.argmax())
        if from_logits:
            z = row - row[likeliest]
        else:
            with np.errstate(divide="ignore"):
                z = np.log(row / row[likeliest])
        z[likeliest] = z[-1]
        z = z[:-1]
        self.lowest = float(z.min(initial=0.0))
        if self.lowest == -math.inf:
            z = z[z > -math.inf]
            self.lowest = float(z.min(initial=0.0))
        self.z = z

    @cached_property
    def e(self) -> np.ndarray:
        """The others relative to the likeliest."""
        return np.exp(self.z)

    @cached_property
    def norm(self) -> float:
        """1 + R."""
        return 1.0 + self.rest

    @cached_property
    def rest(self) -> float:
        """R."""
        return float(self.e.sum())

    @cached_property
    def log_norm(self) -> float:
        """-log of the probability of the likeliest."""
        return math.log1p(self.rest)

    def entropy(self, kind: str, order: float | None) -> float:
        """The categorical entropy of this kind."""
        if kind == "kl":
            return self.shannon
        if kind == "tv":
            return self.gini_simpson
        if kind == "hellinger2":
            return self.hellinger
        if kind == "js":
            return self.jensen_shannon
        if order is not None:
            return self.renyi(float(order))
        return float(self.z.size if kind == "chi2" else math.inf if self.z.size else 0.0)

    @cached_property
    def shannon(self) -> float:
        """log(1 + R) - Σ p z over the others."""
        return self.log_norm - float(self.e @ self.z) / self.norm

    @cached_property
    def squares(self) -> float:
        """Σ p² over the others."""
        return float(self.e @ self.e) / self.norm**2

    @cached_property
    def gini_simpson(self) -> float:
        """1 - Σ p²."""
        share = self.rest / self.norm
        return share * (2.0 - share) - self.squares

    @cached_property
    def hellinger(self) -> float:
        """1 - Σ p^(3/2)."""
        others = float(self.e @ np.sqrt(self.e)) / self.norm**1.5
        return -math.expm1(-1.5 * self.log_norm) - others

    @cached_property
    def jensen_shannon(self) -> float:
        """log 2 + ½ Σ p [p log p - (1 + p) log(1 + p)], with 2 - r for 1 + p of the likeliest."""
        r, top = self.rest / self.norm, 1.0 / self.norm
        likeliest = 0.5 * math.log(2.0) * r * (3.0 - r) - 0.5 * top * (
            top * self.log_norm + (1.0 + top) * math.log1p(-0.5 * r)
        )
        p = self.e * (1.0 / self.norm)
        squares, log1p = p * p, np.log1p(p)
        others = float(squares @ self.z) - self.log_norm * self.squares
        others -= float(p @ log1p) + float(squares @ log1p)
        return likeliest + 0.5 * others

    def renyi(self, order: float) -> float:
        """The Rényi entropy of order a = 2 - order."""
        a = 2.0 - order
        if a == 1.0:
            return self.shannon
        if a == 0.0:
            return math.log1p(self.z.size)
        if a == 1.5:
            return -2.0 * math.log1p(-self.hellinger)
        if a == 2.0:
            return -math.log1p(-self.gini_simpson)
        if a == -math.inf:
            return self.log_norm - self.lowest
        if abs(a - 1.0) < 0.25:
            z = np.append(self.z, 0.0).astype(float)
            return float(row_formula("renyi", order)(LawRows(z, True)))
        shift = min(a, 0.0) * self.lowest
        others = float(np.exp(a * self.z - shift).sum())
        power_sum = shift + math.log(math.exp(-shift) + others)
        return (power_sum - a * self.log_norm) / (1.0 - a)
