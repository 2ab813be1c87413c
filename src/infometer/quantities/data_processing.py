"""The data-processing inequality, checked: what a kernel leaves of the divergence of two laws."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from infometer.quantities.divergence import divergence
from infometer.quantities.dobrushin import dobrushin_coefficient
from infometer.quantities.laws import read_kernel
from infometer.quantities.push_forward import input_law

__all__ = ["DataProcessing", "check_data_processing"]

F_DIVERGENCES = frozenset({"kl", "reverse_kl", "jeffreys", "js", "tv", "hellinger2", "chi2"})
"""Those that the Dobrushin coefficient contracts; a Rényi divergence is none of them."""

ROUNDING = 1e-9
"""Relative; what a divergence of two nearly equal laws loses to rounding is 1e-12 in itself."""


@dataclass(frozen=True)
class DataProcessing:
    """A divergence of two laws before and after a Markov kernel.

    Parameters
    ----------
    before, after : float
        D(p‖q) and D(pK‖qK): nats for the Kullback-Leibler kinds, Jensen-Shannon and Rényi, no
        unit for the others.
    ratio : float
        After over before; NaN where both are 0 or both infinite.
    contraction_bound : float or None
        η_TV(K) · before, which `after` does not exceed; None for Rényi, where it does not hold.
    holds : bool
        Whether `after` exceeds neither `before` nor the bound, up to rounding.

    Examples
    --------
    >>> DataProcessing(1.0, 0.5, 0.5, 0.8, True).to_dict()["contraction_bound"]
    0.8
    """

    before: float
    after: float
    ratio: float
    contraction_bound: float | None
    holds: bool

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def check_data_processing(
    kernel: Any, p: Any, q: Any, kind: str = "kl", order: float | None = None
) -> DataProcessing:
    r"""Compare a divergence of two laws with that of what a Markov kernel makes of them.

    .. math:: D(pK \| qK) \le D(p \| q), \qquad D_f(pK \| qK) \le \eta_{TV}(K)\, D_f(p \| q)

    The first holds for every kind, the second for every f-divergence, with the coefficient of
    `dobrushin_coefficient`. A kernel that only relabels gives equality in the first.

    Parameters
    ----------
    kernel : array-like or MarkovKernel, shape (n, m)
        Each row is a law.
    p, q : array-like, shape (n,)
        Laws of its input.
    kind : str
        Of the divergence; see `divergence`.
    order : float, optional
        Of a Rényi divergence.

    Returns
    -------
    DataProcessing

    Raises
    ------
    ValueError
        If a row, `p` or `q` is no law or has another length, or the kind is unknown.

    References
    ----------
    Y. Polyanskiy and Y. Wu, "Strong data-processing inequalities for channels and Bayesian
    networks" (2017); T. van Erven and P. Harremoës, "Rényi divergence and Kullback-Leibler
    divergence", IEEE Transactions on Information Theory 60 (2014), theorem 9.

    Examples
    --------
    >>> found = check_data_processing([[0.9, 0.1], [0.1, 0.9]], [1, 0], [0.5, 0.5])
    >>> round(found.before, 6), round(found.after, 6), round(found.contraction_bound, 6)
    (0.693147, 0.368064, 0.554518)
    >>> found.holds
    True
    """
    matrix = read_kernel(kernel)
    p, q = input_law(p, matrix, kernel, "p"), input_law(q, matrix, kernel, "q")
    for name, law in (("p", p), ("q", q)):
        if law.ndim != 1:
            raise ValueError(f"{name} has the shape {law.shape}; expected one law: a vector")
    before = float(divergence(p, q, kind, order))
    after = float(divergence(p @ matrix, q @ matrix, kind, order))
    bound = _contraction_bound(matrix, before) if kind in F_DIVERGENCES else None
    limit = before if bound is None else min(before, bound)
    return DataProcessing(
        before=before,
        after=after,
        ratio=_ratio(after, before),
        contraction_bound=bound,
        holds=after <= limit * (1.0 + ROUNDING) + 1e-12,
    )


def _contraction_bound(matrix: np.ndarray, before: float) -> float:
    coefficient = dobrushin_coefficient(matrix)
    return coefficient * before if coefficient > 0.0 else 0.0  # also of an infinite divergence


def _ratio(after: float, before: float) -> float:
    undefined = before == 0.0 or after == before == math.inf
    return math.nan if undefined else after / before
