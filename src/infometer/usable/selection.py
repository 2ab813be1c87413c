"""Which items to train on, by their pointwise V-information."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from infometer.contracts import nats_per
from infometer.usable.pointwise_values import read_classes, read_pvi

__all__ = ["pvi_select"]


def pvi_select(
    pvi: Any,
    *,
    drop_lowest: float | None = None,
    drop_highest: float = 0.0,
    band: tuple[float, float] | None = None,
    by_class: Any = None,
    unit: Literal["nats", "bits"] = "nats",
) -> np.ndarray:
    """Which items to keep.

    The lowest are suspected of a wrong label and pull the model the most; the highest are redundant
    and pull it hardly at all (`pvi_weights` says why). The share is never exceeded: where items of
    one PVI stand on both sides of it, all of them are kept.

    On classes of unequal size PVI tells the classes apart, so that the lowest are mostly of the
    commonest class: give `by_class`. For finding wrong labels the log-probability of the label
    alone ranks better than PVI (`suspect_labels`).

    Parameters
    ----------
    pvi : array-like, shape (n,)
        Nats, out of fold.
    drop_lowest : float
        Share to leave out at the lower end; by default 0.05, with a `band` 0.
    drop_highest : float
        Share to leave out at the upper end.
    band : (float, float), optional
        Keep only PVI from the first to the second, such as (-0.5, H - 0.3) bits with the null
        entropy H: neither suspected nor redundant.
    by_class : array-like, shape (n,), optional
        Labels: the shares are those of each class.
    unit : {"nats", "bits"}
        Of `band`; `pvi` is in nats all the same.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for items to keep.

    Raises
    ------
    ValueError
        For shares that leave nothing, a band that is none or that no item is in.

    Examples
    --------
    >>> pvi_select([0.1, -2.0, 0.6, 0.5], drop_lowest=0.25).tolist()
    [True, False, True, True]
    >>> pvi_select([0.1, -2.0, 0.6, 0.5], band=(-0.5, 0.75), unit="bits").tolist()
    [True, False, False, True]
    """
    values = read_pvi(pvi)
    shown = values / nats_per(unit)
    if drop_lowest is None:
        drop_lowest = 0.0 if band is not None else 0.05
    if not (drop_lowest >= 0 and drop_highest >= 0 and drop_lowest + drop_highest < 1):
        raise ValueError(
            f"drop_lowest is {drop_lowest} and drop_highest is {drop_highest}; expected shares "
            "from 0 on with a sum below 1"
        )
    classes = read_classes(by_class, len(values), "by_class")
    kept = np.ones(len(values), dtype=bool)
    for one in np.unique(classes):
        items = classes == one
        low, high = _thresholds(np.sort(values[items]), drop_lowest, drop_highest)
        kept[items] = (values[items] >= low) & (values[items] <= high)
    if band is not None:
        kept &= _inside(shown, band)
    if not kept.any():
        raise ValueError(
            f"band is {band} {unit}, and no item that is left is in it: PVI goes from "
            f"{shown.min():.3g} to {shown.max():.3g} {unit}; widen it, or look at unit="
        )
    return kept


def _thresholds(ascending: np.ndarray, lowest: float, highest: float) -> tuple[float, float]:
    """The smallest and the largest value that stay."""
    n = len(ascending)
    # so many items and no fewer: 0.29 of 100 is 28.999… in floats
    n_low, n_high = (math.floor(share * n + 1e-9) for share in (lowest, highest))
    return float(ascending[n_low]), float(ascending[n - 1 - n_high])


def _inside(values: np.ndarray, band: tuple[float, float]) -> np.ndarray:
    low, high = band
    if not low < high:
        raise ValueError(f"band is {band}; expected its lower end below its upper end")
    return (values >= low) & (values <= high)
