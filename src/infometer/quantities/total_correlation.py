"""Total correlation: how far several variables are from independent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.quantities.laws import joint_law
from infometer.quantities.primitives import table_entropy

__all__ = ["single_entropies", "total_correlation"]


def total_correlation(law: Any, of: Any = None, given: Any = ()) -> float:
    r"""The information that several variables share, counted once for each that could be spared.

    .. math:: C(X_1, \dots, X_k | Z) = \sum_i H(X_i | Z) - H(X_1, \dots, X_k | Z),

    the divergence of their law from the product of its margins; also known as multi-information.
    Of two variables it is their mutual information.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. All marginals
        together take some two passes over the table, however many variables it has.
    of : name, number or several of them, optional
        The variables; all but those of `given` where not given.
    given : name, number or several of them, optional
        The variables Z.

    Returns
    -------
    float
        In nats; 0 of independent variables, Σ H(X_i) - max H(X_i) at most.

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not or share a variable.

    References
    ----------
    S. Watanabe, "Information theoretical analysis of multivariate correlation", IBM J. Res. Dev.
    4, 66 (1960).

    Examples
    --------
    Three copies of a fair bit, and three bits of which any two settle the third.

    >>> copies, parity = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    >>> copies[0, 0, 0] = copies[1, 1, 1] = 0.5
    >>> parity[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.25
    >>> round(total_correlation(copies), 6), round(total_correlation(parity), 6)
    (1.386294, 0.693147)
    """
    p, axes = joint_law(law).conditioned(of, given)
    condition = table_entropy(p.sum(axis=axes, dtype=float))
    singles = sum(single_entropies(p, axes)) - len(axes) * condition
    return max(singles - (table_entropy(p) - condition), 0.0)  # below 0 is rounding


def single_entropies(p: np.ndarray, axes: Sequence[int]) -> list[float]:
    """H(X_i, Z) of each of several axes with all the other axes Z of a table, in nats.

    Half of the axes are summed out at a time: about two passes over the table in all.

    Parameters
    ----------
    p : ndarray, shape (m1, ..., mk)
        A law; not checked.
    axes : sequence of int
        The X_i.

    Returns
    -------
    list of float

    Examples
    --------
    >>> [round(h, 6) for h in single_entropies(np.array([[0.5, 0.0], [0.25, 0.25]]), [0, 1])]
    [0.693147, 0.562335]
    """
    if len(axes) == 1:
        return [table_entropy(p)]
    middle = len(axes) // 2
    first, second = tuple(axes[:middle]), tuple(axes[middle:])
    return single_entropies(
        p.sum(axis=second, dtype=float, keepdims=True), first
    ) + single_entropies(p.sum(axis=first, dtype=float, keepdims=True), second)
