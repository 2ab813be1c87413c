"""Reading a law: probabilities that are not negative and add up to 1, or an error that says where.

A joint law has one axis a variable; its axes have names where the table that was given has them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import is_torch_array

from infometer.quantities.primitives import floating

__all__ = ["JointLaw", "joint_law", "read_kernel", "read_law"]

TOLERANCE = 1e-8
"""How far from 1 the sum of float64 probabilities may be."""


class JointLaw(NamedTuple):
    """The law of several variables: probabilities with one axis a variable, and their names.

    Parameters
    ----------
    p : ndarray of float, shape (m1, ..., mk)
        Sums to 1.
    names : tuple of str or int
        Of the axes; their numbers where the table had none.

    Examples
    --------
    >>> law = joint_law([[0.5, 0.0], [0.25, 0.25]])
    >>> law.names, law.marginal([1]).tolist()
    ((0, 1), [0.75, 0.25])
    """

    p: np.ndarray
    names: tuple[Any, ...]

    def axes(self, variables: Any, argument: str) -> tuple[int, ...]:
        """The axes of variables given by name or number, one alone or several.

        Raises
        ------
        ValueError
            Where one is unknown or named twice; the message names `argument`.
        """
        several = isinstance(variables, Iterable) and not isinstance(variables, str)
        if several and isinstance(variables, tuple) and variables in self.names:
            several = False
        found = [self._axis(name, argument) for name in (variables if several else [variables])]
        if len(set(found)) < len(found):
            raise ValueError(f"{argument} is {variables!r}, which names a variable twice")
        return tuple(found)

    def _axis(self, name: Any, argument: str) -> int:
        if name in self.names:
            return self.names.index(name)
        if isinstance(name, int | np.integer) and -self.p.ndim <= name < self.p.ndim:
            return int(name) % self.p.ndim
        raise ValueError(
            f"{argument} names {name!r}; the variables of this law are "
            f"{', '.join(map(repr, self.names))} (axes 0 to {self.p.ndim - 1})"
        )

    def marginal(self, axes: Sequence[int]) -> np.ndarray:
        """The law of these axes alone, in the order in which they are given."""
        others = tuple(axis for axis in range(self.p.ndim) if axis not in axes)
        kept = sorted(axes)
        return self.p.sum(axis=others).transpose([kept.index(axis) for axis in axes])


def joint_law(table: Any, name: str = "law") -> JointLaw:
    """Read the joint law of the variables that are the axes of a table.

    Parameters
    ----------
    table : array-like, shape (m1, ..., mk); Series, DataFrame or JointLaw
        Probabilities that sum to 1; or whole numbers of an integer type, which are counts and are
        divided by their sum. The levels of the index and of the columns of a pandas table, such
        as ``pandas.crosstab`` makes, are the variables; what it does not list has probability 0.
    name : str
        The argument, for messages.

    Returns
    -------
    JointLaw

    Raises
    ------
    ValueError
        If a probability is negative or not finite, or if their sum is not 1.

    Examples
    --------
    >>> joint_law([[40, 10], [10, 40]]).p.tolist()
    [[0.4, 0.1], [0.1, 0.4]]
    """
    if isinstance(table, JointLaw):
        return table
    values, names = _labelled(table) if _is_pandas(table) else (np.asarray(table), None)
    if values.ndim == 0:
        raise ValueError(f"{name} is the single value {values}; expected one axis a variable")
    if values.dtype.kind in "iu" and (values >= 0).all() and values.sum() > 0:
        values = values / values.sum()
    return JointLaw(read_law(values, name, axis=None), names or tuple(range(values.ndim)))


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
        If one is negative or NaN, or a sum is further from 1 than 1e-8 (of float64; of shorter
        floats than 32 of their rounding errors); the message names the first such row.

    Examples
    --------
    >>> read_law([[0.5, 0.5], [0.4, 0.5]])
    Traceback (most recent call last):
    ...
    ValueError: row 1 of p sums to 0.9; expected probabilities with the sum 1: divide by the sum...
    """
    given = p if is_torch_array(p) else np.asarray(p)
    found = floating(given)
    if found.ndim == 0:
        raise ValueError(f"{name} is the single number {float(found):g}; expected probabilities")
    detached = found.detach() if is_torch_array(found) else found
    sums = detached.sum() if axis is None else detached.sum(axis)
    lowest = detached.min() if math.prod(detached.shape) else 0.0
    wrong = ~(abs(sums - 1.0) <= _tolerance(given))
    if bool(wrong.any()) or bool(lowest < 0) or math.prod(detached.shape) == 0:
        _refuse(detached, sums, wrong, name, axis)
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

    Raises
    ------
    ValueError
        If it is no matrix, or a row is no law.

    Examples
    --------
    >>> read_kernel([[1, 0], [0.5, 0.5]]).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    found = np.asarray(matrix)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(
            f"{name} has the shape {found.shape}; expected a matrix with one row a source symbol"
        )
    return np.asarray(read_law(found, name), dtype=float)


def _tolerance(p: Any) -> float:
    if is_torch_array(p):
        import torch

        exact = not p.dtype.is_floating_point
        return max(TOLERANCE, 0.0 if exact else 32.0 * torch.finfo(p.dtype).eps)
    return max(TOLERANCE, 32.0 * float(np.finfo(p.dtype).eps) if p.dtype.kind == "f" else 0.0)


def _refuse(p: Any, sums: Any, wrong: Any, name: str, axis: int | None) -> None:
    if math.prod(p.shape) == 0:
        raise ValueError(f"{name} is empty (shape {tuple(p.shape)}); expected probabilities")
    bad = ~(p >= 0)
    if bool(bad.any()):
        place = tuple(int(i) for i in np.argwhere(np.asarray(bad.tolist()))[0])
        raise ValueError(
            f"{name} holds {float(p[place]):.6g} at {_place(place)}; expected probabilities, which "
            "are neither negative nor NaN: of logits take the softmax first"
        )
    rows = np.asarray(wrong.tolist())
    first = np.argwhere(rows)[0] if rows.ndim else np.array([], dtype=int)
    where = f"row {_place(first)} of {name}" if axis is not None and rows.ndim else name
    total = float(np.asarray(sums.tolist())[tuple(first)])
    others = f" ({int(rows.sum())} rows are like this)" if rows.sum() > 1 else ""
    raise ValueError(
        f"{where} sums to {total:.9g}; expected probabilities with the sum 1: divide by the sum "
        f"where they are weights{others}"
    )


def _place(index: Sequence[int] | np.ndarray) -> str:
    numbers = [int(i) for i in index]
    return str(numbers[0]) if len(numbers) == 1 else str(tuple(numbers))


def _is_pandas(table: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(table, pandas.DataFrame | pandas.Series)


def _labelled(table: Any) -> tuple[np.ndarray, tuple[Any, ...]]:
    """The table with one axis for every level of its index and of its columns, and their names."""
    indexes = [table.index] if table.ndim == 1 else [table.index, table.columns]
    codes, sizes = [], []
    names: list[Any] = []
    for side, index in zip(("rows", "columns"), indexes, strict=False):
        levels = [index.get_level_values(level) for level in range(index.nlevels)]
        for number, level in enumerate(levels):
            found, labels = level.factorize(sort=True)
            codes.append((side, found))
            sizes.append(len(labels))
            names.append(index.names[number] if index.names[number] is not None else len(names))
    shape = [len(index) for index in indexes]
    place = [
        np.broadcast_to(found[:, None] if side == "rows" and len(shape) == 2 else found, shape)
        for side, found in codes
    ]
    cells = table.to_numpy()
    filled = np.zeros(sizes, dtype=cells.dtype)
    np.add.at(filled, tuple(place), cells)
    return filled, tuple(names)
