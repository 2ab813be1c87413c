"""Rows that belong together: numbered groups, and permutations that move each as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["effective_size", "group_codes", "group_members", "group_places", "shuffle_groups"]


def group_codes(groups: Any, n: int) -> np.ndarray | None:
    """Groups numbered from 0 in the order of appearance; None where every row is its own.

    Parameters
    ----------
    groups : array-like of any type, shape (n,), or None
        One label a row, such as the subject, the document or the stretch of time.
    n : int
        Rows.

    Returns
    -------
    ndarray of int, shape (n,), or None

    Raises
    ------
    ValueError
        For missing labels, or where there is not one label for every row.

    Examples
    --------
    >>> group_codes(["mon", "mon", "sun", "mon"], 4).tolist()
    [0, 0, 1, 0]
    >>> group_codes([7, 8, 9], 3) is None
    True
    """
    if groups is None:
        return None
    try:
        labels = pd.Series(groups)
    except ValueError as error:
        raise ValueError(
            f"groups has shape {np.shape(groups)}; expected one label a row, shape ({n},)"
        ) from error
    if len(labels) != n:
        raise ValueError(
            f"groups has {len(labels)} labels for {n} rows; expected one label a row, shape ({n},)"
        )
    codes, names = pd.factorize(labels)
    if (codes < 0).any():
        raise ValueError(
            f"groups has {int((codes < 0).sum())} missing labels; expected a label in every row: "
            "give a row that stands alone a label of its own"
        )
    return None if len(names) == n else np.asarray(codes, dtype=np.int64)


def group_members(codes: np.ndarray) -> list[np.ndarray]:
    """The rows of each group, in their order.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        From 0.

    Returns
    -------
    list of ndarray of int
        One for every code up to the largest.

    Examples
    --------
    >>> [rows.tolist() for rows in group_members(np.array([1, 0, 1]))]
    [[1], [0, 2]]
    """
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])


def group_places(codes: np.ndarray) -> np.ndarray:
    """How many of its group stand before each row. Shape (n,).

    Examples
    --------
    >>> group_places(np.array([1, 0, 1])).tolist()
    [0, 0, 1]
    """
    counts = np.bincount(codes)
    places = np.empty(len(codes), np.int64)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    places[np.argsort(codes, kind="stable")] = np.arange(len(codes)) - starts
    return places


def effective_size(weights: np.ndarray) -> float:
    r"""How many equal weights have the variance of these, (Σ w)² / Σ w².

    Of the numbers of rows of groups it is the effective number of groups: where a few are large,
    a Student interval with it less 1 as degrees of freedom covers what it says, and one with the
    number of groups does not.

    Parameters
    ----------
    weights : ndarray, shape (m,)

    Returns
    -------
    float

    References
    ----------
    L. Kish, Survey Sampling, Wiley (1965), section 8.2; A. V. Carter, K. T. Schnepel and D. G.
    Steigerwald, "Asymptotic behavior of a t-test robust to cluster heterogeneity", Rev. Econ.
    Stat. 99, 698 (2017).

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    shares = np.asarray(weights, dtype=float) / np.sum(weights)
    return float(1 / (shares @ shares))


def shuffle_groups(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A permutation of rows that puts the groups in a random order and keeps each in its own.

    The rows, laid group after group in the new order, come to stand where those of the old order
    stood. Groups of equal size are exchanged as wholes; of unequal ones a row may meet two.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        From `group_codes`.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> shuffle_groups(np.array([0, 0, 1, 1, 2, 2]), np.random.default_rng(0)).tolist()
    [2, 3, 4, 5, 0, 1]
    """
    turn = rng.permutation(int(codes.max()) + 1)
    order = np.empty(len(codes), dtype=np.int64)
    order[np.argsort(codes, kind="stable")] = np.argsort(turn[codes], kind="stable")
    return order
