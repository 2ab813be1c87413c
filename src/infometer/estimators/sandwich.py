"""The sandwich error of a mean of pointwise terms, whose rows have weights or come in groups."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from infometer.resampling import effective_size

__all__ = ["SandwichError", "counted_error", "sandwich_error"]


class SandwichError(NamedTuple):
    """A standard error and its degrees of freedom; None with the ``reason`` for one group."""

    standard_error: float | None
    degrees_of_freedom: float
    reason: str = ""


def sandwich_error(
    terms: np.ndarray, *, weights: np.ndarray | None = None, groups: np.ndarray | None = None
) -> SandwichError:
    r"""Standard error of a weighted mean of terms, not shrunk by weights as if rows repeated.

    .. math:: \widehat{se}^2 = \frac{\sum_i w_i^2 (t_i - \bar t)^2}{(\sum_i w_i)^2}
        \quad\text{or}\quad \frac{G}{G - 1}
        \frac{\sum_g \bigl(\sum_{i \in g} w_i (t_i - \bar t)\bigr)^2}{(\sum_i w_i)^2}

    of G groups, which may depend on each other in any way within. The degrees of freedom are the
    effective number of groups less 1, which is G − 1 for groups of equal weight.

    Parameters
    ----------
    terms : ndarray, shape (n,)
    weights : ndarray, shape (n,), optional
    groups : ndarray of int, shape (n,), optional

    Returns
    -------
    SandwichError

    References
    ----------
    K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models",
    Biometrika 73, 13 (1986).

    Examples
    --------
    >>> sandwich_error(np.array([1.0, 1.0, 3.0, 3.0]), groups=np.array([0, 0, 1, 1]))
    SandwichError(standard_error=1.0, degrees_of_freedom=1.0, reason='')
    """
    w = np.ones(len(terms)) if weights is None else weights
    scores, freedom, correction = w * (terms - np.average(terms, weights=w)), np.inf, 1.0
    if groups is not None:
        masses = np.bincount(groups, w)
        count = int(np.count_nonzero(masses))
        if count == 1:
            return SandwichError(None, 0.0, _ONE_GROUP)
        scores, correction = np.bincount(groups, scores), count / (count - 1)
        freedom = effective_size(masses) - 1
    return SandwichError(float(np.sqrt(correction * scores @ scores) / w.sum()), freedom)


def counted_error(terms: np.ndarray, counts: np.ndarray) -> SandwichError:
    """The sandwich error of rows that each stand alone and come as counts of equal terms.

    Parameters
    ----------
    terms : ndarray, shape (m,)
    counts : ndarray, shape (m,)
        Rows with each of them.

    Returns
    -------
    SandwichError

    Examples
    --------
    >>> counted_error(np.array([1.0, 3.0]), np.array([8, 8]))
    SandwichError(standard_error=0.25, degrees_of_freedom=inf, reason='')
    """
    mean = np.average(terms, weights=counts)
    variance = np.average((terms - mean) ** 2, weights=counts)
    return SandwichError(float(np.sqrt(variance / counts.sum())), np.inf)


_ONE_GROUP = "no interval: all rows are of one group, and how groups differ cannot be seen in it"
