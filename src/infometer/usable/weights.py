"""How much each item should count in training, by its pointwise V-information."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.special import softmax

from infometer.contracts import nats_per
from infometer.usable.pointwise_values import read_pvi

__all__ = ["pvi_weights"]


def pvi_weights(
    pvi: Any,
    *,
    how: Literal["clip", "softmax"] = "clip",
    low: float | None = None,
    high: float | None = None,
    temperature: float | None = None,
    unit: Literal["nats", "bits"] = "nats",
) -> np.ndarray:
    r"""A weight for each item.

    .. math:: w_i = \mathrm{clip}\Big(\frac{\mathrm{PVI}_i - a}{b - a}, 0, 1\Big)
        \quad\text{or}\quad w_i = n\,\mathrm{softmax}(-\mathrm{PVI} / T)_i

    "clip" lets items count less the more their label looks wrong, from `high` = b down to nothing
    at `low` = a. "softmax" does the opposite: hard items count more. Its weights have the mean 1.

    What an item does to the model without any weight: with p = g'[x](y) = exp(PVI) g[∅](y), the
    gradient of its cross-entropy on the logits is the vector of class probabilities less the one
    that is 1 at y, so its norm is at least 1 - p. It vanishes for items at the ceiling
    -log g[∅](y) of the PVI, which teach little more. It is at least 1 - g[∅](y) for those with a
    negative PVI, among which wrong labels stand: they pull the most.

    Parameters
    ----------
    pvi : array-like, shape (n,)
        Nats, out of fold.
    how : {"clip", "softmax"}
    low, high : float
        For "clip".
    temperature : float
        For "softmax".
    unit : {"nats", "bits"}
        Of `low`, `high` and `temperature`; `pvi` is in nats all the same.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For settings that are missing, out of order or of the other kind of weight.

    Examples
    --------
    >>> pvi_weights([-1.0, 0.25, 2.0], low=0.0, high=0.5).tolist()
    [0.0, 0.5, 1.0]
    >>> pvi_weights([0.0, 0.0, 2.0], how="softmax", temperature=1.0).round(3).tolist()
    [1.405, 1.405, 0.19]
    """
    values = read_pvi(pvi) / nats_per(unit)
    if how == "clip":
        if low is None or high is None or temperature is not None or not low < high:
            raise ValueError(
                f"how is 'clip' with low {low}, high {high} and temperature {temperature}; "
                "expected low below high and no temperature, such as low=-0.5, high=0.5"
            )
        return np.clip((values - low) / (high - low), 0.0, 1.0)
    if how == "softmax":
        if temperature is None or not temperature > 0 or low is not None or high is not None:
            raise ValueError(
                f"how is 'softmax' with low {low}, high {high} and temperature {temperature}; "
                "expected a temperature above 0 and neither low nor high"
            )
        return len(values) * softmax(-values / temperature)
    raise ValueError(f"how is {how!r}; it must be 'clip' or 'softmax'")
