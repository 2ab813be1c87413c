"""Reading a law: probabilities that are not negative and add up to 1, or an error that says where.

A joint law has one axis a variable; its axes have names where the table that was given has them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import is_torch_array

from infometer.quantities.labelled_tables import is_labelled, read_labelled
from infometer.quantities.primitives import floating, table_entropy

__all__ = ["JointLaw", "joint_law", "read_kernel", "read_law", "read_rows"]

TOLERANCE = {8: 1e-8, 4: 1e-4, 2: 2e-2}
"""How far from 1 the sum of floats of so many bytes may be.

A softmax of 250 000 logits adds up to 1 within 2e-5 in float32 and 2e-3 in half precision.
"""
MAY_BE_NONE = ("given", "target_past")
"""Groups of variables that are conditions, and may have none."""


@dataclass(frozen=True, eq=False, repr=False)
class JointLaw:
    """The law of several variables: probabilities with one axis a variable, and their names.

    Parameters
    ----------
    p : ndarray of float, shape (m1, ..., mk)
        Sums to 1; kept without a copy, as a view that cannot be written to.
    names : tuple of str or int, optional
        Of the axes, no two alike; their numbers where not given. An integer that is the number of
        another axis is refused.
    n_samples : int, optional
        How many rows were counted, where the law is that of counts.

    Raises
    ------
    ValueError
        If p is no law, or the names are not one for each axis.

    Examples
    --------
    >>> law = joint_law([[0.5, 0.0], [0.25, 0.25]])
    >>> law, law.marginal([1]).tolist()
    (JointLaw(0 (2), 1 (2)), [0.75, 0.25])
    """

    p: np.ndarray
    names: tuple[Any, ...] = ()
    n_samples: int | None = None

    def __post_init__(self) -> None:
        p = read_law(np.asarray(self.p), "p", axis=None).view()
        p.flags.writeable = False
        names = tuple(self.names) or tuple(range(p.ndim))
        _check_names(names, p.ndim)
        object.__setattr__(self, "p", p)
        object.__setattr__(self, "names", names)

    def __repr__(self) -> str:
        sizes = zip(self.names, self.p.shape, strict=True)
        variables = ", ".join(f"{name!r} ({size})" for name, size in sizes)
        counted = "" if self.n_samples is None else f"; of {self.n_samples} rows"
        return f"JointLaw({variables}{counted})"

    def axes(self, variables: Any, argument: str) -> tuple[int, ...]:
        """The axes of variables given by name or number, one alone or several.

        Raises
        ------
        ValueError
            Where one is unknown or named twice; the message names `argument`.
        """
        alone = isinstance(variables, str) or not isinstance(variables, Iterable)
        alone = alone or (isinstance(variables, tuple) and variables in self.names)
        found = [self._axis(name, argument) for name in ([variables] if alone else variables)]
        if len(set(found)) < len(found):
            raise ValueError(f"{argument} is {variables!r}, which names a variable twice")
        return tuple(found)

    def _axis(self, name: Any, argument: str) -> int:
        name = name.item() if isinstance(name, np.generic) else name
        if not isinstance(name, bool):
            if name in self.names:
                return self.names.index(name)
            if isinstance(name, int) and -self.p.ndim <= name < self.p.ndim:
                return name % self.p.ndim
        raise ValueError(
            f"{argument} names {name!r}; the variables of this law are "
            f"{', '.join(map(repr, self.names))} (axes 0 to {self.p.ndim - 1})"
        )

    def groups(self, **variables: Any) -> list[tuple[int, ...]]:
        """The axes of several groups of variables, of which no two share one.

        Raises
        ------
        ValueError
            Where a group that is no condition names no variable, or two name the same.
        """
        found = {argument: self.axes(group, argument) for argument, group in variables.items()}
        seen: dict[int, str] = {}
        for argument, axes in found.items():
            if not axes and argument not in MAY_BE_NONE:
                raise ValueError(f"{argument} names no variable; expected at least one")
            for axis in axes:
                if axis in seen:
                    raise ValueError(
                        f"{seen[axis]} and {argument} both name {self.names[axis]!r}; expected "
                        "groups that share no variable"
                    )
                seen[axis] = argument
        return list(found.values())

    def conditioned(self, of: Any, given: Any) -> tuple[np.ndarray, tuple[int, ...]]:
        """The law of two groups of variables alone, and which of its axes are those of `of`.

        Where `of` is None it is all variables but those of `given`.
        """
        if of is None:
            z = self.axes(given, "given")
            of = [axis for axis in range(self.p.ndim) if axis not in z]
        x, z = self.groups(of=of, given=given)
        return self.marginal(x + z), tuple(range(len(x)))

    def marginal(self, axes: Sequence[int]) -> np.ndarray:
        """The law of these axes alone, in the order in which they are given.

        Sums are in float64; all axes are a view of `p`.
        """
        kept = sorted(axes)
        return self._summed(axes).transpose([kept.index(axis) for axis in axes])

    def entropy(self, axes: Sequence[int]) -> float:
        """H of these axes together, in nats; 0 of none."""
        return max(table_entropy(self._summed(axes)), 0.0) if axes else 0.0

    def _summed(self, axes: Sequence[int]) -> np.ndarray:
        others = tuple(axis for axis in range(self.p.ndim) if axis not in axes)
        return np.asarray(self.p.sum(axis=others, dtype=float)) if others else self.p


def _check_names(names: tuple[Any, ...], n_axes: int) -> None:
    if len(names) != n_axes or len(set(names)) < n_axes:
        raise ValueError(f"names are {names!r}; expected {n_axes} that differ, one for each axis")
    for axis, name in enumerate(names):
        if isinstance(name, int | np.integer) and name != axis and -n_axes <= name < n_axes:
            raise ValueError(
                f"the axis {axis} has the name {name}, which is the number of another axis; name "
                "it otherwise (of a DataFrame: table.rename_axis(index=..., columns=...))"
            )


def joint_law(table: Any, name: str = "law") -> JointLaw:
    """Read the joint law of the variables that are the axes of a table.

    Parameters
    ----------
    table : array-like, shape (m1, ..., mk); Series, DataFrame or JointLaw
        Probabilities that sum to 1, which are not copied; or whole numbers of an integer type,
        which are counts and are divided by their sum. The levels of the index and of the columns
        of a pandas table, such as ``pandas.crosstab`` makes, are the variables; what it does not
        list has probability 0, and what it lists twice adds up.
    name : str
        The argument, for messages.

    Returns
    -------
    JointLaw
        Of counts it is the law of a row that is drawn from those counted: whatever is computed
        from it is exact for that sample, and an estimate for what the sample was drawn from.

    Raises
    ------
    ValueError
        If a probability is negative or not finite, if their sum is not 1, if a pandas table has
        missing labels or holds its own margins, or for a tensor with a gradient, which would end
        here.

    Examples
    --------
    >>> joint_law([[40, 10], [10, 40]]).p.tolist()
    [[0.4, 0.1], [0.1, 0.4]]
    """
    if isinstance(table, JointLaw):
        return table
    values, names = read_labelled(table, name) if is_labelled(table) else (table, ())
    values = _as_array(values, name)
    n_samples = None
    if values.dtype.kind in "iu" and values.size and values.min() >= 0:
        n_samples = int(values.sum(dtype=np.int64))
        if n_samples == 0:
            raise ValueError(f"{name} holds counts that are all 0; expected at least one row")
        values = values / n_samples
    return JointLaw(read_law(values, name, axis=None), names, n_samples)


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
    given = p if is_torch_array(p) else _as_array(p, name)
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
    found = _as_array(matrix, name)
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
    rows = read_law(_as_array(p, name), name)
    if rows.dtype == np.float64:
        return rows
    rows = rows.astype(float)
    return rows / rows.sum(axis=-1, keepdims=True)


def _as_array(values: Any, name: str) -> np.ndarray:
    """The values as an array of real numbers; a tensor comes off its device."""
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
