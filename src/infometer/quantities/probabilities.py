"""Reading probabilities: not negative and with the sum 1, or an error that says which are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from array_api_compat import is_torch_array

from infometer.quantities.primitives import floating

__all__ = ["read_kernel", "read_law", "read_rows", "real_array"]

TOLERANCE = {8: 1e-8, 4: 1e-4, 2: 2e-2}
"""How far from 1 the sum of floats of so many bytes may be.

A softmax of 250 000 logits adds up to 1 within 2e-5 in float32 and 2e-3 in half precision.
"""


def read_law(p: Any, name: str = "p", axis: int | None = -1) -> Any:
    """Probabilities along an axis, or of a whole table where the axis is None.

    Parameters
    ----------
    p : array-like or tensor of any shape
    name : str
        The argument, for messages.
    axis : int or None
        Along which they sum to 1.

    Returns
    -------
    ndarray or tensor, float32 or float64

    Raises
    ------
    ValueError
        If one is negative or NaN, or a sum is further from 1 than 1e-8 (of float64; 1e-4 of
        float32, 0.02 of half precision); the message names the first such row.

    Examples
    --------
    >>> read_law([[0.5, 0.5], [0.4, 0.5]])
    Traceback (most recent call last):
    ...
    ValueError: row 1 of p sums to 0.9; expected probabilities with the sum 1: divide by the sum...
    """
    given = p if is_torch_array(p) else real_array(p, name)
    found = floating(given)
    if found.ndim == 0:
        raise ValueError(f"{name} is the single number {float(found):g}; expected probabilities")
    if math.prod(found.shape) == 0:
        raise ValueError(f"{name} is empty (shape {tuple(found.shape)}); expected probabilities")
    if is_torch_array(found):
        values = found.detach()
        sums = values.sum() if axis is None else values.sum(axis)
    else:
        values = found
        sums = values.sum(axis, dtype=float)
    wrong = ~(abs(sums - 1.0) <= _tolerance(given))
    if bool(wrong.any()) or bool(values.min() < 0):
        _refuse(values, sums, wrong, name)
    return found


def read_kernel(matrix: Any, name: str = "kernel") -> np.ndarray:
    """A Markov kernel: a matrix whose rows are laws, as floats.

    Parameters
    ----------
    matrix : array-like or DataFrame, shape (n, m)
    name : str
        The argument, for messages.

    Returns
    -------
    ndarray of float64, shape (n, m)
        Of shorter floats each row is divided by its sum, which their rounding left beside 1.

    Raises
    ------
    ValueError
        If it is no matrix, or a row is no law.

    Examples
    --------
    >>> read_kernel([[1, 0], [0.5, 0.5]]).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    found = real_array(matrix, name)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(
            f"{name} has the shape {found.shape}; expected a matrix with one row a source symbol"
        )
    return read_rows(found, name)


def read_rows(p: Any, name: str = "p") -> np.ndarray:
    """Laws along the last axis, as an array of float64.

    Parameters
    ----------
    p : array-like or tensor, shape (..., m)
    name : str
        The argument, for messages.

    Returns
    -------
    ndarray of float64, shape (..., m)
        Laws in shorter floats are divided by their sum, which their rounding left beside 1: what
        is computed from them is a law in float64 too.

    Raises
    ------
    ValueError
        If one is no law, or for a tensor with a gradient, which would end here.

    Examples
    --------
    >>> float(read_rows(np.float32([0.1] * 10)).sum())
    1.0
    """
    rows = real_array(read_law(p, name), name)
    if rows.dtype == np.float64:
        return rows
    rows = rows.astype(float)
    return rows / rows.sum(axis=-1, keepdims=True)


def real_array(values: Any, name: str) -> np.ndarray:
    """The values as an array of real numbers; a tensor comes off its device.

    Parameters
    ----------
    values : array-like or tensor, any shape
    name : str
        The argument, for messages.

    Returns
    -------
    ndarray of bool, int or float
        Without a copy where it is one; bfloat16 becomes float32.

    Raises
    ------
    ValueError
        For what is no array of real numbers, or a tensor with a gradient.

    Examples
    --------
    >>> real_array(["a", "b"], "p")
    Traceback (most recent call last):
    ...
    ValueError: p holds values of the type <U1; expected real numbers
    """
    if is_torch_array(values):
        if values.requires_grad:
            raise ValueError(
                f"{name} is a tensor with a gradient, which would end here; give {name}.detach()"
            )
        values = (floating(values) if values.is_floating_point() else values).cpu()
    try:
        found = np.asarray(values)
        found = found.astype(float) if found.dtype.kind == "O" else found
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is no array of numbers ({error})") from error
    if found.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds values of the type {found.dtype}; expected real numbers")
    return found


def _tolerance(p: Any) -> float:
    if is_torch_array(p):
        return TOLERANCE.get(p.element_size() if p.is_floating_point() else 8, TOLERANCE[8])
    return TOLERANCE.get(p.itemsize if p.dtype.kind == "f" else 8, TOLERANCE[8])


def _refuse(p: Any, sums: Any, wrong: Any, name: str) -> None:
    p, sums, wrong = (np.asarray(x.cpu() if is_torch_array(x) else x) for x in (p, sums, wrong))
    bad = ~(p >= 0)
    if bad.any():
        place = tuple(np.argwhere(bad)[0])
        raise ValueError(
            f"{name} holds {p[place]:.6g} at {_place(place)}; expected probabilities, which "
            "are neither negative nor NaN: of logits take the softmax first"
        )
    first = tuple(np.argwhere(wrong)[0]) if wrong.ndim else ()
    where = f"row {_place(first)} of {name}" if first else name
    others = f" ({int(wrong.sum())} rows are like this)" if wrong.sum() > 1 else ""
    raise ValueError(
        f"{where} sums to {sums[first]:.9g}; expected probabilities with the sum 1: divide by the "
        f"sum where they are weights{others}"
    )


def _place(index: Sequence[Any]) -> str:
    numbers = tuple(int(i) for i in index)
    return str(numbers[0]) if len(numbers) == 1 else str(numbers)
