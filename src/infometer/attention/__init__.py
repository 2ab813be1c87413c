"""Attention entropy: see heads collapse or overload, act, and cost the private model.

How spread every head's attention is, against the most that its mask allows; what to do where it is
too much or too little; what a model would cost under encrypted inference. Names load when they
are first used: costs need no torch.
"""

from importlib import import_module
from typing import Any

_HOME: dict[str, str] = {}
"""The module of this package that each public name stands in."""

__all__: list[str] = [*_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"infometer.attention.{_HOME[name]}"), name)
    raise AttributeError(f"module 'infometer.attention' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
