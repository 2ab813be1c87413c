"""Canonical correlations of two discrete variables: how well functions of one predict another."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.laws import JointLaw, joint_law

__all__ = ["maximal_correlations", "read_pair"]


def maximal_correlations(law: Any) -> np.ndarray:
    r"""Canonical correlations of the indicators of two discrete variables, largest first.

    The singular values ρ of

    .. math:: Q_{xy} = \frac{p_{xy} - p_x p_y}{\sqrt{p_x p_y}}.

    The first is the maximal correlation: the largest correlation of a function of X with a function
    of Y. It is 0 where the two are independent and 1 where some part of one is known from the
    other. The squares add up to the χ²-information, `categorical_mutual_information` of the kind
    "chi2".

    Parameters
    ----------
    law : array-like, DataFrame or JointLaw, shape (n, m)
        The joint law of X, in rows, and Y, in columns.

    Returns
    -------
    ndarray, shape (min(n, m) - 1,)
        Between 0 and 1. What has probability 0 adds zeros.

    Raises
    ------
    ValueError
        If it is no law of two variables.

    References
    ----------
    H. O. Hirschfeld, "A connection between correlation and contingency", 1935; A. Rényi, "On
    measures of dependence", 1959.

    Examples
    --------
    A fair coin, and the same coin with one toss in ten turned over.

    >>> maximal_correlations([[0.45, 0.05], [0.05, 0.45]]).round(6).tolist()
    [0.8]
    """
    p = read_pair(law).p
    independent = np.outer(p.sum(1), p.sum(0))
    root = np.sqrt(np.where(independent > 0.0, independent, 1.0))
    found = np.linalg.svd((p - independent) / root, compute_uv=False)[: min(p.shape) - 1]
    return np.minimum(found, 1.0)  # no correlation is above 1: what is there is rounding


def read_pair(law: Any) -> JointLaw:
    """Read the joint law of two variables."""
    read = joint_law(law)
    if read.p.ndim != 2:
        raise ValueError(
            f"law has {read.p.ndim} variables; expected two: sum over the others, or join some"
        )
    return read
