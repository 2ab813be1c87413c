"""Dual total correlation: what several variables hold of which none alone has the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.quantities.laws import joint_law
from infometer.quantities.primitives import table_entropy

__all__ = ["dual_total_correlation", "remaining_entropies"]


def dual_total_correlation(law: Any, of: Any = None, given: Any = ()) -> float:
    r"""The entropy of several variables that is private to none of them; the binding information.

    .. math:: D(X_1, \dots, X_k | Z) = H(X_1, \dots, X_k | Z) - \sum_i H(X_i | X_{-i}, Z),

    with :math:`X_{-i}` all variables but the i-th. Of two variables it is their mutual information.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. One pass over the
        table for each variable.
    of : name, number or several of them, optional
        The variables; all but those of `given` where not given.
    given : name, number or several of them, optional
        The variables Z.

    Returns
    -------
    float
        In nats; between C/(k-1) and (k-1)·C, with C the total correlation.

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not or share a variable.

    References
    ----------
    T. S. Han, "Nonnegative entropy measures of multivariate symmetric correlations", Information
    and Control 36, 133 (1978).

    Examples
    --------
    Three copies of a fair bit, and three bits of which any two settle the third.

    >>> copies, parity = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    >>> copies[0, 0, 0] = copies[1, 1, 1] = 0.5
    >>> parity[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.25
    >>> round(dual_total_correlation(copies), 6), round(dual_total_correlation(parity), 6)
    (0.693147, 1.386294)
    """
    p, axes = joint_law(law).conditioned(of, given)
    condition = table_entropy(p.sum(axis=axes, dtype=float))
    remaining = sum(remaining_entropies(p, axes)) - len(axes) * condition
    together = table_entropy(p) - condition
    return max(remaining - (len(axes) - 1) * together, 0.0)  # below 0 is rounding


def remaining_entropies(p: np.ndarray, axes: Sequence[int]) -> list[float]:
    """H(X_-i, Z) for each of several axes: the entropy of a table without that axis, in nats.

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
    >>> [round(h, 6) for h in remaining_entropies(np.array([[0.5, 0.0], [0.25, 0.25]]), [0, 1])]
    [0.562335, 0.693147]
    """
    return [table_entropy(p.sum(axis=axis, dtype=float)) for axis in axes]
