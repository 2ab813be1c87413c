"""Whole numbers that count something: draws, letters, steps."""

from __future__ import annotations

import operator
from typing import Any

__all__ = ["read_count"]


def read_count(value: Any, name: str, of: str, least: int = 1) -> int:
    """Read the number of something.

    Parameters
    ----------
    value : int
        Of Python or NumPy; a bool is none, and neither is 2.0.
    name : str
        The argument, for messages.
    of : str
        What is counted.
    least : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is no whole number, or too small.

    Examples
    --------
    >>> read_count(2.5, "n", "draws")
    Traceback (most recent call last):
    ...
    ValueError: n is 2.5; expected the number of draws, a whole number from 1 on
    """
    try:
        found = operator.index(value)
    except TypeError:
        found = least - 1
    if isinstance(value, bool) or found < least:
        raise ValueError(
            f"{name} is {value!r}; expected the number of {of}, a whole number from {least} on"
        )
    return found
