"""The first tensor in what a module takes or gives: bare, or in tuples, lists and mappings."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

__all__ = ["edit_first_tensor", "first_tensor"]


def first_tensor(value: Any, what: str = "the value") -> Tensor:
    """The first tensor in `value`, depth first.

    Parameters
    ----------
    value : Tensor, or tuple, list or mapping of such
        The model outputs of Hugging Face are mappings.
    what : str
        What the error calls it.

    Raises
    ------
    TypeError
        There is none.

    Examples
    --------
    >>> import torch
    >>> first_tensor((None, {"hidden": torch.ones(1)}))
    tensor([1.])
    """
    for key in _path(value, what):
        value = value[key]
    return value  # type: ignore[no-any-return]


def edit_first_tensor(value: Any, edit: Callable[[Tensor], Tensor], what: str = "the value") -> Any:
    """`value` with ``edit(tensor)`` in place of its first tensor; `value` itself is not changed.

    Examples
    --------
    >>> import torch
    >>> edit_first_tensor([None, (torch.ones(1), "rest")], torch.neg)
    [None, (tensor([-1.]), 'rest')]
    """
    return _edit_at(value, _path(value, what), edit)


def _path(value: Any, what: str) -> tuple[Any, ...]:
    path = _search(value)
    if path is None:
        raise TypeError(f"{what} holds no tensor: it is of type {type(value).__name__}")
    return path


def _search(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, Tensor):
        return ()
    parts: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, tuple | list):
        parts = list(enumerate(value))
    for key, part in parts:
        path = _search(part)
        if path is not None:
            return (key, *path)
    return None


def _edit_at(value: Any, path: tuple[Any, ...], edit: Callable[[Tensor], Tensor]) -> Any:
    if not path:
        return edit(value)
    key, *rest = path
    edited = _edit_at(value[key], tuple(rest), edit)
    if isinstance(value, tuple):
        items = [*value[:key], edited, *value[key + 1 :]]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    changed = copy.copy(value)
    changed[key] = edited
    return changed
