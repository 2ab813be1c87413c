"""The entropy of several variables together."""

from __future__ import annotations

from typing import Any

from infometer.quantities.laws import joint_law

__all__ = ["joint_entropy"]


def joint_entropy(law: Any, of: Any = None) -> float:
    r"""H of some variables of a joint law together, -Σ p log p over their marginal.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. A float table is
        not copied: 10⁷ cells take some 50 ms.
    of : name, number or several of them, optional
        The variables; all where not given.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If `law` is none, or `of` names what it has not, a variable twice, or nothing.

    Examples
    --------
    Two fair coins, and their sum.

    >>> law = [[[0.25, 0.0, 0.0], [0.0, 0.25, 0.0]], [[0.0, 0.25, 0.0], [0.0, 0.0, 0.25]]]
    >>> round(joint_entropy(law), 6), round(joint_entropy(law, of=2), 6)
    (1.386294, 1.039721)
    """
    joint = joint_law(law)
    (axes,) = joint.groups(of=joint.names if of is None else of)
    return joint.entropy(axes)
