"""The rate-distortion function of a finite source: the least information for a given distortion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.quantities.interior_point import read_tolerance
from infometer.quantities.labelled_tables import refuse_other_labels
from infometer.quantities.laws import read_law
from infometer.quantities.rate_distortion_curve import RateDistortionCurve
from infometer.quantities.rate_distortion_points import TiltedSource
from infometer.quantities.supporting_lines import Touch, at_places

__all__ = ["rate_distortion"]

LARGEST = 2**26
"""Cells of all kernels together, half a gigabyte; the work takes a few times as much."""


def rate_distortion(
    p_x: Any,
    distortion: Any,
    slopes: Any = None,
    *,
    distortions: Any = None,
    tol: float = 1e-9,
) -> RateDistortionCurve:
    r"""Least information that a reproduction must carry for its expected distortion.

    .. math:: R(D) = \min_{q(\hat x | x) :\; E\, d \le D} I(X; \hat X), \qquad
              \min_D R(D) + s D = \min_q - \sum_x p_x \log \sum_{\hat x} q_{\hat x} e^{-s d}.

    With :math:`Z_x = \sum q e^{-s d}` and :math:`c_{\hat x} = \sum_x p_x e^{-s d} / Z_x`, the rate
    of the kernel :math:`q e^{-s d} / Z` is above R(D) by at most
    :math:`\log \max c - \sum q c \log c`, the gap. It is brought to `tol` not by the sweeps
    q ← q c of Blahut and Arimoto but by the primal-dual interior-point method. For given
    distortions, chords and supporting lines enclose the curve, straight stretches and all.

    Parameters
    ----------
    p_x : array-like, shape (n,)
        Law of the source; symbols of probability 0 have no say.
    distortion : array-like, shape (n, m)
        d(x, x̂), of any sign; infinity forbids a pair.
    slopes : array-like, shape (k,), optional
        s = −dR/dD in nats per unit of distortion, from 0 (no information) to infinity (the least
        distortion). A slope at which the curve is straight gives two rows, the ends of that
        stretch.
    distortions : array-like, shape (k,), optional
        D, instead of slopes. For any D that a constant attains the rate is 0.
    tol : float
        The gap to reach, in nats.

    Returns
    -------
    RateDistortionCurve

    Raises
    ------
    ValueError
        If p_x is no law, a row of the distortion has no finite entry, a distortion asked for is
        below the least possible, or the kernels would have more than 2²⁶ cells together.
    RuntimeError
        If `tol` is below what floats resolve.

    References
    ----------
    R. Blahut, "Computation of channel capacity and rate-distortion functions", IEEE Trans. Inform.
    Theory 18, 460 (1972), for the gap.

    Examples
    --------
    A biased coin: h(0.3) − h(0.1) nats for a tenth of the tosses wrong.

    >>> curve = rate_distortion([0.7, 0.3], [[0, 1], [1, 0]], distortions=[0.1, 0.3])
    >>> curve.rate.round(6).tolist(), curve.slope.round(3).tolist()
    ([0.285781, 0.0], [2.197, 0.0])

    An erasure costs 1 and an error is forbidden: the curve is straight, from (1, 0) to (0, log 2).

    >>> inf = float("inf")
    >>> curve = rate_distortion([0.5, 0.5], [[0, 1, inf], [inf, 1, 0]], slopes=[np.log(2)])
    >>> curve.distortion.round(6).tolist(), curve.rate.round(6).tolist()
    ([1.0, 0.0], [0.0, 0.693147])
    """
    source, tol = _read_source(p_x, distortion), read_tolerance(tol)
    if (slopes is None) == (distortions is None):
        raise ValueError("give slopes or distortions, one of the two")
    asked = np.atleast_1d(np.asarray(slopes if distortions is None else distortions, dtype=float))
    _check_size(source, asked)
    if distortions is None:
        return _at_slopes(source, asked, tol)
    return _at_distortions(source, asked, tol)


def _at_slopes(source: TiltedSource, slopes: np.ndarray, tol: float) -> RateDistortionCurve:
    if not (slopes >= 0).all():
        raise ValueError(f"slopes holds {slopes[~(slopes >= 0)][0]:g}; expected numbers from 0 on")
    touches = []
    for found in source.touch(slopes, tol):
        inside = 0 < found.slope < np.inf
        touches += source.stretch(found, tol) if inside else [found]
    return _curve(source, touches)


def _at_distortions(
    source: TiltedSource, distortions: np.ndarray, tol: float
) -> RateDistortionCurve:
    right, left = source.touch(np.array([0.0, np.inf]), 0.1 * tol)
    least = left.x - 1e-12 * max(abs(left.x), float(np.ptp(source.finite)))
    if not (distortions >= least).all():
        wrong = distortions[~(distortions >= least)][0]
        raise ValueError(
            f"distortions holds {wrong:g}; expected at least {left.x:.9g}, the least distortion "
            "that any reproduction has"
        )

    def touch(slopes: np.ndarray) -> Sequence[Touch]:
        return source.touch(slopes, 0.1 * tol)

    touches = []
    for found in at_places(touch, left, right, distortions, tol):
        kernel = found.solution
        x, rate = source.attained(kernel)
        touches.append(Touch(x, rate, found.slope, max(rate - found.below, 0.0), kernel))
    return _curve(source, touches)


def _curve(source: TiltedSource, touches: Sequence[Touch]) -> RateDistortionCurve:
    kernel = np.stack([touch.solution for touch in touches])
    distortion, rate, slope, gap = np.array([touch[:4] for touch in touches]).T
    return RateDistortionCurve(
        rate=rate,
        distortion=distortion,
        slope=slope,
        gap=gap,
        kernel=kernel,
        output_law=source.p @ kernel,
        d_min=float(source.p @ source.distortion.min(axis=1)),
        d_max=float(source.of_constants.min()),
    )


def _read_source(p_x: Any, distortion: Any) -> TiltedSource:
    refuse_other_labels(p_x=(p_x, 0), distortion=(distortion, 0))
    p = np.asarray(read_law(p_x, "p_x"), dtype=float)
    found = np.asarray(distortion, dtype=float)
    if p.ndim != 1 or found.ndim != 2 or len(found) != len(p) or found.shape[1] == 0:
        raise ValueError(
            f"p_x has the shape {p.shape} and distortion {found.shape}; expected (n,) and (n, m): "
            "a row of distortions for each symbol of the source"
        )
    wrong = np.argwhere(np.isnan(found) | (found == -np.inf))
    if len(wrong):
        place = tuple(int(i) for i in wrong[0])
        raise ValueError(
            f"distortion holds {found[place]} at {place}; expected numbers, or inf to forbid a pair"
        )
    forbidden = np.flatnonzero(np.isinf(found).all(axis=1))
    if len(forbidden):
        raise ValueError(
            f"row {forbidden[0]} of distortion is infinite throughout; a symbol needs at least one "
            "reproduction that is allowed"
        )
    return TiltedSource(p / p.sum(), found)


def _check_size(source: TiltedSource, asked: np.ndarray) -> None:
    if asked.ndim != 1 or len(asked) == 0:
        raise ValueError(f"expected a list of slopes or distortions; got the shape {asked.shape}")
    cells = len(asked) * source.distortion.size
    if cells > LARGEST:
        raise ValueError(
            f"{len(asked)} kernels of the shape {source.distortion.shape} have {cells:.2g} cells; "
            f"at most {LARGEST:.2g} can be kept: ask for fewer points at once, or merge symbols"
        )
