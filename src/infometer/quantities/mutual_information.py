"""What two groups of variables of a joint law tell about each other, also given a third."""

from __future__ import annotations

from typing import Any

from infometer.quantities.laws import joint_law

__all__ = ["mutual_information"]


def mutual_information(law: Any, x: Any = 0, y: Any = 1, given: Any = ()) -> float:
    r"""I(X;Y) or I(X;Y|Z) in nats, exactly, of groups of the variables of a joint law.

    .. math:: I(X;Y|Z) = H(X, Z) + H(Y, Z) - H(X, Y, Z) - H(Z).

    Of samples, `infometer.mutual_information` is the estimate, with its interval. Of counts this
    is the plug-in: exact for the rows that were counted, too large for what they were drawn from.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. A float table is
        not copied; each of the four entropies takes one pass.
    x, y : name, number or several of them
        The variables X and Y: the first two axes where not given.
    given : name, number or several of them, optional
        The variables Z, for the conditional mutual information. Variables in no group are summed
        out, and no two groups share one.

    Returns
    -------
    float
        In nats, not negative. Of independent variables it is 0 up to rounding, 1e-15.

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not, share a variable, or x or y names
        nothing.

    Examples
    --------
    >>> round(mutual_information([[0.4, 0.1], [0.1, 0.4]]), 6)
    0.192745

    Y = X₁ xor X₂ of two fair bits: each tells nothing of Y alone, and all of it given the other.

    >>> xor = [[[0.25, 0.0], [0.0, 0.25]], [[0.0, 0.25], [0.25, 0.0]]]
    >>> mutual_information(xor, x=0, y=2), round(mutual_information(xor, 0, 2, given=1), 6)
    (0.0, 0.693147)
    >>> round(mutual_information(xor, x=[0, 1], y=2), 6)
    0.693147
    """
    joint = joint_law(law)
    x, y, z = joint.groups(x=x, y=y, given=given)
    information = (
        joint.entropy(x + z) + joint.entropy(y + z) - joint.entropy(x + y + z) - joint.entropy(z)
    )
    return max(information, 0.0)  # below 0 is rounding
