"""A falling convex curve at given places, between the points where lines of given slope touch it.

The curves of rate-distortion and of capacity-cost are found slope by slope; what is asked for is a
place. A slope does not name a place where the curve is straight, nor there a place its slope.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Mixture", "Touch", "at_places"]

MOST_CHORDS = 100
"""A chord a round; about fifteen reach 1e-9."""


class Touch(NamedTuple):
    """Where the line of a slope touches the curve, up to a gap.

    Parameters
    ----------
    x, y : float
        On the curve or above it.
    slope : float
        −dy/dx of the line, from 0 to infinity.
    gap : float
        How far the line of this slope through (x, y) is above the curve at most.
    solution : ndarray
        What attains (x, y).
    """

    x: float
    y: float
    slope: float
    gap: float
    solution: np.ndarray

    def below(self, place: float) -> float:
        """A bound that the curve at this place does not go below."""
        if np.isinf(self.slope):
            return -np.inf
        return self.y - self.gap + self.slope * (self.x - place)


class Mixture(NamedTuple):
    """What attains the curve at a place: a mixture of the solutions on its left and its right.

    Parameters
    ----------
    left, right : Touch
    weight : float
        Of the left.
    slope, below : float
        Of the best line known to support the curve, and its height at this place.
    """

    left: Touch
    right: Touch
    weight: float
    slope: float
    below: float

    @property
    def solution(self) -> np.ndarray:
        """The mixture of the two solutions."""
        return self.weight * self.left.solution + (1.0 - self.weight) * self.right.solution


def at_places(
    touch: Callable[[np.ndarray], Sequence[Touch]],
    left: Touch,
    right: Touch,
    places: np.ndarray,
    tol: float,
) -> list[Mixture]:
    """Enclose a falling convex curve at places between the ends of its range.

    A chord lies above the curve and the line of its slope that touches the curve below; the point
    of contact replaces one end of the chord. On a straight stretch the two coincide.

    Parameters
    ----------
    touch : callable
        The points where the lines of given slopes touch the curve.
    left, right : Touch
        The ends. A place right of the right one has its height.
    places : ndarray, shape (k,)
        Not left of the left end.
    tol : float
        How far the chord may be above the line in the end; the gaps of `touch` must be less.

    Returns
    -------
    list of Mixture, of length k

    Raises
    ------
    RuntimeError
        If the two do not come that close, because `touch` is too coarse.

    Examples
    --------
    y = 1/x from 0.5 to 4, which the line of slope s touches at x = 1/√s.

    >>> def touch(slopes):
    ...     return [Touch(s**-0.5, s**0.5, s, 0.0, np.array([s**-0.5])) for s in slopes]
    >>> left, right = touch([4.0, 1 / 16])
    >>> [found] = at_places(touch, left, right, np.array([0.8]), 1e-9)
    >>> round(float(found.below), 6), round(float(found.solution[0]), 6)
    (1.25, 0.8)
    """
    found = [_mixture(left, right, right, place) for place in places]
    for round_ in range(MOST_CHORDS):
        open_ = [i for i, mixture in enumerate(found) if _height(mixture) - mixture.below > tol]
        if not open_:
            return found
        slopes = np.array([_next_slope(found[i], round_) for i in open_])
        for i, contact in zip(open_, touch(slopes), strict=True):
            found[i] = _replace(found[i], contact, places[i])
    raise RuntimeError(
        f"after {MOST_CHORDS} chords the curve is known no better than to "
        f"{max(_height(found[i]) - found[i].below for i in open_):.2g}; tol is {tol:g}: ask for a "
        "larger one"
    )


def _mixture(left: Touch, right: Touch, support: Touch, place: float) -> Mixture:
    if place >= right.x:
        return Mixture(left, right, 0.0, right.slope, right.y - right.gap)
    if place <= left.x:
        return Mixture(left, right, 1.0, left.slope, left.y - left.gap)
    weight = (right.x - place) / (right.x - left.x)
    return Mixture(left, right, weight, support.slope, support.below(place))


def _replace(mixture: Mixture, contact: Touch, place: float) -> Mixture:
    left, right = mixture.left, mixture.right
    left, right = (left, contact) if contact.x > place else (contact, right)
    new = _mixture(left, right, contact, place)
    return (
        new
        if new.below >= mixture.below
        else mixture._replace(left=left, right=right, weight=new.weight)
    )


def _height(mixture: Mixture) -> float:
    """Of the chord."""
    return mixture.weight * mixture.left.y + (1.0 - mixture.weight) * mixture.right.y


def _next_slope(mixture: Mixture, round_: int) -> float:
    """Of the chord; in turn with it the one at the place if 1/slope were linear in between."""
    left, right, weight = mixture.left, mixture.right, mixture.weight
    if round_ % 2 and right.slope > 0:
        return 1.0 / (weight / left.slope + (1.0 - weight) / right.slope)
    return (left.y - right.y) / (right.x - left.x)
