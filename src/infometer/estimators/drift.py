"""The check of Holmes and Nemenman: a figure that falls with fewer rows has not arrived yet."""

from __future__ import annotations

from infometer.contracts import SATURATION
from infometer.resampling import SubsamplingError

__all__ = ["drift_bias", "drift_note"]

RATE = 0.5
"""Of the bias n^(−rate): that of neighbours at an edge of the data in the plane, 1/√n."""

BEYOND = 0.8
"""Of half the interval: a loss that seems larger is told. What thirds show is itself uncertain, by
about 0.45 of that half at any n; a lower bar would cry out over figures that are right."""


def drift_bias(value: float, part_mean: float, parts: int) -> float:
    r"""The bias of a figure on n rows by what is left of it in parts of n/m rows.

    Where the bias is :math:`b(n) = c / \sqrt n`,

    .. math:: b(n) = \frac{\hat\theta_{n/m} - \hat\theta_n}{\sqrt m - 1}.

    Parameters
    ----------
    value : float
        The figure on all rows.
    part_mean : float
        The mean of the figures on the parts.
    parts : int
        m, at least 2.

    Returns
    -------
    float
        Less than 0 where the figure is too small.

    References
    ----------
    C. M. Holmes and I. Nemenman, "Estimation of mutual information for real-valued data with
    error bars and controlled bias", Phys. Rev. E 100, 022404 (2019); the rate is ours.

    Examples
    --------
    >>> round(drift_bias(1.9, 1.8, 4), 6)
    -0.1
    """
    return (part_mean - value) / (parts**RATE - 1)


def drift_note(
    value: float, half_width: float, spread: SubsamplingError, ceiling: float | None = None
) -> str:
    """What to say of a figure that falls with fewer rows by more than its interval explains.

    Neighbours and kernels lose information where rows are few; a figure that does not differ from
    0 has nothing to lose, and no note. Nor has one that is saturated: its ceiling moves with the
    rows, and the estimate says so by itself.

    Parameters
    ----------
    value : float
    half_width : float
        Half the width of the interval.
    spread : SubsamplingError
    ceiling : float, optional
        The largest figure that the method could have given.

    Returns
    -------
    str

    Examples
    --------
    >>> in_thirds = SubsamplingError(0.05, 30, in_parts=((3, 0.7),))
    >>> drift_note(1.0, 0.1, in_thirds)
    'the figure still rises with the number of rows (from 0.700 in thirds ... too small; ...'
    >>> drift_note(0.72, 0.1, in_thirds), drift_note(1.0, 0.1, in_thirds, ceiling=1.2)
    ('', '')
    """
    saturated = ceiling is not None and value > SATURATION * ceiling
    if not spread.in_parts or value <= half_width or saturated:
        return ""
    parts, mean = spread.in_parts[-1]
    bias = drift_bias(value, mean, parts)
    if -bias <= BEYOND * half_width:
        return ""
    name = {2: "halves", 3: "thirds"}.get(parts, f"{parts} parts")
    return (
        f"the figure still rises with the number of rows (from {mean:.3f} in {name} of them), by "
        "more than its interval allows: it is likely too small; add rows, or take fewer neighbours "
        "or another estimator"
    )
