"""How much of an order is open at a step of training."""

from __future__ import annotations

__all__ = ["pvi_pacing"]


def pvi_pacing(
    step: float, total_steps: float, *, start: float = 0.3, full_at: float = 0.6
) -> float:
    r"""The share of the order that is open at `step`.

    .. math:: \lambda(s) = \min\Big(1,\ \lambda_0 + (1 - \lambda_0) \frac{s}{f S}\Big)

    It starts at λ₀ = `start` and has grown linearly to 1 at the share f = `full_at` of all S steps.

    Parameters
    ----------
    step, total_steps : float
        In any unit: optimiser steps, epochs, items.
    start : float
        Above 0, at most 1.
    full_at : float
        Above 0, at most 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For shares outside these bounds, a negative step, or no steps.

    References
    ----------
    G. Hacohen and D. Weinshall, "On the power of curriculum learning in training deep networks",
    ICML (2019), section 2.1: pacing functions.

    Examples
    --------
    >>> [round(pvi_pacing(step, 100), 3) for step in (0, 30, 60, 100)]
    [0.3, 0.65, 1.0, 1.0]
    """
    for name, share in (("start", start), ("full_at", full_at)):
        if not 0.0 < share <= 1.0:
            raise ValueError(f"{name} is {share}; expected a share above 0 and at most 1")
    if not total_steps > 0 or not step >= 0:
        raise ValueError(
            f"step is {step} of total_steps {total_steps}; expected a step from 0 on, of more than "
            "0 steps"
        )
    return min(1.0, start + (1.0 - start) * step / (full_at * total_steps))
