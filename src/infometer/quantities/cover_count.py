"""Cover's function count: how many labellings of points a hyperplane through 0 can make."""

from __future__ import annotations

from scipy.special import betainc

from infometer.quantities.whole_numbers import read_count

__all__ = ["cover_count", "separable_fraction"]

MOST_BITS = 10**9
"""Of all the terms of the exact sum together: 0.1 s, and at most 125 MB in one number."""


def cover_count(n_points: int, n_dimensions: int) -> int:
    r"""Number of labellings of P points in general position in R^N that are linearly separable.

    .. math:: C(P, N) = 2 \sum_{k=0}^{N-1} \binom{P-1}{k}

    General position: no N of the points lie in a subspace of fewer dimensions. The hyperplane
    goes through the origin; one with a threshold has N + 1 dimensions.

    Parameters
    ----------
    n_points, n_dimensions : int
        P and N, at least 1.

    Returns
    -------
    int
        Exact; 2^P where P ≤ N.

    Raises
    ------
    ValueError
        If a number is not a whole number from 1, or the sum is too long for exact arithmetic
        (more than 10^9 bits): `separable_fraction` then gives the share.

    References
    ----------
    T. M. Cover, "Geometrical and statistical properties of systems of linear inequalities with
    applications in pattern recognition", IEEE Transactions on Electronic Computers 14 (1965),
    theorem 1.

    Examples
    --------
    Of the 16 labellings of 4 points in the plane 14 are separable with a threshold; the other two
    are the exclusive or.

    >>> cover_count(4, 2 + 1)
    14
    """
    points = read_count(n_points, "n_points", "points")
    dimensions = read_count(n_dimensions, "n_dimensions", "dimensions")
    terms = dimensions if dimensions < points else 1
    if points * terms > MOST_BITS:
        raise ValueError(
            f"n_points={points}, n_dimensions={dimensions} is a sum of {points * terms:.1e} bits; "
            f"the most is {MOST_BITS:.0e}: separable_fraction gives its share of 2^n_points"
        )
    if points <= dimensions:
        return 1 << points
    term = total = 1
    for k in range(1, dimensions):
        term = term * (points - k) // k
        total += term
    return 2 * total


def separable_fraction(n_points: int, n_dimensions: int) -> float:
    r"""Share of the labellings of P points in general position in R^N that are separable.

    .. math:: \frac{C(P, N)}{2^P} = 2^{1-P} \sum_{k=0}^{N-1} \binom{P-1}{k}

    It is the probability that P − 1 fair coins show fewer than N heads: 1 up to P = N, ½ at
    P = 2N, and for large N a step there. Computed as the regularised incomplete beta function
    :math:`I_{1/2}(P - N, N)`, whatever their size.

    Parameters
    ----------
    n_points, n_dimensions : int
        P and N, at least 1; the hyperplane goes through the origin (with a threshold: N + 1).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a number is not a whole number from 1.

    References
    ----------
    T. M. Cover (1965), as in `cover_count`.

    Examples
    --------
    >>> round(separable_fraction(20, 10), 7)
    0.5
    >>> round(separable_fraction(15, 10), 7), round(separable_fraction(30, 10), 7)
    (0.9102173, 0.0307142)
    """
    points = read_count(n_points, "n_points", "points")
    dimensions = read_count(n_dimensions, "n_dimensions", "dimensions")
    if points <= dimensions:
        return 1.0
    return float(betainc(points - dimensions, dimensions, 0.5))
