"""All categorical entropies of the rows of a language model in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from array_api_compat import is_torch_array

from infometer.quantities.categorical_entropy import row_formula, warn_of_support
from infometer.quantities.law_rows import LawRows, ReadRows, read_rows
from infometer.quantities.outcomes import Outcomes

__all__ = ["categorical_entropies"]

LONG_ROW = 512
"""From this many outcomes on, rows are worked through one by one, each in the cache."""


def categorical_entropies(
    p: Any,
    kinds: Sequence[str] = ("kl", "js", "tv", "hellinger2", "renyi"),
    orders: Sequence[float] = (0.5,),
    *,
    axis: int | None = -1,
    from_logits: bool = False,
    mask: Any = None,
) -> dict[str, Any]:
    r"""Categorical entropies of several kinds, row by row, from one pass over the law.

    They are those of `categorical_entropy`. Rows of 512 outcomes or more are kept in the precision
    in which they are given; the likeliest outcome is taken out and its share found in float64, so
    that the figures keep their digits where a law is almost sure. Tensors that need a gradient,
    and those that are not on the CPU, are worked through whole.

    Parameters
    ----------
    p : array-like, tensor or JointLaw, shape (..., m)
        Laws along `axis`.
    kinds : sequence of str
        Any of those of `categorical_entropy`.
    orders : sequence of float
        Of "renyi", where it is among the kinds.
    axis : int or None
        None takes a whole table as one law.
    from_logits : bool
        Whether `p` are logits; only −∞ is outside of their support, not what underflows.
    mask : array or tensor of bool, of the shape of the result, optional
        The rows that count; the others are not looked at and give 0 with gradient 0.

    Returns
    -------
    dict of str to float, ndarray of float64 or tensor, shape (...)
        By kind; the Rényi entropy of order ½ is ``"renyi_0.5"``.

    Raises
    ------
    ValueError
        If a kind is unknown, if an order is negative, or if a row is no law.

    Warns
    -----
    InfometerWarning
        Once, where some count the support or are infinite for almost any law.

    Examples
    --------
    >>> found = categorical_entropies([0.5, 0.25, 0.125, 0.125])
    >>> {kind: round(value, 6) for kind, value in found.items()}
    {'kl': 1.213008, 'js': 0.327212, 'tv': 0.65625, 'hellinger2': 0.433058, 'renyi_0.5': 1.134997}
    """
    asked = {
        (kind if order is None else f"renyi_{order:.12g}"): (kind, order)
        for kind in kinds
        for order in (orders if kind == "renyi" else [None])
    }
    formulas = {name: row_formula(kind, order) for name, (kind, order) in asked.items()}
    warn_of_support(asked.values())
    read = read_rows(axis=axis, from_logits=from_logits, mask=mask, p=p)
    values = read.values[0]
    if values.shape[-1] >= LONG_ROW and not _needs_torch(values):
        found = _one_by_one(read, list(asked.values()))
    elif is_torch_array(values):
        law = LawRows(values, from_logits)
        found = [read.finished(formula(law)) for formula in formulas.values()]
    else:
        found = [read.figures(formula) for formula in formulas.values()]
    return dict(zip(asked, found, strict=True))


def _needs_torch(values: Any) -> bool:
    return is_torch_array(values) and (values.requires_grad or values.device.type != "cpu")


def _one_by_one(read: ReadRows, asked: list[tuple[str, float | None]]) -> list[Any]:
    """The entropies of long rows; a tensor on the CPU is read as the array that it shares."""
    values = read.values[0]
    rows = values.numpy() if is_torch_array(values) else values
    rows = rows.reshape(-1, rows.shape[-1])
    found = np.empty((len(asked), len(rows)))
    for number, row in enumerate(rows):
        outcomes = Outcomes(row, read.from_logits)
        found[:, number] = [outcomes.entropy(kind, order) for kind, order in asked]
    if is_torch_array(values):
        import torch

        return [read.finished(torch.from_numpy(figures).to(values)) for figures in found]
    return [read.finished(figures) for figures in found]
