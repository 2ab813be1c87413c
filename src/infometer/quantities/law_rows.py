"""Laws in rows: probabilities or logits along one axis, read once, with a formula for every row.

NumPy arrays go through the formula in blocks of rows that fit in a cache, in float64 whatever they
are stored in; tensors go through it whole, on their device and with their history.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from infometer.quantities.labelled_tables import refuse_other_labels
from infometer.quantities.laws import JointLaw, read_law
from infometer.quantities.primitives import floating, log_softmax
from infometer.quantities.probabilities import real_array

__all__ = ["LawRows", "ReadRows", "over_rows", "read_logits", "read_rows"]

BLOCK = 2**16
"""Probabilities in a block of rows: half a megabyte in float64."""


class LawRows:
    """Laws along the last axis, with what formulas ask of them; each is computed when it is asked.

    A law given by logits is the exact softmax: its support is where the logit is not −∞, also where
    the probability is too small for a float. What is outside of the support has gradient 0.

    Parameters
    ----------
    values : ndarray or tensor, shape (..., m)
        Probabilities, or logits.
    from_logits : bool
        Which of the two they are.
    """

    def __init__(self, values: Any, from_logits: bool) -> None:
        self.values = values
        self.from_logits = from_logits
        self.xp: Any = array_namespace(values)

    @cached_property
    def support(self) -> Any:
        """Where the probability is not 0."""
        return self.values > (-math.inf if self.from_logits else 0.0)

    @cached_property
    def p(self) -> Any:
        """The probabilities."""
        return self.power(1.0) if self.from_logits else self.values

    @cached_property
    def log_p(self) -> Any:
        """Their logarithms, and 0 outside of the support."""
        if self.from_logits:
            return self.xp.where(self.support, log_softmax(self.values), 0.0)
        return self.xp.log(self.xp.where(self.support, self.values, 1.0))

    def power(self, exponent: float) -> Any:
        """Powers of the probabilities, and 0 outside of the support."""
        return self.xp.where(self.support, self.xp.exp(exponent * self.log_p), 0.0)


class ReadRows(NamedTuple):
    """Laws that were checked, with the axis last, and the shape that their figures will have.

    Parameters
    ----------
    values : tuple of ndarray or tensor
        Two have one shape, or one of them is a single row.
    from_logits : bool
    shape : tuple of int
    mask : ndarray or tensor of bool, optional
    """

    values: tuple[Any, ...]
    from_logits: bool
    shape: tuple[int, ...]
    mask: Any

    def figures(self, formula: Callable[..., Any]) -> Any:
        """The figure of each row, by a formula from one `LawRows` for each law."""
        if is_torch_array(self.values[0]):
            return self.finished(formula(*(LawRows(v, self.from_logits) for v in self.values)))
        return self.finished(_by_blocks(formula, self.values, self.from_logits))

    def finished(self, found: Any) -> Any:
        """The figures in their shape, 0 outside of the mask; the one of NumPy as a float."""
        found = found.reshape(self.shape)
        if self.mask is not None:
            found = array_namespace(found).where(self.mask, found, 0.0)
        return float(found) if isinstance(found, np.ndarray) and found.ndim == 0 else found


def over_rows(
    formula: Callable[..., Any],
    *,
    axis: int | None,
    from_logits: bool,
    mask: Any,
    **laws: Any,
) -> Any:
    """The figure of every row of one array of laws, or of two.

    Parameters
    ----------
    formula : callable
        From one `LawRows` for each law to one figure a row.
    axis : int or None
        Along which each row is one law; None takes the whole table as one.
    from_logits : bool
        Whether logits stand in for the probabilities.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count.
    **laws : array-like or tensor
        By the name of the argument. Two have one shape, or one of them is a single row.

    Returns
    -------
    float, ndarray of float64, or tensor
    """
    return read_rows(axis=axis, from_logits=from_logits, mask=mask, **laws).figures(formula)


def read_rows(*, axis: int | None, from_logits: bool, mask: Any, **laws: Any) -> ReadRows:
    """Check what `over_rows` is given; the rows outside of the mask are made uniform."""
    arrays = {name: _as_array(values, name) for name, values in laws.items()}
    shape = _shape_of_result(arrays, axis)
    mask = _read_mask(mask, shape, next(iter(arrays.values())))
    rows = _with_axes(arrays, axis)
    refuse_other_labels(**{name: (laws[name], along) for name, _, along in rows})
    values = tuple(
        _read_values(name, given, along, from_logits, mask) for name, given, along in rows
    )
    return ReadRows(values, from_logits, shape, mask)


def read_logits(values: Any, name: str, axis: int | None = -1) -> Any:
    """Logits along an axis: finite, or −∞ where the probability is 0, but not in a whole row.

    Raises
    ------
    ValueError
        Where the largest of a row is NaN or infinite; the message names the first such row.
    """
    found = floating(values)
    if math.prod(found.shape) == 0:
        raise ValueError(f"{name} is empty (shape {tuple(found.shape)}); expected logits")
    detached = found.detach() if is_torch_array(found) else found
    xp: Any = array_namespace(detached)
    largest = xp.max(detached, axis=axis)
    wrong = ~xp.isfinite(largest)
    if bool(wrong.any()):
        first = np.argwhere(np.asarray(wrong.tolist()))[0].tolist()
        row = f"row {', '.join(map(str, first))} of {name}" if first else name
        raise ValueError(
            f"{row} holds {float(largest[tuple(first)])} as its largest logit; expected finite "
            "logits, and −inf where the probability is 0, but not everywhere"
        )
    return found


def _as_array(values: Any, name: str) -> Any:
    if isinstance(values, JointLaw):
        return values.p
    return values if is_torch_array(values) else real_array(values, name)


def _shape_of_result(arrays: dict[str, Any], axis: int | None) -> tuple[int, ...]:
    """The shape without the axis; two shapes that do not belong together are refused."""
    shapes = {name: tuple(values.shape) for name, values in arrays.items()}
    if len({is_torch_array(values) for values in arrays.values()}) > 1:
        given = " and ".join(f"{name} is a {type(a).__name__}" for name, a in arrays.items())
        raise TypeError(f"{given}; expected two tensors or two arrays")
    longest = max(shapes.values(), key=len)
    if axis is None:
        kept, row = (), longest
    elif not -len(longest) <= axis < len(longest):
        raise ValueError(
            f"axis is {axis}, and {next(iter(shapes))} has the shape {longest}; expected "
            "probabilities along one of its axes"
        )
    else:
        kept = longest[: axis % len(longest)] + longest[axis % len(longest) + 1 :]
        row = (longest[axis],)
    if any(shape not in (longest, row) for shape in shapes.values()):
        raise ValueError(
            f"{' and '.join(f'{name} has the shape {shape}' for name, shape in shapes.items())}; "
            f"expected the same shape, or one of them a single row of the shape {row}"
        )
    return kept


def _read_mask(mask: Any, shape: tuple[int, ...], like: Any) -> Any:
    if mask is None:
        return None
    if is_torch_array(like):
        import torch

        mask = torch.as_tensor(mask, device=like.device)
        is_bool = mask.dtype == torch.bool
    else:
        mask = np.asarray(mask)
        is_bool = mask.dtype == np.bool_
    if not is_bool or tuple(mask.shape) != shape:
        raise ValueError(
            f"mask has the type {mask.dtype} and the shape {tuple(mask.shape)}; expected bool and "
            f"{shape}: true for each row that counts"
        )
    return mask


def _with_axes(arrays: dict[str, Any], axis: int | None) -> list[tuple[str, Any, int | None]]:
    """Each array with the axis of its own rows: a single row beside many has only one."""
    several = max(values.ndim for values in arrays.values()) > 1
    return [
        (name, values, -1 if axis is not None and several and values.ndim == 1 else axis)
        for name, values in arrays.items()
    ]


def _read_values(name: str, values: Any, axis: int | None, from_logits: bool, mask: Any) -> Any:
    if mask is not None and (axis is None or values.ndim == mask.ndim + 1):
        xp: Any = array_namespace(values)
        row = values.shape[axis] if axis is not None else math.prod(values.shape)
        kept = mask if axis is None else xp.expand_dims(mask, axis=axis)
        values = xp.where(kept, floating(values), 0.0 if from_logits else 1.0 / row)
    found = (read_logits if from_logits else read_law)(values, name, axis)
    if axis is None:
        return found.reshape(-1)
    last = axis in (-1, found.ndim - 1)
    return found if last else array_namespace(found).moveaxis(found, axis, -1)


def _by_blocks(formula: Callable[..., Any], rows: Sequence[Any], from_logits: bool) -> np.ndarray:
    width = rows[0].shape[-1]
    flat = [values.reshape(-1, width) if values.ndim > 1 else values for values in rows]
    count = max((len(values) for values in flat if values.ndim > 1), default=1)
    single = [LawRows(v.astype(float), from_logits) if v.ndim == 1 else None for v in flat]
    found = np.empty(count)
    step = max(1, BLOCK // width)
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        for start in range(0, count, step):
            block = slice(start, start + step)
            found[block] = formula(
                *(
                    law if law is not None else LawRows(values[block].astype(float), from_logits)
                    for values, law in zip(flat, single, strict=True)
                )
            )
    return found
