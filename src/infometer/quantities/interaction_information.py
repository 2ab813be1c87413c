"""Interaction information: what a set of variables has that none of its parts shows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from infometer.quantities.laws import joint_law
from infometer.quantities.primitives import table_entropy

__all__ = ["interaction_information"]

LARGEST_WORK = 10**9
"""Cells of all marginals together."""


def interaction_information(law: Any, of: Any = None, given: Any = ()) -> float:
    r"""How much the information of some variables changes when one more is known; of three,

    .. math:: I(X_1; X_2; X_3) = I(X_1; X_2 | X_3) - I(X_1; X_2)
        = I(X_1, X_2; X_3) - I(X_1; X_3) - I(X_2; X_3),

    which is above 0 where synergy prevails (the exclusive or: log 2) and below 0 where redundancy
    does (three copies of a bit: -log 2). Of k variables it is the same difference of the figure
    of k - 1, from the mutual information of two on:

    .. math:: I(X_1; \dots; X_k) = -\sum_{S} (-1)^{k - |S|} H(X_S),

    over all sets S of the variables, each entropy given Z.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Probabilities, or counts of an integer type, as `joint_law` reads them. All 2^k marginals
        are taken, Π (m_i + 1) cells: those of 12 binary variables take 0.1 s.
    of : name, number or several of them, optional
        The variables, two or more; all but those of `given` where not given.
    given : name, number or several of them, optional
        The variables Z.

    Returns
    -------
    float
        In nats, of either sign.

    Raises
    ------
    ValueError
        If `law` is none, the groups name what it has not or share a variable, `of` has fewer than
        two, or the marginals have more than 10⁹ cells.

    Notes
    -----
    The sign is McGill's. The co-information, also called multivariate mutual information, is
    (-1)^k times this, so that of three variables redundancy is above 0; of an even number both
    are the same. From four variables on the sign tells no longer synergy from redundancy: see
    `o_information`.

    References
    ----------
    W. J. McGill, "Multivariate information transmission", Psychometrika 19, 97 (1954).
    A. J. Bell, "The co-information lattice", ICA 2003, for the other sign.

    Examples
    --------
    >>> xor = [[[0.25, 0.0], [0.0, 0.25]], [[0.0, 0.25], [0.25, 0.0]]]
    >>> round(interaction_information(xor), 6)
    0.693147
    """
    p, axes = joint_law(law).conditioned(of, given)
    if len(axes) < 2:
        raise ValueError(f"of names {len(axes)} variable; an interaction has two or more")
    others = math.prod(size for axis, size in enumerate(p.shape) if axis not in axes)
    work = others * math.prod(p.shape[axis] + 1 for axis in axes)
    if work > LARGEST_WORK:
        raise ValueError(
            f"the marginals of these {len(axes)} variables have {work:.2g} cells together, more "
            "than 1e9; name fewer in of, or take o_information, which needs one marginal a variable"
        )
    return -_alternating_entropies(p, axes)


def _alternating_entropies(p: np.ndarray, axes: tuple[int, ...]) -> float:
    """Σ (-1)^(number of axes summed out) H(what is left), over all sets of these axes."""
    if not axes:
        return table_entropy(p)
    summed = p.sum(axis=axes[0], dtype=float, keepdims=True)
    return _alternating_entropies(p, axes[1:]) - _alternating_entropies(summed, axes[1:])
