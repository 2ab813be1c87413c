"""O-information: whether several variables are ruled by redundancy or by synergy."""

from __future__ import annotations

from typing import Any

from infometer.quantities.dual_total_correlation import remaining_entropies
from infometer.quantities.laws import joint_law
from infometer.quantities.primitives import table_entropy
from infometer.quantities.total_correlation import single_entropies

__all__ = ["o_information"]


def o_information(law: Any, of: Any = None, given: Any = ()) -> float:
    r"""Total minus dual total correlation: above 0 redundancy prevails, below 0 synergy.

    .. math:: \Omega = C - D = (k - 2) H(X_1, \dots, X_k)
        + \sum_i \left[ H(X_i) - H(X_{-i}) \right],

    each entropy given Z. Of two variables it is 0; of three it is I(X₁;X₂) - I(X₁;X₂|X₃), minus
    the `interaction_information`. It is a balance: 0 may be neither of both or as much of one as
    of the other.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. One pass over the
        table for each variable, and some two more.
    of : name, number or several of them, optional
        The variables; all but those of `given` where not given.
    given : name, number or several of them, optional
        The variables Z.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not or share a variable.

    References
    ----------
    F. E. Rosas et al., "Quantifying high-order interdependencies via multivariate extensions of
    the mutual information", Phys. Rev. E 100, 032305 (2019), definition 1.

    Examples
    --------
    Three copies of a fair bit, and three bits of which any two settle the third.

    >>> import numpy as np
    >>> copies, parity = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    >>> copies[0, 0, 0] = copies[1, 1, 1] = 0.5
    >>> parity[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.25
    >>> round(o_information(copies), 6), round(o_information(parity), 6)
    (0.693147, -0.693147)
    """
    p, axes = joint_law(law).conditioned(of, given)
    condition = table_entropy(p.sum(axis=axes, dtype=float))
    differences = sum(single_entropies(p, axes)) - sum(remaining_entropies(p, axes))
    return (len(axes) - 2) * (table_entropy(p) - condition) + differences
