"""What is left of the entropy of some variables when others are known."""

from __future__ import annotations

from typing import Any

from infometer.quantities.laws import joint_law

__all__ = ["conditional_entropy"]


def conditional_entropy(law: Any, of: Any, given: Any) -> float:
    r"""H(X|Z) = H(X, Z) - H(Z), of variables X given others Z.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them.
    of, given : name, number or several of them
        The variables X and Z, which share none; Z may be none, ``()``. All others are summed out.

    Returns
    -------
    float
        In nats, between 0 and H(X).

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not, or share a variable.

    Examples
    --------
    A label that one row leaves open and the other settles, in rows that are equally likely.

    >>> round(conditional_entropy([[0.25, 0.25], [0.5, 0.0]], of=1, given=0), 6)
    0.346574
    """
    joint = joint_law(law)
    x, z = joint.groups(of=of, given=given)
    return max(joint.entropy(x + z) - joint.entropy(z), 0.0)  # below 0 is rounding
