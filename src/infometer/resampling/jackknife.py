"""A statistic of blocks of rows, without the first term of its bias, and its standard error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["jackknife"]


def jackknife(
    statistic: Callable[[np.ndarray], float], blocks: np.ndarray
) -> tuple[float, float | None]:
    r"""The statistic of G independent blocks, each left out in turn.

    .. math:: \hat\theta = G \theta - (G - 1) \bar\theta, \qquad
        \widehat{se}^2 = \frac{G - 1}{G} \sum_g (\theta_{(g)} - \bar\theta)^2,

    where θ is of all blocks and θ_(g) of all but one. A bias of the order 1/G is taken away.

    Parameters
    ----------
    statistic : callable
        Takes rows of `blocks`, gives a float.
    blocks : ndarray, shape (G, ...)
        What the statistic needs of each block.

    Returns
    -------
    value : float
    standard_error : float, optional
        None of a single block, whose statistic is given as it is.

    References
    ----------
    B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1 (1979).

    Examples
    --------
    The variance with 1/n becomes that with 1/(n − 1):

    >>> value, error = jackknife(np.var, np.array([1.0, 2.0, 3.0, 6.0]))
    >>> round(value, 6), round(float(np.var([1.0, 2.0, 3.0, 6.0], ddof=1)), 6)
    (4.666667, 4.666667)
    """
    count, whole = len(blocks), float(statistic(blocks))
    if count == 1:
        return whole, None
    without = np.array([statistic(np.delete(blocks, g, axis=0)) for g in range(count)])
    mean = float(without.mean())
    error = float(np.sqrt((count - 1) / count * ((without - mean) ** 2).sum()))
    return count * whole - (count - 1) * mean, error
