"""Text that tells a value from another one in every process and at any time."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from enum import Enum
from functools import partial
from pathlib import PurePath
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

import joblib
import numpy as np
import pandas as pd

from infometer.tables import fingerprint

__all__ = ["identity"]

PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic, Enum, PurePath)
SHORT = 16
"""Entries of an array that is told in full; a longer one is told by its digest."""


def identity(value: Any, within: tuple[int, ...] = ()) -> str:
    """What `value` is made of: parameters, attributes, the body of a function; never an address.

    A function is known by its body, its defaults and what it encloses, not by the functions that
    it calls; an object by its class's name and its parameters, not by the code of its class;
    arrays, tables, tensors and modules by what they hold.

    Parameters
    ----------
    value : object
    within : tuple of int
        The objects that `value` is a part of: what holds itself is told once.

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
    if isinstance(value, PLAIN):
        return repr(value)
    if id(value) in within:
        return "..."
    teller = _Teller((*within, id(value)))
    for kind in (teller.function, teller.collection, teller.parts, teller.data):
        if text := kind(value):
            return text
    return teller.any_object(value)


class _Teller:
    """Tells what is made of parts, knowing what it stands in."""

    def __init__(self, within: tuple[int, ...]) -> None:
        self.within = within

    def told(self, part: Any) -> str:
        return identity(part, self.within)

    def call(self, name: str, arguments: Iterable[Any] = (), keywords: Any = None) -> str:
        named = [f"{key}={self.told(part)}" for key, part in sorted((keywords or {}).items())]
        return f"{name}({', '.join([*map(self.told, arguments), *named])})"

    def function(self, value: Any) -> str:
        if isinstance(value, type | BuiltinFunctionType):
            return _name(value)
        if isinstance(inner := _unwrapped(value), FunctionType):
            cells = [cell.cell_contents for cell in inner.__closure__ or ()]
            enclosed = self.told((inner.__defaults__, inner.__kwdefaults__, cells))
            digest = hashlib.sha256((_body(inner.__code__) + enclosed).encode()).hexdigest()
            return f"{_name(inner)} {digest[:16]}"
        if isinstance(value, MethodType):
            return self.call(self.told(value.__func__), (value.__self__,))
        if isinstance(value, partial):
            return self.call(self.told(value.func), value.args, value.keywords)
        return ""

    def collection(self, value: Any) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{self.told(k)}: {self.told(v)}' for k, v in value.items())}}}"
        if isinstance(value, set | frozenset):
            return f"{type(value).__name__}({', '.join(sorted(map(self.told, value)))})"
        if type(value) in (list, tuple):
            return f"{type(value).__name__}({', '.join(map(self.told, value))})"
        return ""

    def parts(self, value: Any) -> str:
        """Estimators by their parameters, dataclasses by their fields, modules by their weights."""
        name = _name(type(value))
        if hasattr(value, "get_params"):
            return self.call(name, (), value.get_params(deep=False))
        if dataclasses.is_dataclass(value):
            fields = (field.name for field in dataclasses.fields(value))
            told = ", ".join(f"{field}={self.told(getattr(value, field))}" for field in fields)
            return f"{type(value).__qualname__}({told})"
        if callable(getattr(value, "named_modules", None)):
            own = [
                (inner, {key: v for key, v in vars(part).items() if not key.startswith("_")})
                for inner, part in value.named_modules()
            ]
            return self.call(name, (repr(value), dict(value.state_dict()), own))
        return ""

    def data(self, value: Any) -> str:
        """What arrays, tables and tensors hold."""
        if callable(getattr(value, "detach", None)):
            value = value.detach().cpu()
            value = value.float().numpy() if "bfloat16" in str(value.dtype) else value.numpy()
        if isinstance(value, np.ndarray):
            if value.size <= SHORT and value.dtype.kind != "O":
                with np.printoptions(floatmode="unique"):
                    return repr(value)
            return f"array {value.dtype} {value.shape} {fingerprint(value)}"
        if isinstance(value, pd.DataFrame | pd.Series):
            return f"{type(value).__name__} {value.shape} {fingerprint(value)}"
        return ""

    def any_object(self, value: Any) -> str:
        """An object by its attributes, or by a digest of its pickle."""
        name, own = _name(type(value)), getattr(value, "__dict__", {})
        shown: Any = type(value).__repr__
        if own and shown is object.__repr__:
            return self.call(name, (), own)
        try:
            return f"{name} {joblib.hash(value)}"
        except Exception:  # noqa: BLE001 - whatever keeps it from being pickled
            return self.call(name, (), own)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _unwrapped(value: Any) -> Any:
    """The function inside of NumPy's dispatchers and of numba's compiled functions."""
    for name in ("__wrapped__", "py_func"):
        value = getattr(value, name, value) if callable(value) else value
    return value


def _body(code: CodeType) -> str:
    constants = [
        _body(one) if isinstance(one, CodeType)
        else repr(sorted(map(repr, one))) if isinstance(one, frozenset)
        else repr(one)
        for one in code.co_consts
    ]  # fmt: skip
    return repr((code.co_code, code.co_names, constants))
