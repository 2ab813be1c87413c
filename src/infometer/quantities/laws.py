"""The joint law of several variables: one axis a variable, by name or number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.quantities.labelled_tables import is_labelled, read_labelled
from infometer.quantities.primitives import floating, table_entropy
from infometer.quantities.probabilities import read_kernel, read_law, read_rows, real_array

__all__ = ["JointLaw", "joint_law", "read_kernel", "read_law", "read_rows"]

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
        Probabilities that sum to 1 within 1e-8 (1e-4 in shorter floats than float64), which are
        not copied; or whole numbers of an integer type, which are counts and are divided by their
        sum. The levels of the index and of the columns of a pandas table, such as
        ``pandas.crosstab`` makes, are the variables; what it does not list has probability 0, and
        what it lists twice adds up.
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
    values = real_array(values, name)
    n_samples = None
    if values.dtype.kind in "iu" and values.size and values.min() >= 0:
        n_samples = int(values.sum(dtype=np.int64))
        if n_samples == 0:
            raise ValueError(f"{name} holds counts that are all 0; expected at least one row")
        values = values / n_samples
    return JointLaw(read_law(floating(values), name, axis=None), names, n_samples)
