"""What every quantity is made of: x log x, x log x/y and log-softmax, for NumPy and for torch.

At 0 they have the value of the limit and a gradient that is finite there, 0, so that no NaN reaches
what a probability was made from. Half precision is brought to float32 before anything is summed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array
from scipy import special

__all__ = [
    "floating",
    "log_softmax",
    "logsumexp",
    "masked_mean",
    "table_entropy",
    "x_log_ratio",
    "xlogx",
]

BLOCK = 1 << 15
"""Cells of a table that are read at once: they and their logarithms stay in the cache."""


def floating(values: Any) -> Any:
    """The values as an array that can be summed: float64 of integers, float32 of half precision.

    Parameters
    ----------
    values : array-like or torch tensor of any shape
        A tensor stays a tensor, on its device and with its history.

    Returns
    -------
    ndarray or tensor, of float32 or float64

    Examples
    --------
    >>> floating([1, 0]).dtype, floating(np.float16([0.5, 0.5])).dtype
    (dtype('float64'), dtype('float32'))
    """
    found: Any = values if is_torch_array(values) else np.asarray(values)
    if is_torch_array(found):
        xp: Any = array_namespace(found)
        if found.dtype in (xp.float32, xp.float64):
            return found
        return found.to(xp.float32 if found.dtype.is_floating_point else xp.float64)
    if found.dtype in (np.float32, np.float64):
        return found
    return found.astype(np.float32 if found.dtype.kind == "f" and found.itemsize < 4 else float)


def xlogx(x: Any) -> Any:
    """x log x of each element, 0 at 0; the gradient is log x + 1, and 0 at 0.

    Parameters
    ----------
    x : ndarray or tensor of floats, any shape
        Not negative; what is gives NaN.

    Returns
    -------
    ndarray or tensor, of the shape of x

    Examples
    --------
    >>> xlogx(np.array([0.0, 1.0, np.e])).round(6).tolist()
    [0.0, 0.0, 2.718282]
    """
    if not is_torch_array(x):
        return special.xlogy(x, x)
    xp: Any = array_namespace(x)
    zero = x == 0
    return xp.where(zero, 0.0, x * xp.log(xp.where(zero, 1.0, x)))


def table_entropy(p: np.ndarray) -> float:
    """-Σ p log p over all cells of a table, in nats, without a copy of it.

    Parameters
    ----------
    p : ndarray of float, any shape
        Not negative; not checked. Float32 is summed in float64.

    Returns
    -------
    float

    Examples
    --------
    >>> round(table_entropy(np.full((2, 2), 0.25)), 6)
    1.386294
    """
    flat = p.ravel(order="K")
    total = 0.0
    for start in range(0, flat.size, BLOCK):
        cells = flat[start : start + BLOCK].astype(float, copy=False)
        total -= float(cells @ np.log(np.where(cells > 0, cells, 1.0)))
    return total


def x_log_ratio(x: Any, y: Any) -> Any:
    """x log(x/y) of each element: 0 where x is 0, infinity where only y is.

    Parameters
    ----------
    x, y : ndarray or tensor of floats, of shapes that broadcast
        Not negative.

    Returns
    -------
    ndarray or tensor, of the shape that x and y have together
        Where x is 0 or the value is infinite, both gradients are 0.

    Examples
    --------
    >>> x_log_ratio(np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.25, 0.0])).round(6).tolist()
    [0.0, 0.346574, inf]
    """
    if not is_torch_array(x):
        return special.rel_entr(x, y)
    xp: Any = array_namespace(x, y)
    zero, infinite = (x == 0) & (y >= 0), (x > 0) & (y == 0)
    ratio = xp.log(xp.where(zero, 1.0, x)) - xp.log(xp.where(zero | infinite, 1.0, y))
    return xp.where(infinite, xp.inf, xp.where(zero, 0.0, x * ratio))


def log_softmax(logits: Any, axis: int = -1) -> Any:
    """Log-probabilities of logits: z - log Σ exp z along an axis.

    Parameters
    ----------
    logits : ndarray or tensor of floats, any shape
        −∞ is probability 0, and has gradient 0.
    axis : int

    Returns
    -------
    ndarray or tensor, of the shape of logits

    Examples
    --------
    >>> np.exp(log_softmax(np.array([0.0, 0.0, -np.inf]))).round(6).tolist()
    [0.5, 0.5, 0.0]
    """
    if not is_torch_array(logits):
        return special.log_softmax(logits, axis=axis)
    return logits.log_softmax(axis)


def logsumexp(values: Any, axis: int = -1) -> Any:
    """Log of the sum of the exponentials along an axis, without overflow.

    Parameters
    ----------
    values : ndarray or tensor of floats, any shape
        Where all are −∞ so is the result, and the gradient is 0.
    axis : int

    Returns
    -------
    ndarray or tensor, of the shape of values without `axis`

    Examples
    --------
    >>> round(float(logsumexp(np.array([1000.0, 1000.0]))), 6)
    1000.693147
    """
    if not is_torch_array(values):
        return special.logsumexp(values, axis=axis)
    nowhere = (values == -math.inf).all(axis, keepdim=True)
    found = values.masked_fill(nowhere, 0.0).logsumexp(axis)
    return found.masked_fill(nowhere.squeeze(axis), -math.inf)


def masked_mean(values: Any, mask: Any) -> Any:
    """Mean of the values where the mask is true; what stands elsewhere has no say, not even NaN.

    Parameters
    ----------
    values : array-like or tensor of numbers, any shape
        Half precision is summed in float32.
    mask : array-like or tensor of bool, of the same shape
        At least one true.

    Returns
    -------
    float or tensor of no dimension

    Raises
    ------
    ValueError
        If the shapes differ, the mask is not of truths, or nothing is left.

    Examples
    --------
    >>> float(masked_mean([1.0, 2.0, np.nan], [True, True, False]))
    1.5
    """
    values = floating(values)
    mask = mask if is_torch_array(mask) else np.asarray(mask)
    if tuple(values.shape) != tuple(mask.shape):
        raise ValueError(
            f"mask has the shape {tuple(mask.shape)} and values {tuple(values.shape)}; "
            "expected the same: one truth for each value"
        )
    if not str(mask.dtype).endswith("bool"):
        raise ValueError(f"mask holds {mask.dtype}; expected bool: give mask != 0")
    xp: Any = array_namespace(values, mask)
    count = int(mask.sum())
    if count == 0:
        raise ValueError("mask is false everywhere; a mean needs at least one value")
    return xp.where(mask, values, 0.0).sum() / count
