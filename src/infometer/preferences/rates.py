"""How fast the mean inference distance falls with the number of comparisons, by the theorem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

__all__ = ["theorem_rate"]

Structure = Literal["power", "logarithmic"] | Callable[[np.ndarray], np.ndarray]


def theorem_rate(
    n: Any,
    alpha: float | None,
    topology: Literal["chain", "tree"],
    regime: Literal["A", "B"] = "A",
    *,
    structure: Structure = "power",
    information: float = 1.0,
) -> Any:
    r"""Order of the mean inference distance after n comparisons, without its constant.

    ==================  =====================================  ==================================
    F(M)                chain                                  tree
    ==================  =====================================  ==================================
    I M^-α, regime A    I (log n)^(1+α) / (n^α log log n)      I (log n)^2α / n^α
    I M^-α, regime B    I^(2/(2+α)) n^(-α/(2+α))               the same × (log n)^(2α/(2+α))
    I (log M)^-α        I (log n)^-α                           the same
    slower, regime A    F(⌈n^½⌉)                               the same
    slower, regime B    F(⌈(I n)^½⌉)                           the same
    ==================  =====================================  ==================================

    F is the structural function. In regime A what is alike before any comparison is still far
    apart, and comparisons are exact beside it; in regime B it is infinitely near, and the noise of
    comparisons counts. These are upper bounds on the length of the single best path: the posterior
    variance, which all paths lower together, can stand in the other order (`simulate_topology`).

    Parameters
    ----------
    n : int or array-like
        Comparisons, at least 3.
    alpha : float or None
        Above 0; None where `structure` is a callable.
    topology : {"chain", "tree"}
        Fresh responses for every comparison, or pairs among the leaves of a tree.
    regime : {"A", "B"}
    structure : {"power", "logarithmic"} or callable
        The shape of F(M). A callable is F itself, falling slower than any power of 1/log M.
    information : float
        I = F(1), above 0.

    Returns
    -------
    float or ndarray
        Of the shape of `n`.

    Raises
    ------
    ValueError
        If an argument is out of range, or alpha is given beside F itself or missing elsewhere.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    2025, theorem 4.5.

    Examples
    --------
    In regime A the tree is ahead by (log n)^(1−α) / log log n, without the constants:

    >>> ratio = theorem_rate(65536, 0.25, "chain") / theorem_rate(65536, 0.25, "tree")
    >>> round(ratio, 3)
    2.526
    """
    count = np.asarray(n, dtype=float)
    _check(count, alpha, topology, regime, structure, information)
    log_n = np.log(count)
    if callable(structure):
        clusters = np.ceil(np.sqrt(count if regime == "A" else information * count))
        rate = np.asarray(structure(np.maximum(clusters, 1.0)), dtype=float)
    elif structure == "logarithmic":
        rate = information * log_n ** -_given(alpha)
    elif regime == "A":
        rate = information * _power_rate_a(count, _given(alpha), topology)
    else:
        rate = _power_rate_b(information, count, _given(alpha), topology)
    return float(rate) if count.ndim == 0 else rate


def _power_rate_a(n: np.ndarray, alpha: float, topology: str) -> np.ndarray:
    if topology == "chain":
        return np.log(n) ** (1 + alpha) / (n**alpha * np.log(np.log(n)))
    return np.log(n) ** (2 * alpha) / n**alpha


def _power_rate_b(information: float, n: np.ndarray, alpha: float, topology: str) -> np.ndarray:
    told = n if topology == "chain" else n / np.log(n) ** 2
    return information ** (2 / (2 + alpha)) * told ** (-alpha / (2 + alpha))


def _given(alpha: float | None) -> float:
    if alpha is None or not alpha > 0:
        raise ValueError(f"alpha is {alpha}; expected a number above 0 for this structure")
    return alpha


def _check(
    n: np.ndarray,
    alpha: float | None,
    topology: str,
    regime: str,
    structure: Any,
    information: float,
) -> None:
    if not (np.isfinite(n) & (n >= 3)).all():
        raise ValueError(f"n is {n.min()}; the rates hold for at least 3 comparisons")
    if topology not in ("chain", "tree"):
        raise ValueError(f"topology is {topology!r}; it must be 'chain' or 'tree'")
    if regime not in ("A", "B"):
        raise ValueError(f"regime is {regime!r}; it must be 'A' or 'B'")
    if not information > 0:
        raise ValueError(f"information is {information}; it must be above 0")
    if callable(structure):
        if alpha is not None:
            raise ValueError(f"alpha is {alpha} and structure is F itself; give alpha=None")
    elif structure not in ("power", "logarithmic"):
        raise ValueError(
            f"structure is {structure!r}; it must be 'power', 'logarithmic' or a callable F(M)"
        )
