"""The entropy of symbols whose rows have weights."""

from __future__ import annotations

import numpy as np

__all__ = ["weighted_entropy"]


def weighted_entropy(masses: np.ndarray, size: float, method: str = "miller-madow") -> float:
    r"""Entropy of symbols that hold weights instead of whole counts, in nats.

    Parameters
    ----------
    masses : ndarray, shape (m,)
        Sum of the weights of each symbol; zeros count for nothing.
    size : float
        The effective number of rows, n in the correction (m − 1) / 2n of Miller and Madow.
    method : {"miller-madow", "plug-in"}

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For the other methods, whose formulas are of whole counts.

    Examples
    --------
    >>> round(weighted_entropy(np.array([0.75, 0.25]), 4.0), 6)
    0.687335
    """
    if method not in ("miller-madow", "plug-in"):
        raise ValueError(
            f"method is {method!r}, a formula of whole counts, and sample_weight was given; "
            "expected 'miller-madow' or 'plug-in': give one of them, or leave the weights out"
        )
    share = masses[masses > 0] / masses.sum()
    bias = (len(share) - 1) / (2 * size) if method == "miller-madow" else 0.0
    return float(bias - (share * np.log(share)).sum())
