"""Text that tells a value from another one in every process and at any time."""

from __future__ import annotations

import hashlib
import sys
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

__all__ = ["identity"]


def identity(value: Any) -> str:
    """What `value` is made of: parameters, attributes, the body of a function; never an address.

    A function is known by its body, its defaults and what it encloses, not by the functions that
    it calls; an object by its class's name and its parameters, not by the code of its class.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> identity({"k": 3, "weights": np.arange(3) / 2})
    "{'k': 3, 'weights': array([0. , 0.5, 1. ])}"
    >>> identity(lambda x, y: 0.25) == identity(lambda x, y: 0.5)
    False
    """
    if isinstance(value, FunctionType):
        return _function(value)
    if isinstance(value, MethodType):
        return _call(identity(value.__func__), (value.__self__,), {})
    if isinstance(value, partial):
        return _call(identity(value.func), value.args, value.keywords)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{identity(k)}: {identity(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return f"{type(value).__name__}({', '.join(map(identity, value))})"
    if hasattr(value, "get_params") and not isinstance(value, type):
        return _call(_name(type(value)), (), value.get_params(deep=False))
    own: Any = type(value).__repr__
    if own is object.__repr__:
        return _call(_name(type(value)), (), getattr(value, "__dict__", {}))
    with np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        return repr(value)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _call(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    told = [*map(identity, arguments), *(f"{k}={identity(keywords[k])}" for k in sorted(keywords))]
    return f"{name}({', '.join(told)})"


def _function(value: FunctionType) -> str:
    cells = [cell.cell_contents for cell in value.__closure__ or ()]
    enclosed = [content for content in cells if content is not value]  # it may call itself
    around = identity((value.__defaults__, value.__kwdefaults__, enclosed))
    digest = hashlib.sha256((_body(value.__code__) + around).encode()).hexdigest()
    return f"{_name(value)} {digest[:16]}"


def _body(code: CodeType) -> str:
    constants = [
        _body(one) if isinstance(one, CodeType)
        else repr(sorted(map(repr, one))) if isinstance(one, frozenset)
        else repr(one)
        for one in code.co_consts
    ]  # fmt: skip
    return repr((code.co_code, code.co_names, constants))
